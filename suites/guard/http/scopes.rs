//! Which kind of token is good, and which scopes.

use poolproof_harness::prelude::*;

use super::{ADMITTED, ISSUER_KEY, genuine, guard, no_token, only, sent, token, tokenless};

const NO_SCOPES: Need = guard(GuardNeed::NoScopes);
const SCOPES: Need = guard(GuardNeed::Scopes);
const ONE_SCOPE: Need = token(Genuine::OneScope);

/// A refusal for want of a scope. Whether there is a challenge is not known.
const FORBIDDEN: &[Field] =
    &[Field::Admitted, Field::Status, Field::HasHeader("apigw-requestid"), Field::Body];

const ID_TOKEN: Scenario = Scenario {
    id: "id-token",
    says: "an ID token is let in where no scope is asked for",
    covers: &["http.no-scopes.id-token"],
    needs: &[NO_SCOPES, token(Genuine::Id)],
    cases: || genuine(Genuine::Id),
    watch: ADMITTED,
    effort: Effort::Single,
};

const ACCESS_TOKEN: Scenario = Scenario {
    id: "access-token",
    says: "an access token is let in where no scope is asked for",
    covers: &["http.no-scopes.access-token"],
    needs: &[NO_SCOPES, token(Genuine::Access)],
    cases: || only(Genuine::Access),
    watch: ADMITTED,
    effort: Effort::Single,
};

const SCOPED_ID_TOKEN: Scenario = Scenario {
    id: "id-token-for-scoped-route",
    says: "an ID token is refused with 403 where a scope is asked for",
    covers: &["http.scopes.id-token"],
    needs: &[SCOPES, token(Genuine::Id)],
    cases: || genuine(Genuine::Id),
    watch: FORBIDDEN,
    effort: Effort::Single,
};

const OTHER_SCOPE: Scenario = Scenario {
    id: "other-scope",
    says: "an access token without any of the route's scopes is refused with 403",
    covers: &["http.scopes.access-token-lacking-scope"],
    needs: &[SCOPES, token(Genuine::OtherScope)],
    cases: || genuine(Genuine::OtherScope),
    watch: FORBIDDEN,
    effort: Effort::Single,
};

const LOOK_ALIKES: Scenario = Scenario {
    id: "scope-look-alikes",
    says: "an access token is refused whose scope only looks like one of the route's",
    covers: &["http.scopes.access-token-lacking-scope"],
    needs: &[SCOPES, ONE_SCOPE, ISSUER_KEY],
    cases: || {
        // Edits of the route's own scope, whatever that is.
        let edit = in_turn(vec![
            "[a-z0-9.:/-]{1,8}".prop_map(Edit::Append).boxed(),
            (0_usize..64).prop_map(Edit::SwapCase).boxed(),
            (1_usize..=4).prop_map(Edit::DropLast).boxed(),
            "[a-z]{1,4}".prop_map(Edit::Prepend).boxed(),
            prop::sample::select(&[",openid", ";openid", "/*", "%20"][..])
                .prop_map(|more| Edit::Append(more.to_owned()))
                .boxed(),
            prop::sample::select(&["openid,", "+"][..])
                .prop_map(|more| Edit::Prepend(more.to_owned()))
                .boxed(),
            Just(Edit::Empty).boxed(),
        ]);
        edit.prop_map(|edit| {
            let scope = Change::ClaimEdited("scope".to_owned(), edit);
            sent(Jwt::genuine(Genuine::OneScope).with(scope).signed())
        })
        .boxed()
    },
    watch: FORBIDDEN,
    effort: Effort::Single,
};

const ONE_OF_SEVERAL: Scenario = Scenario {
    id: "one-of-several",
    says: "one of the route's scopes is enough",
    covers: &["http.scopes.one-of-several"],
    needs: &[guard(GuardNeed::SeveralScopes), ONE_SCOPE],
    cases: || only(Genuine::OneScope),
    watch: ADMITTED,
    effort: Effort::Single,
};

const LAST_OF_SEVERAL: Scenario = Scenario {
    id: "last-of-several",
    says: "the last of the route's scopes is enough",
    needs: &[guard(GuardNeed::SeveralScopes), token(Genuine::LastScope)],
    cases: || only(Genuine::LastScope),
    ..ONE_OF_SEVERAL
};

const SCP: Scenario = Scenario {
    id: "scp",
    says: "scopes count in scp where there is no scope",
    covers: &["http.scopes.scp-claim"],
    needs: &[SCOPES, ONE_SCOPE, ISSUER_KEY],
    cases: || {
        let renamed = || Change::ClaimRenamed("scope".to_owned(), "scp".to_owned());
        prop::sample::select(&[Genuine::OneScope, Genuine::Good][..])
            .prop_map(move |genuine| sent(Jwt::genuine(genuine).with(renamed()).signed()))
            .boxed()
    },
    watch: ADMITTED,
    effort: Effort::Single,
};

const MACHINE: Scenario = Scenario {
    id: "machine-token",
    says: "the token of a machine with the route's scope is let in",
    covers: &["http.scopes.client-credentials-token"],
    needs: &[SCOPES, token(Genuine::Machine)],
    cases: || genuine(Genuine::Machine),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// What the challenge says about the scopes of the route. The separator of several is not known.
const NAMED: &[Field] = &[
    Field::Admitted,
    Field::ChallengeParam("scope"),
    Field::HeaderContains("www-authenticate", "Bearer scope=\""),
    Field::HeaderContains("www-authenticate", "\" error=\"invalid_token\""),
];

const CHALLENGE: Scenario = Scenario {
    id: "challenge-names-scope",
    says: "the challenge names the scope of the route, whatever else is wrong with the token",
    covers: &["http.scopes.challenge-lists-route-scopes"],
    needs: &[guard(GuardNeed::SingleScope)],
    cases: || {
        (tokenless(), no_token())
            .prop_map(|(request, text)| {
                let request = request.header(TOKEN_HEADER, format!("Bearer {text}"));
                Case::guarded(request).input("value", format!("{text:?}"))
            })
            .boxed()
    },
    watch: NAMED,
    effort: Effort::Single,
};

const EXPIRED_CHALLENGE: Scenario = Scenario {
    id: "challenge-of-expired-names-scope",
    says: "the challenge names the scope of the route where the token is expired",
    covers: &["http.scopes.challenge-lists-route-scopes"],
    needs: &[guard(GuardNeed::SingleScope), token(Genuine::Expired)],
    cases: || genuine(Genuine::Expired),
    watch: NAMED,
    effort: Effort::Single,
};

/// Which kind of token is good, and which scopes.
pub const SUITE: Suite = Suite {
    name: "guard::http::scopes",
    scenarios: &[
        ID_TOKEN,
        ACCESS_TOKEN,
        SCOPED_ID_TOKEN,
        OTHER_SCOPE,
        LOOK_ALIKES,
        ONE_OF_SEVERAL,
        LAST_OF_SEVERAL,
        SCP,
        MACHINE,
        CHALLENGE,
        EXPIRED_CHALLENGE,
    ],
};
