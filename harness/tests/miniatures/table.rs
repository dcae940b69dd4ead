//! The miniatures: each server is wrong in one way, and the verdict of it is certain. To add one, add a row.

use crate::answers as a;
use crate::asked::Ask::{self, Guard, Management, Pool, Scenario};
use crate::certificates::Certificate;
use crate::right::{REFUSAL, answer, json, right, right_with};
use crate::server::Act::{Again, Answer, Drip, Hang, Read, ReadBytes, Repeat, Reset, Send, Trickle};
use crate::server::{Act, Manner};
use crate::support::{SUCCESS, WRONG_SECRET};
use Verdict::{Conforms, Deviates, Inconclusive};

/// What every scenario comes to that is run on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The server is a control that is not wrong at all: what is found at the others is not due to how they are asked.
    Conforms,
    /// It gives whole answers that are not those of a pool.
    Deviates,
    /// It gives no answer that could be looked at, or is busy.
    Inconclusive,
}

/// One server.
pub(crate) struct Miniature {
    pub(crate) name: &'static str,
    pub(crate) ask: Ask,
    pub(crate) verdict: Verdict,
    /// The reason of each scenario, or what was seen, has one of these texts in it.
    pub(crate) reasons: &'static [&'static str],
    pub(crate) manner: Manner,
}

/// Signs in, and looks where that leads.
const SIGN_IN: Ask = Scenario("authorize::params::code-in-query");
/// Asks the authorization endpoint, and looks where that leads.
const AUTHORIZE: Ask = Scenario("authorize::params::to-login");
/// Reads the claims of a machine's token.
const CLAIMS: Ask = Scenario("claims::machine::present");
/// Reads what kind of values the claims of a machine's token are.
const TYPES: Ask = Scenario("claims::machine::types");
/// Reads the discovery document.
const DISCOVERY: Ask = Scenario("discovery::openid-configuration::members");
/// Reads the key set.
const KEYS: Ask = Scenario("jwks::keys");
/// Shows a guard an unsigned token, after a good one.
const UNSIGNED: Ask = Guard("guard::resource-server::alg::none");
/// Shows a guard a token with a line break, which no HTTP client would send.
const RAW: Ask = Guard("guard::resource-server::transport::line-break-inside");

const BROKEN: &[&str] = &["broken answer"];
/// The reason where the time for an answer is over.
pub(crate) const LATE: &str = "no complete answer within 500ms";
const HANGS: &[&str] = &[LATE];
const LONG: &[&str] = &["longer than 1048576 bytes"];
/// What has no end is too long or too late, whichever comes first.
const ENDLESS: &[&str] = &["longer than 1048576 bytes", LATE, "broken answer"];
const DIFFERS: &[&str] = &["differs in"];
const NO_POOL: &[&str] = &["no user pool could be created"];

/// A server that does this with each connection.
fn acts(acts: impl IntoIterator<Item = Act>) -> Manner {
    Manner::Acts(acts.into_iter().collect())
}

/// A server that reads a request, says this, and closes the connection.
fn says(bytes: impl AsRef<[u8]>) -> Manner {
    acts([Read, Send(bytes.as_ref().to_vec())])
}

/// A server that reads a request, and goes on in this way.
fn then(more: impl IntoIterator<Item = Act>) -> Manner {
    Manner::Acts([Read].into_iter().chain(more).collect())
}

/// A guard that lets its first request in, which shows a good token, and goes on in this way with all others.
fn guard(more: impl IntoIterator<Item = Act>) -> Manner {
    Manner::Acts([Read, Answer(a::first_let_in)].into_iter().chain(more).collect())
}

fn text(bytes: &str) -> Act {
    Send(bytes.as_bytes().to_vec())
}

/// Every server, by its name.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "it is the table")]
pub(crate) fn miniatures() -> Vec<Miniature> {
    let row = |name, ask, verdict, reasons, manner| Miniature { name, ask, verdict, reasons, manner };
    let http: &[&str] = &["http/1.1"];
    vec![
        // Controls.
        row("right", Pool, Conforms, &[""], then([Answer(right)])),
        row("right-claims", CLAIMS, Conforms, &[""], then([Answer(right)])),
        row("right-types", TYPES, Conforms, &[""], then([Answer(right)])),
        row("right-over-tls", Pool, Conforms, &[""], Manner::Tls(Certificate::Right, http, vec![Read, Answer(right)])),
        row("right-after-hints", Pool, Conforms, &[""], then([text(a::HINTS), text(a::HINTS), Answer(right)])),
        row("right-in-chunks", Pool, Conforms, &[""], then([Answer(a::in_chunks)])),
        row("right-keys", KEYS, Conforms, &[""], says(json("200 OK", a::keys("")))),
        row("right-in-gzip", Pool, Conforms, &[""], then([Answer(a::in_gzip)])),

        // Connections.
        row("refuses", Pool, Inconclusive, &["nothing answers"], Manner::Refuses),
        row("resets-at-once", Pool, Inconclusive, &["broken answer", "nothing answers"], acts([Reset])),
        row("resets-after-request", Pool, Inconclusive, BROKEN, then([Reset])),
        row("resets-in-head", Pool, Inconclusive, BROKEN, then([text("HTTP/1.1 400 Bad Re"), Reset])),
        row("resets-in-body", Pool, Inconclusive, BROKEN, then([text(a::HEAD_OF_99), text("{\"error\""), Reset])),
        row("closes-at-once", Pool, Inconclusive, &["broken answer", "nothing answers"], acts([])),
        row("closes-after-request", Pool, Inconclusive, BROKEN, acts([Read])),
        row("closes-in-head", Pool, Inconclusive, BROKEN, says("HTTP/1.1 400 Bad Request\r\nContent-")),
        row("never-reads", Pool, Inconclusive, HANGS, acts([Hang])),
        row("hangs-before-head", Pool, Inconclusive, HANGS, then([Hang])),
        row("hangs-in-head", Pool, Inconclusive, HANGS, then([text("HTTP/1.1 400 Bad Request\r\nConte"), Hang])),
        row("hangs-after-head", Pool, Inconclusive, HANGS, then([text(a::HEAD_OF_99), Hang])),
        row("hangs-in-body", Pool, Inconclusive, HANGS, then([text(a::HEAD_OF_99), text("{\"error\""), Hang])),
        row("a-byte-a-second", Pool, Inconclusive, HANGS, then([Trickle(json("400 Bad Request", REFUSAL))])),

        // Framing.
        row("endless-headers", Pool, Inconclusive, ENDLESS, then([text("HTTP/1.1 200 OK\r\n"), Repeat(b"X-A: b\r\n".repeat(512))])),
        row("endless-header", Pool, Inconclusive, ENDLESS, then([text("HTTP/1.1 200 OK\r\nX-A: "), Repeat(vec![b'a'; 16384])])),
        row("endless-reason", Pool, Inconclusive, ENDLESS, then([text("HTTP/1.1 200 "), Repeat(vec![b'O'; 16384])])),
        row("endless-body", Pool, Inconclusive, ENDLESS, then([text("HTTP/1.1 200 OK\r\n\r\n"), Repeat(vec![b'x'; 16384])])),
        row("endless-chunks", Pool, Inconclusive, ENDLESS, then([text(a::CHUNKED), Repeat(b"5\r\nxxxxx\r\n".repeat(512))])),
        row("endless-chunk-extension", Pool, Inconclusive, ENDLESS, then([text(a::CHUNKED), text("1;"), Repeat(vec![b'e'; 16384])])),
        row("endless-trailers", Pool, Inconclusive, ENDLESS, then([text(a::CHUNKED), text("0\r\n"), Repeat(b"a: b\r\n".repeat(512))])),
        row("chunk-garbage", Pool, Inconclusive, BROKEN, then([text(a::CHUNKED), text("zz\r\n{}\r\n0\r\n\r\n")])),
        row("chunk-overflow", Pool, Inconclusive, BROKEN, then([text(a::CHUNKED), text("FFFFFFFFFFFFFFFFF\r\n{}\r\n")])),
        row("chunk-missing", Pool, Inconclusive, BROKEN, then([text(a::CHUNKED), text("2\r\n{}\r\n")])),
        row("length-too-long", Pool, Inconclusive, BROKEN, then([text(a::HEAD_OF_99), text(REFUSAL)])),
        row("length-too-short", Pool, Deviates, &["(not JSON)", "(not UTF-8)", "differs in status, issued"], then([text("HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\n"), text(REFUSAL)])),
        row("length-twice", Pool, Inconclusive, BROKEN, says(a::with_lengths(&["26", "2"]))),
        row("length-negative", Pool, Inconclusive, BROKEN, says(a::with_lengths(&["-1"]))),
        row("length-overflow", Pool, Inconclusive, BROKEN, says(a::with_lengths(&["99999999999999999999999"]))),
        row("status-000", Pool, Inconclusive, BROKEN, says(answer("000 Nothing", "", REFUSAL))),
        row("status-99999", Pool, Inconclusive, BROKEN, says(answer("99999 Much", "", REFUSAL))),
        row("status-999", Pool, Deviates, DIFFERS, says(json("999 Denied", REFUSAL))),
        row("status-204-with-body", Pool, Deviates, DIFFERS, says(json("204 No Content", REFUSAL))),
        row("status-304", Pool, Deviates, DIFFERS, says(json("304 Not Modified", ""))),
        row("status-101", Pool, Inconclusive, BROKEN, says("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n")),
        row("continue-flood", Pool, Inconclusive, HANGS, then([Drip(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(64))])),
        row("hints-flood", Pool, Inconclusive, HANGS, then([Drip(a::HINTS.as_bytes().repeat(64))])),
        row("http-0.9", Pool, Inconclusive, BROKEN, says(REFUSAL)),
        row("http-3.7", Pool, Inconclusive, BROKEN, says("HTTP/3.7 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
        row("http-2-preface", Pool, Inconclusive, BROKEN, says("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")),
        row("http-2-go-away", Pool, Inconclusive, BROKEN, says(a::go_away())),
        row("smtp", Pool, Inconclusive, BROKEN, says("\x1b[2J220 mail.poolproof.test ESMTP\r\n")),
        row("tls-alert", Pool, Inconclusive, BROKEN, says(b"\x15\x03\x03\0\x02\x02\x46")),
        row("answers-twice", Pool, Deviates, DIFFERS, acts([Read, Answer(a::pipelined), Again])),

        // TLS.
        row("tls-not-spoken", Pool, Inconclusive, &["TLS failed"], Manner::Plain(vec![ReadBytes(16), Send(json("400 Bad Request", REFUSAL))])),
        row("tls-expired", Pool, Inconclusive, &["invalid peer certificate: certificate expired"],
            Manner::Tls(Certificate::Expired, http, vec![Read, Answer(right)])),
        row("tls-foreign", Pool, Inconclusive, &["invalid peer certificate: UnknownIssuer"],
            Manner::Tls(Certificate::Foreign, http, vec![Read, Answer(right)])),
        row("tls-other-host", Pool, Inconclusive, &["invalid peer certificate: certificate not valid for name"],
            Manner::Tls(Certificate::OtherHost, http, vec![Read, Answer(right)])),
        row("tls-hangs", Pool, Inconclusive, HANGS, Manner::Tls(Certificate::Right, http, vec![Read, Hang])),
        row("tls-http-2-go-away", Pool, Inconclusive, BROKEN,
            Manner::Tls(Certificate::Right, &["h2"], vec![ReadBytes(a::HTTP_2_PREFACE), Send(a::go_away()), Hang])),

        // Encodings.
        row("gzip-bomb", Pool, Inconclusive, LONG, says(a::encoded("gzip", a::bomb()))),
        row("gzip-garbage", Pool, Inconclusive, BROKEN, says(a::encoded("gzip", b"\x1f\x8bgarbage"))),
        row("gzip-cut-short", Pool, Inconclusive, BROKEN, says(a::encoded("gzip", &a::gzip(REFUSAL.as_bytes())[..20]))),
        row("gzip-in-gzip", Pool, Inconclusive, &["broken answer: the body is encoded as"], says(a::encoded("gzip, gzip", a::gzip(&a::gzip(REFUSAL.as_bytes()))))),
        row("brotli", Pool, Inconclusive, &["broken answer: the body is encoded as"], says(a::encoded("br", b"\x0b\x02\x80{}\x03"))),
        row("utf-16", Pool, Deviates, &["(not JSON)", "(not UTF-8)", "differs in status, issued"], says(answer("400 Bad Request", "Content-Type: application/json; charset=utf-16\r\n", a::utf_16(REFUSAL)))),
        row("latin-1", Pool, Deviates, &["(not UTF-8)", "differs in status, issued"], says(answer("400 Bad Request", "Content-Type: application/json; charset=iso-8859-1\r\n", b"{\"error\":\"invalid_client\",\"error_description\":\"caf\xe9\"}"))),
        row("invalid-utf-8", Pool, Deviates, &["(not UTF-8)", "differs in status, issued"], says(json("400 Bad Request", b"{\"error\":\"invalid_client\xff\xfe\"}"))),

        // What a terminal or a page might obey.
        row("nul", Pool, Deviates, &["(not JSON)", "(not UTF-8)", "differs in status, issued"], says(json("400 Bad Request", b"{\"error\":\"invalid_client\0\"}"))),
        row("escapes", Scenario(WRONG_SECRET), Deviates, &[r"\u{1b}[2J"], says(json("400 Bad Request", a::ESCAPES))),
        row("escapes-raw", Pool, Deviates, &["(not JSON)", "(not UTF-8)", "differs in status, issued"], says(json("400 Bad Request", b"{\"error\":\"\x1b[2J\x07\"}"))),
        row("escapes-in-header", Pool, Inconclusive, BROKEN, says(answer("400 Bad Request", "Content-Type: application/json\x1b[31m\r\n", REFUSAL))),
        row("escapes-in-location", AUTHORIZE, Inconclusive, BROKEN, says(answer("302 Found", "Location: /\x1b[2J\r\n", ""))),
        row("hidden-in-location", AUTHORIZE, Deviates, DIFFERS, says(answer("302 Found", "Location: /\u{202e}<script>|`\u{200b}\r\n", ""))),
        row("markup", Pool, Deviates, DIFFERS, then([Answer(a::markup)])),
        row("markup-in-document", DISCOVERY, Deviates, DIFFERS, says(json("200 OK", a::MARKED_DOCUMENT))),
        row("placeholder", CLAIMS, Deviates, &[r"\u{3c}pool.issuer>"], then([Answer(a::placeholder)])),

        // Redirects.
        row("redirect", Pool, Deviates, DIFFERS, says(a::redirect(&a::elsewhere("/oauth2/token")))),
        row("redirect-307", Pool, Deviates, DIFFERS, says(answer("307 Temporary Redirect", &format!("Location: {}\r\n", a::elsewhere("/oauth2/token")), ""))),
        row("redirect-308", Pool, Deviates, DIFFERS, says(answer("308 Permanent Redirect", &format!("Location: {}\r\n", a::elsewhere("/oauth2/token")), ""))),
        row("redirect-loop", SIGN_IN, Deviates, DIFFERS, says(a::redirect("/oauth2/authorize"))),
        row("redirect-elsewhere", SIGN_IN, Deviates, DIFFERS, says(a::redirect(&a::elsewhere("/login")))),
        row("redirect-file", SIGN_IN, Deviates, DIFFERS, says(a::redirect("file:///etc/passwd"))),
        row("redirect-javascript", SIGN_IN, Deviates, DIFFERS, says(a::redirect("javascript:alert(1)"))),
        row("redirect-nowhere", SIGN_IN, Deviates, DIFFERS, says(a::redirect("http://[::bad"))),
        row("form-elsewhere", SIGN_IN, Deviates, DIFFERS, says(answer("200 OK", "Content-Type: text/html\r\n", a::form(&a::elsewhere("/login"))))),

        // JSON.
        row("json-large", Pool, Deviates, DIFFERS, says(json("400 Bad Request", a::large(1_000_000)))),
        row("json-too-large", Pool, Inconclusive, LONG, says(json("400 Bad Request", a::large(1_100_000)))),
        row("json-deep", Pool, Deviates, &["(not JSON)", "(not UTF-8)", "differs in status, issued"], says(json("400 Bad Request", b"{\"error\":".repeat(100_000)))),
        row("json-member-twice", Pool, Deviates, &["(more than once)", "differs in status, issued"], says(json("400 Bad Request", r#"{"error":"invalid_grant","error":"invalid_client"}"#))),
        row("json-token-twice", Scenario(WRONG_SECRET), Deviates, &["grants"], says(json("400 Bad Request", r#"{"error":"invalid_client","access_token":"e30.e30.c2ln","access_token":""}"#))),
        row("json-claim-twice", CLAIMS, Deviates, &["(not a JWT)"], then([Answer(a::claim_twice)])),
        row("json-key-twice", KEYS, Deviates, &["(more than once)"], says(json("200 OK", a::keys(r#""kid":"x","#)))),
        row("json-empty", Pool, Deviates, DIFFERS, says(json("400 Bad Request", "{}"))),
        row("json-array", Pool, Deviates, DIFFERS, says(json("400 Bad Request", "[]"))),
        row("json-null", Pool, Deviates, DIFFERS, says(json("400 Bad Request", "null"))),
        row("json-text", Pool, Deviates, DIFFERS, says(json("400 Bad Request", "\"invalid_client\""))),
        row("json-other-types", Pool, Deviates, DIFFERS, says(json("400 Bad Request", r#"{"error":{"a":1},"access_token":[]}"#))),
        row("no-body", Pool, Deviates, DIFFERS, says(json("400 Bad Request", ""))),
        row("page", Pool, Deviates, DIFFERS, says(answer("200 OK", "Content-Type: text/html\r\n", a::PAGE))),
        row("page-404", Pool, Deviates, DIFFERS, says(answer("404 Not Found", "Content-Type: text/html\r\n", a::PAGE))),
        row("number-1e999", Scenario(SUCCESS), Deviates, &["issued: nothing"], then([Answer(|it| a::expires_in(it, "1e999"))])),
        row("number-nan", Scenario(SUCCESS), Deviates, &["issued: nothing"], then([Answer(|it| a::expires_in(it, "NaN"))])),
        row("number-beyond-64-bits", Scenario(SUCCESS), Deviates, &["not of whole seconds"], then([Answer(|it| a::expires_in(it, "36000000000000000000000"))])),
        row("number-negative", Scenario(SUCCESS), Deviates, &["not of whole seconds"], then([Answer(|it| a::expires_in(it, "-3600"))])),
        row("error-inside-success", Pool, Deviates, DIFFERS, says(json("200 OK", REFUSAL))),
        row("token-in-refusal", Pool, Deviates, &["differs in", "grants"], says(json("400 Bad Request", r#"{"error":"invalid_client","access_token":"e30.e30.c2ln"}"#))),

        // Cookies.
        row("cookies-by-the-thousand", Pool, Inconclusive, BROKEN, says(json("400 Bad Request", REFUSAL).splice(26..26, b"Set-Cookie: a=b\r\n".repeat(1000)).collect::<Vec<_>>())),
        row("cookie-of-a-mebibyte", Pool, Inconclusive, BROKEN, says(answer("400 Bad Request", &format!("Set-Cookie: a={}\r\n", "b".repeat(1 << 20)), REFUSAL))),

        // Time.
        row("clock-ahead", TYPES, Deviates, &["another time"], then([Answer(|it| right_with(it, |_, claims| a::shift(claims, 7 * 3600)))])),
        row("clock-behind", TYPES, Deviates, &["another time"], then([Answer(|it| right_with(it, |_, claims| a::shift(claims, -7 * 3600)))])),

        row("clock-and-date-ahead", TYPES, Inconclusive, &["the clock of the target is 25"], then([Answer(|it| a::dated(it, 7 * 3600))])),
        row("clock-and-date-behind", TYPES, Inconclusive, &["the clock of the target is 25"], then([Answer(|it| a::dated(it, -7 * 3600))])),

        // Answers that are not for this request.
        row("changes-its-mind", Scenario(SUCCESS), Deviates, DIFFERS, then([Answer(|it| if it.number % 2 == 0 { right(it) } else { json("400 Bad Request", REFUSAL) })])),
        row("answers-the-one-before", Scenario("claims::machine::scope"), Deviates, DIFFERS, then([Answer(a::of_the_one_before)])),

        // Busy.
        row("busy-429", Pool, Inconclusive, &["throttled: status 429"], says(json("429 Too Many Requests", "{}"))),
        row("busy-503", Pool, Inconclusive, &["throttled: status 503"], says(json("503 Service Unavailable", "{}"))),
        row("busy-retry-after-0", Pool, Inconclusive, &["throttled: status 429"], says(answer("429 Too Many Requests", "Retry-After: 0\r\n", "{}"))),
        row("busy-retry-after-huge", Pool, Inconclusive, &["throttled: status 503"], says(answer("503 Service Unavailable", "Retry-After: 99999999999999999999\r\n", "{}"))),
        row("busy-retry-after-garbage", Pool, Inconclusive, &["throttled: status 429"], says(answer("429 Too Many Requests", "Retry-After: \u{202e}soon<b>\r\n", a::PAGE))),

        // Guards of a service.
        row("guard-shut", UNSIGNED, Inconclusive, &["step \"good-token\" did not succeed (status 401)"], says(answer("401 Unauthorized", "", ""))),
        row("guard-open", UNSIGNED, Deviates, &["grants"], says(json("200 OK", "{}"))),
        row("guard-hangs", UNSIGNED, Inconclusive, HANGS, guard([Hang])),
        row("guard-resets", UNSIGNED, Inconclusive, BROKEN, guard([Reset])),
        row("guard-endless-body", UNSIGNED, Inconclusive, ENDLESS, guard([text("HTTP/1.1 401 No\r\n\r\n"), Repeat(vec![b'x'; 16384])])),
        row("guard-gzip-bomb", UNSIGNED, Inconclusive, LONG, guard([Send(a::encoded("gzip", a::bomb()))])),
        row("guard-busy-429", UNSIGNED, Inconclusive, &["throttled: status 429"], guard([Send(answer("429 Too Many Requests", "", ""))])),
        row("guard-busy-503", UNSIGNED, Inconclusive, &["throttled: status 503"], guard([Send(answer("503 Service Unavailable", "Retry-After: 1\r\n", ""))])),
        row("guard-markup", UNSIGNED, Deviates, DIFFERS, guard([Answer(a::markup)])),
        row("guard-raw-right", RAW, Conforms, &[""], guard([text(a::HINTS), text("HTTP/1.1 100 Continue\r\n\r\n"), Send(answer("400 Bad Request", "", "no"))])),
        row("guard-raw-continue-flood", RAW, Inconclusive, ENDLESS, guard([Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(64))])),
        row("guard-raw-length-too-long", RAW, Inconclusive, BROKEN, guard([text(a::HEAD_OF_99), text("{}")])),
        row("guard-raw-length-twice", RAW, Inconclusive, BROKEN, guard([Send(a::with_lengths(&["26", "2"]))])),
        row("guard-raw-chunk-garbage", RAW, Inconclusive, BROKEN, guard([text(a::CHUNKED), text("zz\r\n{}\r\n0\r\n\r\n")])),
        row("guard-raw-gzip", RAW, Inconclusive, &["broken answer: the body is encoded as"], guard([Send(a::encoded("gzip", a::gzip(b"{}")))])),
        row("guard-raw-endless-header", RAW, Inconclusive, &["broken answer"], guard([text("HTTP/1.1 400 No\r\nX-A: "), Repeat(vec![b'a'; 16384])])),

        // The management API, which is to make the fixtures.
        row("management-hangs", Management, Inconclusive, NO_POOL, then([Hang])),
        row("management-resets", Management, Inconclusive, NO_POOL, then([Reset])),
        row("management-page", Management, Inconclusive, NO_POOL, says(answer("200 OK", "Content-Type: text/html\r\n", a::PAGE))),
        row("management-busy", Management, Inconclusive, NO_POOL, says(json("429 Too Many Requests", r#"{"__type":"TooManyRequestsException\u001b[2J","message":"<b>\u202e"}"#))),
        row("management-endless-body", Management, Inconclusive, NO_POOL, then([text("HTTP/1.1 200 OK\r\n\r\n"), Repeat(vec![b'x'; 16384])])),
        row("management-deep", Management, Inconclusive, NO_POOL, says(json("200 OK", b"{\"UserPool\":".repeat(100_000)))),
        row("management-escapes", Management, Inconclusive, &[""], says(json("200 OK", a::HOSTILE_POOL))),
    ]
}
