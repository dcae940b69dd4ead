//! Which user attributes scopes and read permissions let a client see.

use std::collections::BTreeMap;

use crate::pool::{Scopes, User};
use crate::settings::ClientSettings;

/// Attributes of the `profile` scope (`OpenID` Connect Core section 5.4).
const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// The attributes a standard scope stands for.
fn covered_by(scope: &str) -> &'static [&'static str] {
    match scope {
        "email" => &["email", "email_verified"],
        "phone" => &["phone_number", "phone_number_verified"],
        "profile" => &PROFILE,
        _ => &[],
    }
}

/// Every attribute of the standard scopes, and the custom one of the seeded pools.
pub(crate) fn all() -> Vec<String> {
    let standard = ["email", "phone", "profile"].into_iter().flat_map(covered_by).copied();
    standard.chain(["custom:plan"]).map(str::to_owned).collect()
}

/// True when the client may read all that its granted scopes cover. Otherwise the sign-in works and the redemption of
/// the code fails (`token.code.attribute-read-permission`).
pub(crate) fn scopes_are_readable(settings: &ClientSettings, scopes: &Scopes) -> bool {
    scopes.iter().flat_map(|scope| covered_by(scope)).all(|attribute| settings.may_read(attribute))
}

/// The attributes that an ID token or userInfo shows: all readable ones for `openid` alone, else those of the scopes
/// (`claims.id.scope-filter`, `userinfo.scope.openid-only`).
pub(crate) fn visible<'u>(
    user: &'u User,
    settings: &ClientSettings,
    scopes: &Scopes,
) -> BTreeMap<&'u str, &'u str> {
    let narrowed = ["email", "phone", "profile"].iter().any(|scope| scopes.contains(*scope));
    let covered = |attribute: &str| {
        scopes.iter().any(|scope| covered_by(scope).contains(&attribute))
            // Custom attributes come with the profile (`userinfo.scope.openid-profile`).
            || (attribute.starts_with("custom:") && scopes.contains("profile"))
    };
    user.attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| settings.may_read(name) && (!narrowed || covered(name)))
        .collect()
}
