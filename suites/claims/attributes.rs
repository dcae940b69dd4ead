//! Attributes of users in ID tokens: their types, their values, and which scopes bring them.

use poolproof_harness::prelude::*;

use super::{CODE, PASSWORD_SIGN_IN, REFRESH, STYLE, TOKEN, password_sign_in};
use crate::flow::{
    REDEEM, by_throwaway, openid, redemption, refresh_kept, sign_in, signed_in_and_redeemed, with_param,
};

const ROLE: &str = "attributes";
const DETAILED: Need = Need::User("detailed");
const BY_CODE: &[Need] = &[TOKEN, CODE, Need::Client(ROLE), Need::SignIn, DETAILED];
const BY_REFRESH: &[Need] = &[TOKEN, CODE, REFRESH, Need::Client(ROLE), Need::SignIn, DETAILED];
const BY_THROWAWAY: &[Need] =
    &[TOKEN, CODE, Need::Client(ROLE), Need::SignIn, Need::Api(Operation::CreateUser)];

/// Everything that is known of the user `detailed`.
const EVERYTHING: &[&str] =
    &["email", "email_verified", "phone_number", "phone_number_verified", "name", "custom:plan"];

/// A sign-in of the user `detailed`, who has something of everything.
fn detailed(scopes: &[Value]) -> SignIn {
    SignIn {
        username: Value::fixture("user.detailed.username"),
        password: Value::fixture("user.detailed.password"),
        ..sign_in(ROLE, scopes)
    }
}

/// The tokens for a code with all of these scopes, in every order.
fn with_scopes(scopes: &'static [&'static str]) -> BoxedStrategy<Case> {
    all_of(scopes.iter().map(|scope| Value::from(*scope)).collect())
        .prop_map(|scopes| {
            Case::default()
                .sign_in(detailed(&scopes))
                .probe(REDEEM, redemption(ROLE).client(STYLE, ROLE))
                .shared()
        })
        .boxed()
}

/// The tokens of a refresh after such a sign-in.
fn refreshed_with_scopes(scopes: &'static [&'static str]) -> BoxedStrategy<Case> {
    all_of(scopes.iter().map(|scope| Value::from(*scope)).collect())
        .prop_map(|scopes| {
            signed_in_and_redeemed(detailed(&scopes), redemption(ROLE).client(STYLE, ROLE))
                .probe("refresh", refresh_kept(STYLE, ROLE))
                .shared()
        })
        .boxed()
}

/// The tokens for a code of a user with these attributes, who is made for this case.
fn of_throwaway(attributes: BoxedStrategy<Vec<(&'static str, String)>>) -> BoxedStrategy<Case> {
    (throwaway_username(), attributes)
        .prop_map(|(username, attributes)| {
            let own = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let case = Case::default()
                .api(ApiCall::CreateUser {
                    username: username.as_str().into(),
                    password: THROWAWAY_PASSWORD.into(),
                    attributes: own,
                })
                .sign_in(by_throwaway(sign_in(ROLE, &openid()), &username))
                .probe(REDEEM, redemption(ROLE).client(STYLE, ROLE))
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username);
            attributes.into_iter().fold(case, |case, (name, value)| case.input(name, value))
        })
        .boxed()
}

const MARKS: &[Field] =
    &[Field::ClaimKind(Token::Id, "email_verified"), Field::ClaimKind(Token::Id, "phone_number_verified")];

const VERIFIED: Scenario = Scenario {
    id: "verified",
    says: "email_verified and phone_number_verified are booleans in the ID token for a code",
    covers: &["claims.id.email-verified"],
    needs: BY_CODE,
    cases: || prop_oneof![with_scopes(&["openid"]), with_scopes(&["openid", "email", "phone"])].boxed(),
    watch: MARKS,
    effort: Effort::Flow,
};

const VERIFIED_REFRESH: Scenario = Scenario {
    id: "verified-refresh",
    says: "email_verified and phone_number_verified are booleans in the ID token of a refresh",
    needs: BY_REFRESH,
    cases: || {
        prop_oneof![refreshed_with_scopes(&["openid"]), refreshed_with_scopes(&["openid", "email", "phone"])]
            .boxed()
    },
    ..VERIFIED
};

const VERIFIED_API: Scenario = Scenario {
    id: "verified-api",
    says: "email_verified and phone_number_verified are booleans in the ID token of a sign-in through the API",
    needs: &[PASSWORD_SIGN_IN, Need::Client(ROLE), DETAILED],
    cases: || Just(Case::default().probe_api("sign-in", password_sign_in(ROLE, "detailed")).shared()).boxed(),
    ..VERIFIED
};

const VERIFIED_OR_NOT: Scenario = Scenario {
    id: "verified-or-not",
    says: "email_verified says whether the address is verified",
    covers: &["claims.id.email-verified"],
    needs: BY_THROWAWAY,
    cases: || {
        of_throwaway(
            in_turn(vec![Just(false).boxed(), Just(true).boxed()])
                .prop_map(|mark| vec![("email_verified", mark.to_string())])
                .boxed(),
        )
    },
    watch: &[Field::Claim(Token::Id, "email_verified")],
    effort: Effort::Flow,
};

const CUSTOM: Scenario = Scenario {
    id: "custom",
    says: "a custom attribute that the pool knows as a number is a text",
    covers: &["claims.id.custom-strings"],
    needs: BY_THROWAWAY,
    cases: || {
        of_throwaway(
            (1000_u32..=999_999_999).prop_map(|plan| vec![("custom:plan", plan.to_string())]).boxed(),
        )
    },
    watch: &[
        Field::Claim(Token::Id, "custom:plan"),
        Field::Holds(Relation::TextIfAny(Token::Id, "custom:plan")),
    ],
    effort: Effort::Flow,
};

const CUSTOM_API: Scenario = Scenario {
    id: "custom-api",
    says: "a custom attribute is a text in the ID token of a sign-in through the API",
    needs: &[PASSWORD_SIGN_IN, Need::Client(ROLE), DETAILED],
    cases: VERIFIED_API.cases,
    watch: &[Field::ClaimKind(Token::Id, "custom:plan")],
    ..CUSTOM
};

/// What people are called: letters of every alphabet, quotes and signs with a meaning in JSON, HTML and URLs, and
/// names as long as an attribute may be. No blank stands at an end, and none is so short that it occurs by chance.
fn personal_text() -> BoxedStrategy<String> {
    in_turn(vec![
        "[a-zA-Z\u{c0}-\u{d6}\u{e0}-\u{f6}]{4,20} [\u{391}-\u{3a1}\u{430}-\u{44f}\u{4e00}-\u{4eff}]{4,20}"
            .boxed(),
        "[a-z]{3,9}[\"'\\\\<>&%+=;/{}\\[\\]]{1,6}[a-z]{3,9}".boxed(),
        "[a-z]{260,400}".boxed(),
        "[a-z]{3,9}[<&\"][a-z]{3,9}".boxed(),
        "[a-z]{2040}".boxed(),
        "[a-z]{2,6}[\u{1f600}-\u{1f64f}]{1,3}[a-z]{2,6}".boxed(),
    ])
}

const VALUES: Scenario = Scenario {
    id: "values",
    says: "attributes are in the ID token as they were set, whatever letters they are of",
    covers: &["claims.id.scope-filter"],
    needs: BY_THROWAWAY,
    cases: || {
        of_throwaway(
            (personal_text(), personal_text())
                .prop_map(|(name, nickname)| vec![("name", name), ("nickname", nickname)])
                .boxed(),
        )
    },
    watch: &[Field::Claim(Token::Id, "name"), Field::Claim(Token::Id, "nickname")],
    effort: Effort::Flow,
};

const OPENID: Scenario = Scenario {
    id: "openid-alone",
    says: "with openid alone the ID token has every attribute that the client may read",
    covers: &["claims.id.scope-filter"],
    needs: BY_CODE,
    cases: || with_scopes(&["openid"]),
    watch: &[Field::Claims(Token::Id, EVERYTHING)],
    effort: Effort::Flow,
};

const OPENID_REFRESH: Scenario = Scenario {
    id: "openid-alone-refresh",
    says: "with openid alone the ID token of a refresh has every attribute that the client may read",
    needs: BY_REFRESH,
    cases: || refreshed_with_scopes(&["openid"]),
    ..OPENID
};

const EMAIL: Scenario = Scenario {
    id: "email",
    says: "with the scope email the ID token has the address and no other attribute",
    cases: || with_scopes(&["openid", "email"]),
    watch: &[
        Field::Claims(Token::Id, &["email", "email_verified"]),
        Field::NoClaims(Token::Id, &["phone_number", "phone_number_verified", "name", "custom:plan"]),
    ],
    ..OPENID
};

const EMAIL_REFRESH: Scenario = Scenario {
    id: "email-refresh",
    says: "with the scope email the ID token of a refresh has the address and no other attribute",
    needs: BY_REFRESH,
    cases: || refreshed_with_scopes(&["openid", "email"]),
    ..EMAIL
};

const PHONE: Scenario = Scenario {
    id: "phone",
    says: "with the scope phone the ID token has the number and no other attribute",
    cases: || with_scopes(&["openid", "phone"]),
    watch: &[
        Field::Claims(Token::Id, &["phone_number", "phone_number_verified"]),
        Field::NoClaims(Token::Id, &["email", "email_verified", "name", "custom:plan"]),
    ],
    ..OPENID
};

// Whether custom attributes come with the profile is said of userInfo alone.
const PROFILE: Scenario = Scenario {
    id: "profile",
    says: "with the scope profile the ID token has the name, and neither address nor number",
    cases: || with_scopes(&["openid", "profile"]),
    watch: &[
        Field::Claims(Token::Id, &["name"]),
        Field::NoClaims(Token::Id, &["email", "email_verified", "phone_number", "phone_number_verified"]),
    ],
    ..OPENID
};

const EMAIL_AND_PROFILE: Scenario = Scenario {
    id: "email-and-profile",
    says: "with the scopes email and profile the ID token has address and name, and no number",
    cases: || with_scopes(&["openid", "email", "profile"]),
    watch: &[
        Field::Claims(Token::Id, &["email", "email_verified", "name"]),
        Field::NoClaims(Token::Id, &["phone_number", "phone_number_verified"]),
    ],
    ..OPENID
};

const UNREADABLE: Scenario = Scenario {
    id: "unreadable",
    says: "with openid alone the ID token has no attribute that the client may not read",
    covers: &["claims.id.scope-filter"],
    needs: &[TOKEN, CODE, Need::Client(ROLE), Need::SignIn, DETAILED, Need::Api(Operation::CreateClient)],
    cases: || {
        let others = prop::sample::subsequence(&["nickname", "locale", "birthdate", "website"][..], 0..=4);
        others
            .prop_map(|others| {
                let read = ["email", "email_verified"].into_iter().chain(others).map(str::to_owned);
                let id = || Value::captured("client_id");
                let with = ClientSettings { read: Some(read.collect()), ..ClientSettings::default() };
                let request = redemption(ROLE).credentials(STYLE, id(), Value::captured("client_secret"));
                Case::default()
                    .api(ApiCall::CreateClient { like: ROLE.to_owned(), with: with.clone() })
                    .sign_in(with_param(detailed(&openid()), "client_id", id()))
                    .probe(REDEEM, request)
                    .cleanup("delete-client", ApiCall::DeleteClient { client_id: id() })
                    .input("readable", with.read.unwrap_or_default().join(" "))
            })
            .boxed()
    },
    watch: &[
        Field::Claims(Token::Id, &["email", "email_verified"]),
        Field::NoClaims(Token::Id, &["phone_number", "phone_number_verified", "name", "custom:plan"]),
    ],
    effort: Effort::Flow,
};

/// Attributes of users in ID tokens.
pub const SUITE: Suite = Suite {
    name: "claims::attributes",
    scenarios: &[
        VERIFIED,
        VERIFIED_REFRESH,
        VERIFIED_API,
        VERIFIED_OR_NOT,
        CUSTOM,
        CUSTOM_API,
        VALUES,
        OPENID,
        OPENID_REFRESH,
        EMAIL,
        EMAIL_REFRESH,
        PHONE,
        PROFILE,
        EMAIL_AND_PROFILE,
        UNREADABLE,
    ],
};
