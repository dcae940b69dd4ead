//! `redirect_uri` at the redemption of a code: equal to that of the authorization request, to the letter.

use poolproof_harness::prelude::*;

use super::{CODE, OUTCOME, TOKEN, WEB_CODE};
use crate::flow::{callback, openid, redemption, redemption_at, sign_in, with_param};

/// A sign-in that ends at the callback with this index, and a redemption with another redirect URI.
fn redeemed_with(index: usize, redirect_uri: Value, style: AuthStyle, order: Order) -> Case {
    let registered = Value::callback("web", index);
    let mut sign_in = with_param(sign_in("web", &openid()), "redirect_uri", registered.clone());
    sign_in.redirect_uri = registered;
    let request = redemption_at(redirect_uri.clone()).client(style, "web");
    Case::default()
        .sign_in(sign_in)
        .probe("redeem", order.fields(request))
        .input("redirect_uri", redirect_uri)
}

const NEAR_MISS: Scenario = Scenario {
    id: "near-miss",
    says: "a redirect_uri that differs by a detail is refused",
    covers: &["token.code.redirect-mismatch"],
    needs: WEB_CODE,
    cases: || {
        (0_usize..2, redirect_near_miss(), auth_style(), order())
            .prop_map(|(index, edit, style, order)| {
                redeemed_with(index, Value::callback("web", index).edited(edit), style, order)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const TRAILING_SLASH: Scenario = Scenario {
    id: "trailing-slash",
    says: "a redirect_uri that differs by a trailing slash is refused",
    covers: &["token.code.redirect-trailing-slash"],
    needs: WEB_CODE,
    cases: || {
        (0_usize..2, auth_style(), order())
            .prop_map(|(index, style, order)| {
                redeemed_with(index, Value::callback("web", index).edited(Edit::TrailingSlash), style, order)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const OTHER_REGISTERED: Scenario = Scenario {
    id: "other-registered",
    says: "another redirect_uri of the same client is refused",
    covers: &["token.code.redirect-other-registered", "token.code.redirect-mismatch"],
    needs: WEB_CODE,
    cases: || {
        (0_usize..2, auth_style(), order())
            .prop_map(|(index, style, order)| {
                redeemed_with(index, Value::callback("web", 1 - index), style, order)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const UNREGISTERED: Scenario = Scenario {
    id: "unregistered",
    says: "a redirect_uri that the client does not have is refused",
    covers: &["token.code.redirect-unregistered"],
    needs: WEB_CODE,
    cases: || {
        (redirect_elsewhere(), auth_style(), order())
            .prop_map(|(elsewhere, style, order)| redeemed_with(0, elsewhere.into(), style, order))
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const OF_OTHER_CLIENT: Scenario = Scenario {
    id: "of-other-client",
    says: "a redirect_uri of another client is refused",
    covers: &["token.code.redirect-unregistered"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::Client("web-other"), Need::SignIn, Need::User("main")],
    cases: || {
        (0_usize..2, auth_style(), order())
            .prop_map(|(index, style, order)| {
                redeemed_with(index, Value::callback("web-other", 1), style, order)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a redemption without redirect_uri, or with its name misspelt, is refused",
    covers: &["token.code.redirect-absent"],
    needs: WEB_CODE,
    cases: || {
        let misspelt = prop::sample::select(
            &["redirect_url", "redirectUri", "redirect-uri", "redirecturi", "Redirect_Uri", "callback"][..],
        );
        (prop::option::of(misspelt), auth_style(), order())
            .prop_map(|(misspelt, style, order)| {
                let request = redemption("web").client(style, "web").without_field("redirect_uri");
                let request = match misspelt {
                    Some(name) => request.field(name, callback("web")),
                    None => request,
                };
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .probe("redeem", order.fields(request))
                    .input("sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

/// Redirect URIs at the redemption.
pub const SUITE: Suite = Suite {
    name: "token::redirect",
    scenarios: &[NEAR_MISS, TRAILING_SLASH, OTHER_REGISTERED, UNREGISTERED, OF_OTHER_CLIENT, ABSENT],
};
