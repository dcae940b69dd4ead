//! A REST API of API Gateway with a `COGNITO_USER_POOLS` authorizer.

pub mod transport;
