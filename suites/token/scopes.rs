//! Scopes of the client credentials grant (RFC 6749 sections 3.3 and 4.4.2).

use poolproof_harness::prelude::*;

use super::{CREDENTIALS, MACHINE, OUTCOME, TOKEN};
use crate::flow::credentials_of;

/// What was granted, and for which scopes.
const SCOPED: &[Field] = &[Field::Status, Field::Error, Field::Issued, Field::Scopes];
const NARROW: &[Need] = &[TOKEN, CREDENTIALS, Need::Client("machine-narrow"), Need::ResourceServer];

/// A request of a role for this `scope`, in either way of authentication and with its fields in any order.
fn asking(role: &'static str, scope: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Case> {
    (scope, auth_style(), order())
        .prop_map(move |(scope, style, order)| {
            let request = credentials_of(style, role).field("scope", scope.clone());
            Case::one(order.fields(request)).input("scope", scope)
        })
        .boxed()
}

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a request without scope gets every scope of the client",
    covers: &["token.cc.scope-absent"],
    needs: MACHINE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| Case::one(order.fields(credentials_of(style, "machine"))))
            .boxed()
    },
    watch: SCOPED,
    effort: Effort::Single,
};

const ONE: Scenario = Scenario {
    id: "one-of-three",
    says: "a request for one scope gets this one alone",
    covers: &["token.cc.success"],
    needs: MACHINE,
    cases: || asking("machine", Just(api_scope("write"))),
    watch: SCOPED,
    effort: Effort::Single,
};

const TWO: Scenario = Scenario {
    id: "two-of-three",
    says: "a request for two scopes gets these two, in whatever order they are named",
    covers: &["token.cc.success"],
    needs: MACHINE,
    cases: || asking("machine", all_of(api_scopes(&["read", "admin"])).prop_map(|scopes| listed(&scopes))),
    watch: SCOPED,
    effort: Effort::Single,
};

const ALL: Scenario = Scenario {
    id: "all-in-any-order",
    says: "the order of the scopes does not matter",
    covers: &["token.cc.success"],
    needs: MACHINE,
    cases: || {
        let scopes = all_of(api_scopes(&["read", "write", "admin"]));
        asking("machine", scopes.prop_map(|scopes| listed(&scopes)))
    },
    watch: SCOPED,
    effort: Effort::Single,
};

const NOT_ALLOWED: Scenario = Scenario {
    id: "not-allowed",
    says: "scopes that exist and are not the client's are refused",
    covers: &["token.cc.scope-not-allowed"],
    needs: NARROW,
    cases: || {
        let scopes = some_of(api_scopes(&["write", "admin"]));
        asking("machine-narrow", scopes.prop_map(|scopes| listed(&scopes)))
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const MIXED: Scenario = Scenario {
    id: "partly-not-allowed",
    says: "one scope that is not the client's spoils the whole request",
    covers: &["token.cc.scope-mixed"],
    needs: NARROW,
    cases: || {
        let others = some_of(api_scopes(&["write", "admin"]));
        let scopes = (others, order()).prop_map(|(others, order)| {
            let all = std::iter::once(api_scope("read")).chain(others).collect();
            listed(&order.of(all))
        });
        asking("machine-narrow", scopes)
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN: Scenario = Scenario {
    id: "unknown",
    says: "a scope or resource server that does not exist is refused",
    covers: &["token.cc.scope-unknown"],
    needs: MACHINE,
    cases: || asking("machine", unknown_scope()),
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN_MIXED: Scenario = Scenario {
    id: "unknown-next-to-known",
    says: "a scope that does not exist is refused next to scopes that do",
    covers: &["token.cc.scope-unknown-mixed"],
    needs: MACHINE,
    cases: || {
        let known = prop::sample::subsequence(api_scopes(&["read", "write", "admin"]), 1..=3);
        let scopes = (unknown_scope(), known, order()).prop_map(|(unknown, known, order)| {
            listed(&order.of(std::iter::once(unknown).chain(known).collect()))
        });
        asking("machine", scopes)
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const MALFORMED: Scenario = Scenario {
    id: "malformed",
    says: "a scope that is no list of server/name is refused",
    covers: &["token.cc.scope-malformed"],
    needs: MACHINE,
    cases: || asking("machine", malformed_scope()),
    watch: OUTCOME,
    effort: Effort::Single,
};

const OIDC: Scenario = Scenario {
    id: "oidc",
    says: "scopes about users are refused where there is no user",
    covers: &["token.cc.scope-oidc"],
    needs: MACHINE,
    cases: || asking("machine", oidc_scopes().prop_map(|scopes| listed(&scopes))),
    watch: OUTCOME,
    effort: Effort::Single,
};

const USER_ADMIN: Scenario = Scenario {
    id: "user-admin",
    says: "the scope of the user's own API is refused where there is no user",
    covers: &["token.cc.scope-user-admin"],
    needs: MACHINE,
    cases: || asking("machine", Just("aws.cognito.signin.user.admin".into())),
    watch: OUTCOME,
    effort: Effort::Single,
};

const EMPTY: Scenario = Scenario {
    id: "empty",
    says: "an empty scope is like none",
    covers: &["token.cc.scope-empty"],
    needs: MACHINE,
    cases: || asking("machine", Just("".into())),
    watch: SCOPED,
    effort: Effort::Single,
};

const DUPLICATES: Scenario = Scenario {
    id: "named-repeatedly",
    says: "a scope that is named more than once counts once",
    covers: &["token.cc.scope-duplicates"],
    needs: MACHINE,
    cases: || {
        let scopes = (2_usize..5, 1_usize..3, order()).prop_map(|(reads, writes, order)| {
            let mut scopes = vec![api_scope("read"); reads];
            scopes.extend(vec![api_scope("write"); writes]);
            listed(&order.of(scopes))
        });
        asking("machine", scopes)
    },
    watch: SCOPED,
    effort: Effort::Single,
};

const WHITESPACE: Scenario = Scenario {
    id: "several-spaces",
    says: "several spaces between scopes, or spaces around them, count as one or none",
    covers: &["token.cc.scope-whitespace"],
    needs: MACHINE,
    cases: || {
        let scopes = (0_usize..4, 1_usize..5, 0_usize..4, any::<bool>())
            .prop_filter("single spaces", |(before, between, after, _)| before + after > 0 || *between > 1)
            .prop_map(|(before, between, after, swapped)| {
                let (first, second) = if swapped { ("write", "read") } else { ("read", "write") };
                Value::Joined(vec![
                    " ".repeat(before).into(),
                    api_scope(first),
                    " ".repeat(between).into(),
                    api_scope(second),
                    " ".repeat(after).into(),
                ])
            });
        asking("machine", scopes)
    },
    watch: SCOPED,
    effort: Effort::Single,
};

const INACTIVE: Scenario = Scenario {
    id: "inactive",
    says: "a scope that was deleted from its resource server is left out",
    covers: &["token.cc.scope-inactive"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-retired"), Need::ResourceServer],
    cases: || {
        let scopes = all_of(api_scopes(&["read", "retired"]));
        asking("machine-retired", scopes.prop_map(|scopes| listed(&scopes)))
    },
    watch: SCOPED,
    effort: Effort::Single,
};

/// Scopes of the client credentials grant.
pub const SUITE: Suite = Suite {
    name: "token::scopes",
    scenarios: &[
        ABSENT,
        ONE,
        TWO,
        ALL,
        NOT_ALLOWED,
        MIXED,
        UNKNOWN,
        UNKNOWN_MIXED,
        MALFORMED,
        OIDC,
        USER_ADMIN,
        EMPTY,
        DUPLICATES,
        WHITESPACE,
        INACTIVE,
    ],
};
