//! The scenarios of poolproof, by endpoint. They describe; the engine in `poolproof-harness` runs them.

pub mod authorize;
mod browser;
pub mod claims;
pub mod discovery;
mod flow;
pub mod guard;
pub mod lifecycle;
pub mod login;
pub mod logout;
pub mod revoke;
mod service;
pub mod token;
pub mod userinfo;
pub mod wiring;

pub use poolproof_harness::entry::TrustedIssuer;
pub use service::Service;

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
    authorize::redirects::SUITE,
    authorize::clients::SUITE,
    authorize::params::SUITE,
    authorize::scopes::SUITE,
    authorize::pkce::SUITE,
    authorize::implicit::SUITE,
    authorize::resource::SUITE,
    authorize::session::SUITE,
    login::page::SUITE,
    login::sign_in::SUITE,
    login::refused::SUITE,
    logout::redirect::SUITE,
    logout::refused::SUITE,
    logout::session::SUITE,
    revoke::requests::SUITE,
    revoke::clients::SUITE,
    revoke::effects::SUITE,
    userinfo::bearer::SUITE,
    userinfo::tokens::SUITE,
    userinfo::ended::SUITE,
    userinfo::claims::SUITE,
    discovery::openid_configuration::SUITE,
    discovery::jwks::SUITE,
    claims::header::SUITE,
    claims::id::SUITE,
    claims::access::SUITE,
    claims::machine::SUITE,
    claims::session::SUITE,
    claims::username::SUITE,
    claims::attributes::SUITE,
    claims::groups::SUITE,
    claims::scope::SUITE,
    claims::lifetime::SUITE,
    lifecycle::client::SUITE,
    lifecycle::user::SUITE,
    lifecycle::tokens::SUITE,
    lifecycle::changes::SUITE,
    guard::rest::transport::SUITE,
    guard::rest::token::SUITE,
    guard::rest::time::SUITE,
    guard::rest::issuer::SUITE,
    guard::rest::audience::SUITE,
    guard::rest::scopes::SUITE,
    guard::rest::revocation::SUITE,
    guard::rest::route::SUITE,
    guard::rest::key_and_policy::SUITE,
    guard::rest::cors::SUITE,
    guard::rest::size::SUITE,
    guard::rest::backend::SUITE,
    guard::http::transport::SUITE,
    guard::http::token::SUITE,
    guard::http::signature::SUITE,
    guard::http::time::SUITE,
    guard::http::issuer::SUITE,
    guard::http::audience::SUITE,
    guard::http::scopes::SUITE,
    guard::http::revocation::SUITE,
    guard::http::keys::SUITE,
    guard::http::route::SUITE,
    guard::http::cors::SUITE,
    guard::http::headers::SUITE,
    guard::http::backend::SUITE,
    guard::resource_server::transport::SUITE,
    guard::resource_server::format::SUITE,
    guard::resource_server::robust::SUITE,
    guard::resource_server::alg::SUITE,
    guard::resource_server::key::SUITE,
    guard::resource_server::keys::SUITE,
    guard::resource_server::time::SUITE,
    guard::resource_server::issuer::SUITE,
    guard::resource_server::client::SUITE,
    guard::resource_server::token_use::SUITE,
    guard::resource_server::scope::SUITE,
    guard::resource_server::revocation::SUITE,
    guard::resource_server::cors::SUITE,
];
