//! What is replaced, what is hidden, and what a target cannot make look like either.

use super::*;
use crate::model::fixture::{Client, User};

#[test]
fn a_secret_that_a_target_changes_is_hidden_in_every_word() {
    let mut fixture = Fixture::default();
    let ada = User { username: "ada".into(), password: "correcthorsebattery".into(), ..User::default() };
    fixture.user.insert("main".into(), ada);
    let names = FixtureNames::new(&Arc::new(fixture));
    let code = "8c7d-41f0-a9e2-b35d".to_owned() + "-x";
    let (captured, case) = (BTreeMap::from([("code".to_owned(), code)]), Case::default());
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(redactor.redact_secrets("correcthorsebattery"), "<user.main.password>");
    assert_eq!(redactor.redact_secrets("yrettabesrohtcerroc"), "<hidden>");
    assert_eq!(redactor.redact("no CORRECT-HORSE-BATTERY"), "no <hidden>");
    assert_eq!(redactor.redact("code 8C7D41F0 A9E2 B35D is used"), "code <hidden> is used");
    assert_eq!(redactor.redact_secrets("invalid_client"), "invalid_client");
}

#[test]
fn the_longest_value_wins() {
    let mut fixture = Fixture::default();
    for (role, id) in [("a", "abcdef"), ("b", "abcdefgh")] {
        fixture.client.insert(role.to_owned(), Client { id: id.to_owned(), ..Client::default() });
    }
    let names = FixtureNames::new(&Arc::new(fixture));
    let (captured, case) = (BTreeMap::new(), Case::default());
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(redactor.redact("abcdefgh abcdef"), "<client.b.id> <client.a.id>");
}

#[test]
fn a_secret_that_goes_beyond_a_value_is_hidden_with_it() {
    let mut fixture = Fixture::default();
    let secret = Some("efghijkl".to_owned());
    fixture.client.insert("web".into(), Client { id: "abcdefgh".into(), secret, ..Client::default() });
    let names = FixtureNames::new(&Arc::new(fixture));
    let (captured, case) = (BTreeMap::new(), Case::default());
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(redactor.redact("it is abcdefghijkl, no abcdefgh"), "it is <hidden>, no <client.web.id>");
    assert_eq!(
        redactor.redact("abcdefghefghijkl"),
        "<client.web.id><client.web.secret>",
        "one behind the other"
    );
}

#[test]
fn a_short_user_name_is_replaced_where_it_stands_alone() {
    let mut fixture = Fixture::default();
    let ada = User { username: "ada".into(), ..User::default() };
    fixture.user.insert("main".into(), ada);
    let names = FixtureNames::new(&Arc::new(fixture));
    let (captured, case) = (BTreeMap::new(), Case::default());
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(redactor.redact("ada"), "<user.main.username>");
    assert_eq!(redactor.redact("canada"), "canada");
}

#[test]
fn what_was_made_of_a_secret_is_hidden_too() {
    let mut fixture = Fixture::default();
    let secret = Some("only-letters".to_owned());
    fixture.client.insert("web".into(), Client { id: "id".into(), secret, ..Client::default() });
    let names = FixtureNames::new(&Arc::new(fixture));
    let near = Value::client_secret("web").edited(crate::model::edit::Edit::Append("!".into()));
    let request = crate::model::request::Request::token("x").basic("id", near);
    let (captured, case) = (BTreeMap::new(), Case::one(request));
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(
        redactor.redact("no only-letters!, and no only-letters"),
        "no <hidden>, and no <client.web.secret>"
    );
    assert_eq!(redactor.redact("Basic aWQ6b25seS1sZXR0ZXJzIQ=="), "<hidden>");
    assert_eq!(redactor.redact("was (only-letters%21)"), "was (<hidden>)");
}

#[test]
fn what_looks_like_a_secret_is_hidden() {
    let secret = "wew4nnpu5pshyiqsoq4r03yoq99d87jun3lb76e1uusytr3d1ck";
    assert_eq!(mask(&format!("client x: bad secret {secret}.")), "client x: bad secret <hidden>.");
    assert_eq!(mask("Basic N2dtdm1hZ25ndm9tNmk3cWxkeW42czV4YWg6d2V3"), "Basic <hidden>");
    assert_eq!(mask("eyJraWQiOiJhYmNkZWYxMjM0NTY3ODkw.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x"), "<hidden>.<hidden>.x");
    for plain in [
        "internationalisation-and-localisation",
        "1234567890123456789012345",
        "invalid_client",
        "https://app.poolproof.test/callback",
        "no-cache, no-store, max-age=0",
        "",
    ] {
        assert_eq!(mask(plain), plain);
    }
}

#[test]
fn a_target_cannot_send_what_stands_for_a_value() {
    let names = FixtureNames::new(&Arc::default());
    let (captured, case) = (BTreeMap::new(), Case::default());
    let redactor = Redactor::new(&names, &captured, &case);
    for (said, shown) in [
        ("<pool.issuer>", "\\u{3c}pool.issuer>"),
        ("a <hidden> b", "a \\u{3c}hidden> b"),
        ("<resource-server>/read", "\\u{3c}resource-server>/read"),
        ("(absent)", "\\u{28}absent)"),
        ("<html>", "<html>"),
        ("none (yet)", "none (yet)"),
    ] {
        assert_eq!(redactor.redact(said), shown);
        assert_eq!(redactor.redact_secrets(said), shown);
        assert_eq!(redactor.redact_scope(said), shown);
    }
}

#[test]
fn an_input_that_is_an_ordinary_word_leaves_words_with_a_meaning_alone() {
    let case = Case::default().input("grant_type", "client");
    let names = FixtureNames::new(&Arc::default());
    let captured = BTreeMap::new();
    let redactor = Redactor::new(&names, &captured, &case);
    assert_eq!(redactor.redact_secrets("invalid_client"), "invalid_client");
    assert_eq!(redactor.redact_secrets("Invalid client."), "Invalid client.");
    assert_eq!(redactor.redact("invalid_client"), "invalid_<input:grant_type>");
}

fn with_captured<T>(captured: &[(&str, &str)], case: &Case, look: impl FnOnce(&Redactor<'_>) -> T) -> T {
    let captured = captured.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    look(&Redactor::new(&FixtureNames::new(&Arc::default()), &captured, case))
}

#[test]
fn an_error_code_is_a_word_of_less_than_thirty_two_letters() {
    let long = "abcdefghijklmnopqrstuvwxyz_abcde";
    assert_eq!(long.len(), 32);
    let captured = [("a", "grant"), ("b", "expired"), ("c", long)];
    with_captured(&captured, &Case::default(), |redactor| {
        assert_eq!(redactor.redact_secrets("invalid_grant"), "invalid_grant");
        assert_eq!(redactor.redact_secrets("expired"), "expired");
        assert_eq!(redactor.redact_secrets("Invalid grant"), "Invalid <captured a>");
        assert_eq!(redactor.redact_secrets(long), "<captured c>");
    });
}

#[test]
fn pieces_of_what_was_captured_are_hidden_where_it_is_a_secret() {
    let captured = [
        ("code", "8c7d41f0a9e2b35d-xyz1-0000"),
        ("location", "https://app1.test/callback1"),
        ("short", "letter1-letter2"),
        ("login.state", "st4te-st5te-st6te-st7te"),
    ];
    with_captured(&captured, &Case::default(), |redactor| {
        assert_eq!(redactor.redact("8C7D41F0A9E2"), "<hidden>");
        assert_eq!(redactor.redact("8C7D41F0A9E2 b"), "<hidden>", "blanks do not take it apart");
        for plain in ["app1.test/callback", "LETTER1 LETTER2", "ST4TE ST5TE ST6TE"] {
            assert_eq!(redactor.redact(plain), plain);
        }
    });
}

#[test]
fn what_was_made_of_something_captured_is_hidden_too() {
    let edited = Value::captured("code").edited(crate::model::edit::Edit::Append("!".into()));
    let case = Case::one(crate::model::request::Request::token("x").field("code", edited));
    with_captured(&[("code", "only-letters")], &case, |redactor| {
        assert_eq!(redactor.redact("no only-letters!, no only-letters"), "no <hidden>, no <captured code>");
    });
}
