//! The client that asks: one that does not exist sends the browser nowhere, and each may use its own flows only.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, PLACE, REFUSAL, WEB, asked, set, valid, without};
use crate::flow::callback;

const FLOW_DISABLED: Scenario = Scenario {
    id: "flow-disabled",
    says: "a flow that is not enabled for the client is refused at the callback",
    covers: &["authorize.flow-disabled"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("public"), Need::Client("implicit")],
    cases: || {
        let other = prop::sample::select(&[("web", "token"), ("public", "token"), ("implicit", "code")][..]);
        (other, order())
            .prop_map(|((role, response_type), order)| {
                asked(set(valid(role), "response_type", response_type), order)
                    .input("client", role)
                    .input("response_type", response_type)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// A request of `web` that names another client.
fn asked_by(client_id: Value, order: Order) -> Case {
    asked(set(valid("web"), "client_id", client_id.clone()), order).input("client_id", client_id)
}

const UNKNOWN: Scenario = Scenario {
    id: "unknown",
    says: "a client that does not exist does not lead the browser to the redirect_uri",
    covers: &["authorize.client-unknown"],
    needs: WEB,
    cases: || {
        (unknown_client_id("web"), order()).prop_map(|(client_id, order)| asked_by(client_id, order)).boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const DELETED: Scenario = Scenario {
    id: "deleted",
    says: "a client that was deleted does not lead the browser to the redirect_uri",
    covers: &["authorize.client-unknown"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("deleted")],
    cases: || order().prop_map(|order| asked_by(Value::client_id("deleted"), order)).boxed(),
    watch: PLACE,
    effort: Effort::Single,
};

const OF_OTHER_POOL: Scenario = Scenario {
    id: "of-other-pool",
    says: "a client of another pool does not lead the browser to its own redirect_uri",
    covers: &["authorize.client-unknown"],
    needs: &[AUTHORIZE, Need::Client("web-foreign")],
    cases: || {
        (0_usize..2, order())
            .prop_map(|(index, order)| {
                asked(set(valid("web-foreign"), "redirect_uri", Value::callback("web-foreign", index)), order)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a request without client_id, or with its name misspelt, does not lead the browser to the redirect_uri",
    covers: &["authorize.client-absent"],
    needs: WEB,
    cases: || {
        let misspelt =
            prop::sample::select(&["client", "clientId", "client-id", "Client_Id", "app_id", "clientid"][..]);
        (prop::option::of(misspelt), order())
            .prop_map(|(misspelt, order)| {
                let params = without(valid("web"), "client_id");
                let params = match misspelt {
                    Some(name) => set(params, name, Value::client_id("web")),
                    None => params,
                };
                asked(params, order).input("sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const SEVERAL_MISSING: Scenario = Scenario {
    id: "several-missing",
    says: "a request that lacks several required parameters leads to an error page",
    covers: &["authorize.params-missing-page"],
    needs: WEB,
    cases: || {
        let required = vec!["client_id", "redirect_uri", "response_type"];
        (prop::sample::subsequence(required, 2..=3), order())
            .prop_map(|(missing, order)| {
                let params = missing.iter().fold(valid("web"), |params, name| without(params, name));
                asked(params, order).input("missing", missing.join(", "))
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const NOT_CONFIGURED: Scenario = Scenario {
    id: "not-configured",
    says: "a client without OAuth leads to an error page",
    covers: &["authorize.client-not-configured"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("no-oauth")],
    cases: || {
        let response_type = prop::sample::select(&["code", "token"][..]);
        (response_type, order())
            .prop_map(|(response_type, order)| {
                let params = set(valid("no-oauth"), "redirect_uri", callback("web"));
                asked(set(params, "response_type", response_type), order)
                    .input("response_type", response_type)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

/// Clients and their flows.
pub const SUITE: Suite = Suite {
    name: "authorize::clients",
    scenarios: &[UNKNOWN, DELETED, OF_OTHER_POOL, ABSENT, SEVERAL_MISSING, NOT_CONFIGURED, FLOW_DISABLED],
};
