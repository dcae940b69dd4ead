//! The clients of the AWS SDK for one place.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider,
};
use poolproof_harness::target::provisioner::Place;
use url::{Host, Url};

use crate::bounded::Bounded;

/// The longest time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The longest time for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// The pause before each call to a real account: Cognito allows 5 client operations a second on one pool, and 15 on
/// all of an account; API Gateway allows 10 on all of an account.
const REAL_PAUSE: Duration = Duration::from_millis(250);
/// How often one call is made, and for how long.
const EMULATOR: Patience = Patience { call: 10, attempts: 2, backoff: Duration::from_millis(50) };
const POOLS: Patience = Patience { call: 10, attempts: 4, backoff: Duration::from_millis(500) };
/// API Gateway allows one `CreateRestApi` in 3 seconds, one `CreateDeployment` in 5 and one `DeleteRestApi` in 30, and
/// nothing of that can be raised.
const APIS: Patience = Patience { call: 60, attempts: 7, backoff: Duration::from_secs(1) };

/// Clients of the APIs with the speed at which they may be used.
pub(crate) struct Session {
    /// The client of the API of user pools.
    pub(crate) api: aws_sdk_cognitoidentityprovider::Client,
    /// The client for REST APIs.
    pub(crate) rest: aws_sdk_apigateway::Client,
    /// The client for HTTP APIs.
    pub(crate) http: aws_sdk_apigatewayv2::Client,
    /// How many things may be created at the same time.
    pub(crate) width: usize,
    /// How long to wait before a call that is still throttled is made anew.
    pub(crate) throttled: Duration,
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
        let shared = shared(place).await;
        let (pools, apis) = if place.real { (POOLS, APIS) } else { (EMULATOR, EMULATOR) };
        let (pools, apis) = (bounded(&shared, pools), bounded(&shared, apis));
        let endpoint = || place.endpoint.iter();
        let api = {
            use aws_sdk_cognitoidentityprovider::{Client, config::Builder};
            Client::from_conf(
                endpoint().fold(Builder::from(&pools).interceptor(Bounded), Builder::endpoint_url).build(),
            )
        };
        let rest = {
            use aws_sdk_apigateway::{Client, config::Builder};
            Client::from_conf(
                endpoint().fold(Builder::from(&apis).interceptor(Bounded), Builder::endpoint_url).build(),
            )
        };
        let http = {
            use aws_sdk_apigatewayv2::{Client, config::Builder};
            Client::from_conf(
                endpoint().fold(Builder::from(&apis).interceptor(Bounded), Builder::endpoint_url).build(),
            )
        };
        let (width, pause, throttled) = if place.real {
            (1, REAL_PAUSE, Duration::from_secs(31))
        } else {
            (4, Duration::ZERO, Duration::from_millis(100))
        };
        Ok(Self { api, rest, http, width, throttled, pause, real: place.real })
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

/// What the clients of a place have in common.
async fn shared(place: &Place) -> SdkConfig {
    let region = Region::new(place.region.clone());
    if place.real {
        return aws_config::defaults(BehaviorVersion::latest()).region(region).load().await;
    }
    // Nothing of the user's own AWS settings must reach an emulator, so the configuration is built from scratch: no
    // profile, no credentials chain, no instance metadata.
    let credentials = Credentials::new("test", "test", None, None, "poolproof");
    SdkConfig::builder()
        .behavior_version(behavior(place))
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// How long one call may take, in seconds with all its attempts, and how they follow each other.
#[derive(Clone, Copy)]
struct Patience {
    call: u64,
    attempts: u32,
    backoff: Duration,
}

fn bounded(shared: &SdkConfig, patience: Patience) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(Duration::from_secs(patience.call))
        .build();
    let retries =
        RetryConfig::standard().with_max_attempts(patience.attempts).with_initial_backoff(patience.backoff);
    shared.to_builder().timeout_config(timeouts).retry_config(retries).build()
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
