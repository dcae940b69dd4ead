//! The client of the AWS SDK for one place.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Builder, Config, Credentials, Region};
use poolproof_harness::target::provisioner::Place;
use url::{Host, Url};

/// The longest time for one call with all its attempts.
const CALL: Duration = Duration::from_secs(10);
/// The longest time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The longest time for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// The pause before each call to a real account: Cognito allows 5 client operations a second on one pool, and 15 on
/// all of an account.
const REAL_PAUSE: Duration = Duration::from_millis(250);

/// A client of the API with the speed at which it may be used.
pub(crate) struct Session {
    /// The client.
    pub(crate) api: Client,
    /// How many things may be created at the same time.
    pub(crate) width: usize,
    pause: Duration,
    real: bool,
}

impl Session {
    /// A session with a place. On a real account the usual chain looks for credentials, which may need the network.
    ///
    /// # Errors
    /// The place cannot be used as it is described.
    pub(crate) async fn open(place: &Place) -> Result<Self, String> {
        check(place)?;
        let region = Region::new(place.region.clone());
        if place.real {
            let shared = aws_config::defaults(BehaviorVersion::latest()).region(region).load().await;
            let builder = aws_sdk_cognitoidentityprovider::config::Builder::from(&shared);
            let builder = place.endpoint.iter().fold(builder, Builder::endpoint_url);
            let api = Client::from_conf(bounded(builder, 4, Duration::from_millis(500)));
            return Ok(Self { api, width: 1, pause: REAL_PAUSE, real: true });
        }
        // Nothing of the user's own AWS settings must reach an emulator, so the configuration is built from scratch:
        // no profile, no credentials chain, no instance metadata.
        let builder = Config::builder()
            .behavior_version(behavior(place))
            .region(region)
            .credentials_provider(Credentials::new("test", "test", None, None, "poolproof"));
        let builder = place.endpoint.iter().fold(builder, Builder::endpoint_url);
        let api = Client::from_conf(bounded(builder, 2, Duration::from_millis(50)));
        Ok(Self { api, width: 4, pause: Duration::ZERO, real: false })
    }

    /// Whether this is a real account.
    pub(crate) const fn is_real(&self) -> bool {
        self.real
    }

    /// Waits as long as the quotas of the place ask for before the next call.
    pub(crate) async fn pace(&self) {
        if !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
    }
}

fn check(place: &Place) -> Result<(), String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if place.target.is_empty() || place.target.len() > 64 || !place.target.chars().all(plain) {
        return Err(format!(
            "{:?} cannot be part of the name of a pool; write a target name of 1 to 64 letters, digits, '-', '_' and '.'",
            place.target
        ));
    }
    if place.region.is_empty() || !place.region.chars().all(plain) {
        return Err(format!("{:?} is no AWS Region; write one such as \"us-east-1\"", place.region));
    }
    match &place.endpoint {
        None if !place.real => Err(
            "the target has no endpoint of the management API; write its URL, such as \"http://127.0.0.1:4566\", \
             or mark the target as a real account"
                .to_owned(),
        ),
        Some(endpoint) if !is_http(endpoint) => {
            Err(format!("{endpoint:?} is no endpoint of the management API; write an http or https URL"))
        }
        _ => Ok(()),
    }
}

fn is_http(endpoint: &str) -> bool {
    Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// What is on this machine is reached without any proxy, whatever the environment says: the last behaviour of the SDK
/// that does so. Its other differences are settings that are made here anyway.
fn behavior(place: &Place) -> BehaviorVersion {
    let url = place.endpoint.as_deref().and_then(|endpoint| Url::parse(endpoint).ok());
    let loopback = match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    if loopback {
        #[expect(deprecated, reason = "a newer one reads HTTP_PROXY")]
        BehaviorVersion::v2025_01_17()
    } else {
        BehaviorVersion::latest()
    }
}

fn bounded(builder: Builder, attempts: u32, backoff: Duration) -> Config {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(CALL)
        .build();
    let retries = RetryConfig::standard().with_max_attempts(attempts).with_initial_backoff(backoff);
    builder.timeout_config(timeouts).retry_config(retries).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            target: "local".to_owned(),
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            region: "us-east-1".to_owned(),
            real: false,
            journals: "journals".into(),
            run: None,
        }
    }

    #[test]
    fn a_place_says_what_is_wrong_with_it() {
        assert_eq!(check(&place()), Ok(()));
        let nameless = Place { target: "a/b".to_owned(), ..place() };
        assert!(check(&nameless).unwrap_err().contains("target name"));
        let lost = Place { endpoint: None, ..place() };
        assert!(check(&lost).unwrap_err().contains("real account"));
        assert_eq!(check(&Place { real: true, ..lost }), Ok(()));
        let odd = Place { endpoint: Some("localhost:1".to_owned()), ..place() };
        assert!(check(&odd).unwrap_err().contains("http"));
        let clipped = Place { endpoint: Some("127.0.0.1:1".to_owned()), ..place() };
        assert!(check(&clipped).unwrap_err().contains("http"));
        let nowhere = Place { region: String::new(), ..place() };
        assert!(check(&nowhere).unwrap_err().contains("Region"));
    }
}
