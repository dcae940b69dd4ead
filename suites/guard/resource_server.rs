//! A service that verifies tokens itself.
