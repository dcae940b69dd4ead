//! How long tokens are good for, as they and the answers that bring them say.

use poolproof_harness::prelude::*;

use super::{
    API, CODE, CREDENTIALS, IMPLICIT, MAIN_USER, REFRESH, STYLE, TOKEN, WEB_CODE, by_api, by_code,
    by_implicit, implicit_sign_in, password_sign_in,
};
use crate::flow::{REDEEM, kept, openid, redeemed, redemption, refresh, refresh_kept, sign_in, with_param};

/// The inputs that the lifetimes of a case are noted as, in seconds.
const ACCESS: &str = "access lifetime";
const ID: &str = "ID lifetime";

const BOTH: &[Field] =
    &[Field::Seconds(Span::Lifetime(Token::Access), ACCESS), Field::Seconds(Span::Lifetime(Token::Id), ID)];
const EXPIRES_IN: &[Field] =
    &[Field::Seconds(Span::ExpiresIn, ACCESS), Field::Holds(Relation::ExpiresInIsLifetime)];

fn id() -> Value {
    Value::captured("client_id")
}

/// A client like this role, with lifetimes from five minutes to a day; `goes_on` adds what is watched.
fn with_lifetimes(role: &'static str, goes_on: fn(Case) -> Case) -> BoxedStrategy<Case> {
    let minutes = || prop_oneof![3 => 5_u32..=1440, 1 => Just(5_u32), 1 => Just(1440_u32), 1 => 5_u32..=59];
    // A refresh token has to outlive the others.
    (minutes(), minutes(), 1441_u32..=525_600)
        .prop_map(move |(access, id_token, refresh)| {
            let with = ClientSettings {
                access_minutes: Some(access),
                id_minutes: Some(id_token),
                refresh_minutes: Some(refresh),
                ..ClientSettings::default()
            };
            goes_on(Case::default().api(ApiCall::CreateClient { like: role.to_owned(), with }))
                .cleanup("delete-client", ApiCall::DeleteClient { client_id: id() })
                .input(ACCESS, access * 60)
                .input(ID, id_token * 60)
        })
        .boxed()
}

fn signed_in(case: Case) -> Case {
    case.sign_in(with_param(sign_in("web", &openid()), "client_id", id()))
}

fn own_redemption() -> Request {
    redemption("web").credentials(STYLE, id(), Value::captured("client_secret"))
}

fn by_own_code(case: Case) -> Case {
    signed_in(case).probe(REDEEM, own_redemption())
}

fn by_own_refresh(case: Case) -> Case {
    let request = refresh(kept("refresh_token")).credentials(STYLE, id(), Value::captured("client_secret"));
    signed_in(case).setup(REDEEM, own_redemption(), &["refresh_token"]).probe("refresh", request)
}

fn by_own_implicit(case: Case) -> Case {
    case.probe_sign_in("sign-in", with_param(implicit_sign_in(&openid()), "client_id", id()))
}

fn by_own_credentials(case: Case) -> Case {
    let request = Request::token("client_credentials");
    case.probe("token", request.credentials(STYLE, id(), Value::captured("client_secret")))
}

/// The roles whose lifetimes are known without asking: an hour where nothing is set, and five minutes.
fn known_role() -> BoxedStrategy<(&'static str, u32)> {
    prop::sample::select(&[("web", 3600), ("short-lived", 300)][..]).boxed()
}

fn noted(case: Case, seconds: u32) -> Case {
    case.input(ACCESS, seconds).input(ID, seconds)
}

const SET: Scenario = Scenario {
    id: "as-set",
    says: "the tokens for a code are good for as long as the client's settings say",
    covers: &["claims.exp-iat"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER, Need::Api(Operation::CreateClient)],
    cases: || with_lifetimes("web", by_own_code),
    watch: BOTH,
    effort: Effort::Flow,
};

const SET_REFRESH: Scenario = Scenario {
    id: "as-set-refresh",
    says: "the tokens of a refresh are good for as long as the client's settings say",
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::CreateClient),
    ],
    cases: || with_lifetimes("web", by_own_refresh),
    ..SET
};

const SET_IMPLICIT: Scenario = Scenario {
    id: "as-set-implicit",
    says: "the tokens of the implicit grant are good for as long as the client's settings say",
    needs: &[
        Need::Grant(Grant::Implicit),
        Need::Client("implicit"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::CreateClient),
    ],
    cases: || with_lifetimes("implicit", by_own_implicit),
    ..SET
};

const SET_MACHINE: Scenario = Scenario {
    id: "as-set-machine",
    says: "the token of a machine is good for as long as the client's settings say",
    needs: &[TOKEN, CREDENTIALS, Need::ResourceServer, Need::Api(Operation::CreateClient)],
    cases: || with_lifetimes("machine", by_own_credentials),
    watch: &[Field::Seconds(Span::Lifetime(Token::Access), ACCESS)],
    ..SET
};

const DEFAULT: Scenario = Scenario {
    id: "of-roles",
    says: "tokens are good for an hour where nothing is set, and for five minutes where that is set",
    covers: &["claims.exp-iat"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::Client("short-lived"), Need::SignIn, MAIN_USER],
    cases: || {
        known_role()
            .prop_map(|(role, seconds)| {
                let case = Case::default()
                    .sign_in(sign_in(role, &openid()))
                    .probe(REDEEM, redemption(role).client(STYLE, role))
                    .shared();
                noted(case, seconds)
            })
            .boxed()
    },
    watch: BOTH,
    effort: Effort::Flow,
};

const DEFAULT_REFRESH: Scenario = Scenario {
    id: "of-roles-refresh",
    says: "tokens of a refresh are good for an hour, and for five minutes where that is set",
    needs: &[TOKEN, CODE, REFRESH, Need::Client("web"), Need::Client("short-lived"), Need::SignIn, MAIN_USER],
    cases: || {
        known_role()
            .prop_map(|(role, seconds)| {
                let case =
                    redeemed(role, STYLE, &openid()).probe("refresh", refresh_kept(STYLE, role)).shared();
                noted(case, seconds)
            })
            .boxed()
    },
    ..DEFAULT
};

const DEFAULT_API: Scenario = Scenario {
    id: "of-roles-api",
    says: "tokens of a sign-in through the API are good for an hour, and for five minutes where that is set",
    needs: &[super::PASSWORD_SIGN_IN, Need::Client("web"), Need::Client("short-lived"), MAIN_USER],
    cases: || {
        known_role()
            .prop_map(|(role, seconds)| {
                let case = Case::default().probe_api("sign-in", password_sign_in(role, "main")).shared();
                noted(case, seconds)
            })
            .boxed()
    },
    ..DEFAULT
};

const EXPIRES: Scenario = Scenario {
    id: "expires-in",
    says: "expires_in is the lifetime of the access token for a code, as the client's settings say",
    covers: &["claims.expires-in"],
    needs: SET.needs,
    cases: || with_lifetimes("web", by_own_code),
    watch: EXPIRES_IN,
    effort: Effort::Flow,
};

const EXPIRES_REFRESH: Scenario = Scenario {
    id: "expires-in-refresh",
    says: "expires_in is the lifetime of the access token of a refresh",
    needs: SET_REFRESH.needs,
    cases: || with_lifetimes("web", by_own_refresh),
    ..EXPIRES
};

const EXPIRES_IMPLICIT: Scenario = Scenario {
    id: "expires-in-implicit",
    says: "expires_in is the lifetime of the access token of the implicit grant",
    needs: SET_IMPLICIT.needs,
    cases: || with_lifetimes("implicit", by_own_implicit),
    ..EXPIRES
};

const EXPIRES_MACHINE: Scenario = Scenario {
    id: "expires-in-machine",
    says: "expires_in is the lifetime of the token of a machine",
    needs: SET_MACHINE.needs,
    cases: || with_lifetimes("machine", by_own_credentials),
    ..EXPIRES
};

const AT_SIGN_IN: Scenario = Scenario {
    id: "issued-at-sign-in",
    says: "the tokens for a code were issued when the user signed in",
    covers: &["claims.exp-iat"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[
        Field::Holds(Relation::IssuedAtSignIn(Token::Access)),
        Field::Holds(Relation::IssuedAtSignIn(Token::Id)),
    ],
    // Alone: while others are served, more than a second may pass between sign-in and redemption.
    effort: Effort::Exclusive,
};

const AT_SIGN_IN_IMPLICIT: Scenario = Scenario {
    id: "issued-at-sign-in-implicit",
    says: "the tokens of the implicit grant were issued when the user signed in",
    needs: IMPLICIT,
    cases: by_implicit,
    ..AT_SIGN_IN
};

const AT_SIGN_IN_API: Scenario = Scenario {
    id: "issued-at-sign-in-api",
    says: "the tokens of a sign-in through the API were issued when the user signed in",
    needs: API,
    cases: by_api,
    ..AT_SIGN_IN
};

/// How long tokens are good for.
pub const SUITE: Suite = Suite {
    name: "claims::lifetime",
    scenarios: &[
        SET,
        SET_REFRESH,
        SET_IMPLICIT,
        SET_MACHINE,
        DEFAULT,
        DEFAULT_REFRESH,
        DEFAULT_API,
        EXPIRES,
        EXPIRES_REFRESH,
        EXPIRES_IMPLICIT,
        EXPIRES_MACHINE,
        AT_SIGN_IN,
        AT_SIGN_IN_IMPLICIT,
        AT_SIGN_IN_API,
    ],
};
