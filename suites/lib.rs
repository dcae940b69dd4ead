//! The scenarios of poolproof, by endpoint. They describe; the engine in `poolproof-harness` runs them.

mod flow;
pub mod lifecycle;
pub mod token;
pub mod wiring;

use poolproof_harness::prelude::Suite;

/// Every suite, in the order in which reports show them.
pub const ALL: &[Suite] = &[
    token::transport::SUITE,
    token::parameters::SUITE,
    token::client_auth::SUITE,
    token::basic_header::SUITE,
    token::client_credentials::SUITE,
    token::scopes::SUITE,
    token::code::SUITE,
    token::redirect::SUITE,
    token::pkce::SUITE,
    token::refresh::SUITE,
    token::refresh_refused::SUITE,
    token::rotation::SUITE,
    token::ended::SUITE,
    token::headers::SUITE,
    token::precedence::SUITE,
    lifecycle::client::SUITE,
    lifecycle::user::SUITE,
    lifecycle::tokens::SUITE,
    lifecycle::changes::SUITE,
];
