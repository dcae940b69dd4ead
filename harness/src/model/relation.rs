//! Relations between values of one answer that hold whatever the values are.

use super::scenario::Token;

/// Something that is true of the values of an answer, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// A claim is the same in ID token and access token.
    SameInBoth(&'static str),
    /// A claim is another one in ID token and access token.
    OtherInBoth(&'static str),
    /// ID token and access token name different keys.
    OtherKeys,
    /// `iat` is `auth_time`, within a second.
    IssuedAtSignIn(Token),
    /// `expires_in` is `exp` − `iat` of the access token, within a second.
    ExpiresInIsLifetime,
    /// `at_hash` is the left half of the SHA-256 of the access token (`OpenID` Connect Core section 3.1.3.6).
    AccessTokenHash,
    /// Two claims of a token are the same.
    SameClaims(Token, &'static str, &'static str),
    /// A claim is an array of texts.
    ArrayOfTexts(Token, &'static str),
    /// A claim is a number.
    Number(Token, &'static str),
    /// A claim, where it is there, is a text.
    TextIfAny(Token, &'static str),
    /// A claim, where it is there, is an array of texts.
    ArrayOfTextsIfAny(Token, &'static str),
    /// A claim is there, with the same value, if and only if it was in an earlier step.
    KeptSince(Token, &'static str, &'static str),
    /// The refresh token is a text and no signed token of three parts.
    OpaqueRefreshToken,
}

/// A number of seconds in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// `exp` − `iat` of a token.
    Lifetime(Token),
    /// The member `expires_in`.
    ExpiresIn,
}
