//! Planted secrets, and the search for them in whatever was shown or kept, in every form in which they might be there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value as Json;

use crate::secrets::WINDOW;
use crate::support::{Ran, Running, Sandbox};

/// A secret with fewer letters and digits is no canary: it may be a word.
const SHORTEST: usize = 8;

/// A secret that nothing else looks like; the same number gives the same one.
pub(crate) fn planted(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state =
            (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(0x94d0_49bb_1331_11eb);
        usize::try_from((state >> 33) % 62).unwrap()
    };
    let letters = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    // Both, or it might be taken for a word or a number by chance.
    (0..26).map(|_| char::from(letters[next()])).chain("7Q".chars()).collect()
}

/// Secrets to be looked for.
#[derive(Default)]
pub(crate) struct Canaries {
    names: Vec<String>,
    windows: HashMap<[u8; WINDOW], usize>,
    short: Vec<(Vec<u8>, usize)>,
}

impl Canaries {
    pub(crate) fn add(&mut self, name: &str, secret: &str) {
        let at = self.names.len();
        self.names.push(name.to_owned());
        for form in forms(secret) {
            let bytes = squeezed(form.as_bytes()).1;
            if bytes.len() < SHORTEST {
                continue;
            }
            if bytes.len() < WINDOW {
                self.short.push((bytes, at));
                continue;
            }
            for window in bytes.windows(WINDOW) {
                self.windows.entry(window.try_into().unwrap()).or_insert(at);
            }
        }
    }

    /// Every secret of a fixture document.
    pub(crate) fn add_fixture(&mut self, name: &str, path: &Path) {
        let fixture: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let (clients, users) = (fixture["client"].as_object().unwrap(), fixture["user"].as_object().unwrap());
        for (role, client) in clients {
            for what in ["secret", "second-secret", "deleted-secret"] {
                if let Some(secret) = client[what].as_str() {
                    self.add(&format!("{name} client.{role}.{what}"), secret);
                }
            }
        }
        for (user, members) in users {
            self.add(&format!("{name} user.{user}.password"), members["password"].as_str().unwrap());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }

    /// What of them is in a text: the name of each, with what is around it.
    pub(crate) fn found(&self, text: &[u8]) -> BTreeMap<String, String> {
        let (places, bytes) = squeezed(text);
        let mut found = BTreeMap::new();
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            let window = rest.first_chunk::<WINDOW>().and_then(|window| self.windows.get(window));
            let short = || self.short.iter().find(|(short, _)| rest.starts_with(short)).map(|(_, name)| name);
            if let Some(name) = window.or_else(short) {
                let begin = places[at].saturating_sub(60);
                let end = (places[at] + 80).min(text.len());
                found
                    .entry(self.names[*name].clone())
                    .or_insert_with(|| String::from_utf8_lossy(&text[begin..end]).into_owned());
            }
        }
        found
    }
}

/// A secret as it is, backwards, and as it is commonly encoded and escaped.
fn forms(secret: &str) -> BTreeSet<String> {
    let bytes = secret.as_bytes();
    let percent: String = bytes
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(*byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect::<Vec<_>>()
        .concat();
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        secret.chars().rev().collect(),
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat(),
        bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat(),
        serde_json::to_string(secret).unwrap(),
        format!("{secret:?}"),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;"),
        percent.replace("%20", "+"),
        percent,
    ]);
    // Behind `id:`, or behind anything, base64 has one of three looks; the first signs belong to what is before.
    for before in 0..3 {
        let padded = [&b"::"[..before], bytes].concat();
        for encoded in [STANDARD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            forms.insert(encoded[(before * 4).div_ceil(3)..padded.len() * 4 / 3].to_owned());
        }
    }
    forms
}

/// Letters and digits in lower case with their places: what was split, upper-cased or escaped is the same then.
fn squeezed(text: &[u8]) -> (Vec<usize>, Vec<u8>) {
    let kept = text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
    kept.map(|(at, byte)| (at, byte.to_ascii_lowercase())).unzip()
}

/// All that was shown and kept.
#[derive(Default)]
pub(crate) struct Evidence {
    texts: Vec<(String, Vec<u8>)>,
}

impl Evidence {
    pub(crate) fn add(&mut self, name: &str, ran: &Ran) {
        self.texts.push((format!("{name}: stdout"), ran.out.clone().into_bytes()));
        self.texts.push((format!("{name}: stderr"), ran.err.clone().into_bytes()));
    }

    /// Every file of a sandbox but those that the test put there, and those that hold secrets by design: these must be
    /// their owner's alone.
    pub(crate) fn add_files(&mut self, sandbox: &Sandbox, inputs: &[&str], by_design: &[&str]) {
        for name in by_design {
            let mode = fs::metadata(sandbox.path(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name} holds secrets");
        }
        let spared: Vec<_> = inputs.iter().chain(by_design).map(|name| sandbox.path(name)).collect();
        for file in sandbox.files("").into_iter().filter(|file| !spared.contains(file)) {
            let mut text = file.display().to_string().into_bytes();
            text.push(b'\n');
            text.extend(fs::read(&file).unwrap());
            self.texts.push((file.display().to_string(), text));
        }
    }

    pub(crate) fn must_have(&self, part: &str) {
        assert!(self.texts.iter().any(|(name, _)| name.contains(part)), "there is no {part}");
    }

    /// No token that the double made, whole or by its beginning. What a case made up only looks like one.
    pub(crate) fn must_hold_no_token(&self) {
        for (name, text) in &self.texts {
            let text = String::from_utf8_lossy(text);
            let issued =
                text.match_indices("eyJ").map(|(at, _)| &text[at..]).find(|token| is_of_the_double(token));
            assert_eq!(issued.map(|token| &token[..40]), None, "{name} shows a token");
        }
    }

    pub(crate) fn must_hold_none_of(&self, canaries: &Canaries) {
        let mut shown = Vec::new();
        for (name, text) in &self.texts {
            for (canary, around) in canaries.found(text) {
                shown.push(format!("{name} shows {canary}: {around:?}"));
            }
        }
        assert!(
            shown.is_empty(),
            "{} places show a secret:\n{}",
            shown.len(),
            shown.into_iter().take(20).collect::<Vec<_>>().join("\n")
        );
    }
}

/// The environment of a user who has secrets in it, and wants to see everything.
pub(crate) struct Environment(Vec<(&'static str, String)>);

impl Environment {
    pub(crate) fn planted() -> Self {
        let names = [
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "ORDERS_CLIENT_SECRET",
            "ORDERS_SECOND_SECRET",
            "ORDERS_DELETED_SECRET",
            "ORDERS_PASSWORD",
            "ORDERS_API_KEY",
            "ORDERS_PREFIX",
        ];
        let mut variables: Vec<_> =
            names.into_iter().zip(100..).map(|(name, at)| (name, planted(at))).collect();
        let key = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n{}\n-----END PRIVATE KEY-----",
            planted(120),
            planted(121)
        );
        variables.push(("ORDERS_CA_PRIVATE_KEY", key));
        Self(variables)
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0.iter().find(|(known, _)| *known == name).unwrap().1
    }

    pub(crate) fn command(&self, sandbox: &Sandbox, command: &mut Command) -> Ran {
        fs::create_dir_all(sandbox.path("tmp")).unwrap();
        command
            .envs(self.0.iter().map(|(name, value)| (name, value)))
            .env("AWS_ACCESS_KEY_ID", "AKIAPOOLPROOF")
            .env("TMPDIR", sandbox.path("tmp"))
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        Running::start(command).wait()
    }

    pub(crate) fn run(&self, sandbox: &Sandbox, args: &[&str]) -> Ran {
        self.command(sandbox, &mut sandbox.poolproof(args))
    }

    pub(crate) fn canaries(&self) -> Canaries {
        let mut canaries = Canaries::default();
        for (name, value) in &self.0 {
            canaries.add(name, value);
        }
        canaries.add("a line of ORDERS_CA_PRIVATE_KEY", &planted(121));
        canaries
    }
}

/// Whether a text begins with a token that the double signed or encrypted. What a case made up only looks like one.
fn is_of_the_double(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(header).ok();
    let header = decoded.and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok());
    header.is_some_and(|header| {
        header.get("alg").is_some() && (header.get("kid").is_some() || header.get("enc").is_some())
    })
}

/// The positive control: a search that finds nothing proves something only if it finds what is there.
#[test]
fn each_form_of_a_canary_is_found() {
    for secret in [planted(1), "p4$$ \"w0rd\" & <m0re>\\n%".to_owned()] {
        let mut canaries = Canaries::default();
        canaries.add("it", &secret);
        canaries.add("another", &planted(99));
        let hex: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
        let all_percent: String =
            secret.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        let split: String = secret.chars().flat_map(|c| [c, ' ']).collect();
        let forms = [
            secret.clone(),
            secret.to_uppercase(),
            secret.chars().rev().collect(),
            hex,
            all_percent,
            split,
            serde_json::to_string(&secret).unwrap(),
            format!("{secret:?}"),
            STANDARD.encode(&secret),
            STANDARD.encode(format!("7gmvmagngvom6i7qldyn6s5xah:{secret}")),
            STANDARD.encode(format!("ab:{secret}")),
            URL_SAFE_NO_PAD.encode(format!("a:{secret}")),
            url_encoded(&secret),
        ];
        for form in forms {
            let text = format!("{{\"error\": \"before {form} after\"}}");
            assert!(canaries.found(text.as_bytes()).contains_key("it"), "{form} is not found");
            assert!(!canaries.found(text.as_bytes()).contains_key("another"), "{form}");
        }
        assert!(canaries.found(b"client.machine.secret <hidden> invalid_client 0123456789abcdef").is_empty());
    }
    let secret = planted(2);
    let mut canaries = Canaries::default();
    canaries.add("it", &secret);
    for at in 0..=secret.len() - WINDOW {
        let window = &secret[at..at + WINDOW];
        assert!(!canaries.found(format!("({window})").as_bytes()).is_empty(), "{window} is not found");
    }
    assert!(canaries.found(format!("({})", &secret[..WINDOW - 1]).as_bytes()).is_empty());
}

fn url_encoded(text: &str) -> String {
    let mut url = reqwest::Url::parse("http://a.test").unwrap();
    url.query_pairs_mut().append_pair("q", text);
    url.query().unwrap().to_owned()
}
