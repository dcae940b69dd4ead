//! What a token allows: words between blanks, told apart by case (RFC 6749 section 3.3).

use poolproof_harness::prelude::*;

use super::{ACCESS, KEY, REFUSAL, SCOPES, STATUS, any_of, signed, token, with, with_genuine};

/// One of the guard's scopes alone.
const ONE: Need = token(Genuine::OneScope);
/// None of them.
const NONE_OF_THEM: Need = token(Genuine::OtherScope);

const MISSING: Scenario = Scenario {
    id: "missing",
    says: "a token without any of the scopes is refused with 403",
    covers: &["rs.scope.missing"],
    needs: &[ACCESS, SCOPES, NONE_OF_THEM],
    cases: || with_genuine(Genuine::OtherScope),
    ..REFUSAL
};

/// A token with one scope that looks like one of the guard's.
fn look_alike() -> BoxedStrategy<Jwt> {
    let edits = [
        (0_usize..64).prop_map(Edit::SwapCase).boxed(),
        "[a-z0-9:/-]{1,6}".prop_map(Edit::Append).boxed(),
        "[a-z0-9:/-]{1,6}".prop_map(Edit::Prepend).boxed(),
        (1_usize..4).prop_map(Edit::DropLast).boxed(),
        any_of(&[",openid", ";openid", "\topenid", "\nopenid", "+openid", "\u{a0}openid"])
            .prop_map(Edit::Append)
            .boxed(),
        any_of(&["openid,", "openid;", "openid\t", "openid\n"]).prop_map(Edit::Prepend).boxed(),
        Just(Edit::Empty).boxed(),
    ];
    let scope = || "scope".to_owned();
    let edited = edits.map(|edit| edit.prop_map(move |edit| Change::ClaimEdited(scope(), edit)).boxed());
    let change = in_turn(edited.into_iter().chain([Just(Change::NoClaim(scope())).boxed()]).collect());
    change.prop_map(|change| Jwt::genuine(Genuine::OneScope).with(change)).boxed()
}

const LOOK_ALIKE: Scenario = Scenario {
    id: "look-alike",
    says: "a scope that looks like the right one does not count",
    covers: &["rs.scope.missing"],
    needs: &[KEY, ACCESS, SCOPES, ONE],
    cases: || with(signed(look_alike())),
    ..REFUSAL
};

const OTHER_CLAIM: Scenario = Scenario {
    id: "in-another-claim",
    says: "scopes in another claim than scope do not count",
    covers: &["rs.scope.missing"],
    needs: &[KEY, ACCESS, SCOPES],
    cases: || {
        let renamed = any_of(&["scp", "scopes", "Scope", "permissions"])
            .prop_map(|name| Jwt::good().with(Change::ClaimRenamed("scope".to_owned(), name)));
        with(signed(renamed.boxed()))
    },
    ..REFUSAL
};

const ONE_OF_SEVERAL: Scenario = Scenario {
    id: "one-of-several",
    says: "one of several scopes is enough, or all are needed",
    covers: &["rs.scope.one-of-several"],
    needs: &[ACCESS, Need::Guard(GuardNeed::SeveralScopes), ONE],
    cases: || with_genuine(Genuine::OneScope),
    watch: STATUS,
    ..REFUSAL
};

const AFTER_SIGNATURE: Scenario = Scenario {
    id: "after-signature",
    says: "what is said of a forged token without the scopes is that it is forged",
    covers: &["rs.scope.checked-after-signature"],
    needs: &[ACCESS, SCOPES, NONE_OF_THEM],
    cases: || {
        let forged = any_of(&["RS256", "RS512", "ES256"])
            .prop_map(|alg| Jwt::genuine(Genuine::OtherScope).with(Change::Signed(Signer::Foreign(alg))));
        let tampered = "[a-z]{1,9}".prop_map(|name| {
            Jwt::genuine(Genuine::OtherScope).with(Change::ClaimEdited("sub".to_owned(), Edit::Append(name)))
        });
        with(prop_oneof![forged, tampered].boxed())
    },
    ..REFUSAL
};

const MACHINE: Scenario = Scenario {
    id: "client-credentials",
    says: "a token of the client-credentials grant with the scopes is let in",
    covers: &["rs.scope.client-credentials"],
    needs: &[ACCESS, SCOPES, token(Genuine::Machine)],
    cases: || with_genuine(Genuine::Machine),
    watch: STATUS,
    ..REFUSAL
};

/// What a token allows.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::scope",
    scenarios: &[MISSING, LOOK_ALIKE, OTHER_CLAIM, ONE_OF_SEVERAL, AFTER_SIGNATURE, MACHINE],
};
