//! The double over HTTP, as a suite meets it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod claims;
mod client_credentials;
mod code;
mod endpoints;
mod faults;
mod faults_of_authorize;
mod faults_of_token;
mod guard_caches;
mod guard_http;
mod guard_rest;
mod guard_rs;
mod management;
mod refresh;
mod sign_in;
mod support;
mod transport;
