//! Which suites are asked first about a fault of the double. It saves time and decides nothing: what they do not notice is
//! looked for everywhere.

/// By how the name of the fault begins; the last one that fits counts.
const FIRST: [(&str, &[&str]); 31] = [
    ("", &["token"]),
    ("redirect-", &["authorize::redirects", "token::redirect"]),
    ("mismatch-", &["authorize::redirects"]),
    ("error-page-", &["authorize::redirects"]),
    ("unknown-client-", &["authorize::clients"]),
    ("disabled-flow-", &["authorize::clients"]),
    ("response-type-", &["authorize::params"]),
    ("code-in-", &["authorize::params"]),
    ("state-", &["authorize::params"]),
    ("nonce-", &["authorize::params"]),
    ("plain-pkce-", &["authorize::pkce"]),
    ("implicit-", &["authorize::implicit"]),
    ("resource-", &["authorize::resource"]),
    ("forbidden-scope-", &["token::scopes", "authorize::implicit"]),
    ("session-", &["authorize::session", "logout"]),
    ("prompt-", &["authorize::session"]),
    ("any-password-", &["login"]),
    ("empty-password-", &["login"]),
    ("password-", &["login"]),
    ("unknown-user-", &["login"]),
    ("csrf-", &["login"]),
    ("xsrf-", &["login"]),
    ("login-", &["login"]),
    ("logout-", &["logout"]),
    ("revoke-", &["revoke"]),
    ("userinfo-", &["userinfo"]),
    ("verified-", &["userinfo"]),
    ("disabling-", &["lifecycle"]),
    ("enabling-", &["lifecycle"]),
    ("claims-", &["claims::id"]),
    ("discovery-", &["discovery", "jwks"]),
];

/// Where a fault is looked for first.
pub(crate) fn first(fault: &str) -> &'static [&'static str] {
    const CLAIMS: [&str; 4] = ["claims", "jwks", "discovery", "token::ended"];
    let known = FIRST.iter().rev().find(|(beginning, _)| fault.starts_with(beginning));
    let of_claims =
        ["key", "kid", "jti", "aud-", "issuer", "lifetime", "expires-in", "texts", "text", "number"];
    let more =
        ["unfiltered", "unchecked", "username", "machine", "without-server", "at-hash", "sub-", "id-token"];
    match known {
        Some(("", _)) if of_claims.iter().chain(&more).any(|part| fault.contains(part)) => &CLAIMS,
        Some((_, areas)) => areas,
        None => &[],
    }
}
