//! Relations between the values of one answer.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use super::claims;
use super::view::View;
use crate::model::relation::{Relation, Span};
use crate::model::scenario::Token;

/// Clocks of the parts of a service may be a second apart.
const DRIFT: u64 = 1;

/// The relation as an observation names it.
pub(super) fn name(relation: Relation) -> String {
    match relation {
        Relation::SameInBoth(claim) => format!("{claim} is the same in both tokens"),
        Relation::OtherInBoth(claim) => format!("{claim} is another one in each token"),
        Relation::OtherKeys => "each token has a key of its own".to_owned(),
        Relation::IssuedAtSignIn(token) => format!("{} iat is auth_time", token.member()),
        Relation::ExpiresInIsLifetime => "expires_in is exp - iat".to_owned(),
        Relation::AccessTokenHash => "at_hash is that of the access token".to_owned(),
        Relation::SameClaims(token, one, other) => format!("{} {one} is {other}", token.member()),
        Relation::ArrayOfTexts(token, claim) => format!("{} {claim} is an array of texts", token.member()),
        Relation::Number(token, claim) => format!("{} {claim} is a number", token.member()),
        Relation::TextIfAny(token, claim) => format!("{} {claim}, if any, is a text", token.member()),
        Relation::ArrayOfTextsIfAny(token, claim) => {
            format!("{} {claim}, if any, is an array of texts", token.member())
        }
        Relation::KeptSince(token, claim, step) => format!("{} {claim} is as in {step}", token.member()),
        Relation::OpaqueRefreshToken => "the refresh token is opaque".to_owned(),
    }
}

/// The number as an observation names it.
pub(super) fn span_name(span: Span) -> String {
    match span {
        Span::Lifetime(token) => format!("{} lifetime", token.member()),
        Span::ExpiresIn => "expires_in".to_owned(),
    }
}

fn is_array_of_texts(value: &Json) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Json::is_string))
}

impl View<'_> {
    /// `yes`, `no`, or why there is nothing to compare.
    pub(super) fn holds(&self, relation: Relation) -> String {
        match self.compared(relation) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "(nothing to compare)",
        }
        .to_owned()
    }

    fn compared(&self, relation: Relation) -> Option<bool> {
        let value = |token, name: &str| self.claims_of(token)?.remove(name);
        let number = |token, name: &str| value(token, name)?.as_u64();
        Some(match relation {
            Relation::SameInBoth(claim) => value(Token::Id, claim)? == value(Token::Access, claim)?,
            Relation::OtherInBoth(claim) => value(Token::Id, claim)? != value(Token::Access, claim)?,
            Relation::OtherKeys => self.key_id(Token::Id)? != self.key_id(Token::Access)?,
            Relation::IssuedAtSignIn(token) => {
                number(token, "iat")?.abs_diff(number(token, "auth_time")?) <= DRIFT
            }
            Relation::ExpiresInIsLifetime => {
                let lifetime = self.lifetime(Token::Access)?;
                self.member("expires_in")?.as_u64()?.abs_diff(lifetime) <= DRIFT
            }
            Relation::AccessTokenHash => {
                let hash = digest::digest(&digest::SHA256, self.text("access_token")?.as_bytes());
                value(Token::Id, "at_hash")? == URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
            }
            Relation::SameClaims(token, one, other) => value(token, one)? == value(token, other)?,
            Relation::ArrayOfTexts(token, claim) => is_array_of_texts(&value(token, claim)?),
            Relation::Number(token, claim) => value(token, claim)?.is_number(),
            Relation::TextIfAny(token, claim) => {
                self.claims_of(token)?.get(claim).is_none_or(Json::is_string)
            }
            Relation::ArrayOfTextsIfAny(token, claim) => {
                self.claims_of(token)?.get(claim).is_none_or(is_array_of_texts)
            }
            Relation::KeptSince(token, claim, step) => {
                let then = self.earlier(step).and_then(|view| view.claims_of(token))?.remove(claim);
                self.claims_of(token)?.remove(claim) == then
            }
            Relation::OpaqueRefreshToken => claims::parts(self.text("refresh_token")?).is_none(),
        })
    }

    fn lifetime(&self, token: Token) -> Option<u64> {
        let claims = self.claims_of(token)?;
        let number = |name: &str| claims.get(name).and_then(Json::as_u64);
        number("exp")?.checked_sub(number("iat")?)
    }

    /// Whether a number is the one that the case was made with.
    pub(super) fn seconds(&self, span: Span, input: &str) -> String {
        let (found, missing) = match span {
            Span::Lifetime(token) if self.claims_of(token).is_some() => {
                (self.lifetime(token), "(no exp after iat)".to_owned())
            }
            Span::Lifetime(token) => (None, self.no_claims(token)),
            Span::ExpiresIn => (self.member("expires_in").and_then(Json::as_u64), "(no number)".to_owned()),
        };
        match (found, self.redactor.input(input).and_then(|text| text.parse::<u64>().ok())) {
            (None, _) => missing,
            (Some(found), Some(wanted)) if found.abs_diff(wanted) <= DRIFT => format!("<input:{input}>"),
            (Some(found), _) => format!("{found} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        let (id, access) = (Token::Id, Token::Access);
        let relations = [
            Relation::SameInBoth("a"),
            Relation::SameInBoth("b"),
            Relation::OtherInBoth("a"),
            Relation::OtherKeys,
            Relation::IssuedAtSignIn(id),
            Relation::IssuedAtSignIn(access),
            Relation::ExpiresInIsLifetime,
            Relation::AccessTokenHash,
            Relation::SameClaims(id, "a", "b"),
            Relation::ArrayOfTexts(id, "a"),
            Relation::Number(id, "a"),
            Relation::TextIfAny(id, "a"),
            Relation::ArrayOfTextsIfAny(id, "a"),
            Relation::KeptSince(id, "a", "before"),
            Relation::OpaqueRefreshToken,
        ];
        let spans = [Span::Lifetime(id), Span::Lifetime(access), Span::ExpiresIn];
        let names = relations.into_iter().map(name).chain(spans.into_iter().map(span_name));
        assert_eq!(names.collect::<BTreeSet<String>>().len(), relations.len() + spans.len());
    }
}
