//! `GET /oauth2/authorize`.

pub mod session;
