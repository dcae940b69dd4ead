//! What is guarded by tokens: REST APIs, HTTP APIs, and services that verify tokens themselves.

pub mod http;
pub mod resource_server;
pub mod rest;
