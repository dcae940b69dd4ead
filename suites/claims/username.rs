//! Names of users in tokens, whatever letters they are of.

use poolproof_harness::prelude::*;

use super::{CODE, PASSWORD_SIGN_IN, REFRESH, STYLE, TOKEN};
use crate::flow::{REDEEM, by_throwaway, openid, redemption, refresh_kept, sign_in};

const BY_CODE: &[Need] = &[TOKEN, CODE, Need::Client("web"), Need::SignIn, Need::Api(Operation::CreateUser)];

const BOTH: &[Field] =
    &[Field::Claim(Token::Id, "cognito:username"), Field::Claim(Token::Access, "username")];

/// A name that no one else has, in every form that a pool allows: letters, marks, signs, digits and punctuation, at most
/// 128 of them. There are no capitals, because a pool may know names in any letter case.
fn odd_username() -> BoxedStrategy<String> {
    let tail = in_turn(vec![
        Just(String::new()).boxed(),
        "\\+[a-z0-9]{1,12}".boxed(),
        "@[a-z]{3,12}\\.example\\.test".boxed(),
        "\\+[a-z]{1,8}@[a-z]{3,12}\\.example\\.test".boxed(),
        "[\u{e0}-\u{f6}\u{3b1}-\u{3c1}\u{430}-\u{44f}\u{4e00}-\u{4eff}]{1,12}".boxed(),
        "[.!#$%&'*/=?^_`{|}~-]{1,8}".boxed(),
        "[a-z0-9]{80,100}".boxed(),
    ]);
    (throwaway_username(), tail).prop_map(|(name, tail)| format!("{name}{tail}")).boxed()
}

/// The user with this name is made for this case; its address has nothing to do with its name.
fn create(username: &str) -> ApiCall {
    let unique: String = username.chars().filter(char::is_ascii_hexdigit).take(24).collect();
    ApiCall::CreateUser {
        username: username.into(),
        password: THROWAWAY_PASSWORD.into(),
        attributes: vec![("email".to_owned(), format!("poolproof-{unique}@example.test"))],
    }
}

fn named(goes_on: fn(Case, &str) -> Case) -> BoxedStrategy<Case> {
    odd_username()
        .prop_map(move |username| {
            goes_on(Case::default().api(create(&username)), &username)
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username)
        })
        .boxed()
}

const FOR_CODE: Scenario = Scenario {
    id: "code",
    says: "the tokens for a code name the user",
    covers: &["claims.id.username", "claims.access.username"],
    needs: BY_CODE,
    cases: || {
        named(|case, username| {
            case.sign_in(by_throwaway(sign_in("web", &openid()), username))
                .probe(REDEEM, redemption("web").client(STYLE, "web"))
        })
    },
    watch: BOTH,
    effort: Effort::Flow,
};

const FOR_REFRESH: Scenario = Scenario {
    id: "refresh",
    says: "the tokens of a refresh name the user",
    needs: &[TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, Need::Api(Operation::CreateUser)],
    cases: || {
        named(|case, username| {
            case.sign_in(by_throwaway(sign_in("web", &openid()), username))
                .setup(REDEEM, redemption("web").client(STYLE, "web"), &["refresh_token"])
                .probe("refresh", refresh_kept(STYLE, "web"))
        })
    },
    ..FOR_CODE
};

const FOR_API: Scenario = Scenario {
    id: "api",
    says: "the tokens of a sign-in through the API name the user",
    needs: &[PASSWORD_SIGN_IN, Need::Client("web"), Need::Api(Operation::CreateUser)],
    cases: || {
        named(|case, username| {
            case.probe_api(
                "sign-in",
                ApiCall::PasswordSignIn {
                    client: "web".to_owned(),
                    username: username.into(),
                    password: THROWAWAY_PASSWORD.into(),
                },
            )
        })
    },
    ..FOR_CODE
};

/// Names of users in tokens.
pub const SUITE: Suite = Suite { name: "claims::username", scenarios: &[FOR_CODE, FOR_REFRESH, FOR_API] };
