//! A run with one verdict of each kind, for the tests of this module.

use std::collections::BTreeMap;

use super::event::{Event, Failure, Level, PlannedTarget, SCHEMA, ScenarioResult};
use super::fold::Report;
use crate::model::case::Case;
use crate::model::request::Request;
use crate::model::verdict::VerdictKind;

/// What a hostile target would like to have shown: terminal escapes, XML, Markdown, HTML, JSON, odd characters.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\u{0}\r\n\u{202e}</testcase>]]><script>alert(1)</script>|`*_[x](http://evil.test)_*`\u{feff}\"\\";

/// The whole run.
pub(crate) fn report() -> Report {
    Report::fold(&events()).unwrap()
}

/// The same run in which everything that can come from outside is hostile.
pub(crate) fn hostile() -> Report {
    let mut report = report();
    report.seed = HOSTILE.to_owned();
    report.stopped = Some(HOSTILE.to_owned());
    report.notices[0].text = HOSTILE.to_owned();
    let target = &mut report.targets[0];
    target.name = HOSTILE.to_owned();
    target.version = Some(HOSTILE.to_owned());
    target.failure = Some(HOSTILE.to_owned());
    for (index, result) in target.scenarios.iter_mut().enumerate() {
        result.id = format!("{HOSTILE}::{index}");
        result.says = HOSTILE.to_owned();
        result.facts = vec![HOSTILE.to_owned()];
        result.reason = HOSTILE.to_owned();
        if let Some(failure) = &mut result.failure {
            failure.actual = HOSTILE.to_owned();
            failure.differing = vec![HOSTILE.to_owned()];
            failure.transcript = vec![HOSTILE.to_owned()];
            failure.case.inputs = BTreeMap::from([(HOSTILE.to_owned(), HOSTILE.to_owned())]);
            failure.curl = HOSTILE.to_owned();
            failure.replay = Some(HOSTILE.to_owned());
            failure.repeat = HOSTILE.to_owned();
        }
    }
    report
}

/// The events of the run, the verdicts from best to worst.
pub(crate) fn events() -> Vec<Event> {
    let mut events = vec![
        Event::RunStarted {
            schema: SCHEMA,
            seed: "2026".to_owned(),
            version: "0.1.0".to_owned(),
            profile: "default".to_owned(),
            strict: false,
            targets: vec![PlannedTarget {
                name: "double".to_owned(),
                kind: "double".to_owned(),
                version: Some("0.1.0".to_owned()),
                guard: None,
                scenarios: 9,
            }],
        },
        Event::TargetReady { target: "double".to_owned(), failure: None, seconds: 0.25 },
        Event::Notice {
            target: Some("double".to_owned()),
            level: Level::Warning,
            text: "a fixture of an earlier run was left over".to_owned(),
        },
    ];
    for kind in VerdictKind::ALL {
        let result = result(kind);
        if kind != VerdictKind::NotApplicable {
            events.push(Event::ScenarioStarted { target: result.target.clone(), id: result.id.clone() });
        }
        events.push(Event::ScenarioFinished(Box::new(result)));
    }
    events.push(Event::TargetFinished {
        target: "double".to_owned(),
        requests: 2345,
        machine_tokens: 120,
        duration_ms: 1234,
    });
    events.push(Event::RunFinished { judged: 9, stopped: None });
    events
}

/// A scenario that came out so.
pub(crate) fn result(verdict: VerdictKind) -> ScenarioResult {
    let (id, reason) = match verdict {
        VerdictKind::NotApplicable => ("userinfo::answer", "the target does not claim userinfo"),
        VerdictKind::Conforms => ("token::client-auth::right-secret", ""),
        VerdictKind::Tolerated => ("token::transport::get", "one of the listed alternatives: status 405"),
        VerdictKind::Advisory => ("token::transport::cache", "differs, but the evidence is only inferred"),
        VerdictKind::AcceptedDeviation => ("logout::unknown-client", "accepted: known and harmless"),
        VerdictKind::Inconclusive => ("revoke::twice", "no complete answer within 5s"),
        VerdictKind::Stale => ("token::refresh::rotated", "accepted as different, but conforms now"),
        VerdictKind::Deviates => ("token::client-auth::wrong-secret", "differs from the reference in error"),
        VerdictKind::HarnessFault => ("token::pkce::plain", "the reference snapshot is missing"),
    };
    let compared = matches!(
        verdict,
        VerdictKind::Advisory | VerdictKind::AcceptedDeviation | VerdictKind::Stale | VerdictKind::Deviates
    );
    let cases = if verdict == VerdictKind::NotApplicable { 0 } else { 16 };
    ScenarioResult {
        target: "double".to_owned(),
        id: id.to_owned(),
        says: "what holds for every input of its class".to_owned(),
        facts: vec!["token.first".to_owned(), "token.second".to_owned()],
        confidence: "documented".to_owned(),
        verdict,
        critical: false,
        cases,
        requests: cases * 2,
        case_verdicts: if verdict == VerdictKind::Deviates {
            BTreeMap::from([("conforms".to_owned(), 15), ("deviates".to_owned(), 1)])
        } else {
            BTreeMap::new()
        },
        duration_ms: cases,
        reason: reason.to_owned(),
        failure: compared.then(failure),
    }
}

fn failure() -> Failure {
    Failure {
        index: 3,
        case: Case::one(Request::token("client_credentials"))
            .input("secret", "<client.machine.secret> followed by \"x\""),
        shrink_steps: 12,
        expected: "status: 400\nerror: invalid_client\ncache-control: no-store".to_owned(),
        actual: "status: 400\nerror: invalid_grant\ncache-control: no-store\nset-cookie: present".to_owned(),
        seen: Vec::new(),
        differing: vec!["error".to_owned(), "set-cookie".to_owned()],
        transcript: vec!["probe: POST /oauth2/token -> 400".to_owned()],
        curl:
            "curl -sS -u \"$CLIENT_ID:$SECRET\" \\\n  -d grant_type=client_credentials \"$BASE/oauth2/token\""
                .to_owned(),
        replay: Some("poolproof-report/cases/1.json".to_owned()),
        repeat: "poolproof run token::client-auth::wrong-secret --seed 2026 --case 3".to_owned(),
    }
}
