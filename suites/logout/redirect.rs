//! Where a sign-out leads: to the application, or to a new sign-in.

use poolproof_harness::prelude::*;

use super::{CLIENTS, LOGOUT, logout_uri, sign_out, to_sign_in, to_url};
use crate::browser::role;
use crate::flow::{shown, web_scopes};

const TO_URL: Scenario = Scenario {
    id: "to-logout-uri",
    says: "a sign-out with a registered logout_uri leads there",
    covers: &["logout.logout-uri"],
    needs: CLIENTS,
    cases: || {
        (role(), order())
            .prop_map(|(role, order)| {
                Case::one(sign_out(order.of(to_url(role, logout_uri(role))))).input("client", role)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo],
    effort: Effort::Single,
};

/// A sign-out that leads to a new sign-in, with these further parameters.
fn again(role: &str, index: usize, further: Vec<(&'static str, Value)>, order: Order) -> Case {
    let params = to_sign_in(role, Value::callback(role, index)).into_iter().chain(further).collect();
    Case::one(sign_out(order.of(params))).input("client", role).input("callback", index)
}

const TO_SIGN_IN: Scenario = Scenario {
    id: "to-sign-in",
    says: "a sign-out with a registered redirect_uri leads to the sign-in page, with the parameters of the request",
    covers: &["logout.redirect-uri"],
    needs: CLIENTS,
    cases: || {
        (role(), 0_usize..2, web_scopes(), prop::option::of(state_text()), order())
            .prop_map(|(role, index, scopes, state, order)| {
                let state = state.map(|state| ("state", Value::from(state)));
                let further = [("scope", listed(&scopes))].into_iter().chain(state).collect();
                again(role, index, further, order).input("scopes", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::LeavesTo, Field::QueryKept],
    effort: Effort::Single,
};

const STATE: Scenario = Scenario {
    id: "state",
    says: "the state of a sign-out comes to the sign-in page unchanged",
    covers: &["logout.state"],
    needs: CLIENTS,
    cases: || {
        (role(), 0_usize..2, prop::option::of(web_scopes()), state_text(), order())
            .prop_map(|(role, index, scopes, state, order)| {
                let scope = scopes.map(|scopes| ("scope", listed(&scopes)));
                let further = [("state", Value::from(state.as_str()))].into_iter().chain(scope).collect();
                again(role, index, further, order).input("state", state)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo, Field::ParamKept("state")],
    effort: Effort::Single,
};

const SCOPES_FILLED: Scenario = Scenario {
    id: "scopes-filled",
    says: "a sign-out without scope leads to a sign-in with all scopes of the client",
    covers: &["logout.scope-autofill"],
    needs: &[LOGOUT, Need::Client("web"), Need::Client("public"), Need::ResourceServer],
    cases: || {
        (role(), 0_usize..2, prop::option::of(state_text()), order())
            .prop_map(|(role, index, state, order)| {
                let further = state.map(|state| ("state", Value::from(state))).into_iter().collect();
                again(role, index, further, order)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo, Field::RedirectScopes],
    effort: Effort::Single,
};

const BOTH: Scenario = Scenario {
    id: "both",
    says: "where a sign-out has both, logout_uri counts and redirect_uri does not",
    covers: &["logout.both"],
    needs: CLIENTS,
    cases: || {
        let further = (prop::option::of(web_scopes()), prop::option::of(state_text()));
        (role(), 0_usize..2, further, order())
            .prop_map(|(role, index, (scopes, state), order)| {
                let scope = scopes.map(|scopes| ("scope", listed(&scopes)));
                let state = state.map(|state| ("state", Value::from(state)));
                let url = ("logout_uri", logout_uri(role));
                again(role, index, [url].into_iter().chain(scope).chain(state).collect(), order)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo],
    effort: Effort::Single,
};

/// Where a sign-out leads.
pub const SUITE: Suite =
    Suite { name: "logout::redirect", scenarios: &[TO_URL, TO_SIGN_IN, STATE, SCOPES_FILLED, BOTH] };
