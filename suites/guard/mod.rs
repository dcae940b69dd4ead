//! What is guarded by tokens: REST APIs, HTTP APIs, and services that verify tokens themselves.

pub mod http;
mod outlived;
pub mod resource_server;
pub mod rest;
