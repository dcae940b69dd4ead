//! Groups of users in tokens.

use poolproof_harness::prelude::*;

use super::{API, CODE, REFRESH, STYLE, TOKEN, WEB_CODE, WEB_REFRESH, by_api, by_code, by_refresh};
use crate::flow::{REDEEM, by_throwaway, create_throwaway, openid, redemption, refresh_kept, sign_in};

/// There are only these few, because what a case puts into the pool as a group stays there.
const GROUPS: &[&str] =
    &["poolproof-readers", "poolproof.writers", "Poolproof_Admins", "poolproof-\u{fc}\u{df}\u{e9}-\u{3b1}"];

const BY_THROWAWAY: &[Need] = &[
    TOKEN,
    CODE,
    Need::Client("web"),
    Need::SignIn,
    Need::Api(Operation::CreateUser),
    Need::Api(Operation::AddToGroup),
];

/// A user in so many groups signs in at `web`; `goes_on` adds what is watched.
fn member(groups: std::ops::RangeInclusive<usize>, goes_on: fn(Case) -> Case) -> BoxedStrategy<Case> {
    member_of(prop::sample::subsequence(GROUPS, groups).boxed(), goes_on)
}

fn member_of(groups: BoxedStrategy<Vec<&'static str>>, goes_on: fn(Case) -> Case) -> BoxedStrategy<Case> {
    (throwaway_username(), groups)
        .prop_map(move |(username, groups)| {
            let case = groups.iter().enumerate().fold(
                Case::default().api(create_throwaway(&username)),
                |case, (index, group)| {
                    let call = ApiCall::AddToGroup {
                        username: username.as_str().into(),
                        group: (*group).to_owned(),
                    };
                    case.api_named(&format!("group-{}", index + 1), call)
                },
            );
            let case = case.sign_in(by_throwaway(sign_in("web", &openid()), &username));
            goes_on(case)
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username)
                .input("groups", groups.join(" "))
        })
        .boxed()
}

fn redeemed(case: Case) -> Case {
    case.probe(REDEEM, redemption("web").client(STYLE, "web"))
}

fn refreshed(case: Case) -> Case {
    case.setup(REDEEM, redemption("web").client(STYLE, "web"), &["refresh_token"])
        .probe("refresh", refresh_kept(STYLE, "web"))
}

const ONE: Scenario = Scenario {
    id: "one",
    says: "the group of a user is an array of one text in both tokens",
    covers: &["claims.groups"],
    needs: BY_THROWAWAY,
    cases: || member_of(in_turn(GROUPS.iter().map(|group| Just(vec![*group]).boxed()).collect()), redeemed),
    watch: &[
        Field::Claim(Token::Id, "cognito:groups"),
        Field::Claim(Token::Access, "cognito:groups"),
        Field::Holds(Relation::ArrayOfTexts(Token::Id, "cognito:groups")),
        Field::Holds(Relation::ArrayOfTexts(Token::Access, "cognito:groups")),
    ],
    // All cases put their users into the same few groups.
    effort: Effort::Exclusive,
};

const SEVERAL: Scenario = Scenario {
    id: "several",
    says: "the groups of a user are an array of texts in both tokens",
    cases: || member(2..=4, redeemed),
    watch: &[
        Field::Holds(Relation::ArrayOfTexts(Token::Id, "cognito:groups")),
        Field::Holds(Relation::ArrayOfTexts(Token::Access, "cognito:groups")),
    ],
    ..ONE
};

const AFTER_REFRESH: Scenario = Scenario {
    id: "refresh",
    says: "the groups of a user are an array of texts in both tokens of a refresh",
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::AddToGroup),
    ],
    cases: || member(1..=4, refreshed),
    ..SEVERAL
};

const NONE: Scenario = Scenario {
    id: "none",
    says: "without groups there is no claim for them in the tokens for a code",
    covers: &["claims.groups"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[
        Field::NoClaims(Token::Id, &["cognito:groups"]),
        Field::NoClaims(Token::Access, &["cognito:groups"]),
    ],
    effort: Effort::Flow,
};

const NONE_REFRESH: Scenario = Scenario {
    id: "none-refresh",
    says: "without groups there is no claim for them in the tokens of a refresh",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..NONE
};

const NONE_API: Scenario = Scenario {
    id: "none-api",
    says: "without groups there is no claim for them in the tokens of a sign-in through the API",
    needs: API,
    cases: by_api,
    ..NONE
};

/// Groups of users in tokens.
pub const SUITE: Suite =
    Suite { name: "claims::groups", scenarios: &[ONE, SEVERAL, AFTER_REFRESH, NONE, NONE_REFRESH, NONE_API] };
