//! The finished binary and the libtest front from outside, as their users meet them: command lines and environment in,
//! exit codes, texts and files out.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod account;
mod bad_targets;
mod canary;
mod commands;
mod config;
mod failing;
mod fault_areas;
mod faults;
mod folders;
mod forgotten;
mod front;
mod guarding;
mod guards;
mod half_written;
mod interrupted;
mod killed;
mod libtest;
mod lifecycle;
mod masks;
mod reach;
mod reflecting;
mod secret_settings;
mod secrets;
mod seen_red;
mod server;
mod snapshots;
mod support;
mod tidy;
