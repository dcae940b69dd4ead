use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};

use super::*;
use crate::exec::budget::{Budget, Limits};
use crate::exec::client::Client;
use crate::model::fixture::Fixture;
use crate::model::value::Value;
use crate::target::control::{ControlCall, ControlPlane};

/// Answers every call but those that it is to refuse, and remembers them.
#[derive(Default)]
struct Scripted {
    calls: Mutex<Vec<&'static str>>,
    refuses: Option<&'static str>,
}

impl ControlPlane for Scripted {
    fn call(&self, call: ControlCall) -> BoxFuture<'_, Result<BTreeMap<String, String>, ControlError>> {
        let operation = call.operation();
        let name = if matches!(call, ControlCall::DeleteUser { .. }) { "cleanup" } else { operation.name() };
        self.calls.lock().unwrap().push(name);
        let answer = if self.refuses == Some(name) {
            Err(ControlError::Failed { operation, reason: String::new() })
        } else {
            Ok(BTreeMap::from([("access_token".to_owned(), "token".to_owned())]))
        };
        async move {
            tokio::task::yield_now().await;
            answer
        }
        .boxed()
    }
}

fn session(control: &Arc<Scripted>, requests: Option<u64>) -> Session {
    let limits = Limits { concurrency: 4, rate: None, requests, machine_tokens: None };
    Session {
        client: Client::new(Duration::from_secs(1), true).unwrap(),
        other_urls: BTreeMap::new(),
        urls: BTreeMap::new(),
        fixture: Arc::new(Fixture::default()),
        control: Arc::clone(control) as Arc<dyn ControlPlane>,
        budget: Arc::new(Budget::new(limits)),
        shared: Arc::default(),
        guard: None,
    }
}

fn signed_in() -> Case {
    let text = |text: &str| Value::from(text);
    let (username, password) = (text("ada"), text("secret"));
    Case::default().api(ApiCall::PasswordSignIn { client: "web".to_owned(), username, password }).shared()
}

/// Signs in, shared; then something of its own that has to be put right again.
fn case(own: &str) -> Case {
    signed_in()
        .api(ApiCall::DisableUser { username: own.into() })
        .cleanup("put right", ApiCall::DeleteUser { username: own.into() })
}

fn times(control: &Scripted, name: &str) -> usize {
    control.calls.lock().unwrap().iter().filter(|call| **call == name).count()
}

#[tokio::test]
async fn what_is_shared_is_done_once_and_the_rest_by_every_case() {
    let control = Arc::new(Scripted::default());
    let session = session(&control, None);
    let cases: Vec<Case> = (0..6).map(|number| case(&number.to_string())).collect();
    let meters: Vec<Meter> = cases.iter().map(|_| Meter::default()).collect();
    let all = join_all(cases.iter().zip(&meters).map(|(case, meter)| run(&session, case, meter))).await;
    for ran in &all {
        let names: Vec<&str> = ran.exchanges.iter().map(|exchange| exchange.step.as_str()).collect();
        assert_eq!(names, ["password-sign-in", "disable-user"]);
        assert_eq!(ran.captured.get("access_token").map(String::as_str), Some("token"));
    }
    let count = |name| times(&control, name);
    assert_eq!((count("password-sign-in"), count("disable-user"), count("cleanup")), (1, 6, 6));
    // Whoever came first pays.
    assert_eq!(meters.iter().map(Meter::requests).sum::<u64>(), 13);
    assert_eq!(session.budget.requests(), 13);
}

#[tokio::test]
async fn who_runs_alone_shares_nothing() {
    let control = Arc::new(Scripted::default());
    let session = session(&control, None);
    for own in ["a", "b"] {
        assert!(run_alone(&session, &case(own), &Meter::default()).await.can_go_on());
    }
    assert_eq!(times(&control, "password-sign-in"), 2);
    run(&session, &case("c"), &Meter::default()).await;
    assert_eq!(times(&control, "password-sign-in"), 3, "nothing was left behind for others either");
}

#[tokio::test]
async fn a_beginning_that_fails_is_tried_by_every_case_and_leaves_nothing_to_put_right() {
    let control = Arc::new(Scripted { refuses: Some("password-sign-in"), ..Scripted::default() });
    let session = session(&control, None);
    for own in ["a", "b"] {
        let ran = run(&session, &case(own), &Meter::default()).await;
        assert!(!ran.can_go_on() && ran.exchanges.len() == 1, "{ran:?}");
    }
    assert_eq!((times(&control, "password-sign-in"), times(&control, "cleanup")), (2, 0));
}

#[tokio::test]
async fn what_may_have_been_made_is_put_right_and_what_was_refused_at_once_is_not() {
    let control = Arc::new(Scripted { refuses: Some("disable-user"), ..Scripted::default() });
    run(&session(&control, None), &case("a"), &Meter::default()).await;
    assert_eq!(times(&control, "cleanup"), 1, "it failed, and may have been done all the same");

    let control = Arc::new(Scripted::default());
    let spent = session(&control, Some(1));
    let ran = run(&spent, &case("a"), &Meter::default()).await;
    assert!(matches!(ran.exchanges[1].outcome, Outcome::Fault(Fault::Budget(_))), "{ran:?}");
    assert_eq!(times(&control, "cleanup"), 0, "nothing of its own was sent");
}

fn answer(status: u16, location: &str, body: &str) -> Answer {
    let headers = vec![("location".to_owned(), location.as_bytes().to_vec())];
    let headers = if location.is_empty() { Vec::new() } else { headers };
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

fn kept(case: &Case, answer: &Answer) -> Result<BTreeMap<String, String>, String> {
    let mut captured = BTreeMap::new();
    let step = case.steps.last().unwrap();
    keep(answer, step.redirects, &step.captures, &mut captured).map(|()| captured)
}

#[test]
fn a_redirect_is_read_in_query_and_fragment() {
    let case = Case::default().redirected("back", Request::token("x"), &["code"]);
    for (location, code) in [
        ("https://a.test/cb?code=c%2B1&state=s", "c+1"),
        ("https://a.test/cb?x=y?z&code=c#state=s", "c"),
        ("https://a.test/cb?code=a?b", "a?b"),
        ("https://a.test/cb#code=in-the-fragment", "in-the-fragment"),
        ("https://a.test/cb#x=1?code=no&code=yes", "yes"),
        ("/relative?code=first&code=second#code=third", "first"),
        ("?code=c", "c"),
    ] {
        let captured = kept(&case, &answer(302, location, "")).unwrap();
        assert_eq!(captured, BTreeMap::from([("back.code".to_owned(), code.to_owned())]), "{location}");
    }
    for wrong in [
        answer(302, "https://a.test/cb?state=s", ""),
        answer(302, "https://a.test/code=c", ""),
        answer(302, "", r#"{"code":"c"}"#),
        answer(200, "https://a.test/cb?code=c", r#"{"code":"c"}"#),
        answer(400, "https://a.test/cb?code=c", ""),
    ] {
        assert!(kept(&case, &wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_step_that_has_to_redirect_and_keeps_nothing_is_met_by_a_redirect_alone() {
    let case = Case::default().redirected("back", Request::token("x"), &[]);
    assert_eq!(kept(&case, &answer(302, "/", "")), Ok(BTreeMap::new()));
    for wrong in [answer(302, "", ""), answer(200, "/", ""), answer(404, "", "")] {
        assert!(kept(&case, &wrong).is_err(), "{wrong:?}");
    }
    let case = Case::default().setup("page", Request::token("x"), &[]);
    assert_eq!(kept(&case, &answer(200, "", "<p>")), Ok(BTreeMap::new()));
    assert!(kept(&case, &answer(302, "/error", "")).is_err());
}

#[test]
fn members_of_json_are_kept_as_text_alone() {
    let case = Case::default().setup("token", Request::token("x"), &["access_token"]);
    let captured = kept(&case, &answer(200, "", r#"{"access_token":"t"}"#)).unwrap();
    assert_eq!(captured["token.access_token"], "t");
    for body in ["", "[]", "\"access_token\"", r#"{"access_token":1}"#, r#"{"access_token":{"a":"t"}}"#] {
        assert!(kept(&case, &answer(200, "", body)).is_err(), "{body}");
    }
}
