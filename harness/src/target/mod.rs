//! Where requests go: `targets.toml`, how a target is started, and who creates its fixtures.

pub mod provisioner;
