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
    while !is_whole(&bytes) {
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
    answer(&bytes)
}

/// Whether an answer is at its end although the connection is not (RFC 9112 section 6.3).
fn is_whole(bytes: &[u8]) -> bool {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let Ok(httparse::Status::Complete(end)) = response.parse(bytes) else { return false };
    let value = |name: &str| {
        let field = response.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        field.and_then(|field| std::str::from_utf8(field.value).ok()).map(str::trim)
    };
    let rest = bytes.get(end..).unwrap_or_default();
    if matches!(response.code, Some(204 | 304)) {
        return true;
    }
    if value("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return unchunked(rest).is_ok();
    }
    value("content-length")
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| rest.len() >= length)
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

fn answer(bytes: &[u8]) -> Result<Answer, Fault> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let parsed = response.parse(bytes).map_err(|error| Fault::broken(&error.to_string()))?;
    let (httparse::Status::Complete(end), Some(status)) = (parsed, response.code) else {
        return Err(Fault::broken("the head of the answer is not complete"));
    };
    let headers: Vec<(String, Vec<u8>)> = response
        .headers
        .iter()
        .map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec()))
        .collect();
    let rest = bytes.get(end..).unwrap_or_default();
    let is = |name: &str, text: &[u8]| {
        headers.iter().any(|(present, value)| present == name && value.eq_ignore_ascii_case(text))
    };
    let body = if is("transfer-encoding", b"chunked") { unchunked(rest)? } else { rest.to_vec() };
    if body.len() > BODY_LIMIT {
        return Err(Fault::BodyTooLong);
    }
    Ok(Answer { status, headers, body })
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
            return Ok(body);
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
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_read_with_its_body() {
        let plain = answer(b"HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi").unwrap();
        assert_eq!((plain.status, plain.header("x-a"), plain.body.as_slice()), (400, Some("b"), &b"hi"[..]));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(answer(chunked).unwrap().body, b"abcd");
        for broken in
            [&b"HTTP/1.1 200"[..], b"nothing", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na"]
        {
            assert!(matches!(answer(broken), Err(Fault::Broken(_))), "{broken:?}");
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
            let _ = answer(&[head, &bytes].concat());
        }
    }
}
