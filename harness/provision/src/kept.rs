//! Whether a target kept the settings that a client was created with, as far as the role of the client needs them.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::types::{
    FeatureType, TimeUnitsType, TokenValidityUnitsType, UserPoolClientType,
};

use poolproof_harness::target::control::Settings as Wanted;

use crate::roles::Role;

/// The lifetimes of the tokens of a client in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    /// Access tokens.
    pub(crate) access: u64,
    /// ID tokens.
    pub(crate) id: u64,
    /// Refresh tokens.
    pub(crate) refresh: u64,
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The lifetimes that a description of a client says, with the defaults and default units of Cognito.
pub(crate) fn lifetimes(stored: &UserPoolClientType) -> Lifetimes {
    let units = stored.token_validity_units();
    let unit = |of: fn(&TokenValidityUnitsType) -> Option<&TimeUnitsType>| units.and_then(of);
    Lifetimes {
        access: seconds(
            stored.access_token_validity(),
            unit(TokenValidityUnitsType::access_token),
            HOUR,
            HOUR,
        ),
        id: seconds(stored.id_token_validity(), unit(TokenValidityUnitsType::id_token), HOUR, HOUR),
        refresh: seconds(
            Some(stored.refresh_token_validity()),
            unit(TokenValidityUnitsType::refresh_token),
            DAY,
            30 * DAY,
        ),
    }
}

fn seconds(value: Option<i32>, unit: Option<&TimeUnitsType>, default_unit: u64, default: u64) -> u64 {
    let Some(value) = value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0) else {
        return default;
    };
    let unit = match unit {
        Some(TimeUnitsType::Seconds) => 1,
        Some(TimeUnitsType::Minutes) => 60,
        Some(TimeUnitsType::Hours) => HOUR,
        Some(TimeUnitsType::Days) => DAY,
        _ => default_unit,
    };
    value.saturating_mul(unit)
}

/// Whether what the target stored is what was asked of it.
///
/// # Errors
/// The settings that it dropped or changed.
pub(crate) fn check(
    role: &Role,
    scopes: &[String],
    has_secret: bool,
    stored: &UserPoolClientType,
) -> Result<(), String> {
    if has_secret && !role.secret {
        return Err("the target gives a secret to a client that asked for none".to_owned());
    }
    let flows = texts(stored.allowed_o_auth_flows().iter().map(AsRef::as_ref));
    let auth_flows = texts(stored.explicit_auth_flows().iter().map(AsRef::as_ref));
    let asked_auth_flows = texts(role.auth_flows.iter().copied());
    let grace = stored
        .refresh_token_rotation()
        .filter(|rotation| *rotation.feature() == FeatureType::Enabled)
        .map(|rotation| rotation.retry_grace_period_seconds().unwrap_or(0));
    let minutes = role.minutes.map(|minutes| {
        let seconds = |minutes: i32| u64::from(minutes.unsigned_abs()) * 60;
        Lifetimes {
            access: seconds(minutes.access),
            id: seconds(minutes.id),
            refresh: seconds(minutes.refresh),
        }
    });
    let kept = [
        ("GenerateSecret", has_secret == role.secret),
        ("AllowedOAuthFlows", flows == texts(role.flows.iter().copied())),
        (
            "AllowedOAuthFlowsUserPoolClient",
            stored.allowed_o_auth_flows_user_pool_client().unwrap_or(false) == role.oauth.unwrap_or(false),
        ),
        ("AllowedOAuthScopes", strings(stored.allowed_o_auth_scopes()) == strings(scopes)),
        ("CallbackURLs", strings(stored.callback_urls()) == texts(role.callbacks.iter().copied())),
        ("LogoutURLs", strings(stored.logout_urls()) == texts(role.logouts.iter().copied())),
        ("ExplicitAuthFlows", !role.exact_auth_flows || auth_flows == asked_auth_flows),
        (
            "ReadAttributes",
            role.read.is_empty() || strings(stored.read_attributes()) == texts(role.read.iter().copied()),
        ),
        ("RefreshTokenRotation", grace == role.rotation),
        ("EnableTokenRevocation", role.revocation || stored.enable_token_revocation() == Some(false)),
        ("TokenValidityUnits", minutes.is_none_or(|minutes| minutes == lifetimes(stored))),
    ];
    let dropped: Vec<&str> = kept.iter().filter(|(_, kept)| !kept).map(|(name, _)| *name).collect();
    if dropped.is_empty() { Ok(()) } else { Err(format!("the target does not keep {}", dropped.join(", "))) }
}

/// Whether what the target stored is what a case wanted otherwise than its role.
///
/// # Errors
/// The settings that it dropped or changed.
pub(crate) fn check_wanted(wanted: &Wanted, stored: &UserPoolClientType) -> Result<(), String> {
    let there = lifetimes(stored);
    let same = |wanted: &Option<Vec<String>>, stored: &[String]| {
        wanted.as_ref().is_none_or(|wanted| strings(wanted) == strings(stored))
    };
    let lasts =
        |wanted: Option<u32>, there: u64| wanted.is_none_or(|minutes| u64::from(minutes) * 60 == there);
    let kept = [
        ("AllowedOAuthScopes", same(&wanted.scopes, stored.allowed_o_auth_scopes())),
        ("CallbackURLs", same(&wanted.callbacks, stored.callback_urls())),
        ("ReadAttributes", same(&wanted.read, stored.read_attributes())),
        ("AccessTokenValidity", lasts(wanted.access_minutes, there.access)),
        ("IdTokenValidity", lasts(wanted.id_minutes, there.id)),
        ("RefreshTokenValidity", lasts(wanted.refresh_minutes, there.refresh)),
        (
            "EnableTokenRevocation",
            wanted.revocation.is_none_or(|wanted| stored.enable_token_revocation() == Some(wanted)),
        ),
    ];
    let dropped: Vec<&str> = kept.iter().filter(|(_, kept)| !kept).map(|(name, _)| *name).collect();
    if dropped.is_empty() { Ok(()) } else { Err(format!("the target does not keep {}", dropped.join(", "))) }
}

fn texts<'a>(from: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    from.collect()
}

fn strings(from: &[String]) -> BTreeSet<&str> {
    from.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentityprovider::types::builders::UserPoolClientTypeBuilder;
    use aws_sdk_cognitoidentityprovider::types::{OAuthFlowType, RefreshTokenRotationType};

    use super::*;
    use crate::roles::find;

    fn stored(role: &Role) -> UserPoolClientTypeBuilder {
        UserPoolClientType::builder()
            .set_allowed_o_auth_flows(Some(
                role.flows.iter().map(|flow| OAuthFlowType::from(*flow)).collect(),
            ))
            .set_allowed_o_auth_flows_user_pool_client(role.oauth)
            .set_allowed_o_auth_scopes(Some(role.scopes(true)))
            .set_callback_urls(Some(role.callbacks.iter().map(ToString::to_string).collect()))
            .set_logout_urls(Some(role.logouts.iter().map(ToString::to_string).collect()))
    }

    fn verdict(name: &str, stored: UserPoolClientTypeBuilder) -> Result<(), String> {
        let role = find(name).unwrap();
        check(role, &role.scopes(true), role.secret, &stored.build())
    }

    #[test]
    fn what_is_stored_as_asked_is_fine() {
        for name in ["machine", "web", "public", "implicit", "no-oauth", "machine-switched-off"] {
            assert_eq!(verdict(name, stored(find(name).unwrap())), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_dropped_setting_is_named() {
        let rotating = find("rotating-grace").unwrap();
        let dropped = "the target does not keep RefreshTokenRotation";
        assert_eq!(verdict(rotating.name, stored(rotating)).unwrap_err(), dropped);
        let rotation = |grace| {
            RefreshTokenRotationType::builder()
                .feature(FeatureType::Enabled)
                .set_retry_grace_period_seconds(grace)
                .build()
                .unwrap()
        };
        let without_grace = stored(rotating).refresh_token_rotation(rotation(None));
        assert_eq!(verdict(rotating.name, without_grace).unwrap_err(), dropped);
        let whole = stored(rotating).refresh_token_rotation(rotation(Some(60)));
        assert_eq!(verdict(rotating.name, whole), Ok(()));
        let at_once = stored(find("rotating").unwrap()).refresh_token_rotation(rotation(None));
        assert_eq!(verdict("rotating", at_once), Ok(()));

        let empty = verdict("web", UserPoolClientType::builder()).unwrap_err();
        assert_eq!(
            empty,
            "the target does not keep AllowedOAuthFlows, AllowedOAuthFlowsUserPoolClient, AllowedOAuthScopes, \
             CallbackURLs, LogoutURLs"
        );
        let short = find("short-lived").unwrap();
        assert_eq!(
            verdict(short.name, stored(short)).unwrap_err(),
            "the target does not keep TokenValidityUnits"
        );
    }

    #[test]
    fn secrets_are_there_when_asked_for() {
        let public = find("public").unwrap();
        let kept = check(public, &public.scopes(true), true, &stored(public).build());
        assert!(kept.unwrap_err().contains("asked for none"));
        let web = find("web").unwrap();
        let kept = check(web, &web.scopes(true), false, &stored(web).build());
        assert_eq!(kept.unwrap_err(), "the target does not keep GenerateSecret");
    }

    #[test]
    fn lifetimes_have_units_and_defaults() {
        let plain = lifetimes(&UserPoolClientType::builder().build());
        assert_eq!(plain, Lifetimes { access: HOUR, id: HOUR, refresh: 30 * DAY });
        let units = TokenValidityUnitsType::builder()
            .access_token(TimeUnitsType::Minutes)
            .refresh_token(TimeUnitsType::Seconds)
            .build();
        let set = UserPoolClientType::builder()
            .access_token_validity(5)
            .id_token_validity(2)
            .refresh_token_validity(3600)
            .token_validity_units(units);
        assert_eq!(lifetimes(&set.build()), Lifetimes { access: 300, id: 2 * HOUR, refresh: HOUR });
    }
}
