//! `[[target.X.guard]]`: what it means, and the text of every error in it.

use super::config::Config;
use super::spec::{FixtureSource, Target, TargetKind};
use crate::model::fixture::{Client, Fixture, Pool};
use crate::model::guard::{Exactness, GuardNeed, TokenKind, TokenSource};
use crate::model::need::Need;

const EMULATOR: &str = "[target.x]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\n";

fn read(text: &str) -> Result<Target, String> {
    let config = Config::parse("targets.toml", text).map_err(|error| error.to_string())?;
    config.target("x", &|_| None).map_err(|error| error.to_string())
}

fn emulator(guard: &str) -> Result<Target, String> {
    read(&format!("{EMULATOR}[[target.x.guard]]\n{guard}\n"))
}

fn error(guard: &str) -> String {
    emulator(guard).err().unwrap_or_else(|| "(no error)".to_owned())
}

#[test]
fn a_guard_by_default() {
    let target = emulator("name = \"a\"\nprofile = \"rest\"").unwrap();
    let guard = &target.guards[0];
    assert_eq!((guard.url.as_deref(), guard.method.as_str()), (None, "GET"));
    assert_eq!((guard.token, guard.tokens), (TokenKind::Id, TokenSource::Pool));
    assert_eq!((guard.exactness, guard.situation.as_str()), (Exactness::Exact, "guarded"));
    let of = |text: &str| emulator(text).unwrap().guards[0].clone();
    let scoped = of("name = \"a\"\nprofile = \"rest\"\nscopes = [\"s/read\"]");
    assert_eq!(scoped.token, TokenKind::Access);
    let service = of("name = \"a\"\nprofile = \"resource-server\"\nurl = \"http://127.0.0.1:2/x?y=z\"");
    assert_eq!((service.token, service.exactness), (TokenKind::Access, Exactness::Lenient));
    let customised = of("name = \"a\"\nprofile = \"rest\"\ncustomised = true");
    assert_eq!(customised.exactness, Exactness::Refusal);
}

#[test]
fn a_service_has_no_pool_and_takes_tokens_of_the_harness() {
    let target = read(
        "[target.x]\nkind = \"service\"\n[[target.x.guard]]\nname = \"a\"\nprofile = \"resource-server\"\n\
         url = \"http://127.0.0.1:{port}/{pool_id}/{client.web}\"",
    )
    .unwrap();
    assert_eq!((target.kind, target.fixture.clone()), (TargetKind::Service, FixtureSource::Issuer));
    assert_eq!(target.guards[0].tokens, TokenSource::Issuer);
    let units = target.units();
    assert_eq!(units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["x/a"]);
    assert_eq!(units[0].chosen_by, "-t x --guard a");
}

#[test]
fn a_target_is_its_pool_and_its_guards() {
    let guards = "name = \"a\"\nprofile = \"rest\"\n[[target.x.guard]]\nname = \"b\"\nprofile = \"http\"";
    let target = emulator(guards).unwrap();
    let names = |target: &Target| target.units().into_iter().map(|unit| unit.name).collect::<Vec<_>>();
    assert_eq!(names(&target), ["x", "x/a", "x/b"]);
    assert_eq!(names(&Target { guards_only: true, ..target }), ["x/a", "x/b"]);
}

#[test]
fn placeholders_are_filled_from_the_fixture() {
    let target = emulator("name = \"a\"\nprofile = \"rest\"").unwrap();
    let client = Client { id: "abc".to_owned(), ..Client::default() };
    let pool = |id: &str| Pool { id: id.to_owned(), ..Pool::default() };
    let fixture = Fixture {
        pool: pool("us-east-1_a"),
        other_pool: Some(pool("us-east-1_b")),
        client: [("web".to_owned(), client)].into(),
        ..Fixture::default()
    };
    let filled = |text: &str| target.guard_text(text, &fixture, Some(9)).map_err(|error| error.to_string());
    assert_eq!(
        filled("{pool_id} {other_pool_id} {client.web} {port} {next_port}").unwrap(),
        "us-east-1_a us-east-1_b abc 9 10"
    );
    assert!(filled("{client.machine}").unwrap_err().contains("no value for {client.machine}"));
    assert!(filled("{issuer_url}").unwrap_err().contains("only [target.X.launch] may hold it"));
}

#[test]
fn every_fault_says_where_it_is_and_what_to_write() {
    let rest = "name = \"a\"\nprofile = \"rest\"";
    for (guard, wanted) in [
        ("profile = \"rest\"", "targets.toml:4: target.x.guard.name: missing\n  write name = \"orders\""),
        (
            "name = \"A b\"\nprofile = \"rest\"",
            "targets.toml:5: target.x.guard.name: \"A b\" is not a name for a guard\n  use a-z, 0-9 and dashes, 40 at most",
        ),
        (
            "name = \"a\"",
            "targets.toml:4: target.x.guard.profile: missing\n  write profile = \"rest\", \"http\" or \"resource-server\"",
        ),
        (
            "name = \"a\"\nprofile = \"resource-server\"\nurl = \"ftp://127.0.0.1/\"",
            "targets.toml:7: target.x.guard.url: \"ftp://127.0.0.1/\" is not the URL of a web server\n  write a URL that begins with http:// or https://",
        ),
        (
            &format!("{rest}\nmethod = \"FETCH\""),
            "targets.toml:7: target.x.guard.method: unknown method \"FETCH\"",
        ),
        (
            &format!("{rest}\necho = \"claims\""),
            "targets.toml:7: target.x.guard.echo: \"claims\" is no JSON pointer (RFC 6901)\n  write echo = \"/claims\"",
        ),
        (
            &format!("{rest}\nstrict = true\ncustomised = true"),
            "targets.toml:7: target.x.guard.strict: customised answers cannot be compared\n  keep one of strict and customised",
        ),
        (
            "name = \"a\"\nprofile = \"http\"\ncustomised = true",
            "targets.toml:7: target.x.guard.customised: only a REST API has gateway responses that can be customised",
        ),
        (
            &format!("{rest}\nsituation = \"odd\""),
            "targets.toml:7: target.x.guard.situation: unknown situation \"odd\"",
        ),
        (
            &format!("{rest}\nscopes = [\"a b\"]"),
            "targets.toml:7: target.x.guard.scopes: has an entry that is empty or has a blank",
        ),
        (
            &format!("{rest}\nunsupported = {{ \"guard.token.odd\" = \"why\" }}"),
            "targets.toml:7: target.x.guard.unsupported.guard.token.odd: unknown need \"guard.token.odd\"",
        ),
        (&format!("{rest}\nodd = 1"), "targets.toml:7: target.x.guard.odd: unknown key"),
        (
            &format!("{rest}\n[[target.x.guard]]\n{rest}"),
            "targets.toml:7: target.x.guard: two guards have the name \"a\"",
        ),
    ] {
        let found = error(guard);
        assert!(found.starts_with(wanted), "{guard}:\n{found}");
    }
    let service = "[target.x]\nkind = \"service\"\n";
    assert!(read(service).unwrap_err().contains("a service is tested by its guards alone"));
    let pool = format!("{service}[[target.x.guard]]\nname = \"a\"\nprofile = \"rest\"\ntokens = \"pool\"");
    assert!(read(&pool).unwrap_err().contains("a service has no pool of its own"));
    let domain = "[target.x]\nkind = \"service\"\ndomain = \"http://127.0.0.1:1\"\n";
    assert!(read(domain).unwrap_err().contains("a service has no pool"));
    let away = "name = \"a\"\nprofile = \"rest\"\nurl = \"https://example.com/orders\"";
    let refused = emulator(away).unwrap().check_consent(false).unwrap_err().to_string();
    assert!(refused.contains("https://example.com/orders is not on this machine"), "{refused}");
}

#[test]
fn a_need_is_held_against_the_settings() {
    let unit = |guard: &str| emulator(guard).unwrap().units().pop().unwrap();
    let plain = unit("name = \"a\"\nprofile = \"rest\"");
    let needs = |need: GuardNeed| plain.guard_lacks(&[Need::Guard(need)]);
    assert_eq!(plain.guard_lacks(&[]), None);
    assert_eq!(needs(GuardNeed::NoScopes), None);
    assert!(needs(GuardNeed::Scopes).unwrap().contains("asks for no scope"));
    assert!(needs(GuardNeed::Situation("waf")).unwrap().contains("\"guarded\""));
    let special = unit("name = \"a\"\nprofile = \"rest\"\nsituation = \"waf\"");
    assert_eq!(special.guard_lacks(&[Need::Guard(GuardNeed::Situation("waf"))]), None);
}
