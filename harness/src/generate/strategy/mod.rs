//! Generators of input classes that several suites share.
//!
//! None of them knows a fixture: what depends on one is a [`crate::model::value::Value`] that names it. Every value
//! that may go into a header is visible ASCII, and everything shrinks towards what a client would ordinarily send.

mod auth;
pub mod forgery;
mod form;
mod grant;
mod json;
mod media;
mod opaque;
mod order;
mod pkce;
mod redirect;
mod scope;
mod secret;
mod sequence;
mod state;
mod text;
mod token;
pub(in crate::generate) mod turn;
mod user;

pub use auth::{
    auth_style, bearer_credentials, no_colon_credentials, not_base64_credentials, unknown_client_id,
};
pub use form::{duplicated_field, extra_fields};
pub use grant::{grant_type_in_other_case, unknown_grant_type, unknown_response_type};
pub use json::{json_object, not_json, token_request_as_json};
pub use media::{form_with_charset, odd_accept, origin, wrong_content_type};
pub use opaque::{nonce_text, opaque_text};
pub use order::{Order, order};
pub use pkce::{other_verifier, short_verifier, verifier};
pub use redirect::{look_alike_host, redirect_elsewhere, redirect_near_miss, redirect_near_misses};
pub use scope::{
    all_of, api_scope, api_scopes, listed, malformed_scope, oidc_scopes, some_of, sometimes, unknown_scope,
    with,
};
pub use secret::{secret_text, wrong_secret};
pub use sequence::sequence;
pub use state::state_text;
pub use token::{jwt_like, malformed_code, refresh_garbage, tampering, unknown_code};
pub use turn::in_turn;
pub use user::{THROWAWAY_PASSWORD, throwaway_username, wrong_password};
