//! Tokens: what a target's guards are sent. Genuine ones are kept in a wallet or minted, others are forged or damaged
//! from them.

mod damage;
mod der;
mod elliptic;
mod foreign;
pub mod issuer;
pub mod jar;
mod keys;
mod members;
mod mint;
mod mutate;
mod realm;
mod wallet;

#[cfg(test)]
pub(crate) mod tests;

pub use issuer::{Issuer, IssuerOptions};
pub use keys::PublicKey;
pub use mint::{Mint, Profile};
pub use realm::{Kind, Realm};
pub use wallet::Wallet;
