//! The wrong answers that need more than a line.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json as object};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::right::{self, REFUSAL, answer, json, right, right_with};
use crate::server::{Act, Asked, Manner, Server};

/// The head of an answer whose body is longer than anything that is sent.
pub(crate) const HEAD_OF_99: &str =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
/// The head of an answer in chunks.
pub(crate) const CHUNKED: &str = "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n";
/// An interim answer (RFC 8297).
pub(crate) const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
/// How many bytes a client of HTTP/2 begins with (RFC 9113 section 3.4).
pub(crate) const HTTP_2_PREFACE: usize = 24;
pub(crate) const PAGE: &str = "<!doctype html><title>Not found</title><script>alert(1)</script>";
/// What moves a cursor, colours a line, sets a title, turns a line or ends a text.
pub(crate) const ESCAPES: &str = r#"{"error":"\u001b[2J\u001b]0;owned\u0007<b>\u202e\u0000\u2028","error_description":"\u009b31m\r\n\u0085"}"#;
/// A discovery document with markup in place of everything.
pub(crate) const MARKED_DOCUMENT: &str = r#"{"issuer":"]]><script>","jwks_uri":"|`<b>","scopes_supported":["</code>|"],
    "subject_types_supported":["<b>"],"id_token_signing_alg_values_supported":["[x](http://e.test)"]}"#;
/// What the management API says of anything that it is to create.
pub(crate) const HOSTILE_POOL: &str = r#"{"UserPool":{"Id":"us-east-1_\u001b[2J../../<script>|`\u202e"},
    "UserPoolClient":{"ClientId":"\u0007<b>","ClientSecret":"\u001b[31m"},"User":{"Username":"\u0000"}}"#;

/// Where nothing may ever arrive.
pub(crate) static ELSEWHERE: LazyLock<Server> =
    LazyLock::new(|| Server::start(Manner::Acts(vec![Act::Read, Act::Answer(right)])));

pub(crate) fn elsewhere(path: &str) -> String {
    format!("{}{path}", ELSEWHERE.url())
}

pub(crate) fn redirect(to: &str) -> Vec<u8> {
    answer("302 Found", &format!("Location: {to}\r\n"), "")
}

/// A sign-in form that is submitted to this URL.
pub(crate) fn form(action: &str) -> String {
    format!(
        "<form method=post action=\"{action}\"><input name=username><input type=password name=password></form>"
    )
}

/// The right answer in chunks of a few bytes.
pub(crate) fn in_chunks(asked: &Asked) -> Vec<u8> {
    let whole = String::from_utf8(right(asked)).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let status = head.lines().next().unwrap();
    let mut chunked =
        format!("{status}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    for chunk in body.as_bytes().chunks(7) {
        let _ = write!(chunked, "{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk));
    }
    (chunked + "0\r\n\r\n").into_bytes()
}

/// The right answer, compressed.
pub(crate) fn in_gzip(asked: &Asked) -> Vec<u8> {
    let whole = String::from_utf8(right(asked)).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let status = head.lines().next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).unwrap();
    answer(status, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", gzip(body.as_bytes()))
}

/// A whole answer with a body in this encoding.
pub(crate) fn encoded(encoding: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    answer(
        "400 Bad Request",
        &format!("Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n"),
        body,
    )
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A mebibyte that comes to a gibibyte.
pub(crate) fn bomb() -> &'static [u8] {
    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| gzip(&vec![0; 16 << 20]).repeat(64));
    &BOMB
}

/// A refusal with several lengths.
pub(crate) fn with_lengths(lengths: &[&str]) -> Vec<u8> {
    let lines: String = lengths.iter().map(|length| format!("Content-Length: {length}\r\n")).collect();
    format!("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n{lines}\r\n{REFUSAL}").into_bytes()
}

/// What a server of HTTP/2 says that takes no request any more: `SETTINGS`, then `GOAWAY` without an error.
pub(crate) fn go_away() -> Vec<u8> {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let go_away = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    [&settings[..], &go_away].concat()
}

/// A wrong answer, and behind it the right one for whoever takes it for the next answer.
pub(crate) fn pipelined(asked: &Asked) -> Vec<u8> {
    let wrong = "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}".as_bytes();
    [wrong, &right(asked)].concat()
}

/// The right answer to the request before this one.
pub(crate) fn of_the_one_before(asked: &Asked) -> Vec<u8> {
    let before = asked.before.clone().unwrap_or_else(|| asked.text.clone());
    right(&Asked { text: before, ..asked.clone() })
}

pub(crate) fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// An error of so many letters.
pub(crate) fn large(letters: usize) -> String {
    object!({ "error": "x".repeat(letters) }).to_string()
}

/// Markup in every place that may be shown, and the whole request.
pub(crate) fn markup(asked: &Asked) -> Vec<u8> {
    let text = "</failure>]]><script>alert(1)</script>|`[x](http://e.test)@you&lt;<!--";
    let body = object!({
        "error": text, "error_description": format!("{text}{}", asked.text), "token_type": text, "message": text,
    });
    let headers = format!(
        "Content-Type: text/html;{text}\r\nWWW-Authenticate: Bearer realm=\"{text}\", error=\"{text}\", {text}=x\r\n\
         Cache-Control: {text}\r\nLocation: {text}\r\n"
    );
    answer(&format!("401 {text}"), &headers, body.to_string())
}

/// A token whose issuer is the name that stands in snapshots for what is particular to a target.
pub(crate) fn placeholder(asked: &Asked) -> Vec<u8> {
    right_with(asked, |_, claims| claims["iss"] = Json::from("<pool.issuer>"))
}

/// A success with this number, as it stands.
pub(crate) fn expires_in(asked: &Asked, number: &str) -> Vec<u8> {
    let token = right::token(&right::claims(&asked.text));
    json("200 OK", format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{number}}}"#))
}

/// A token that says twice what its use is.
pub(crate) fn claim_twice(asked: &Asked) -> Vec<u8> {
    let claims = right::claims(&asked.text).to_string().replacen('{', r#"{"token_use":"id","#, 1);
    let header = right::token(&Json::Null);
    let header = header.split('.').next().unwrap();
    let token = format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
    let mut body = right::members();
    body["access_token"] = Json::from(token);
    json("200 OK", body.to_string())
}

/// A key set, with more in its first key.
pub(crate) fn keys(more: &str) -> String {
    let key = |more: &str, kid: &str| {
        let n = URL_SAFE_NO_PAD.encode([0x81; 256]);
        format!(r#"{{{more}"kid":"{kid}","kty":"RSA","alg":"RS256","use":"sig","e":"AQAB","n":"{n}"}}"#)
    };
    format!(r#"{{"keys":[{},{}]}}"#, key(more, "a"), key("", "b"))
}

/// Moves everything that a token says of time by so many seconds.
pub(crate) fn shift(claims: &mut Json, seconds: i64) {
    for claim in ["iat", "exp", "auth_time"] {
        claims[claim] = Json::from(claims[claim].as_i64().unwrap() + seconds);
    }
}

/// The right answer but for its times, with a date that is as far off (RFC 9110 section 5.6.7).
pub(crate) fn dated(asked: &Asked, seconds: i64) -> Vec<u8> {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = (OffsetDateTime::now_utc() + time::Duration::seconds(seconds)).format(format).unwrap();
    let mut claims = right::claims(&asked.text);
    shift(&mut claims, seconds);
    let mut body = right::members();
    body["access_token"] = Json::from(right::token(&claims));
    answer("200 OK", &format!("Content-Type: application/json\r\nDate: {date}\r\n"), body.to_string())
}

/// Lets the first request in.
pub(crate) fn first_let_in(asked: &Asked) -> Vec<u8> {
    if asked.number == 0 { json("200 OK", r#"{"claims":{}}"#) } else { Vec::new() }
}
