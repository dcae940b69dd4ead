//! An HTTP API of API Gateway with a JWT authorizer.
