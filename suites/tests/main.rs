//! The finished binary and the libtest front from outside, as their users meet them: command lines and environment in,
//! exit codes, texts and files out.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod account;
mod canary;
mod commands;
mod config;
mod coverage;
mod failing;
mod folders;
mod fooled;
mod forgotten;
mod front;
mod guarding;
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
mod selftest;
mod snapshots;
mod support;
mod tidy;
