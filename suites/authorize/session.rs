//! The session of the browser at the authorization endpoint: when it stands in for a sign-in, and when it must not.

use poolproof_harness::prelude::*;

use crate::browser::{asked, noted, visit};
use crate::flow::{openid, sign_in, with_param};

const AUTHORIZE: Need = Need::Endpoint(Endpoint::Authorize);
const WEB: Need = Need::Client("web");
const PUBLIC: Need = Need::Client("public");
const MAIN: Need = Need::User("main");

/// What is needed to come back with a session.
const SESSION: &[Need] = &[AUTHORIZE, WEB, PUBLIC, MAIN, Need::SignIn];
/// The same at managed login.
const MANAGED: &[Need] = &[Need::ManagedLogin, AUTHORIZE, WEB, PUBLIC, MAIN, Need::SignIn];

/// Where the browser arrives, and with what.
const ARRIVAL: &[Field] = &[Field::Status, Field::LeadsTo, Field::Carries, Field::StateEcho];

/// A browser that has signed in at this client.
fn signed_in_at(role: &str) -> Case {
    Case::default().sign_in(sign_in(role, &openid())).input("signed in at", role)
}

/// A browser that has signed in at this client asks for this.
fn back_from(role: &str, asked: &SignIn) -> Case {
    noted(signed_in_at(role).probe("authorize", visit(Endpoint::Authorize, asked).in_browser()), asked)
}

/// The same request with this parameter, in any place.
fn asked_with(name: &'static str, values: impl Strategy<Value = String> + 'static) -> BoxedStrategy<SignIn> {
    (asked(), values, order())
        .prop_map(move |(asked, value, order)| {
            let asked = with_param(asked, name, value.into());
            SignIn { params: order.of(asked.params), ..asked }
        })
        .boxed()
}

fn prompt(value: &'static str) -> BoxedStrategy<SignIn> {
    asked_with("prompt", Just(value.to_owned()))
}

const SHORTCUT: Scenario = Scenario {
    id: "shortcut",
    says: "a browser that has signed in gets a code at once, at every client of the pool",
    covers: &["authorize.session-shortcut"],
    needs: SESSION,
    cases: || {
        let before = in_turn((0_usize..3).map(|times| Just(times).boxed()).collect());
        (crate::browser::role(), asked(), before)
            .prop_map(|(role, asked, before)| {
                let mut case = signed_in_at(role).input("came back before", before);
                for time in 1..=before {
                    case = case
                        .attempt(&format!("return-{time}"), visit(Endpoint::Authorize, &asked).in_browser());
                }
                noted(case.probe("authorize", visit(Endpoint::Authorize, &asked).in_browser()), &asked)
            })
            .boxed()
    },
    watch: ARRIVAL,
    effort: Effort::Flow,
};

const AGED: Scenario = Scenario {
    id: "shortcut-within-the-hour",
    says: "a session that is not an hour old yet still brings a code at once",
    covers: &["authorize.session-shortcut"],
    needs: &[AUTHORIZE, WEB, PUBLIC, MAIN, Need::SignIn, Need::Api(Operation::AdvanceClock)],
    cases: || {
        (asked(), 60_u64..3_500)
            .prop_map(|(asked, seconds)| {
                let back = signed_in_at("web")
                    .api(ApiCall::AdvanceClock(seconds))
                    .probe("authorize", visit(Endpoint::Authorize, &asked).in_browser())
                    .input("age in seconds", seconds);
                noted(back, &asked)
            })
            .boxed()
    },
    watch: ARRIVAL,
    effort: Effort::Exclusive,
};

const SILENT_WITHOUT: Scenario = Scenario {
    id: "prompt-none-without-session",
    says: "prompt=none without a session sends login_required to the callback and shows no page",
    covers: &["authorize.prompt-none.no-session"],
    needs: &[Need::ManagedLogin, AUTHORIZE, WEB, PUBLIC],
    cases: || {
        prompt("none").prop_map(|asked| noted(Case::one(visit(Endpoint::Authorize, &asked)), &asked)).boxed()
    },
    watch: &[Field::Status, Field::LeadsTo, Field::Error, Field::StateEcho],
    effort: Effort::Single,
};

const SILENT: Scenario = Scenario {
    id: "prompt-none",
    says: "prompt=none with a session brings a code",
    covers: &["authorize.prompt-none.session"],
    needs: MANAGED,
    cases: || {
        (crate::browser::role(), prompt("none")).prop_map(|(role, asked)| back_from(role, &asked)).boxed()
    },
    watch: ARRIVAL,
    effort: Effort::Flow,
};

const LOGIN: Scenario = Scenario {
    id: "prompt-login",
    says: "prompt=login asks for a new sign-in although there is a session, and hands all parameters on",
    covers: &["authorize.prompt-login"],
    needs: MANAGED,
    cases: || {
        (crate::browser::role(), prompt("login")).prop_map(|(role, asked)| back_from(role, &asked)).boxed()
    },
    watch: &[Field::LeadsTo, Field::QueryKept],
    effort: Effort::Flow,
};

const CLASSIC: Scenario = Scenario {
    id: "prompt-at-the-classic-pages",
    says: "the classic hosted UI shows its page whatever prompt says",
    covers: &["authorize.prompt-classic"],
    needs: &[Need::ClassicLogin, AUTHORIZE, WEB, PUBLIC],
    cases: || {
        let values = prop::sample::select(&["none", "login", "consent", "select_account"][..]);
        asked_with("prompt", values.prop_map(str::to_owned))
            .prop_map(|asked| noted(Case::one(visit(Endpoint::Authorize, &asked)), &asked))
            .boxed()
    },
    watch: &[Field::LeadsTo],
    effort: Effort::Single,
};

const MAX_AGE: Scenario = Scenario {
    id: "max-age",
    says: "a session that is older than max_age does not stand in for a sign-in",
    covers: &["authorize.max-age"],
    needs: MANAGED,
    cases: || {
        (asked(), 0_u64..=1)
            .prop_map(|(asked, seconds)| {
                let asked = with_param(asked, "max_age", seconds.to_string().into());
                // Ages are whole seconds.
                let back = signed_in_at("web")
                    .pause((seconds + 1) * 1_000 + 200)
                    .probe("authorize", visit(Endpoint::Authorize, &asked).in_browser());
                noted(back, &asked).input("max_age", seconds)
            })
            .boxed()
    },
    watch: &[Field::LeadsTo],
    effort: Effort::Flow,
};

/// The session of the browser.
pub const SUITE: Suite = Suite {
    name: "authorize::session",
    scenarios: &[SHORTCUT, AGED, SILENT_WITHOUT, SILENT, LOGIN, CLASSIC, MAX_AGE],
};
