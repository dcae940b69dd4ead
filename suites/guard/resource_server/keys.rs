//! The key set of the issuer: new keys, and none at all.

use poolproof_harness::prelude::*;

use super::{KEY, REFUSAL, STATUS};

/// How long a service may wait before it reads the keys again, in milliseconds.
const MOMENT: u64 = 1100;

/// A good token that the issuer signed with a key which it did not have before.
fn of_new_key() -> Jwt {
    Jwt::good().with(Change::Signed(Signer::NewKey))
}

const ROTATION: Scenario = Scenario {
    id: "new-key",
    says: "a token that a new key of the issuer signed is let in",
    covers: &["rs.key.rotation"],
    needs: &[KEY],
    cases: || {
        // A service reads the keys only so often: the first token may come too early after an unknown one.
        let case = Case::default()
            .good_token()
            .attempt("first", Request::guarded(of_new_key()))
            .pause(MOMENT)
            .probe("probe", Request::guarded(of_new_key()));
        Just(case).boxed()
    },
    watch: STATUS,
    effort: Effort::Once,
};

/// A good token, which nothing is known about without keys, and forged ones that name its key.
fn any_token() -> BoxedStrategy<Jwt> {
    let tampered = || {
        "[a-z]{1,8}"
            .prop_map(|end| Jwt::good().with(Change::ClaimEdited("sub".to_owned(), Edit::Append(end))))
    };
    let foreign = Change::Signed(Signer::Foreign("RS256".to_owned()));
    prop_oneof![Just(Jwt::good()), tampered(), tampered().prop_map(move |token| token.with(foreign.clone())),]
        .boxed()
}

const UNREACHABLE: Scenario = Scenario {
    id: "unreachable",
    says: "nothing is let in while the keys of the issuer cannot be read",
    covers: &["rs.key.jwks-unreachable"],
    needs: &[Need::Guard(GuardNeed::Situation("keys-unreachable"))],
    cases: || {
        any_token()
            .prop_map(|token| {
                let shown = token.to_string();
                Case::one(Request::guarded(token)).input("token", shown)
            })
            .boxed()
    },
    watch: STATUS,
    ..REFUSAL
};

const ENCRYPTION: Scenario = Scenario {
    id: "for-encryption",
    says: "a token is refused that was signed with a key of the issuer which is for encryption",
    covers: &["rs.key.use"],
    needs: &[KEY],
    cases: || super::with(Just(Jwt::good().with(Change::Signed(Signer::EncryptionKey))).boxed()),
    effort: Effort::Flow,
    ..REFUSAL
};

/// The key set.
pub const SUITE: Suite =
    Suite { name: "guard::resource-server::keys", scenarios: &[ROTATION, ENCRYPTION, UNREACHABLE] };
