//! Tokens: what a target's guards are sent. Genuine ones are kept in a wallet, others are forged or damaged from them.

mod wallet;

pub use wallet::Wallet;
