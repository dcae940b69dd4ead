use std::fs;

use super::{Answer, Confidence, Ledger, LedgerError, LintFinding, Profile, Strength, Treat, lint, lint_ids};

const LEDGER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../suites/ledger");

/// A fact that keeps every rule, with `members` as its last keys.
fn fact(id: &str, members: &str) -> String {
    let common = "surface = \"POST /oauth2/token\"\nwhen = \"w\"\nsources = [\"s\"]";
    format!("[[fact]]\nid = \"{id}\"\n{common}\n{members}\n")
}

fn graded(outcome: &str, confidence: &str, treat: &str, expect: &str) -> String {
    format!(
        "outcome = \"{outcome}\"\nconfidence = \"{confidence}\"\ntreat = \"{treat}\"\nexpect = [{expect}]"
    )
}

fn asserted(outcome: &str, expect: &str) -> String {
    graded(outcome, "documented", "assert", expect)
}

fn ledger(text: &str) -> Ledger {
    Ledger::parse(&[("a.toml", text)]).unwrap()
}

fn one(members: &str) -> Ledger {
    ledger(&fact("token.a", members))
}

fn whats(findings: &[LintFinding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.what.as_str()).collect()
}

/// The one complaint about a text, which has to name the fact and its file.
fn complaint(text: &str) -> String {
    let findings = lint(&ledger(text));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].file, "a.toml");
    findings[0].what.clone()
}

fn answer(status: impl Into<Option<u16>>, error: Option<&str>, grants: Option<bool>) -> Answer {
    Answer { status: status.into(), error: error.map(str::to_owned), grants, ..Answer::default() }
}

fn shipped() -> (Ledger, String) {
    let mut files = Vec::new();
    for entry in fs::read_dir(LEDGER).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let ids = fs::read_to_string(format!("{LEDGER}/IDS")).unwrap();
    (Ledger::parse(&files).unwrap(), ids)
}

#[test]
fn the_shipped_ledger_keeps_its_rules() {
    let (ledger, ids) = shipped();
    assert_eq!(ledger.facts().len(), 595);
    assert_eq!(lint(&ledger), []);
    assert_eq!(lint_ids(&ledger, &ids), []);
}

#[test]
fn the_shipped_facts_know_their_place() {
    let (ledger, _) = shipped();
    let fact = ledger.get("token.client-auth.basic-wrong-secret").unwrap();
    assert_eq!(fact.file, "token.toml");
    let text = fs::read_to_string(format!("{LEDGER}/token.toml")).unwrap();
    assert_eq!(text.lines().nth(fact.line - 1), Some("[[fact]]"));
    assert_eq!(text.lines().nth(fact.line), Some("id = \"token.client-auth.basic-wrong-secret\""));
    assert_eq!(fact.answers(), [answer(400, Some("invalid_client"), Some(false))]);
    assert_eq!(ledger.get("rs.alg.none").unwrap().profile, Some(Profile::ResourceServer));
    assert!(ledger.areas().contains(&"jwks"));
}

#[test]
fn facts_keep_file_order_and_are_found_by_id() {
    let members = asserted("grant", "{ status = [200] }");
    let first = fact("token.z", &members) + &fact("token.a", &members);
    let second = fact("login.m", &members);
    let ledger = Ledger::parse(&[("a.toml", &first), ("b.toml", &second)]).unwrap();
    let ids: Vec<_> = ledger.facts().iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(ids, ["token.z", "token.a", "login.m"]);
    assert_eq!(ledger.areas(), ["token", "login"]);
    assert_eq!(ledger.get("login.m").unwrap().file, "b.toml");
    assert_eq!(ledger.get("login.n"), None);
}

#[test]
fn a_duplicate_id_names_both_files() {
    let text = fact("token.a", &asserted("grant", "{ status = [200] }"));
    let second = format!("# a comment\n{text}");
    let error = Ledger::parse(&[("a.toml", &text), ("b.toml", &second)]).unwrap_err();
    assert_eq!(error.to_string(), "b.toml:2: the id `token.a` is taken already, by a.toml:1");
}

#[test]
fn an_unknown_key_is_named_with_file_and_line() {
    let text = fact("token.a", &asserted("grant", "{ status = [200] }")) + "colour = 1\n";
    let error = Ledger::parse(&[("token.toml", &text)]).unwrap_err();
    assert!(matches!(&error, LedgerError::Syntax { line: 10, .. }), "{error}");
    let message = error.to_string();
    assert!(message.starts_with("token.toml:10: "), "{message}");
    assert!(message.contains("unknown field `colour`"), "{message}");
}

#[test]
fn an_unknown_member_of_an_alternative_is_refused() {
    let text = fact("token.a", &asserted("grant", "{ status = [200], colour = 1 }"));
    let message = Ledger::parse(&[("token.toml", &text)]).unwrap_err().to_string();
    assert!(message.starts_with("token.toml:9: "), "{message}");
    assert!(message.contains("colour"), "{message}");
}

#[test]
fn the_place_of_a_fact_is_not_data() {
    for key in ["file = \"x\"", "line = 3"] {
        let text = fact("token.a", &asserted("grant", "")) + key;
        assert!(Ledger::parse(&[("a.toml", &text)]).is_err(), "{key}");
    }
}

#[test]
fn junk_is_an_error_and_no_panic() {
    let junk = [
        "[[fact]",
        "fact = 1",
        "fact = [1]",
        "[[fact]]",
        "[fact]\nid = 1",
        "\u{0}",
        "= = =",
        "[[fact]]\nid = \"ü.ä\"\nwhen = [\n",
        "[[fact]]\nstatus = 400",
        "[meta]",
        "\"",
        "'''",
        "[[[[[[[[",
    ];
    for text in junk {
        assert!(Ledger::parse(&[("junk.toml", text)]).is_err(), "{text:?}");
    }
    let status = fact("token.a", &asserted("refuse", "{ status = [70000] }"));
    assert!(Ledger::parse(&[("a.toml", &status)]).is_err());
    for text in ["", "\n", "# only a comment", "\u{feff}"] {
        assert_eq!(Ledger::parse(&[("empty.toml", text)]).unwrap().facts(), [], "{text:?}");
    }
}

#[test]
fn odd_ids_are_findings_and_no_panic() {
    for id in
        ["", ".", "..", "token", "token.", ".a", "token..a", "Token.a", "to-ken.a", "token.ä", "token.a b"]
    {
        let text = fact(id, &asserted("grant", "{ status = [200] }"));
        assert!(complaint(&text).contains("the id is not"), "{id}");
        let _ = ledger(&text).facts()[0].area();
    }
    for id in ["token.a", "rs.lib.aws-jwt-verify.exp-boundary", "token.1"] {
        assert_eq!(lint(&ledger(&fact(id, &asserted("grant", "{ status = [200] }")))), [], "{id}");
    }
}

#[test]
fn answers_are_statuses_times_errors_in_order() {
    let expect =
        "{ status = [401, 400], error = [\"invalid_client\", \"invalid_request\"] }, { status = [200] }";
    let ledger = one(&graded("either", "conflicting", "accept-set", expect));
    let fact = &ledger.facts()[0];
    let expected = [
        answer(401, Some("invalid_client"), Some(false)),
        answer(401, Some("invalid_request"), Some(false)),
        answer(400, Some("invalid_client"), Some(false)),
        answer(400, Some("invalid_request"), Some(false)),
        answer(200, None, Some(true)),
    ];
    assert_eq!(fact.answers(), expected);
    assert!(!fact.always_refuses());
}

#[test]
fn equal_answers_are_listed_once() {
    let ledger =
        one(&asserted("refuse", "{ status = [405], body = [\"a\"] }, { status = [405], body = [\"b\"] }"));
    assert_eq!(ledger.facts()[0].answers(), [answer(405, None, Some(false))]);
}

#[test]
fn a_redirect_grants_by_outcome_or_by_word() {
    let expect = "{ status = [302] }, { status = [302], grants = true }, { error = [\"invalid_scope\"] }";
    let answers = |outcome| one(&asserted(outcome, expect)).facts()[0].answers();
    let by_word = answer(302, None, Some(true));
    let error = answer(None, Some("invalid_scope"), Some(false));
    assert_eq!(answers("either"), [answer(302, None, None), by_word.clone(), error.clone()]);
    assert_eq!(answers("refuse"), [answer(302, None, Some(false)), by_word.clone(), error.clone()]);
    assert_eq!(answers("grant"), [by_word, error]);
}

#[test]
fn a_page_with_status_200_grants_nothing_by_itself() {
    let members = asserted("either", "{ status = [200] }");
    let text = fact("login.a", &members).replace("POST /oauth2/token", "GET /login");
    assert_eq!(ledger(&text).facts()[0].answers(), [answer(200, None, None)]);
    assert_eq!(one(&members).facts()[0].answers(), [answer(200, None, Some(true))]);
}

#[test]
fn weak_members_are_left_out_of_answers() {
    let expect = "{ status = [400, 413], error = [\"invalid_request\"] }";
    let ledger = one(&format!("{}\nweak = [\"status\"]", asserted("refuse", expect)));
    assert_eq!(ledger.facts()[0].answers(), [answer(None, Some("invalid_request"), Some(false))]);
    assert!(ledger.facts()[0].always_refuses());
}

#[test]
fn only_a_fact_without_a_way_out_always_refuses() {
    let refuses = |outcome, expect: &str| one(&asserted(outcome, expect)).facts()[0].always_refuses();
    assert!(refuses("refuse", "{ status = [400] }, { body = [\"no token\"] }"));
    assert!(refuses("refuse", "{ status = [401], tolerate = [403] }"));
    assert!(!refuses("refuse", "{ status = [401], tolerate = [200] }"));
    assert!(!refuses("refuse", ""));
    assert!(!refuses("background", "{ status = [401] }"));
}

#[test]
fn tolerated_statuses_are_told_apart() {
    let ledger = one(&asserted("refuse", "{ status = [400], tolerate = [401, 200] }"));
    let fact = &ledger.facts()[0];
    assert_eq!(fact.answers(), [answer(400, None, Some(false))]);
    assert_eq!(fact.tolerated(), [answer(401, None, Some(false)), answer(200, None, Some(true))]);
}

#[test]
fn strength_follows_treatment_and_confidence() {
    use Confidence::{Conflicting, Documented, Inferred, Reported};
    for confidence in [Documented, Reported, Conflicting, Inferred] {
        assert_eq!(Strength::of(Treat::Assert, confidence), Strength::Binding);
        assert_eq!(Strength::of(Treat::Warn, confidence), Strength::Advisory);
        assert_eq!(Strength::of(Treat::Info, confidence), Strength::Background);
        let advisory = confidence == Inferred;
        assert_eq!(Strength::of(Treat::AcceptSet, confidence) == Strength::Advisory, advisory);
    }
    assert!(Inferred < Conflicting && Conflicting < Reported && Reported < Documented);
    assert!(Strength::Background < Strength::Advisory && Strength::Advisory < Strength::Binding);
}

#[test]
fn everything_but_background_needs_cover() {
    for (treat, needed) in [("assert", true), ("accept-set", true), ("warn", true), ("info", false)] {
        let ledger = one(&graded("grant", "documented", treat, "{ status = [200] }"));
        assert_eq!(Ledger::needs_cover(&ledger.facts()[0]), needed, "{treat}");
    }
}

#[test]
fn lint_asks_for_a_surface_or_a_profile() {
    let good = fact("token.a", &asserted("grant", "{ status = [200] }"));
    let both = good.replace("when =", "profile = \"rest\"\nwhen =");
    assert!(complaint(&both).contains("surface or a profile"));
    let neither = good.replace("surface = \"POST /oauth2/token\"", "");
    assert!(complaint(&neither).contains("surface or a profile"));
    let token = good.replace("when =", "token = \"id-valid\"\nwhen =");
    assert!(complaint(&token).contains("only a guard"));
}

#[test]
fn lint_asks_for_when_and_sources() {
    let good = fact("token.a", &asserted("grant", "{ status = [200] }"));
    assert_eq!(complaint(&good.replace("when = \"w\"", "when = \" \"")), "`when` is empty");
    for sources in ["[]", "[\"\"]", "[\"s\", \" \"]"] {
        assert_eq!(complaint(&good.replace("[\"s\"]", sources)), "a source is missing or empty");
    }
}

#[test]
fn lint_looks_at_excuses() {
    let excused = |treat, excuse: &str| {
        let members = graded("grant", "documented", treat, "{ status = [200] }");
        fact("token.a", &format!("{members}\nexcused = \"{excuse}\""))
    };
    assert!(complaint(&excused("info", "because")).contains("pointless"));
    assert!(complaint(&excused("warn", " ")).contains("the excuse is empty"));
    assert_eq!(lint(&ledger(&excused("warn", "because"))), []);
}

#[test]
fn lint_asks_why_an_inferred_fact_is_asserted() {
    let members = graded("grant", "inferred", "assert", "{ status = [200] }");
    assert!(complaint(&fact("token.a", &members)).contains("no note says why"));
    assert_eq!(lint(&one(&format!("{members}\nnotes = \"RFC\""))), []);
}

#[test]
fn lint_asks_for_what_sources_disagree_about() {
    let members = graded("grant", "conflicting", "warn", "{ status = [200] }");
    assert!(complaint(&fact("token.a", &members)).contains("fewer than two"));
}

#[test]
fn lint_asks_for_something_to_judge() {
    assert!(complaint(&fact("token.a", &asserted("grant", ""))).contains("nothing to judge"));
    assert!(complaint(&fact("token.a", &asserted("grant", "{ }"))).contains("states nothing"));
    assert_eq!(lint(&one(&graded("background", "documented", "info", ""))), []);
}

#[test]
fn lint_looks_at_weak_members() {
    let weak = |member| format!("{}\nweak = [\"{member}\"]", asserted("grant", "{ status = [200] }"));
    assert!(complaint(&fact("token.a", &weak("headers"))).contains("`headers`"));
    assert_eq!(lint(&one(&weak("status"))), []);
}

#[test]
fn lint_compares_outcome_and_alternatives() {
    let said = |outcome, expect: &str| complaint(&fact("token.a", &asserted(outcome, expect)));
    assert!(said("refuse", "{ status = [400] }, { status = [204] }").contains("2xx"));
    assert!(said("grant", "{ status = [200] }, { status = [400] }").contains("an alternative refuses"));
    assert!(said("either", "{ status = [400] }").contains("all alternatives agree"));
}

#[test]
fn lint_knows_errors_and_statuses() {
    let said = |expect: &str| complaint(&fact("token.a", &asserted("refuse", expect)));
    assert!(said("{ error = [\"invalid_cleint\"] }").contains("`invalid_cleint`"));
    assert!(said("{ status = [600] }").contains("600"));
    assert!(said("{ status = [400], tolerate = [99] }").contains("99"));
}

#[test]
fn an_id_may_leave_only_with_a_word() {
    let ledger = one(&asserted("grant", "{ status = [200] }"));
    let said = |text: &str| lint_ids(&ledger, text);
    for text in ["token.a", "# note\n\ntoken.a\ntoken.b -> token.a\ntoken.c retired: folded into token.a\n"] {
        assert_eq!(said(text), [], "{text}");
    }
    let wrong = [
        ("", "the id is not listed"),
        ("token.a\ntoken.b", "line 2: the id is gone"),
        ("token.a\ntoken.a", "line 2: the id is listed twice"),
        ("token.a\ntoken.b -> token.c", "line 2: the new id `token.c`"),
        ("token.a\ntoken.b retired:", "line 2: the retirement gives no reason"),
        ("token.a -> token.a", "line 1: the id is said to be gone"),
        ("token.a retired: why", "line 1: the id is said to be gone"),
        ("token.a\nno id at all", "line 2: the line is no id"),
    ];
    for (text, what) in wrong {
        let findings = said(text);
        assert_eq!(findings.len(), 1, "{text:?}: {findings:?}");
        assert!(whats(&findings)[0].starts_with(what), "{text:?}: {findings:?}");
        assert_eq!(findings[0].file, "IDS");
    }
}
