//! The key of a signature: the one of the issuer that the header names (RFC 7515 section 5.2), and what was signed with it.

use poolproof_harness::prelude::*;

use super::{KEY, REFUSAL, signed, with};

const FOREIGN: Scenario = Scenario {
    id: "foreign",
    says: "a token that somebody else signed is refused, although it names the issuer's key",
    covers: &["rs.key.foreign-signature"],
    cases: || with(forgery::foreign_key()),
    ..REFUSAL
};

const UNKNOWN: Scenario = Scenario {
    id: "unknown-kid",
    says: "a token that names a key which the issuer has not is refused",
    covers: &["rs.key.unknown-kid", "rs.key.foreign-signature"],
    cases: || with(forgery::unknown_kid()),
    ..REFUSAL
};

const UNKNOWN_SIGNED: Scenario = Scenario {
    id: "unknown-kid-signed",
    says: "a token that names a key which the issuer has not is refused, even where one of its keys signed it",
    covers: &["rs.key.unknown-kid"],
    needs: &[KEY],
    cases: || with(signed(forgery::unknown_kid())),
    ..REFUSAL
};

fn nameless() -> BoxedStrategy<Jwt> {
    in_turn(vec![forgery::absent_kid(), forgery::empty_kid()])
}

const NO_KID: Scenario = Scenario {
    id: "no-kid",
    says: "a token that names no key is refused",
    covers: &["rs.key.no-kid", "rs.key.foreign-signature"],
    cases: || with(nameless()),
    ..REFUSAL
};

const NO_KID_SIGNED: Scenario = Scenario {
    id: "no-kid-signed",
    says: "a token that names no key is refused, even where a key of the issuer signed it",
    covers: &["rs.key.no-kid"],
    needs: &[KEY],
    cases: || with(signed(nameless())),
    ..REFUSAL
};

const PATH: Scenario = Scenario {
    id: "kid-as-path",
    says: "the name of a key is no file, no URL and no query",
    covers: &["rs.key.path-kid"],
    cases: || with(forgery::path_kid()),
    ..REFUSAL
};

const OFFERED: Scenario = Scenario {
    id: "key-in-header",
    says: "a token that brings or points to its key is refused",
    covers: &["rs.key.remote-references-ignored"],
    cases: || with(forgery::points_to_key()),
    ..REFUSAL
};

const TAMPERED: Scenario = Scenario {
    id: "tampered",
    says: "a token of which a claim was changed is refused",
    covers: &["rs.key.tampered-payload"],
    cases: || with(prop_oneof![4 => forgery::tampered(), 1 => forgery::duplicate_claim()].boxed()),
    ..REFUSAL
};

/// A good token that is the very same however often it is made: nothing in it is random, and nothing depends on the time.
fn steady(id: &str) -> Jwt {
    let claim = |token: Jwt, (name, value): (&str, serde_json::Value)| {
        token.with(Change::Claim(name.to_owned(), value))
    };
    [
        ("jti", json!(id)),
        ("origin_jti", json!(format!("{id}-origin"))),
        ("event_id", json!(format!("{id}-event"))),
        ("auth_time", json!(1_790_000_000_u64)),
        ("iat", json!(1_790_000_000_u64)),
        ("exp", json!(4_102_444_800_u64)),
    ]
    .into_iter()
    .fold(Jwt::good(), claim)
    .signed()
}

/// What may become of a token that was good a moment ago.
fn changed_later() -> BoxedStrategy<Change> {
    prop_oneof![
        "[a-z]{1,12}".prop_map(|sub| Change::Claim("sub".to_owned(), json!(sub))),
        "[a-z]{1,12}".prop_map(|group| Change::Claim("cognito:groups".to_owned(), json!([group]))),
        "[a-z]{1,12}".prop_map(|name| Change::Claim("username".to_owned(), json!(name))),
        Just(Change::Signed(Signer::Foreign("RS256".to_owned()))),
        Just(Change::Signed(Signer::Nobody("RS256".to_owned(), String::new()))),
    ]
    .boxed()
}

const REMEMBERED: Scenario = Scenario {
    id: "remembered",
    says: "a token is refused that was changed after it had been let in, with the same jti and signature",
    covers: &["rs.key.tampered-payload"],
    needs: &[KEY],
    cases: || {
        ("[a-z0-9]{16}", changed_later())
            .prop_map(|(id, change)| {
                let token = steady(&id).with(change);
                let shown = token.to_string();
                Case::default()
                    .setup("before", Request::guarded(steady(&id)), &[])
                    .probe("probe", Request::guarded(token))
                    .input("token", shown)
            })
            .boxed()
    },
    effort: Effort::Flow,
    ..REFUSAL
};

/// The key.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::key",
    scenarios: &[
        FOREIGN,
        UNKNOWN,
        UNKNOWN_SIGNED,
        NO_KID,
        NO_KID_SIGNED,
        PATH,
        OFFERED,
        TAMPERED,
        REMEMBERED,
    ],
};
