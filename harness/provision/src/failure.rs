//! Errors of the SDK as one line that is safe to show: what the target said, never what was sent to it.

use std::error::Error;
use std::fmt;

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use poolproof_harness::model::text::one_line;
use poolproof_harness::observe::fragments::Fragments;
use poolproof_harness::observe::redact::{HIDDEN, mask};

/// Why one call of the API did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: Option<String>,
    message: String,
    answered: bool,
    definite: bool,
}

impl Refusal {
    /// A reason of our own, about an answer that came but did not hold what it should.
    pub(crate) fn because(message: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), answered: true, definite: false }
    }

    /// The same with every one of these texts blotted out in whatever form, for messages that quote what was sent.
    #[must_use]
    pub(crate) fn hiding(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            self.message = self.message.replace(secret, HIDDEN);
        }
        let pieces = Fragments::of(secrets.iter().copied());
        self.message = pieces.hide(&self.message).into_owned();
        self.code = self.code.map(|code| pieces.hide(&code).into_owned());
        self
    }

    /// Whether the target answered at all.
    pub(crate) const fn was_answered(&self) -> bool {
        self.answered
    }

    /// Whether the target refused with a status that says that nothing was done.
    pub(crate) const fn is_definite(&self) -> bool {
        self.definite
    }

    /// Whether the thing that was named does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        // The one of Cognito, the other of API Gateway.
        self.has_code("ResourceNotFoundException") || self.has_code("NotFoundException")
    }

    /// Whether the target refused with this error code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A target may send back whatever it was sent, or a secret that it made.
        let message = one_line(&mask(self.message.trim()));
        match self.code.as_deref().map(|code| one_line(&mask(code))) {
            None => write!(out, "{message}"),
            Some(code) if message.is_empty() => write!(out, "{code}"),
            Some(code) => write!(out, "{code}: {message}"),
        }
    }
}

impl<E> From<SdkError<E>> for Refusal
where
    E: ProvideErrorMetadata + Error + 'static,
{
    fn from(error: SdkError<E>) -> Self {
        let unanswered = |message: &str| Self {
            code: None,
            message: message.to_owned(),
            answered: false,
            definite: false,
        };
        let answered = |status: u16, message: String| Self {
            code: None,
            message,
            answered: true,
            definite: (400..500).contains(&status) || status == 501,
        };
        match &error {
            SdkError::TimeoutError(_) => unanswered("no answer in time"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => unanswered("no answer in time"),
            SdkError::DispatchFailure(failure) if failure.is_io() => unanswered("cannot be reached"),
            // What is left is mostly a chain of credentials without an end.
            SdkError::DispatchFailure(_) => unanswered(&format!(
                "the request could not be sent; are there AWS credentials for it? {}",
                second_cause(&error)
            )),
            SdkError::ConstructionFailure(_) => {
                unanswered(&format!("the request could not be made: {}", second_cause(&error)))
            }
            SdkError::ServiceError(context) => {
                let status = context.raw().status().as_u16();
                match error.code() {
                    Some(code) => Self {
                        code: Some(code.to_owned()),
                        message: error.message().unwrap_or_default().to_owned(),
                        ..answered(status, String::new())
                    },
                    None => {
                        answered(status, format!("HTTP status {status} without an error code of the API"))
                    }
                }
            }
            SdkError::ResponseError(context) => {
                let status = context.raw().status().as_u16();
                answered(status, format!("HTTP status {status} with a body that is no answer of the API"))
            }
            _ => unanswered("the call failed"),
        }
    }
}

/// The cause below the kind of an error. Not the ones further down: those may quote what a helper program of the user
/// printed.
fn second_cause(error: &dyn Error) -> String {
    let first = error.source();
    first.and_then(Error::source).or(first).map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_harmless_line() {
        let refusal =
            Refusal { code: Some("Invalid\u{1b}[2J".to_owned()), ..Refusal::because("first\nsecond") };
        assert_eq!(refusal.to_string(), r"Invalid\u{1b}[2J: first\u{a}second");
    }

    #[test]
    fn what_was_made_of_what_was_sent_is_blotted_out_too() {
        let sent = "Pa5-sw0rd.Xk9_q2";
        let refusal = Refusal {
            code: Some(sent.to_lowercase()),
            ..Refusal::because(format!("no {}!", sent.to_uppercase()))
        };
        assert_eq!(refusal.hiding(&[sent]).to_string(), "<hidden>: no <hidden>!");
        let long = "c2VjcmV0IHRoYXQgbm9ib2R5IGtub3dz1";
        let refusal = Refusal { code: Some(long.to_owned()), ..Refusal::because(long) };
        assert_eq!(refusal.to_string(), "<hidden>: <hidden>");
    }

    #[test]
    fn what_was_sent_is_blotted_out() {
        let refusal = Refusal::because("Value 'hunter2' at 'password' is bad").hiding(&["", "hunter2"]);
        assert_eq!(refusal.to_string(), "Value '<hidden>' at 'password' is bad");
    }
}
