//! An embedded double of an Amazon Cognito user pool domain.
//!
//! The double follows the documented behaviour of the OAuth 2.0 and `OpenID` Connect endpoints of a user pool, of its
//! sign-in pages and of as much of the management API as a test run needs. It is written from the documentation and
//! never reads the facts or the snapshots of the suite: a suite that shared tables with its double would agree with
//! its own mistakes.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let double = poolproof_double::Double::start().await?;
//! let fixture = double.fixture_json(); // pools, app clients and users to test with
//! double.clock().advance(std::time::Duration::from_secs(301)); // every open code is now too old
//! # drop(fixture);
//! # Ok(())
//! # }
//! ```

mod answer;
mod attributes;
mod authorize;
mod call;
mod claims;
mod clock;
mod discovery;
mod fault;
mod fixture;
mod form;
mod front;
mod guard;
mod ids;
mod keys;
mod login;
mod logout;
mod management;
mod oauth_error;
mod pages;
mod pool;
mod revoke;
mod scope;
mod seed;
mod server;
mod settings;
mod state;
mod token;
mod trusted;
mod userinfo;

pub use clock::Clock;
pub use fault::{Class, Fault, UnknownFault};
pub use server::{Double, Options};
