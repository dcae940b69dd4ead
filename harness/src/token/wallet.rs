//! The genuine tokens of one guard, and what forging needs.

use std::collections::BTreeMap;

use crate::model::jwt::{Genuine, Jwt};

/// The genuine tokens of one guard.
#[derive(Clone, Default)]
pub struct Wallet {
    /// Those that were got from a pool.
    tokens: BTreeMap<Genuine, String>,
}

impl Wallet {
    /// A wallet with these tokens.
    pub const fn new(tokens: BTreeMap<Genuine, String>) -> Self {
        Self { tokens }
    }

    /// Why there is no such token, if there is none.
    pub fn lacks(&self, genuine: Genuine) -> Option<String> {
        (!self.tokens.contains_key(&genuine)).then(|| format!("there is no {genuine} token"))
    }

    /// Puts a token together.
    ///
    /// # Errors
    /// What is missing for it.
    pub fn token(&self, jwt: &Jwt) -> Result<String, String> {
        self.tokens
            .get(&jwt.genuine)
            .filter(|_| jwt.changes.is_empty())
            .cloned()
            .ok_or_else(|| format!("the guard has no {} token", jwt.genuine))
    }
}
