//! What a revocation does: to the token itself, to the tokens issued with it, and to nothing else.

use poolproof_harness::prelude::*;

use super::clients::two_clients;
use super::{CODE, PUBLIC, REFRESH, REVOKE, TOKEN, USER_INFO, WEB, client};
use crate::flow::{
    REDEEM, as_client, by_throwaway, create_throwaway, for_throwaway, kept, openid, redemption, refresh,
    revocation, shown, sign_in, throwaway_keeping, user_info, web_scopes,
};

/// Each case has a user of its own, because some targets end every session of a user.
const CREATE_USER: Need = Need::Api(Operation::CreateUser);

/// What a refresh led to.
const REFRESHED: &[Field] = &[Field::Status, Field::Error, Field::AccessToken];
/// What userInfo said.
const TOLD: &[Field] = &[Field::Status, Field::BearerError, Field::Disclosed];

/// The revocation of the kept refresh token by its client.
fn revoke(role: &str) -> Request {
    as_client(revocation(kept("refresh_token")), AuthStyle::Basic, role)
}

const REFRESH_REFUSED: Scenario = Scenario {
    id: "refresh",
    says: "a refresh token that was revoked is refused",
    covers: &["revoke.effect.refresh"],
    needs: &[REVOKE, TOKEN, CODE, REFRESH, WEB, PUBLIC, Need::SignIn, CREATE_USER],
    cases: || {
        for_throwaway(
            (client(), 0_usize..3, web_scopes(), auth_style(), order()),
            |username, (role, times, scopes, style, order)| {
                let request = as_client(refresh(kept("refresh_token")), style, role);
                let first = throwaway_keeping(username, (role, style), &scopes, &["refresh_token"]);
                (1..=times)
                    .fold(first, |case, time| {
                        case.setup(&format!("refresh-{time}"), request.clone(), &["access_token"])
                    })
                    .setup("revoke", revoke(role), &[])
                    .probe("refresh", order.fields(request))
                    .input("client", role)
                    .input("used before", times)
                    .input("scope", shown(&scopes))
            },
        )
    },
    watch: REFRESHED,
    effort: Effort::Flow,
};

const USER_INFO_REFUSED: Scenario = Scenario {
    id: "userinfo",
    says: "an access token is refused once the refresh token that came with it was revoked",
    covers: &["revoke.effect.userinfo"],
    needs: &[REVOKE, USER_INFO, TOKEN, CODE, WEB, PUBLIC, Need::SignIn, CREATE_USER],
    cases: || {
        for_throwaway((client(), web_scopes(), auth_style()), |username, (role, scopes, style)| {
            let request = user_info(kept("access_token"));
            throwaway_keeping(username, (role, style), &scopes, &["access_token", "refresh_token"])
                .setup("before", request.clone(), &["sub"])
                .setup("revoke", revoke(role), &[])
                .until_refused("wait", request.clone())
                .probe("userinfo", request)
                .input("client", role)
                .input("scope", shown(&scopes))
        })
    },
    watch: TOLD,
    effort: Effort::Flow,
};

const DESCENDANT: Scenario = Scenario {
    id: "userinfo-after-refresh",
    says: "access tokens that were had by a refresh end with the refresh token too",
    covers: &["revoke.effect.userinfo"],
    needs: &[REVOKE, USER_INFO, TOKEN, CODE, REFRESH, WEB, PUBLIC, Need::SignIn, CREATE_USER],
    cases: || {
        // Which of the access tokens is shown: the first refreshed one up to the last.
        for_throwaway(
            (client(), 1_usize..4, 1_usize..4, auth_style()),
            |username, (role, times, which, style)| {
                let which = which.min(times);
                let again = as_client(refresh(kept("refresh_token")), style, role);
                let request = user_info(Value::captured(&format!("refresh-{which}.access_token")));
                let first = throwaway_keeping(username, (role, style), &openid(), &["refresh_token"]);
                (1..=times)
                    .fold(first, |case, time| {
                        case.setup(&format!("refresh-{time}"), again.clone(), &["access_token"])
                    })
                    .setup("before", request.clone(), &["sub"])
                    .setup("revoke", revoke(role), &[])
                    .until_refused("wait", request.clone())
                    .probe("userinfo", request)
                    .input("client", role)
                    .input("refreshes", times)
                    .input("token of refresh", which)
            },
        )
    },
    watch: TOLD,
    effort: Effort::Flow,
};

const OTHER_SESSION: Scenario = Scenario {
    id: "other-session",
    says: "other refresh tokens of the same user go on working",
    covers: &["revoke.effect.other-sessions"],
    needs: &[REVOKE, TOKEN, CODE, REFRESH, WEB, Need::Client("web-other"), Need::SignIn, CREATE_USER],
    cases: || {
        let pair = prop_oneof![
            2 => Just(("web", "web")),
            1 => Just(("web", "web-other")),
            1 => Just(("web-other", "web")),
        ];
        // Whether the other session began before the one that is revoked.
        for_throwaway(
            (pair, any::<bool>(), auth_style(), order()),
            |username, ((revoked, other), before, style, order)| {
                let second = |case: Case| {
                    let sign_in = by_throwaway(sign_in(other, &openid()), username);
                    let sign_in = SignIn { prefix: "other-".to_owned(), ..sign_in };
                    let redemption = redemption(other)
                        .without_field("code")
                        .field("code", Value::captured("other-code"))
                        .client(style, other);
                    case.sign_in(sign_in).setup("other", redemption, &["refresh_token"])
                };
                let first = |case: Case| {
                    let redemption = redemption(revoked).client(style, revoked);
                    let sign_in = by_throwaway(sign_in(revoked, &openid()), username);
                    case.sign_in(sign_in).setup(REDEEM, redemption, &["refresh_token"])
                };
                let user = Case::default().api(create_throwaway(username));
                let both = if before { first(second(user)) } else { second(first(user)) };
                let request = refresh(Value::captured("other.refresh_token")).client(style, other);
                both.setup("revoke", revoke(revoked), &[])
                    .probe("refresh", order.fields(request))
                    .input("revoked at", revoked)
                    .input("other session at", other)
            },
        )
    },
    watch: REFRESHED,
    effort: Effort::Flow,
};

const OTHER_CLIENT: Scenario = Scenario {
    id: "by-other-client",
    says: "a refresh token goes on working after another client tried to revoke it",
    covers: &["revoke.effect.other-client"],
    needs: &[REVOKE, TOKEN, CODE, REFRESH, WEB, Need::Client("web-other"), PUBLIC, Need::SignIn, CREATE_USER],
    cases: || {
        for_throwaway(
            (two_clients(), auth_style(), order()),
            |username, ((issued_to, sent_by), style, order)| {
                let attempt = as_client(revocation(kept("refresh_token")), AuthStyle::Basic, sent_by);
                let request = as_client(refresh(kept("refresh_token")), style, issued_to);
                throwaway_keeping(username, (issued_to, style), &openid(), &["refresh_token"])
                    .attempt("revoke", attempt)
                    .probe("refresh", order.fields(request))
                    .input("issued to", issued_to)
                    .input("revoked by", sent_by)
            },
        )
    },
    watch: REFRESHED,
    effort: Effort::Flow,
};

const REFUSED: Scenario = Scenario {
    id: "refused",
    says: "a refresh token goes on working after its revocation was refused",
    covers: &["revoke.effect.refused"],
    needs: &[REVOKE, TOKEN, CODE, REFRESH, WEB, Need::Client("web-other"), Need::SignIn, CREATE_USER],
    cases: || {
        for_throwaway(
            (wrong_secret("web", "web-other"), auth_style(), order()),
            |username, (secret, style, order)| {
                let attempt =
                    revocation(kept("refresh_token")).basic(Value::client_id("web"), secret.clone());
                let request = refresh(kept("refresh_token")).client(style, "web");
                throwaway_keeping(username, ("web", style), &openid(), &["refresh_token"])
                    .attempt("revoke", attempt)
                    .probe("refresh", order.fields(request))
                    .input("secret", secret)
            },
        )
    },
    watch: REFRESHED,
    effort: Effort::Flow,
};

/// What a revocation does, and what it does not.
pub const SUITE: Suite = Suite {
    name: "revoke::effects",
    scenarios: &[REFRESH_REFUSED, USER_INFO_REFUSED, DESCENDANT, OTHER_SESSION, OTHER_CLIENT, REFUSED],
};
