//! A request that no HTTP client sends: one with a line break in a header field. Plain HTTP alone.

use std::fmt::Write as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::prepare::Prepared;
use crate::model::exchange::{Answer, BODY_LIMIT, Fault};

/// The longest head of an answer, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;

/// The most header fields of an answer.
const FIELDS: usize = 128;

/// Whether a request can be sent in this way alone.
pub(super) fn is_needed(prepared: &Prepared) -> bool {
    prepared.headers.iter().any(|(_, value)| value.contains(['\r', '\n']))
}

/// Writes the request as it is and reads the answer up to its end or that of the connection.
///
/// # Errors
/// A [`Fault`] for whatever is not a complete HTTP answer of bounded size, and for any scheme but `http`.
pub(super) async fn send(prepared: &Prepared) -> Result<Answer, Fault> {
    let url = Url::parse(&prepared.url)
        .map_err(|error| Fault::Unsendable(format!("the URL is malformed: {error}")))?;
    let (Some(host), Some(port), "http") = (url.host_str(), url.port_or_known_default(), url.scheme()) else {
        return Err(Fault::Unsendable(
            "a line break in a header field is sent over plain HTTP alone".to_owned(),
        ));
    };
    let mut stream =
        TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(|error| io(&error))?;
    stream.write_all(&head(prepared, &url, host, port)).await.map_err(|error| io(&error))?;
    if let Some(body) = &prepared.body {
        stream.write_all(body.as_bytes()).await.map_err(|error| io(&error))?;
    }
    let mut bytes = Vec::new();
    while !is_whole(&bytes, &prepared.method) {
        match stream.read_buf(&mut bytes).await {
            Ok(0) => break,
            Ok(_) if bytes.len() > HEAD_LIMIT + BODY_LIMIT => return Err(Fault::BodyTooLong),
            Ok(_) => {}
            // A server that resets the connection after it has answered has answered all the same.
            Err(error) if bytes.is_empty() => return Err(io(&error)),
            Err(_) => break,
        }
    }
    if bytes.is_empty() {
        return Err(Fault::broken("no answer"));
    }
    answer(&bytes, &prepared.method)
}

/// The head of an answer.
struct Head {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    /// Where it ends.
    end: usize,
}

/// How the end of a body is told (RFC 9112 section 6.3).
enum Length {
    Exactly(usize),
    InChunks,
    /// At the end of the connection.
    Open,
}

impl Head {
    /// The head of the final answer; what comes before it is interim (RFC 9110 section 15.2). Nothing, where it is not
    /// complete.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let mut end = 0;
        loop {
            let mut fields = [httparse::EMPTY_HEADER; FIELDS];
            let mut response = httparse::Response::new(&mut fields);
            let rest = bytes.get(end..).unwrap_or_default();
            let parsed = response.parse(rest).map_err(|error| Fault::broken(&error.to_string()))?;
            let (httparse::Status::Complete(length), Some(status)) = (parsed, response.code) else {
                return Ok(None);
            };
            end += length;
            match status {
                101 | 200.. => {
                    let fields = response.headers.iter();
                    let headers = fields.map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec()));
                    return Ok(Some(Self { status, headers: headers.collect(), end }));
                }
                100..200 => {}
                _ => return Err(Fault::broken("the status is none")),
            }
        }
    }

    fn length(&self, method: &str) -> Result<Length, Fault> {
        let values = |name: &'static str| {
            self.headers.iter().filter(move |(present, _)| present == name).map(|(_, value)| value.as_slice())
        };
        if method == "HEAD" || matches!(self.status, 204 | 304) {
            return Ok(Length::Exactly(0));
        }
        if values("transfer-encoding").any(|coding| coding.eq_ignore_ascii_case(b"chunked")) {
            return Ok(Length::InChunks);
        }
        let mut lengths = values("content-length");
        let Some(length) = lengths.next() else { return Ok(Length::Open) };
        let number = std::str::from_utf8(length).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        match number.and_then(|text| text.parse().ok()) {
            Some(number) if lengths.all(|other| other == length) => Ok(Length::Exactly(number)),
            _ => Err(Fault::broken("the Content-Length is no number of bytes")),
        }
    }
}

/// Whether an answer is at its end although the connection is not.
fn is_whole(bytes: &[u8], method: &str) -> bool {
    let Ok(Some(head)) = Head::read(bytes) else { return false };
    let rest = bytes.get(head.end..).unwrap_or_default();
    match head.length(method) {
        Ok(Length::Exactly(length)) => rest.len() >= length,
        Ok(Length::InChunks) => unchunked(rest).is_ok(),
        Ok(Length::Open) | Err(_) => false,
    }
}

fn io(error: &std::io::Error) -> Fault {
    if error.kind() == std::io::ErrorKind::ConnectionRefused {
        return Fault::Refused;
    }
    Fault::broken(&error.to_string())
}

fn head(prepared: &Prepared, url: &Url, host: &str, port: u16) -> Vec<u8> {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut head = format!("{} {}{query} HTTP/1.1\r\nHost: {host}:{port}\r\n", prepared.method, url.path());
    // Before what breaks the lines: what comes after it may not be read as a header field any more.
    head.push_str("Connection: close\r\n");
    for (name, value) in &prepared.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if let Some(body) = &prepared.body {
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Reads the bytes of an answer to a request with this method.
pub(crate) fn answer(bytes: &[u8], method: &str) -> Result<Answer, Fault> {
    let head = Head::read(bytes)?.ok_or_else(|| Fault::broken("the head of the answer is not complete"))?;
    let rest = bytes.get(head.end..).unwrap_or_default();
    let body = match head.length(method)? {
        Length::Exactly(length) => {
            let body = rest.get(..length);
            body.ok_or_else(|| Fault::broken("the body is shorter than its Content-Length"))?.to_vec()
        }
        Length::InChunks => unchunked(rest)?,
        Length::Open => rest.to_vec(),
    };
    if body.len() > BODY_LIMIT {
        return Err(Fault::BodyTooLong);
    }
    Ok(Answer { status: head.status, headers: head.headers, body })
}

/// The content of a chunked body (RFC 9112 section 7.1).
fn unchunked(mut rest: &[u8]) -> Result<Vec<u8>, Fault> {
    let broken = || Fault::broken("a chunk of the body is not complete");
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) else {
            return Err(broken());
        };
        if size == 0 {
            let mut trailers = [httparse::EMPTY_HEADER; FIELDS];
            let ends = httparse::parse_headers(rest.get(start..).unwrap_or_default(), &mut trailers);
            return if matches!(ends, Ok(httparse::Status::Complete(_))) { Ok(body) } else { Err(broken()) };
        }
        let size = usize::try_from(size).map_err(|_| broken())?;
        let end = start.checked_add(size).ok_or_else(broken)?;
        body.extend_from_slice(rest.get(start..end).ok_or_else(broken)?);
        rest = rest.get(end + 2..).ok_or_else(broken)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::damaged::{self, cases, is_harmless};
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_read_with_its_body() {
        let plain =
            answer(b"HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi", "GET").unwrap();
        assert_eq!((plain.status, plain.header("x-a"), plain.body.as_slice()), (400, Some("b"), &b"hi"[..]));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(answer(chunked, "GET").unwrap().body, b"abcd");
        for broken in
            [&b"HTTP/1.1 200"[..], b"nothing", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na"]
        {
            assert!(matches!(answer(broken, "GET"), Err(Fault::Broken(_))), "{broken:?}");
        }
    }

    #[tokio::test]
    async fn a_line_break_is_sent_as_it_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a?b=c", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = vec![0; 4096];
            let count = stream.read(&mut seen).await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno").await.unwrap();
            // The connection stays open: the answer is whole all the same.
            (stream, String::from_utf8_lossy(&seen[..count]).into_owned())
        });
        let prepared = Prepared {
            method: "GET".to_owned(),
            url,
            headers: vec![("Authorization".to_owned(), "Bearer a\nb".to_owned())],
            body: None,
            machine_token: false,
            to_guard: true,
        };
        assert!(is_needed(&prepared));
        assert_eq!(send(&prepared).await.unwrap().status, 400);
        let (_open, seen) = server.await.unwrap();
        assert!(seen.starts_with("GET /a?b=c HTTP/1.1\r\n") && seen.contains("Bearer a\nb\r\n"), "{seen}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), chunked: bool) {
            let head: &[u8] = if chunked { b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" } else { b"" };
            let _ = answer(&[head, &bytes].concat(), "GET");
        }
    }

    const RIGHT: [&str; 4] = [
        "HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: a\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.0 302 Found\r\nLocation: /login\r\n\r\n<html>",
    ];

    /// A body in chunks of these lengths.
    fn chunked(body: &[u8], lengths: &[usize]) -> Vec<u8> {
        let mut rest = body;
        let mut bytes = Vec::new();
        for length in lengths.iter().copied().chain([body.len()]) {
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            if !chunk.is_empty() {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            rest = after;
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_damaged_answer_is_a_fault_or_an_answer(bytes in damaged::bytes(RIGHT.to_vec())) {
            is_whole(&bytes, "GET");
            match answer(&bytes, "GET") {
                Ok(answer) => prop_assert!(answer.body.len() <= bytes.len() && answer.status >= 200, "{}", answer.status),
                Err(fault) => prop_assert!(is_harmless(&fault.to_string()), "{fault:?}"),
            }
        }

        #[test]
        fn an_answer_is_read_as_it_was_written(
            status in 200_u16..600,
            fields in prop::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,10}", "([!-~]([ -~]{0,10}[!-~])?)?"), 0..5),
            body in prop::collection::vec(any::<u8>(), 0..300),
            lengths in prop::option::of(prop::collection::vec(1_usize..40, 0..8)),
            further in prop::collection::vec(any::<u8>(), 0..4),
            interim: bool,
        ) {
            let framing = |name: &str| ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str());
            let fields: Vec<(String, String)> = fields.into_iter().filter(|(name, _)| !framing(name)).collect();
            let no_body = matches!(status, 204 | 304);
            let body = if no_body { Vec::new() } else { body };
            let mut bytes = if interim { b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".to_vec() } else { Vec::new() };
            bytes.extend_from_slice(format!("HTTP/1.1 {status} What\r\n").as_bytes());
            for (name, value) in &fields {
                bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
            }
            let sent = match &lengths {
                _ if no_body => b"\r\n".to_vec(),
                Some(lengths) => [b"Transfer-Encoding: chunked\r\n\r\n".to_vec(), chunked(&body, lengths)].concat(),
                None => [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat(),
            };
            bytes.extend_from_slice(&sent);
            prop_assert!(is_whole(&bytes, "GET"));
            for short in [bytes.len() - 1, bytes.len() / 2] {
                prop_assert!(!is_whole(&bytes[..short], "GET"));
                prop_assert!(matches!(answer(&bytes[..short], "GET"), Err(Fault::Broken(_))), "{short}");
            }
            // What comes after the end belongs to nothing.
            bytes.extend_from_slice(&further);
            let read = answer(&bytes, "GET").unwrap();
            prop_assert_eq!(read.status, status);
            prop_assert_eq!(&read.body, &body);
            for ((name, value), (seen, bytes)) in fields.iter().zip(&read.headers) {
                prop_assert_eq!((&name.to_ascii_lowercase(), value.as_bytes()), (seen, bytes.as_slice()));
            }
        }
    }
}
