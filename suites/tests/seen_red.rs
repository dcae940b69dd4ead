//! Every scenario has been seen to fail: a check that nothing turns red checks nothing.
//!
//! A good double behind a proxy that errs in a few generic ways, one after the other, and doubles with several faults. What turned red is left out of the
//! next run, so that the whole stays short.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::thread;
use std::time::Instant;

use reqwest::Url;

use crate::faults::{verdicts_through, verdicts_with};
use crate::front::{body_of, letters};

/// Scenarios that no rewrite and no fault turns red, each with the reason. One that is always red has no place here.
const NEVER_RED: &[(&str, &str)] = &[
    (
        "claims::session::opaque-api",
        "the double has no readable refresh tokens; ministack and cognito-local show it red",
    ),
    (
        "token::rotation::successor-after-reuse",
        "a rewrite of the setup stops before the probe; cognitox shows it red",
    ),
];

/// How many rewrites are tried at once.
const AT_ONCE: usize = 2;

/// The most scenarios of one run: what fails is made simpler, which takes time, and every command has a bound on it.
const MOST: usize = 50;

/// Of each answer of the double: which ones are rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// What is refused, by a status or by an error at the end of a redirect.
    Refusals,
    /// What is granted by the pages of a sign-in.
    Pages,
    /// What is granted by the token endpoint, but for a refresh.
    Tokens,
    /// Everything else that is granted: what comes after a sign-in.
    Rest,
    /// Half of that, by the toss of a coin: a setup step of the same kind as the probe comes through in some cases.
    Half,
}

/// What a rewrite makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Into {
    /// A token response that says something about a user too; of a request with a redirect URI, a code there.
    Granted,
    /// A refusal with another error than those that OAuth knows, with the status as it was or as 400.
    OtherError,
    /// 200 with an empty object, or the redirect without a place to go.
    Nothing,
    /// 500 without a body.
    Failure,
    /// 404 with a page.
    NotFound,
    /// The same without any header field, but for those that carry a sign-in on.
    Bare,
    /// The same with the values of its JSON body and of its redirect changed.
    Garbled,
}

/// The rewrites in the order in which they are tried: those first that turn most scenarios red.
const REWRITES: &[(Of, Into)] = &[
    (Of::Refusals, Into::Granted),
    (Of::Rest, Into::Nothing),
    (Of::Tokens, Into::Nothing),
    (Of::Pages, Into::Nothing),
    (Of::Refusals, Into::OtherError),
    (Of::Refusals, Into::NotFound),
    (Of::Pages, Into::Granted),
    (Of::Rest, Into::Failure),
    (Of::Tokens, Into::Failure),
    (Of::Pages, Into::Failure),
    (Of::Rest, Into::Garbled),
    (Of::Tokens, Into::Garbled),
    (Of::Pages, Into::Garbled),
    (Of::Refusals, Into::Bare),
    (Of::Rest, Into::Bare),
    (Of::Tokens, Into::Bare),
    (Of::Pages, Into::Bare),
];

/// Those that leave something to chance take many cases: they come last, when little is left.
const CHANCES: &[(Of, Into)] = &[(Of::Half, Into::Nothing), (Of::Half, Into::Failure)];

/// Faults of the double at once, for what no rewrite of an answer reaches: keys and documents do not pass the proxy, and
/// what the management API returns is signed.
const FAULTS: &[&[&str]] = &[
    &[
        "issuer-with-slash",
        "unknown-kid",
        "one-key-in-set",
        "any-pool-served",
        "sub-differs",
        "jti-shared",
        "origin-jti-differs",
        "marks-are-texts",
        "custom-is-number",
        "scope-in-id-token",
        "lifetime-ignored",
        "aud-in-access-token",
        "username-missing",
        "session-ignored",
        "forbidden-scope-granted",
        "rotated-refresh-works",
        "disabling-keeps-tokens",
        "revoked-refresh-works",
    ],
    &["discovery-down"],
    &["claims-unreadable"],
];

#[test]
#[expect(clippy::print_stdout, reason = "what was seen, for who reads the log")]
fn every_scenario_has_been_seen_to_fail() {
    let began = Instant::now();
    let honest = verdicts_through(&["--cases", "1"], |_, answer| answer.to_vec());
    let left: BTreeSet<String> =
        honest.iter().filter(|(_, verdict)| *verdict != "not-applicable").map(|(id, _)| id.clone()).collect();
    let all = left.len();
    let mut seen = Seen { began, left, came: BTreeMap::new(), warned: 0 };
    seen.by_rewriting(REWRITES);
    seen.by_faults();
    seen.by_rewriting(CHANCES);
    let Seen { left, came, warned, .. } = seen;
    println!(
        "{} of {all} scenarios deviate under some rewrite, {warned} more warn, {} neither",
        all - left.len() - warned,
        left.len()
    );
    let mut wrong = Vec::new();
    for id in &left {
        match NEVER_RED.iter().find(|(listed, _)| listed == id) {
            Some((_, reason)) => println!("{id}: {reason}"),
            None => wrong.push(format!("{id} is never red: {:#?}", came.get(id))),
        }
    }
    for (id, _) in NEVER_RED {
        // One that chance turns red now and then may stay on the list.
        if !honest.contains_key(*id) {
            wrong.push(format!("{id} is listed as never red, but there is no such scenario"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What has been seen so far.
struct Seen {
    began: Instant,
    /// Scenarios that were never red.
    left: BTreeSet<String>,
    /// What they came to instead.
    came: BTreeMap<String, Vec<String>>,
    /// How many were no more than a warning.
    warned: usize,
}

#[expect(clippy::print_stdout, reason = "what was seen, for who reads the log")]
impl Seen {
    fn by_rewriting(&mut self, rewrites: &[(Of, Into)]) {
        for rewrites in rewrites.chunks(AT_ONCE) {
            // A share of what is left for each, and then the next one.
            let shares: Vec<Vec<String>> = (0..AT_ONCE)
                .map(|share| self.left.iter().skip(share).step_by(AT_ONCE).cloned().collect())
                .collect();
            for turn in 0..AT_ONCE {
                let seen = at_once(rewrites, |place| {
                    let share = &shares[(place + turn) % AT_ONCE];
                    share.iter().filter(|id| self.left.contains(*id)).map(String::as_str).collect()
                });
                for ((rewrite, id), verdict) in seen {
                    match verdict.as_str() {
                        "deviates" | "advisory" => {
                            self.left.remove(&id);
                            self.warned += usize::from(verdict == "advisory");
                        }
                        "conforms" | "tolerated" | "inconclusive" => {
                            self.came.entry(id).or_default().push(format!("{rewrite}: {verdict}"));
                        }
                        other => panic!("{id} under {rewrite}: {other}"),
                    }
                }
            }
            println!("{rewrites:?}: {} left after {:?}", self.left.len(), self.began.elapsed());
        }
    }

    fn by_faults(&mut self) {
        for faults in FAULTS {
            let ids: Vec<&str> = self.left.iter().map(String::as_str).collect();
            if ids.is_empty() {
                break;
            }
            for (id, verdict) in verdicts_with(faults, &[&ids[..], &["--cases", "8", "--quiet"]].concat()) {
                match verdict.as_str() {
                    "deviates" | "advisory" => {
                        self.left.remove(&id);
                        self.warned += usize::from(verdict == "advisory");
                    }
                    _ => self.came.entry(id).or_default().push(format!("{faults:?}: {verdict}")),
                }
            }
            println!("faults of the double: {} left after {:?}", self.left.len(), self.began.elapsed());
        }
    }
}

/// The verdicts under several rewrites at once, each for its share of the scenarios.
fn at_once<'a>(
    rewrites: &[(Of, Into)],
    share: impl Fn(usize) -> Vec<&'a str>,
) -> BTreeMap<(String, String), String> {
    thread::scope(|scope| {
        let runs: Vec<_> = rewrites
            .iter()
            .enumerate()
            .map(|(place, &(of, into))| {
                let ids = share(place);
                scope.spawn(move || {
                    let mut all = Vec::new();
                    for ids in ids.chunks(MOST) {
                        // Where it is left to chance, so many that no scenario is missed by bad luck.
                        let cases = if of == Of::Half { "256" } else { "2" };
                        let args = [ids, &["--cases", cases, "--quiet"]].concat();
                        let seen =
                            verdicts_through(&args, move |asked, answer| rewritten(of, into, asked, answer));
                        let name = format!("{of:?} into {into:?}");
                        all.extend(seen.into_iter().map(|(id, verdict)| ((name.clone(), id), verdict)));
                    }
                    all
                })
            })
            .collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    })
}

fn rewritten(of: Of, into: Into, asked: &[u8], answer: &[u8]) -> Vec<u8> {
    let Some(asked) = Asked::read(asked) else { return answer.to_vec() };
    let Some(given) = Given::read(answer) else { return answer.to_vec() };
    let found = given.of(&asked);
    let by_chance = of == Of::Half && found == Of::Rest && letters(1).as_str() < "n";
    if found == of || by_chance { given.into_other(into, &asked).write() } else { answer.to_vec() }
}

/// A request to one of the endpoints under test.
struct Asked {
    url: Url,
    body: String,
}

impl Asked {
    fn read(request: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(request);
        // The management API is not under test.
        if text.to_ascii_lowercase().contains("\r\nx-amz-target:") {
            return None;
        }
        let path = text.split(' ').nth(1)?;
        let url = Url::parse("http://proxy.test").ok()?.join(path).ok()?;
        Some(Self { url, body: String::from_utf8_lossy(body_of(request)?).into_owned() })
    }

    fn param(&self, names: &[&str]) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(name, _)| names.contains(&name.as_ref()))
            .map(|(_, value)| value.into_owned())
    }
}

/// An answer, taken apart.
#[derive(Clone)]
struct Given {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Given {
    fn read(answer: &[u8]) -> Option<Self> {
        let body = body_of(answer)?;
        let head = String::from_utf8_lossy(&answer[..answer.len() - body.len()]).into_owned();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "connection"))
            .collect();
        Some(Self { status, headers, body: body.to_vec() })
    }

    fn location(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str())
    }

    fn of(&self, asked: &Asked) -> Of {
        if self.status >= 400 || self.location().is_some_and(|to| to.contains("error=")) {
            return Of::Refusals;
        }
        match asked.url.path().rsplit('/').next() {
            Some("authorize" | "login") => Of::Pages,
            Some("token") if !asked.body.contains("grant_type=refresh_token") => Of::Tokens,
            _ => Of::Rest,
        }
    }

    fn into_other(mut self, into: Into, asked: &Asked) -> Self {
        let json = |status, body: &str| Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
        };
        match into {
            Into::Granted => match asked.param(&["redirect_uri", "logout_uri", "post_logout_redirect_uri"]) {
                Some(url) => {
                    let joint = if url.contains('?') { '&' } else { '?' };
                    let to = format!("{url}{joint}code={}", letters(30));
                    // A header field has no room for what a case may have made up.
                    let to = if to.bytes().all(|byte| byte.is_ascii_graphic()) {
                        to
                    } else {
                        "/odd?code=x".to_owned()
                    };
                    Self { status: 302, headers: vec![("location".to_owned(), to)], body: Vec::new() }
                }
                None => json(
                    200,
                    r#"{"access_token":"a","id_token":"i","refresh_token":"r","token_type":"mac","expires_in":"soon","sub":"s"}"#,
                ),
            },
            Into::OtherError => {
                json(if self.status >= 400 { self.status } else { 400 }, r#"{"error":"odd"}"#)
            }
            Into::Nothing if self.location().is_some() => {
                self.headers.retain(|(name, _)| name != "location");
                self
            }
            Into::Nothing => json(200, "{}"),
            Into::Failure => Self { status: 500, headers: Vec::new(), body: Vec::new() },
            Into::NotFound => Self {
                status: 404,
                headers: vec![("content-type".to_owned(), "text/html".to_owned())],
                body: b"<p>Not found</p>".to_vec(),
            },
            Into::Bare => {
                self.headers.retain(|(name, _)| name == "location");
                self
            }
            Into::Garbled => self.garbled(),
        }
    }

    fn garbled(mut self) -> Self {
        for (name, value) in &mut self.headers {
            match name.as_str() {
                "location" => *value = value.replace("state=", "odd=").replace("client_id=", "odd="),
                "set-cookie" => *value = value.replace("; HttpOnly", ""),
                _ => value.push_str("-odd"),
            }
        }
        if let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&self.body) {
            garble(&mut body);
            self.body = body.to_string().into_bytes();
        }
        self
    }

    fn write(self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Odd\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let _ = write!(head, "content-length: {}\r\nconnection: close\r\n\r\n", self.body.len());
        [head.as_bytes(), &self.body].concat()
    }
}

/// Every text another one, every number larger, and one more of each list and object.
fn garble(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) => text.push('x'),
        Value::Number(number) => *value = Value::from(number.as_i64().unwrap_or_default() + 1000),
        Value::Bool(switch) => *switch = !*switch,
        Value::Null => *value = Value::from("null"),
        Value::Array(values) => values.iter_mut().for_each(garble),
        Value::Object(members) => members.values_mut().for_each(garble),
    }
}
