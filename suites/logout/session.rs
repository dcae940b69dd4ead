//! What a sign-out ends: the session of the browser, and no token.

use poolproof_harness::prelude::*;

use super::{LOGOUT, logout_uri, sign_out, to_sign_in, to_url};
use crate::browser::visit;
use crate::flow::{callback, openid, redeemed, refresh_kept, sign_in};

/// The clients of the pool that share a session.
const SHARING: &[&str] = &["web", "public", "web-other"];

/// A sign-out of the browser at this client, in one way or the other.
fn leaves(role: &str, again: bool) -> Request {
    let params = if again { to_sign_in(role, callback(role)) } else { to_url(role, logout_uri(role)) };
    sign_out(params).in_browser()
}

const ENDS: Scenario = Scenario {
    id: "ends",
    says: "after a sign-out at any client of the pool the browser has to sign in again, at every client",
    covers: &["logout.clears-session"],
    needs: &[
        LOGOUT,
        Need::Endpoint(Endpoint::Authorize),
        Need::Client("web"),
        Need::Client("public"),
        Need::Client("web-other"),
        Need::User("main"),
        Need::SignIn,
    ],
    cases: || {
        let any_role = || prop::sample::select(SHARING);
        (any_role(), any_role(), any_role(), any::<bool>())
            .prop_map(|(first, left, next, again)| {
                Case::default()
                    .sign_in(sign_in(first, &openid()))
                    .attempt("sign-out", leaves(left, again))
                    .probe("again", visit(Endpoint::Authorize, &sign_in(next, &openid())).in_browser())
                    .input("signs in at", first)
                    .input("signs out at", left)
                    .input("comes back to", next)
                    .input("signs out to", if again { "redirect_uri" } else { "logout_uri" })
            })
            .boxed()
    },
    watch: &[Field::LeadsTo],
    effort: Effort::Flow,
};

const TOKENS_SURVIVE: Scenario = Scenario {
    id: "tokens-survive",
    says: "a refresh token works after a sign-out at the browser",
    covers: &["logout.tokens-survive"],
    needs: &[
        LOGOUT,
        Need::Endpoint(Endpoint::Token),
        Need::Grant(Grant::AuthorizationCode),
        Need::Grant(Grant::RefreshToken),
        Need::Client("web"),
        Need::User("main"),
        Need::SignIn,
    ],
    cases: || {
        (Just(AuthStyle::Post), any::<bool>(), order())
            .prop_map(|(style, again, order)| {
                redeemed("web", style, &openid())
                    .attempt("sign-out", leaves("web", again))
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::AccessToken],
    effort: Effort::Flow,
};

/// What a sign-out ends.
pub const SUITE: Suite = Suite { name: "logout::session", scenarios: &[ENDS, TOKENS_SURVIVE] };
