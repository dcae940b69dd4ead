//! Signing in with the right password, over plain HTTP and by the form that comes back.

use poolproof_harness::prelude::*;

use super::{ARRIVAL, SIGN_IN};
use crate::browser::{asked, noted};

const ANYONE: &[Need] =
    &[Need::Client("web"), Need::Client("public"), Need::User("main"), Need::User("second"), Need::SignIn];

/// One of the users of the pool signs in.
fn signed_in(asked: SignIn, user: &str) -> Case {
    let slot = |what: &str| Value::fixture(&format!("user.{user}.{what}"));
    let sign_in = SignIn { username: slot("username"), password: slot("password"), ..asked };
    noted(Case::default().probe_sign_in("sign-in", sign_in.clone()), &sign_in).input("user", user)
}

fn by_anyone() -> BoxedStrategy<Case> {
    (asked(), prop::sample::select(&["main", "second"][..]))
        .prop_map(|(asked, user)| signed_in(asked, user))
        .boxed()
}

const RIGHT_PASSWORD: Scenario = Scenario {
    id: "right-password",
    says: "the right password brings a code and the state to the callback",
    covers: &["login.post.success"],
    needs: ANYONE,
    cases: by_anyone,
    watch: ARRIVAL,
    effort: Effort::Flow,
};

const FROM_LOGIN: Scenario = Scenario {
    id: "from-the-page",
    says: "a sign-in that begins at the sign-in page brings a code and the state to the callback",
    covers: &["login.post.success"],
    needs: &[
        Need::Endpoint(Endpoint::Login),
        Need::Client("web"),
        Need::Client("public"),
        Need::User("main"),
        Need::User("second"),
        Need::SignIn,
    ],
    cases: || {
        (asked(), prop::sample::select(&["main", "second"][..]))
            .prop_map(|(asked, user)| signed_in(SignIn { begins_at: Some(Endpoint::Login), ..asked }, user))
            .boxed()
    },
    watch: ARRIVAL,
    effort: Effort::Flow,
};

const WITHOUT_FINGERPRINT: Scenario = Scenario {
    id: "without-asf-data",
    says: "cognitoAsfData may be empty or left out",
    covers: &["login.post.asf-optional"],
    needs: SIGN_IN,
    cases: || {
        (asked(), any::<bool>())
            .prop_map(|(asked, left_out)| {
                let omits = left_out.then(|| Omission::Fields("AsfData".to_owned()));
                signed_in(SignIn { omits, ..asked }, "main")
                    .input("cognitoAsfData", if left_out { "left out" } else { "as on the page" })
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const MANAGED: Scenario = Scenario {
    id: "managed-login",
    says: "at managed login too, a form that is posted without a browser brings a code to the callback",
    covers: &["login.post.managed"],
    needs: &[
        Need::ManagedLogin,
        Need::Client("web"),
        Need::Client("public"),
        Need::User("main"),
        Need::User("second"),
        Need::SignIn,
    ],
    cases: by_anyone,
    watch: &[Field::Status, Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

/// Signing in with the right password.
pub const SUITE: Suite =
    Suite { name: "login::sign-in", scenarios: &[RIGHT_PASSWORD, FROM_LOGIN, WITHOUT_FINGERPRINT, MANAGED] };
