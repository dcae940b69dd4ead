//! The discovery document and the keys.

use super::{Class, Fault};

faults! {
    ONE_KEY_FOR_BOTH_TOKENS = "one-key-for-both-tokens", Shape, "ID and access tokens are signed with the same key.", ["claims.header.kid-differs", "jwks.two-keys"];
    UNKNOWN_KID = "unknown-kid", Shape, "Tokens name a key that is not in the key set.", ["claims.signature"];
    SIGNATURE_OF_OTHER_KEY = "signature-of-other-key", Shape, "Tokens name one key of the set and are signed with the other.", ["claims.signature"];
    ONE_KEY_IN_SET = "one-key-in-set", Shape, "The key set has the key of ID tokens alone.", ["jwks.two-keys"];
    ANY_POOL_SERVED = "any-pool-served", Error, "There is a discovery document for pools that do not exist.", ["discovery.unknown-pool"];
    DISCOVERY_DOWN = "discovery-down", Error, "The discovery document and the key set are answered with 404 and an empty object.", ["discovery.location", "jwks.location"];
    DISCOVERY_NOT_FOR_BROWSERS = "discovery-not-for-browsers", Error, "The discovery document and the key set are answered with 406 to what a browser accepts.", ["discovery.location", "jwks.location"];
    DISCOVERY_NOT_MODIFIED = "discovery-not-modified", Error, "The discovery document and the key set are answered with 304 to any If-None-Match.", ["discovery.location", "jwks.location"];
    DISCOVERY_WITHOUT_QUERY = "discovery-without-query", Error, "The discovery document and the key set are not found with a query.", ["discovery.location", "jwks.location"];
    DISCOVERY_ISSUER_WITH_SLASH = "discovery-issuer-with-slash", Shape, "The issuer of the discovery document ends with a slash.", ["discovery.issuer.original", "discovery.issuer-match"];
    DISCOVERY_KEYS_ON_DOMAIN = "discovery-keys-on-domain", Shape, "The discovery document names a key set on the domain.", ["jwks.location"];
    DISCOVERY_USERINFO_IN_LOWER_CASE = "discovery-userinfo-in-lower-case", Shape, "The discovery document names userInfo in lower case.", ["discovery.domain-endpoints"];
    DISCOVERY_CUSTOM_SCOPES = "discovery-custom-scopes", Shape, "The discovery document lists custom scopes.", ["discovery.scopes"];
    DISCOVERY_RESPONSE_TYPE_IS_TEXT = "discovery-response-type-is-text", Shape, "The discovery document lists the response types in one text.", ["discovery.response-types", "discovery.members"];
    DISCOVERY_WITHOUT_POST = "discovery-without-post", Shape, "The discovery document does not say that a secret may be in the body.", ["discovery.members"];
    DISCOVERY_WITHOUT_SUBJECT_TYPES = "discovery-without-subject-types", Shape, "The discovery document lacks the subject types.", ["discovery.members"];
    DISCOVERY_WITHOUT_END_SESSION = "discovery-without-end-session", Shape, "The discovery document does not name the sign-out endpoint.", ["discovery.end-session"];
    KEY_EXPONENT_IS_NUMBER = "key-exponent-is-number", Shape, "The exponent of a key is a number.", ["jwks.members"];
    KEY_MODULUS_IN_PLAIN_BASE64 = "key-modulus-in-plain-base64", Shape, "The modulus of a key is in the ordinary Base64 alphabet.", ["jwks.key-size", "jwks.members"];
    KEY_WITHOUT_USE = "key-without-use", Shape, "Keys do not say what they are for.", ["jwks.members"];
}
