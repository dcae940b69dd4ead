//! A small ledger with a fact in every state, and the suites over it.

use proptest::strategy::{Just, Strategy as _};

use super::Coverage;
use crate::model::case::Case;
use crate::model::endpoint::Endpoint;
use crate::model::ledger::Ledger;
use crate::model::request::Request;
use crate::model::scenario::{Effort, Field, Scenario, Suite};

/// An excuse that a terminal and a page would obey.
pub(super) const EXCUSE: &str = "no pool | is <b>like that\u{1b}[31m";

const FIRST: Scenario = Scenario {
    id: "first",
    says: "something holds",
    covers: &["token.covered"],
    needs: &[],
    cases: || Just(Case::one(Request::get(Endpoint::Token))).boxed(),
    watch: &[Field::Status],
    effort: Effort::Single,
};
const SECOND: Scenario = Scenario { id: "second", covers: &["token.twice"], ..FIRST };
const THIRD: Scenario = Scenario { id: "third", covers: &["login.covered", "token.twice"], ..FIRST };

const SUITES: &[Suite] = &[
    Suite { name: "token::x", scenarios: &[FIRST, SECOND] },
    Suite { name: "login::y", scenarios: &[THIRD] },
];

pub(super) fn coverage(ledger: &Ledger) -> Coverage<'_> {
    Coverage::of(SUITES, ledger)
}

pub(super) fn ledger() -> Ledger {
    let excuse = toml::Value::from(EXCUSE).to_string();
    let facts = [
        ("token.covered", "documented", "assert", None),
        ("token.twice", "reported", "assert", None),
        ("token.excused", "inferred", "warn", Some(excuse)),
        ("token.open", "documented", "assert", None),
        ("login.covered", "documented", "assert", None),
        ("login.background", "inferred", "info", None),
    ];
    let (mut token, mut login) = (String::new(), String::new());
    for (id, confidence, treat, excuse) in facts {
        let into = if id.starts_with("token") { &mut token } else { &mut login };
        let fact = format!(
            "[[fact]]\nid = \"{id}\"\nsurface = \"POST /oauth2/token\"\nwhen = \"w\"\noutcome = \"refuse\"\n\
             confidence = \"{confidence}\"\ntreat = \"{treat}\"\nsources = [\"s\"]\n\
             expect = [{{ status = [400] }}]\n"
        );
        into.push_str(&fact);
        into.extend(excuse.map(|excuse| format!("excused = {excuse}\n")));
    }
    Ledger::parse(&[("token.toml", &token), ("login.toml", &login)]).unwrap()
}
