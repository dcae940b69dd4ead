//! For which client a token is: `client_id` of access tokens, `aud` of ID tokens.

use poolproof_harness::prelude::*;

use super::{ACCESS, AUDIENCE, ID, KEY, REFUSAL, signed, token, with, with_genuine};

const OTHER_ACCESS: Scenario = Scenario {
    id: "other-access-token",
    says: "an access token of another client of the same pool is refused",
    covers: &["rs.client.other-access-token"],
    needs: &[ACCESS, AUDIENCE, token(Genuine::OtherClientAccess)],
    cases: || with_genuine(Genuine::OtherClientAccess),
    ..REFUSAL
};

const LIKE_ACCESS: Scenario = Scenario {
    id: "look-alike-access-token",
    says: "an access token whose client looks like the right one is refused",
    covers: &["rs.client.other-access-token"],
    needs: &[KEY, ACCESS, AUDIENCE],
    cases: || with(forgery::wrong_client("client_id")),
    ..REFUSAL
};

const AUD_OF_ACCESS: Scenario = Scenario {
    id: "aud-of-access-token",
    says: "aud does not make up for the client of an access token",
    covers: &["rs.client.other-access-token"],
    needs: &[KEY, ACCESS, AUDIENCE],
    cases: || {
        let other = prop_oneof![
            Just(Change::ClaimFrom("client_id".to_owned(), Genuine::OtherClientAccess)),
            (0_usize..26, prop::char::range('a', 'z')).prop_map(|(at, with)| Change::ClaimEdited(
                "client_id".to_owned(),
                Edit::Replace { at, with }
            )),
        ];
        let tokens = other
            .prop_map(|other| Jwt::good().with(Change::ClaimFrom("aud".to_owned(), Genuine::Id)).with(other));
        with(signed(tokens.boxed()))
    },
    ..REFUSAL
};

const OTHER_ID: Scenario = Scenario {
    id: "other-id-token",
    says: "an ID token for another client of the same pool is refused",
    covers: &["rs.client.other-id-token"],
    needs: &[ID, AUDIENCE, token(Genuine::OtherClientId)],
    cases: || with_genuine(Genuine::OtherClientId),
    ..REFUSAL
};

const LIKE_ID: Scenario = Scenario {
    id: "look-alike-id-token",
    says: "an ID token whose audience looks like the right one is refused",
    covers: &["rs.client.other-id-token"],
    needs: &[KEY, ID, AUDIENCE],
    cases: || with(forgery::wrong_client("aud")),
    ..REFUSAL
};

const LISTED: Scenario = Scenario {
    id: "listed-in-id-token",
    says: "an ID token for the right client and others is refused",
    covers: &["rs.client.aud-list"],
    needs: &[KEY, ID, AUDIENCE],
    cases: || {
        let tokens = prop::collection::vec("[a-z0-9]{26}", 1..3).prop_map(|others| {
            let others = others.into_iter().map(|other| json!(other)).collect();
            Jwt::good().with(Change::ClaimListed("aud".to_owned(), others))
        });
        with(signed(tokens.boxed()))
    },
    ..REFUSAL
};

const MISSING_ACCESS: Scenario = Scenario {
    id: "missing-in-access-token",
    says: "an access token without a client is refused",
    covers: &["rs.client.missing"],
    needs: &[KEY, ACCESS, AUDIENCE],
    cases: || with(forgery::missing("client_id")),
    ..REFUSAL
};

const MISSING_ID: Scenario = Scenario {
    id: "missing-in-id-token",
    says: "an ID token without an audience is refused",
    covers: &["rs.client.missing"],
    needs: &[KEY, ID, AUDIENCE],
    cases: || with(forgery::missing("aud")),
    ..REFUSAL
};

/// For which client a token is.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::client",
    scenarios: &[
        OTHER_ACCESS,
        LIKE_ACCESS,
        AUD_OF_ACCESS,
        OTHER_ID,
        LIKE_ID,
        LISTED,
        MISSING_ACCESS,
        MISSING_ID,
    ],
};
