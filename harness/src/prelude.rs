//! What a suite needs to describe its scenarios, and nothing else.

pub use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop};
pub use proptest::prop_oneof;
pub use serde_json::json;

pub use crate::generate::strategy::*;
pub use crate::model::case::{
    Action, ApiCall, Capture, Case, ClientSettings, Omission, Operation, Purpose, SignIn, Source, Step,
};
pub use crate::model::edit::Edit;
pub use crate::model::endpoint::Endpoint;
pub use crate::model::guard::{GuardNeed, TokenKind};
pub use crate::model::jwt::{Change, Damage, Genuine, Jwt, KeyForm, Signer};
pub use crate::model::need::{Grant, Need};
pub use crate::model::prediction::{Expected, Model, Prediction, Sign};
pub use crate::model::relation::{Relation, Span};
pub use crate::model::request::{AuthStyle, Body, FORM, Request, TOKEN_HEADER};
pub use crate::model::scenario::{Effort, Field, Scenario, Suite, Token};
pub use crate::model::value::{Slot, Value};
