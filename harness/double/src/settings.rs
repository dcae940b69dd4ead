//! Settings of an app client, in the shape the management API reads and writes.

use serde::{Deserialize, Serialize};

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// The settings part of `UserPoolClientType` (AWS API reference). Unknown members are left aside.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ClientSettings {
    pub(crate) client_name: String,
    #[serde(rename = "AllowedOAuthFlows")]
    pub(crate) flows: Vec<String>,
    #[serde(rename = "AllowedOAuthScopes")]
    pub(crate) scopes: Vec<String>,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub(crate) oauth_enabled: bool,
    #[serde(rename = "CallbackURLs")]
    pub(crate) callbacks: Vec<String>,
    #[serde(rename = "LogoutURLs")]
    pub(crate) logouts: Vec<String>,
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub(crate) default_redirect: Option<String>,
    pub(crate) explicit_auth_flows: Vec<String>,
    pub(crate) supported_identity_providers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) write_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_token_validity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token_validity: Option<u64>,
    pub(crate) refresh_token_validity: u64,
    pub(crate) token_validity_units: ValidityUnits,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token_rotation: Option<Rotation>,
    pub(crate) enable_token_revocation: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prevent_user_existence_errors: Option<String>,
    pub(crate) auth_session_validity: u64,
}

/// Units of the three validity periods: `seconds`, `minutes`, `hours` or `days`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ValidityUnits {
    #[serde(skip_serializing_if = "Option::is_none", rename = "AccessToken")]
    pub(crate) access: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "IdToken")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "RefreshToken")]
    pub(crate) refresh: Option<String>,
}

/// Refresh token rotation of a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rotation {
    pub(crate) feature: String,
    #[serde(default)]
    pub(crate) retry_grace_period_seconds: u64,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            client_name: String::new(),
            flows: Vec::new(),
            scopes: Vec::new(),
            oauth_enabled: false,
            callbacks: Vec::new(),
            logouts: Vec::new(),
            default_redirect: None,
            explicit_auth_flows: Vec::new(),
            supported_identity_providers: Vec::new(),
            read_attributes: None,
            write_attributes: None,
            access_token_validity: None,
            id_token_validity: None,
            refresh_token_validity: 30,
            token_validity_units: ValidityUnits::default(),
            refresh_token_rotation: None,
            enable_token_revocation: true,
            prevent_user_existence_errors: None,
            auth_session_validity: 3,
        }
    }
}

impl ClientSettings {
    /// True when the client may use this OAuth flow: `code`, `implicit` or `client_credentials`.
    pub(crate) fn lists_flow(&self, flow: &str) -> bool {
        self.flows.iter().any(|listed| listed == flow)
    }

    /// True when this `ALLOW_…` flow is among the explicit ones. Without any, the documented default set applies.
    pub(crate) fn lists_explicit(&self, flow: &str) -> bool {
        const DEFAULTS: [&str; 3] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];
        if self.explicit_auth_flows.is_empty() {
            return DEFAULTS.contains(&flow);
        }
        self.explicit_auth_flows.iter().any(|listed| listed == flow)
    }

    /// Lifetime of access tokens in seconds, one hour by default (`claims.lifetime.ranges`).
    pub(crate) fn access_seconds(&self) -> u64 {
        let unit = self.token_validity_units.access.as_deref();
        in_seconds(self.access_token_validity, unit, HOUR, HOUR)
    }

    /// Lifetime of ID tokens in seconds, one hour by default.
    pub(crate) fn id_seconds(&self) -> u64 {
        let unit = self.token_validity_units.id.as_deref();
        in_seconds(self.id_token_validity, unit, HOUR, HOUR)
    }

    /// Lifetime of refresh tokens in seconds, thirty days by default.
    pub(crate) fn refresh_seconds(&self) -> u64 {
        let unit = self.token_validity_units.refresh.as_deref();
        in_seconds(Some(self.refresh_token_validity), unit, DAY, 30 * DAY)
    }

    /// The retry grace period in seconds when rotation is on.
    pub(crate) fn rotation_grace(&self) -> Option<u64> {
        self.refresh_token_rotation
            .as_ref()
            .filter(|rotation| rotation.feature == "ENABLED")
            .map(|rotation| rotation.retry_grace_period_seconds)
    }

    /// True when the client may refresh tokens (`token.refresh.not-allowed`).
    pub(crate) fn may_refresh(&self) -> bool {
        self.rotation_grace().is_some() || self.lists_explicit("ALLOW_REFRESH_TOKEN_AUTH")
    }

    /// True when the client may read this user attribute; without a list it may read all.
    pub(crate) fn may_read(&self, attribute: &str) -> bool {
        self.read_attributes
            .as_ref()
            .is_none_or(|listed| listed.is_empty() || listed.iter().any(|one| one == attribute))
    }
}

/// A validity period in seconds; 0 stands for "not set", as in the API.
fn in_seconds(value: Option<u64>, unit: Option<&str>, usual_unit: u64, default: u64) -> u64 {
    let factor = match unit {
        Some("seconds") => 1,
        Some("minutes") => MINUTE,
        Some("hours") => HOUR,
        Some("days") => DAY,
        _ => usual_unit,
    };
    match value {
        None | Some(0) => default,
        Some(value) => value.saturating_mul(factor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_in_the_api_shape() {
        let settings: ClientSettings = serde_json::from_str(
            r#"{"ClientName":"c","AllowedOAuthFlows":["code"],"AccessTokenValidity":5,"RefreshTokenValidity":60,
                "TokenValidityUnits":{"AccessToken":"minutes","RefreshToken":"minutes"},"Unknown":1,
                "RefreshTokenRotation":{"Feature":"ENABLED","RetryGracePeriodSeconds":9}}"#,
        )
        .unwrap();
        assert!(settings.lists_flow("code"));
        assert_eq!(settings.access_seconds(), 300);
        assert_eq!(settings.id_seconds(), 3_600);
        assert_eq!(settings.refresh_seconds(), 3_600);
        assert_eq!(settings.rotation_grace(), Some(9));
        assert!(settings.enable_token_revocation);
        assert!(settings.lists_explicit("ALLOW_REFRESH_TOKEN_AUTH"));
    }
}
