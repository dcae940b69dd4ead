//! The discovery document and the keys.

use super::{Class, Fault};

faults! {
    ONE_KEY_FOR_BOTH_TOKENS = "one-key-for-both-tokens", Shape, "ID and access tokens are signed with the same key.", [];
    UNKNOWN_KID = "unknown-kid", Shape, "Tokens name a key that is not in the key set.", [];
    SIGNATURE_OF_OTHER_KEY = "signature-of-other-key", Shape, "Tokens name one key of the set and are signed with the other.", [];
    ONE_KEY_IN_SET = "one-key-in-set", Shape, "The key set has the key of ID tokens alone.", [];
    ANY_POOL_SERVED = "any-pool-served", Error, "There is a discovery document for pools that do not exist.", [];
    DISCOVERY_DOWN = "discovery-down", Error, "The discovery document and the key set are answered with 404 and an empty object.", [];
}
