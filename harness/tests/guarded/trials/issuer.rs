//! An issuer with keys that may be exchanged, and its opponent, who serves keys of his own.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::tokens::encoded;
use crate::guarded::forgetful::der;
use crate::guarded::{Running, run};

/// The public test keys of the double, which protect nothing.
const STORED: &str = include_str!("../../../double/src/keys.json");

/// One key pair.
pub(crate) struct Key {
    pub(crate) kid: String,
    n: String,
    secret: EncodingKey,
}

impl Key {
    fn stored(set: usize) -> Self {
        let stored: Value = serde_json::from_str(STORED).unwrap();
        let key = &stored["sets"][set]["access-token"];
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        let secret = EncodingKey::from_rsa_der(&STANDARD.decode(text("der")).unwrap());
        Self { kid: text("kid"), n: text("n"), secret }
    }

    /// The key of the issuer.
    pub(crate) fn first() -> Self {
        Self::stored(0)
    }

    /// The key that the issuer goes on to.
    pub(crate) fn next() -> Self {
        Self::stored(1)
    }

    /// A key of the opponent, under the name of the first key of the issuer.
    pub(crate) fn foreign() -> Self {
        Self { kid: Self::first().kid, ..Self::stored(2) }
    }

    pub(crate) fn public(&self) -> Value {
        json!({ "kid": self.kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": self.n, "e": "AQAB" })
    }

    pub(crate) fn modulus(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&self.n).unwrap()
    }

    /// SPKI, which is what of a certificate counts here.
    pub(crate) fn spki(&self) -> Vec<u8> {
        der::spki(&self.modulus(), &[1, 0, 1])
    }

    /// A token as Cognito makes it.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({ "kid": self.kid, "alg": "RS256" }), claims)
    }

    /// The same with this header.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&encoded(header, claims), Algorithm::RS256)
    }

    /// The same with this text before the signature.
    pub(crate) fn sign_text(&self, text: &str, algorithm: Algorithm) -> String {
        format!("{text}.{}", crypto::sign(text.as_bytes(), &self.secret, algorithm).unwrap())
    }
}

/// What the issuer serves now, and how often it was asked.
pub(crate) struct Shelf {
    pub(crate) keys: Vec<Value>,
    pub(crate) is_open: bool,
    pub(crate) asked: usize,
}

/// A running issuer.
pub(crate) struct Issuer {
    running: Running,
    pub(crate) shelf: Arc<Mutex<Shelf>>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let keys = vec![Key::first().public()];
        let shelf = Arc::new(Mutex::new(Shelf { keys, is_open: true, asked: 0 }));
        let routes = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        Self { running: run(routes).await, shelf }
    }

    /// The `iss` of its tokens.
    pub(crate) fn url(&self) -> String {
        format!("{}us-east-1_Example", self.running.url)
    }

    /// Where the opponent serves his.
    pub(crate) fn opponent(&self, file: &str) -> String {
        format!("{}opponent/{file}", self.running.url)
    }
}

async fn answer(State(shelf): State<Arc<Mutex<Shelf>>>, uri: Uri) -> Response {
    let mut shelf = shelf.lock().unwrap();
    match uri.path() {
        "/us-east-1_Example/.well-known/jwks.json" => {
            shelf.asked += 1;
            let status = if shelf.is_open { StatusCode::OK } else { StatusCode::BAD_GATEWAY };
            (status, json!({ "keys": shelf.keys }).to_string()).into_response()
        }
        "/opponent/jwks.json" => json!({ "keys": [Key::foreign().public()] }).to_string().into_response(),
        "/opponent/cert.pem" => {
            let text = STANDARD.encode(Key::foreign().spki());
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
