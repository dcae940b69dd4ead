//! Sign-ins that must not succeed.
//!
//! Cognito locks a user out for a while after five wrong passwords, so these are tried on users made for one case.

use poolproof_harness::prelude::*;

use super::SIGN_IN;
use crate::browser::{asked, noted};
use crate::flow::{by_throwaway, create_throwaway, with_param};

const THROWAWAY: &[Need] =
    &[Need::Client("web"), Need::Client("public"), Need::SignIn, Need::Api(Operation::CreateUser)];

/// Where a refused sign-in leads; what it grants all the same counts too.
const REFUSAL: &[Field] = &[Field::LeadsTo, Field::Carries];

/// A user made for this case signs in with another password.
fn with_password(asked: &SignIn, username: &str, password: Value) -> Case {
    let shown = password.to_string();
    let sign_in = SignIn { password, ..by_throwaway(asked.clone(), username) };
    let case = Case::default()
        .api(create_throwaway(username))
        .probe_sign_in("sign-in", sign_in)
        .cleanup("clean-up", ApiCall::DeleteUser { username: username.into() })
        .input("user", username)
        .input("password", shown);
    noted(case, asked)
}

const WRONG: Scenario = Scenario {
    id: "wrong-password",
    says: "a password that differs by a detail, or has nothing to do with the right one, brings nothing",
    covers: &["login.post.wrong-password"],
    needs: THROWAWAY,
    cases: || {
        (asked(), throwaway_username(), wrong_password())
            .prop_map(|(asked, username, password)| with_password(&asked, &username, password))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const EMPTY: Scenario = Scenario {
    id: "empty-password",
    says: "an empty password brings nothing",
    covers: &["login.post.wrong-password"],
    needs: THROWAWAY,
    cases: || {
        (asked(), throwaway_username())
            .prop_map(|(asked, username)| with_password(&asked, &username, "".into()))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const OF_ANOTHER: Scenario = Scenario {
    id: "password-of-another",
    says: "the password of another user, of this pool or not, brings nothing",
    covers: &["login.post.wrong-password"],
    needs: &[
        Need::Client("web"),
        Need::Client("public"),
        Need::User("main"),
        Need::User("second"),
        Need::SignIn,
        Need::Api(Operation::CreateUser),
    ],
    cases: || {
        (asked(), throwaway_username(), prop::sample::select(&["main", "second"][..]))
            .prop_map(|(asked, username, other)| {
                with_password(&asked, &username, Value::fixture(&format!("user.{other}.password")))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// Someone signs in with the password of the user `main`.
fn with_name(asked: &SignIn, username: Value) -> Case {
    let shown = username.to_string();
    let sign_in = SignIn { username, ..asked.clone() };
    noted(Case::default().probe_sign_in("sign-in", sign_in).input("user", shown), asked)
}

const AGAIN: Scenario = Scenario {
    id: "wrong-password-again",
    says: "after one or more wrong passwords the next wrong one brings nothing either",
    covers: &["login.post.wrong-password"],
    needs: THROWAWAY,
    cases: || {
        let passwords = || "[A-Z][a-z]{6,20}-[0-9]{1,4}".prop_map(Value::from);
        // Not more: four are tried, and after the fifth a user is locked out.
        let times = in_turn(vec![Just(3_usize).boxed(), Just(2_usize).boxed(), Just(1_usize).boxed()]);
        (asked(), throwaway_username(), prop::collection::vec(passwords(), 4), times)
            .prop_map(|(asked, username, passwords, times)| {
                let mut sign_ins = passwords
                    .into_iter()
                    .map(|password| SignIn { password, ..by_throwaway(asked.clone(), &username) });
                let mut case = Case::default().api(create_throwaway(&username));
                for (time, sign_in) in sign_ins.by_ref().take(times).enumerate() {
                    case = case.attempt_sign_in(&format!("attempt-{}", time + 1), sign_in);
                }
                let case = sign_ins
                    .take(1)
                    .fold(case, |case, sign_in| case.probe_sign_in("sign-in", sign_in))
                    .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                    .input("user", username)
                    .input("attempts before", times);
                noted(case, &asked)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const LONG: Scenario = Scenario {
    id: "end-of-long-password",
    says: "a long password that differs at its end alone brings nothing",
    covers: &["login.post.wrong-password"],
    needs: THROWAWAY,
    cases: || {
        // A user pool takes up to 256 characters.
        let end = "[a-z]{1,8}";
        let beginning = prop_oneof![Just("x".repeat(80)), "[a-z]{75,200}"];
        (asked(), throwaway_username(), beginning, end, end)
            .prop_filter("the same password", |(_, _, _, right, wrong)| right != wrong)
            .prop_map(|(asked, username, beginning, right, wrong)| {
                let password = |end: &str| Value::from(format!("{THROWAWAY_PASSWORD}{beginning}{end}"));
                let create = ApiCall::CreateUser {
                    username: username.as_str().into(),
                    password: password(&right),
                    attributes: Vec::new(),
                };
                let sign_in = SignIn { password: password(&wrong), ..by_throwaway(asked.clone(), &username) };
                let case = Case::default()
                    .api(create)
                    .probe_sign_in("sign-in", sign_in)
                    .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                    .input("user", username)
                    .input("end of the password", right)
                    .input("sent instead", wrong);
                noted(case, &asked)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const UNKNOWN: Scenario = Scenario {
    id: "unknown-user",
    says: "a user name that the pool does not have brings nothing, whatever the password",
    covers: &["login.post.unknown-user"],
    needs: SIGN_IN,
    cases: || {
        let main = || Value::fixture("user.main.username");
        let near = move |edit: Edit| main().edited(edit);
        let username = in_turn(vec![
            "[a-z0-9]{1,6}".prop_map(Edit::Append).prop_map(near).boxed(),
            (1_usize..=2).prop_map(Edit::DropLast).prop_map(near).boxed(),
            throwaway_username().prop_map(Value::from).boxed(),
            "[a-z0-9]{1,6}".prop_map(Edit::Prepend).prop_map(near).boxed(),
            Just("".into()).boxed(),
        ]);
        (asked(), username).prop_map(|(asked, username)| with_name(&asked, username)).boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const OF_OTHER_POOL: Scenario = Scenario {
    id: "user-of-other-pool",
    says: "a user of another pool cannot sign in, even with the right password",
    covers: &["login.post.unknown-user"],
    needs: &[Need::Client("web"), Need::Client("public"), Need::User("foreign"), Need::SignIn],
    cases: || {
        asked()
            .prop_map(|asked| {
                let sign_in = SignIn {
                    username: Value::fixture("user.foreign.username"),
                    password: Value::fixture("user.foreign.password"),
                    ..asked.clone()
                };
                noted(Case::default().probe_sign_in("sign-in", sign_in), &asked)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// The right password in a form that lacks something.
fn without(omission: Omission) -> BoxedStrategy<Case> {
    asked()
        .prop_map(move |asked| {
            let sign_in = SignIn { omits: Some(omission.clone()), ..asked.clone() };
            noted(Case::default().probe_sign_in("sign-in", sign_in), &asked)
        })
        .boxed()
}

const WITHOUT_TOKEN: Scenario = Scenario {
    id: "without-csrf-field",
    says: "a form without its CSRF field brings nothing",
    covers: &["login.post.csrf-missing"],
    needs: SIGN_IN,
    cases: || without(Omission::Fields("csrf".to_owned())),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const WITHOUT_COOKIES: Scenario = Scenario {
    id: "without-csrf-cookie",
    says: "a form that comes without the cookies of its page brings nothing",
    covers: &["login.post.csrf-missing"],
    needs: SIGN_IN,
    cases: || without(Omission::Cookies),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const TO_STRANGER: Scenario = Scenario {
    id: "unregistered-callback",
    says: "a sign-in that begins at the sign-in page brings no code to a callback that the client does not have",
    covers: &["login.post.redirect-unregistered"],
    needs: &[
        Need::Endpoint(Endpoint::Login),
        Need::Client("web"),
        Need::Client("public"),
        Need::User("main"),
        Need::SignIn,
    ],
    cases: || {
        let unregistered = in_turn(vec![
            redirect_near_miss().prop_map(|edit| Value::callback("web", 0).edited(edit)).boxed(),
            redirect_elsewhere().prop_map(Value::from).boxed(),
            Just(Value::callback("web", 0).edited(Edit::TrailingSlash)).boxed(),
        ]);
        (asked(), unregistered, order())
            .prop_map(|(asked, url, order)| {
                let asked = with_param(asked, "redirect_uri", url.clone());
                let sign_in = SignIn {
                    params: order.of(asked.params),
                    redirect_uri: url,
                    begins_at: Some(Endpoint::Login),
                    ..asked
                };
                noted(Case::default().probe_sign_in("sign-in", sign_in.clone()), &sign_in)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// Sign-ins that must not succeed.
pub const SUITE: Suite = Suite {
    name: "login::refused",
    scenarios: &[
        WRONG,
        EMPTY,
        OF_ANOTHER,
        AGAIN,
        LONG,
        UNKNOWN,
        OF_OTHER_POOL,
        TO_STRANGER,
        WITHOUT_TOKEN,
        WITHOUT_COOKIES,
    ],
};
