//! The model against the ledger by hand, and what a run of the usual size comes to.

use poolproof_harness::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::model::predict;
use super::operation::Who::{First, Second};
use super::operation::{Builder, Op, Theme};
use super::{changes, tokens};

/// The facts on which the predictions of a sequence rest, `?` where there is none for a request.
fn facts(own_client: bool, ops: &[Op]) -> Vec<&'static str> {
    let theme = Theme { role: "web", own_client, longest: 0, menu: &[] };
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

#[test]
fn a_default_run_meets_every_fact_more_than_once() {
    let mut seldom = Vec::new();
    for scenario in tokens::SUITE.scenarios.iter().chain(changes::SUITE.scenarios) {
        let (mut runner, cases) = (TestRunner::deterministic(), (scenario.cases)());
        let drawn: Vec<Vec<&str>> = (0..120)
            .map(|_| predict(&cases.new_tree(&mut runner).unwrap().current()))
            .map(|predictions| predictions.iter().map(|it| it.fact).collect())
            .collect();
        for fact in scenario.covers {
            let met = drawn.iter().filter(|facts| facts.contains(fact)).count();
            // Of twelve cases, two.
            if met < 20 {
                seldom.push(format!("{}: {fact} in {met} of 120", scenario.id));
            }
        }
    }
    assert!(seldom.is_empty(), "{}", seldom.join("\n"));
}
