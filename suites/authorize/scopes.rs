//! `scope` of the authorization request.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, PLACE, REFUSAL, WEB, asked, set, valid, without};
use crate::flow::{openid, shown};

/// A request of this client with this list of scopes.
fn asked_for(role: &str, scopes: &[Value], order: Order) -> Case {
    asked(set(valid(role), "scope", listed(scopes)), order).input("scope", shown(scopes))
}

/// `openid` and, in any place, this scope.
fn beside_openid(scope: BoxedStrategy<Value>) -> BoxedStrategy<Case> {
    (scope, order(), order())
        .prop_map(|(scope, within, order)| {
            let scopes = within.of(vec!["openid".into(), scope]);
            asked_for("web", &scopes, order)
        })
        .boxed()
}

const UNKNOWN: Scenario = Scenario {
    id: "unknown",
    says: "a scope that does not exist is refused, beside a good one too",
    covers: &["authorize.scope-invalid"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::ResourceServer],
    cases: || {
        let other_case = prop::sample::select(&["Email", "EMAIL", "Profile", "emails", "profil"][..]);
        beside_openid(in_turn(vec![unknown_scope(), other_case.prop_map(Value::from).boxed()]))
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const MALFORMED: Scenario = Scenario {
    id: "malformed",
    says: "a scope that is none by its form is refused, beside a good one too",
    covers: &["authorize.scope-invalid"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::ResourceServer],
    cases: || {
        // Scopes of the client, in a list that is none.
        let joined =
            prop::sample::select(&["email,profile", "openid,email", "email;profile", "email|profile"][..]);
        beside_openid(in_turn(vec![malformed_scope(), joined.prop_map(Value::from).boxed()]))
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const NOT_ALLOWED: Scenario = Scenario {
    id: "not-allowed",
    says: "a standard scope that the client does not have is refused at the callback",
    covers: &["authorize.scope-not-allowed"],
    needs: WEB,
    cases: || {
        let missing = prop::sample::select(&["phone", "aws.cognito.signin.user.admin"][..]);
        beside_openid(missing.prop_map(Value::from).boxed())
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const OFFLINE_ACCESS: Scenario = Scenario {
    id: "offline-access",
    says: "the scope offline_access is refused at the callback",
    covers: &["authorize.scope.offline-access"],
    needs: WEB,
    cases: || beside_openid(Just(Value::from("offline_access")).boxed()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a request without scope leads to the sign-in page",
    covers: &["authorize.scope-absent"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("public")],
    cases: || {
        (prop::sample::select(&["web", "public"][..]), order())
            .prop_map(|(role, order)| asked(without(valid(role), "scope"), order).input("client", role))
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const WITHOUT_OPENID: Scenario = Scenario {
    id: "without-openid",
    says: "the scopes email, phone and profile are refused without openid",
    covers: &["authorize.scope-without-openid"],
    needs: &[AUTHORIZE, Need::Client("attributes")],
    cases: || {
        let scopes = ["email", "phone", "profile"].into_iter().map(Value::from).collect();
        (some_of(scopes), order()).prop_map(|(scopes, order)| asked_for("attributes", &scopes, order)).boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const ALLOWED: Scenario = Scenario {
    id: "allowed",
    says: "scopes of the client, in every order, lead to the sign-in page",
    covers: &["authorize.to-login"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::ResourceServer],
    cases: || {
        let others = vec!["email".into(), "profile".into(), api_scope("read")];
        (with(openid(), others), order()).prop_map(|(scopes, order)| asked_for("web", &scopes, order)).boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

/// Scopes of the authorization request.
pub const SUITE: Suite = Suite {
    name: "authorize::scopes",
    scenarios: &[ALLOWED, UNKNOWN, MALFORMED, NOT_ALLOWED, OFFLINE_ACCESS, ABSENT, WITHOUT_OPENID],
};
