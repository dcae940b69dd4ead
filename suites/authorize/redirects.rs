//! `redirect_uri`: equal to a registered one to the letter, or the browser stays on the domain.
//!
//! Each class is asked for twice: by one request, and by a browser that signs in, because a target may look at the URI
//! only when it sends the browser there.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, MAIN_USER, PLACE, WEB, WEB_SIGN_IN, asked, set, valid, without};
use crate::flow::{callback, openid, sign_in, with_param};

/// What a request with the redirect URI of another client needs.
const TWO_CLIENTS: &[Need] =
    &[AUTHORIZE, Need::Client("web"), Need::Client("web-other"), Need::SignIn, MAIN_USER];

/// One request of `web` with this redirect URI.
fn asked_with(uri: Value, order: Order) -> Case {
    asked(set(valid("web"), "redirect_uri", uri.clone()), order).input("redirect_uri", uri)
}

/// A sign-in at `web` with this redirect URI, which may end there.
fn signed_in_with(uri: Value) -> Case {
    let mut sign_in = with_param(sign_in("web", &openid()), "redirect_uri", uri.clone());
    sign_in.redirect_uri = uri.clone();
    Case::default().probe_sign_in("sign-in", sign_in).input("redirect_uri", uri)
}

/// A registered redirect URI of `web` with one difference.
fn edited(edits: BoxedStrategy<Edit>) -> BoxedStrategy<Value> {
    (0_usize..2, edits).prop_map(|(index, edit)| Value::callback("web", index).edited(edit)).boxed()
}

fn asked_for(uris: BoxedStrategy<Value>) -> BoxedStrategy<Case> {
    (uris, order()).prop_map(|(uri, order)| asked_with(uri, order)).boxed()
}

fn signed_in_for(uris: BoxedStrategy<Value>) -> BoxedStrategy<Case> {
    uris.prop_map(signed_in_with).boxed()
}

/// A trailing slash, the case of a letter, or a port.
fn slash_case_or_port() -> BoxedStrategy<Value> {
    edited(in_turn(vec![
        Just(Edit::TrailingSlash).boxed(),
        Just(Edit::HostCase).boxed(),
        Just(Edit::Port(443)).boxed(),
        (0_usize..48).prop_map(Edit::SwapCase).boxed(),
        prop_oneof![Just(80_u16), 1_u16..].prop_map(Edit::Port).boxed(),
        // A letter of the path.
        (27_usize..34).prop_map(Edit::SwapCase).boxed(),
    ]))
}

/// Any other detail but a fragment.
fn near_miss() -> BoxedStrategy<Value> {
    edited(in_turn(redirect_near_misses()))
}

fn with_fragment() -> BoxedStrategy<Value> {
    let fragment =
        prop_oneof![Just(String::new()), "[a-z]{1,8}", "[a-z]{1,6}=[a-z0-9]{1,6}", "[/!@.?&]{1,4}"];
    edited(fragment.prop_map(Edit::Fragment).boxed())
}

fn elsewhere() -> BoxedStrategy<Value> {
    redirect_elsewhere().prop_map(Value::from).boxed()
}

/// A redirect URI that `web-other` has and `web` has not.
fn of_other_client() -> BoxedStrategy<Value> {
    Just(Value::callback("web-other", 1)).boxed()
}

const EXACT: Scenario = Scenario {
    id: "slash-case-port",
    says: "a redirect_uri that differs by a slash, by letter case or by its port keeps the browser on the domain",
    covers: &["authorize.redirect-uri-exact"],
    needs: WEB,
    cases: || asked_for(slash_case_or_port()),
    watch: PLACE,
    effort: Effort::Single,
};

const EXACT_SIGNED_IN: Scenario = Scenario {
    id: "slash-case-port-signed-in",
    says: "a sign-in does not end at a redirect_uri that differs by a slash, by letter case or by its port",
    covers: &["authorize.redirect-uri-exact"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(slash_case_or_port()),
    watch: PLACE,
    effort: Effort::Flow,
};

const LOOPBACK: Scenario = Scenario {
    id: "loopback-port",
    says: "the port of a redirect_uri at localhost is compared like any other",
    covers: &["authorize.redirect-uri-exact"],
    needs: &[AUTHORIZE, Need::Api(Operation::CreateClient)],
    cases: || {
        let registered = prop::sample::select(&["http://localhost/cb", "http://localhost:8080/cb"][..]);
        (registered, prop_oneof![Just(80_u16), 1024_u16..], order())
            .prop_map(|(registered, port, order)| {
                let with = ClientSettings { callbacks: Some(vec![registered.into()]), ..Default::default() };
                let uri = Value::from(registered).edited(Edit::Port(port));
                let params = set(valid("web"), "redirect_uri", uri.clone());
                let params = set(params, "client_id", Value::captured("client_id"));
                let probe = super::ask(order.of(params));
                Case::default()
                    .api(ApiCall::CreateClient { like: "public".to_owned(), with })
                    .probe("probe", probe)
                    .cleanup("clean-up", ApiCall::DeleteClient { client_id: Value::captured("client_id") })
                    .input("redirect_uri", uri)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Flow,
};

const NEAR_MISS: Scenario = Scenario {
    id: "near-miss",
    says: "a redirect_uri that differs by a detail keeps the browser on the domain",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB,
    cases: || asked_for(near_miss()),
    watch: PLACE,
    effort: Effort::Single,
};

const NEAR_MISS_SIGNED_IN: Scenario = Scenario {
    id: "near-miss-signed-in",
    says: "a sign-in does not end at a redirect_uri that differs by a detail",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(near_miss()),
    watch: PLACE,
    effort: Effort::Flow,
};

const LOOK_ALIKE: Scenario = Scenario {
    id: "look-alike-host",
    says: "a redirect_uri at a host that looks like the registered one keeps the browser on the domain",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB,
    cases: || asked_for(edited(look_alike_host())),
    watch: PLACE,
    effort: Effort::Single,
};

const LOOK_ALIKE_SIGNED_IN: Scenario = Scenario {
    id: "look-alike-host-signed-in",
    says: "a sign-in does not end at a host that looks like the registered one",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(edited(look_alike_host())),
    watch: PLACE,
    effort: Effort::Flow,
};

const ELSEWHERE: Scenario = Scenario {
    id: "elsewhere",
    says: "a redirect_uri that the client does not have keeps the browser on the domain",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB,
    cases: || asked_for(elsewhere()),
    watch: PLACE,
    effort: Effort::Single,
};

const ELSEWHERE_SIGNED_IN: Scenario = Scenario {
    id: "elsewhere-signed-in",
    says: "a sign-in does not end at a redirect_uri that the client does not have",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(elsewhere()),
    watch: PLACE,
    effort: Effort::Flow,
};

const OF_OTHER_CLIENT: Scenario = Scenario {
    id: "of-other-client",
    says: "a redirect_uri of another client keeps the browser on the domain",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("web-other")],
    cases: || asked_for(of_other_client()),
    watch: PLACE,
    effort: Effort::Single,
};

const OF_OTHER_CLIENT_SIGNED_IN: Scenario = Scenario {
    id: "of-other-client-signed-in",
    says: "a sign-in does not end at a redirect_uri of another client",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: TWO_CLIENTS,
    cases: || signed_in_for(of_other_client()),
    watch: PLACE,
    effort: Effort::Flow,
};

const WITH_SESSION: Scenario = Scenario {
    id: "with-session",
    says: "a browser that has signed in gets no code at a redirect_uri that the client does not have",
    covers: &["authorize.redirect-uri-unregistered"],
    needs: WEB_SIGN_IN,
    cases: || {
        (in_turn(vec![near_miss(), edited(look_alike_host()), elsewhere()]), order())
            .prop_map(|(uri, order)| {
                let params = order.of(set(valid("web"), "redirect_uri", uri.clone()));
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .probe("again", super::ask(params).in_browser())
                    .input("redirect_uri", uri)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Flow,
};

const AT_LOGIN: Scenario = Scenario {
    id: "begun-at-login",
    says: "a sign-in that begins at the sign-in page does not end at a redirect_uri that the client does not have",
    covers: &["authorize.redirect-uri-at-login"],
    needs: &[AUTHORIZE, Need::Endpoint(Endpoint::Login), Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || {
        in_turn(vec![slash_case_or_port(), near_miss(), edited(look_alike_host()), elsewhere()])
            .prop_map(|uri| {
                let mut sign_in = with_param(sign_in("web", &openid()), "redirect_uri", uri.clone());
                sign_in.redirect_uri = uri.clone();
                sign_in.begins_at = Some(Endpoint::Login);
                Case::default().probe_sign_in("sign-in", sign_in).input("redirect_uri", uri)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Flow,
};

const ERROR_NAMED: Scenario = Scenario {
    id: "error-named",
    says: "a redirect_uri that is not registered leads to /error with its own error code",
    covers: &["authorize.redirect-uri-unregistered", "authorize.redirect-uri-exact"],
    needs: WEB,
    cases: || asked_for(prop_oneof![slash_case_or_port(), near_miss(), elsewhere()].boxed()),
    watch: &[Field::Status, Field::LeadsTo, Field::Error],
    effort: Effort::Single,
};

const ERROR_PAGE: Scenario = Scenario {
    id: "error-page",
    says: "the page that shows an error is HTML with a status of 400",
    covers: &["authorize.error-page"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(prop_oneof![slash_case_or_port(), elsewhere()].boxed()),
    watch: &[Field::Status, Field::MediaType, Field::LeadsTo],
    effort: Effort::Flow,
};

const FRAGMENT: Scenario = Scenario {
    id: "fragment",
    says: "a redirect_uri with a fragment keeps the browser on the domain",
    covers: &["authorize.redirect-uri-fragment"],
    needs: WEB,
    cases: || asked_for(with_fragment()),
    watch: PLACE,
    effort: Effort::Single,
};

const FRAGMENT_SIGNED_IN: Scenario = Scenario {
    id: "fragment-signed-in",
    says: "a sign-in does not end at a redirect_uri with a fragment",
    covers: &["authorize.redirect-uri-fragment"],
    needs: WEB_SIGN_IN,
    cases: || signed_in_for(with_fragment()),
    watch: PLACE,
    effort: Effort::Flow,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a request without redirect_uri, or with its name misspelt, leads to an error page",
    covers: &["authorize.redirect-uri-absent"],
    needs: WEB,
    cases: || {
        let misspelt = prop::sample::select(
            &["redirect_url", "redirectUri", "redirect-uri", "redirecturi", "Redirect_Uri", "callback"][..],
        );
        (prop::option::of(misspelt), order())
            .prop_map(|(misspelt, order)| {
                let params = without(valid("web"), "redirect_uri");
                let params = match misspelt {
                    Some(name) => set(params, name, callback("web")),
                    None => params,
                };
                asked(params, order).input("sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

/// Redirect URIs.
pub const SUITE: Suite = Suite {
    name: "authorize::redirects",
    scenarios: &[
        EXACT,
        EXACT_SIGNED_IN,
        LOOPBACK,
        NEAR_MISS,
        NEAR_MISS_SIGNED_IN,
        LOOK_ALIKE,
        LOOK_ALIKE_SIGNED_IN,
        ELSEWHERE,
        ELSEWHERE_SIGNED_IN,
        OF_OTHER_CLIENT,
        OF_OTHER_CLIENT_SIGNED_IN,
        WITH_SESSION,
        AT_LOGIN,
        ERROR_NAMED,
        ERROR_PAGE,
        FRAGMENT,
        FRAGMENT_SIGNED_IN,
        ABSENT,
    ],
};
