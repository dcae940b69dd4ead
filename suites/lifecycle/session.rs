//! What the model remembers of a user, a code and the tokens that descend from it, and how it reads requests.

use poolproof_harness::prelude::*;

/// The user of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Account {
    #[default]
    Absent,
    Enabled,
    Disabled,
    Deleted,
}

/// Why all tokens of a sign-in are refused for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Revoked,
    SignedOut,
    Disabled,
    Deleted,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Fresh,
    /// It was sent, and no fact says whether that used it up.
    InDoubt,
    Used,
}

/// The tokens of one answer.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    /// The step that brought them.
    pub(super) step: String,
    pub(super) issued: u64,
    /// When the refresh token ends: a successor has the time that was left.
    pub(super) refresh_until: u64,
    /// Whether a refresh token came with them.
    pub(super) refresh: bool,
    /// Whether they must have come.
    pub(super) sure: bool,
    /// How often the refresh token was used.
    pub(super) used: u32,
    /// Whether a successor was handed out.
    pub(super) rotated_out: bool,
}

/// One sign-in with everything that descends from it.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) at: u64,
    pub(super) code: Code,
    /// Whether something happened to the user before the code was redeemed.
    pub(super) overtaken: bool,
    pub(super) end: Option<End>,
    /// Whether no fact says if its tokens are still good.
    pub(super) doubtful: bool,
    pub(super) tokens: Vec<Tokens>,
}

/// A field of a form.
pub(super) fn field<'a>(request: &'a Request, name: &str) -> Option<&'a Value> {
    match &request.body {
        Body::Form(fields) => fields.iter().find(|(present, _)| present == name).map(|(_, value)| value),
        Body::None | Body::Text(_) => None,
    }
}

/// The token of a bearer header.
pub(super) fn bearer(request: &Request) -> Option<&Value> {
    match request.headers.iter().find(|(name, _)| name == "Authorization") {
        Some((_, Value::Joined(parts))) => parts.last(),
        _ => None,
    }
}
