//! The model against what the ledger says, worked out by hand.

use poolproof_harness::prelude::*;

use super::model::predict;
use super::operation::Who::{First, Second};
use super::operation::{Builder, Op, Theme};

/// The facts on which the predictions of a sequence rest, `?` where there is none for a request.
fn facts(own_client: bool, ops: &[Op]) -> Vec<&'static str> {
    let theme = Theme { role: "web", own_client, longest: 0, menu: &[], openings: &[] };
    let mut builder = Builder::new(theme, "someone", AuthStyle::Post);
    for op in ops {
        builder.push(*op);
    }
    let case = builder.finish();
    let predictions = predict(&case);
    let requests = case.steps.iter().filter(|step| matches!(step.action, Action::Send(_)));
    requests
        .map(|step| predictions.iter().find(|it| it.step == step.name).map_or("?", |it| it.fact))
        .collect()
}

#[test]
fn the_model_says_what_the_ledger_says() {
    let begin = [Op::SignIn(First), Op::Redeem(First)];
    let cases: [(&[Op], &[&str]); 6] = [
        (
            &[Op::Refresh(First), Op::Refresh(First)],
            &["token.refresh.success", "token.refresh.original-reusable"],
        ),
        // Nobody knows what a replay does to the tokens; a revocation settles it.
        (
            &[Op::Replay(First), Op::UserInfo(First), Op::Disable, Op::Enable, Op::UserInfo(First)],
            &["token.code.reused", "?", "lifecycle.user-disabled.tokens"],
        ),
        (
            &[
                Op::SignIn(Second),
                Op::Redeem(Second),
                Op::Revoke(First),
                Op::Refresh(Second),
                Op::Refresh(First),
            ],
            &[
                "token.code.success",
                "revoke.success",
                "revoke.effect.other-sessions",
                "token.refresh.revoked",
            ],
        ),
        (
            &[Op::SignIn(Second), Op::SignOut, Op::Redeem(Second), Op::UserInfo(First), Op::UserInfo(Second)],
            &["?", "userinfo.signed-out", "?"],
        ),
        (
            &[Op::SignOut, Op::SignIn(Second), Op::Redeem(Second), Op::Refresh(Second), Op::Refresh(First)],
            &["token.code.success", "token.refresh.success", "token.refresh.global-sign-out"],
        ),
        (
            &[Op::DeleteUser, Op::SignIn(Second), Op::Enable, Op::Refresh(First), Op::UserInfo(First)],
            &["token.refresh.user-deleted", "userinfo.user-disabled"],
        ),
    ];
    for (ops, expected) in cases {
        let all = [&begin[..], ops].concat();
        assert_eq!(facts(false, &all)[1..], *expected, "{ops:?}");
    }
    let ops = [
        Op::SignIn(First),
        Op::SignIn(Second),
        Op::FlowOff,
        Op::Redeem(First),
        Op::FlowOn,
        Op::Redeem(Second),
        Op::Redeem(First),
        Op::DeleteClient,
        Op::Refresh(Second),
    ];
    let expected =
        ["token.code.flow-not-allowed", "token.code.success", "?", "lifecycle.client-deleted.token"];
    assert_eq!(facts(true, &ops), expected);
}
