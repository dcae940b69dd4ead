//! Reads the answer to a request that was written by hand (RFC 9112), from the bytes that have come so far.

use crate::model::exchange::{Answer, BODY_LIMIT, Fault};

/// The longest head of an answer, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;

/// The most header fields of an answer.
const FIELDS: usize = 128;

/// The most interim answers before an answer.
const INTERIM: usize = 16;

/// The answer to a request with this method, once it is whole. `ended`: nothing more will come.
///
/// # Errors
/// A [`Fault`] for what no further byte makes an answer of bounded size.
pub(crate) fn answer(bytes: &[u8], method: &str, ended: bool) -> Result<Option<Answer>, Fault> {
    let mut rest = bytes;
    for _ in 0..=INTERIM {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = response.parse(rest).map_err(|error| Fault::broken(&error.to_string()))?;
        let (httparse::Status::Complete(end), Some(status)) = (parsed, response.code) else {
            return match rest.len() {
                HEAD_LIMIT.. => Err(Fault::broken("the head of the answer is too long")),
                0 if ended => Err(Fault::broken("no answer")),
                _ if ended => Err(Fault::broken("the head of the answer is not complete")),
                _ => Ok(None),
            };
        };
        if !(100..1000).contains(&status) {
            return Err(Fault::broken("invalid HTTP status-code parsed"));
        }
        rest = rest.get(end..).unwrap_or_default();
        // Interim answers are not the answer (RFC 9110 section 15.2), but this one is the last there is.
        if status / 100 == 1 && status != 101 {
            continue;
        }
        let headers: Vec<(String, Vec<u8>)> = response
            .headers
            .iter()
            .map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec()))
            .collect();
        let is_empty = method == "HEAD" || matches!(status, 101 | 204 | 304);
        let body = if is_empty { Some(Vec::new()) } else { body(&headers, rest, ended)? };
        return match body {
            Some(body) if body.len() > BODY_LIMIT => Err(Fault::BodyTooLong),
            None if rest.len() > BODY_LIMIT + HEAD_LIMIT => Err(Fault::BodyTooLong),
            body => Ok(body.map(|body| Answer { status, headers, body })),
        };
    }
    Err(Fault::broken("too many interim answers"))
}

/// The body, once it is whole, by the rules of RFC 9112 section 6.3.
fn body(headers: &[(String, Vec<u8>)], rest: &[u8], ended: bool) -> Result<Option<Vec<u8>>, Fault> {
    let values = |name: &'static str| {
        headers.iter().filter(move |(present, _)| present == name).map(|(_, value)| value.trim_ascii())
    };
    let codings: Vec<&[u8]> = values("transfer-encoding").collect();
    let lengths: Vec<&[u8]> =
        values("content-length").flat_map(|value| value.split(|byte| *byte == b',')).collect();
    match (codings.as_slice(), lengths.as_slice()) {
        ([], []) => Ok(ended.then(|| rest.to_vec())),
        ([coding], []) if coding.eq_ignore_ascii_case(b"chunked") => match unchunked(rest)? {
            None if ended => Err(Fault::broken("a chunk of the body is not complete")),
            body => Ok(body),
        },
        ([], [first, others @ ..]) => {
            let length = length(first).filter(|it| others.iter().all(|other| length(other) == Some(*it)));
            let length = length.ok_or_else(|| Fault::broken("invalid content-length parsed"))?;
            match rest.get(..length) {
                Some(body) => Ok(Some(body.to_vec())),
                None if length > BODY_LIMIT => Err(Fault::BodyTooLong),
                None if ended => Err(Fault::broken("the body is shorter than its Content-Length")),
                None => Ok(None),
            }
        }
        (_, []) => Err(Fault::broken("a transfer coding that was not asked for")),
        _ => Err(Fault::broken("both a transfer coding and a Content-Length")),
    }
}

/// A number of bytes: digits alone.
fn length(value: &[u8]) -> Option<usize> {
    let value = std::str::from_utf8(value.trim_ascii()).ok()?;
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

/// The content of a chunked body (RFC 9112 section 7.1), once it is whole. What the trailers say does not matter.
fn unchunked(mut rest: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut body = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Fault::broken("invalid chunk size parsed")),
        };
        if size == 0 {
            let mut trailers = [httparse::EMPTY_HEADER; FIELDS];
            return match httparse::parse_headers(rest.get(start..).unwrap_or_default(), &mut trailers) {
                Ok(httparse::Status::Complete(_)) => Ok(Some(body)),
                Ok(httparse::Status::Partial) => Ok(None),
                Err(error) => Err(Fault::broken(&error.to_string())),
            };
        }
        let size = usize::try_from(size).ok().filter(|size| body.len() + size <= BODY_LIMIT);
        let end = start + size.ok_or(Fault::BodyTooLong)?;
        let (Some(chunk), Some(mark)) = (rest.get(start..end), rest.get(end..end + 2)) else {
            return Ok(None);
        };
        if mark != b"\r\n" {
            return Err(Fault::broken("a chunk of the body is longer than it says"));
        }
        body.extend_from_slice(chunk);
        rest = rest.get(end + 2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::damaged::{self, cases, is_harmless};
    use proptest::prelude::*;

    /// What comes of an answer whose connection has ended.
    fn whole(bytes: &[u8]) -> Result<Answer, Fault> {
        Ok(answer(bytes, "GET", true)?.expect("nothing more will come"))
    }

    #[test]
    fn an_answer_is_read_with_its_body() {
        let plain = whole(b"HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi").unwrap();
        assert_eq!((plain.status, plain.header("x-a"), plain.body.as_slice()), (400, Some("b"), &b"hi"[..]));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(whole(chunked).unwrap().body, b"abcd");
        assert_eq!(whole(b"HTTP/1.1 200 OK\r\n\r\nabc").unwrap().body, b"abc");
        let surplus =
            whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nabHTTP/1.1 500 No\r\n\r\n").unwrap();
        assert_eq!(surplus.body, b"ab", "what comes behind an answer is no part of it");
    }

    #[test]
    fn an_answer_that_is_not_whole_is_waited_for() {
        for part in [
            &b""[..],
            b"HTTP/1.1 200 O",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na",
        ] {
            assert_eq!(answer(part, "GET", false), Ok(None), "{part:?}");
        }
    }

    #[test]
    fn an_interim_answer_is_not_the_answer() {
        let after = |count: usize| {
            let mut bytes =
                b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".repeat(count);
            bytes.extend_from_slice(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            whole(&bytes).map(|answer| answer.status)
        };
        assert_eq!(after(1), Ok(400));
        assert_eq!(after(100), Err(Fault::broken("too many interim answers")));
    }

    #[test]
    fn what_is_broken_is_no_answer() {
        let head = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n");
        for (broken, why) in [
            ("HTTP/1.1 200".to_owned(), "not complete"),
            ("nothing".to_owned(), "invalid"),
            (String::new(), "no answer"),
            ("HTTP/1.1 000 No\r\n\r\n".to_owned(), "status"),
            (head("Content-Length: 9") + "ab", "shorter"),
            (head("Content-Length: 2\r\nContent-Length: 3") + "abc", "content-length"),
            (head("Content-Length: +2") + "ab", "content-length"),
            (head("Content-Length: 99999999999999999999999"), "content-length"),
            (head("Transfer-Encoding: chunked\r\nContent-Length: 2") + "0\r\n\r\n", "both"),
            (head("Transfer-Encoding: gzip") + "x", "transfer coding"),
            (head("Transfer-Encoding: chunked") + "9\r\na", "not complete"),
            (head("Transfer-Encoding: chunked") + "zz\r\na", "chunk size"),
            (head("Transfer-Encoding: chunked") + "1\r\nabc0\r\n\r\n", "longer than it says"),
        ] {
            let fault = whole(broken.as_bytes()).unwrap_err().to_string();
            assert!(fault.starts_with("broken answer: ") && fault.contains(why), "{broken:?}: {fault}");
        }
        for long in [head("Content-Length: 1048577"), head("Transfer-Encoding: chunked") + "FFFFFFFF\r\n"] {
            assert_eq!(answer(long.as_bytes(), "GET", false), Err(Fault::BodyTooLong));
        }
    }

    #[test]
    fn a_head_without_an_end_is_given_up() {
        let endless = [b"HTTP/1.1 200 OK\r\nX-A: ".as_slice(), &vec![b'a'; HEAD_LIMIT]].concat();
        assert_eq!(answer(&endless, "GET", false), Err(Fault::broken("the head of the answer is too long")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), chunked: bool, ended: bool) {
            let head: &[u8] = if chunked { b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" } else { b"" };
            let read = answer(&[head, &bytes].concat(), "GET", ended);
            prop_assert!(!ended || !matches!(read, Ok(None)));
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
            let _ = answer(&bytes, "GET", false);
            match whole(&bytes) {
                Ok(answer) => prop_assert!(answer.body.len() <= bytes.len() && (answer.status == 101 || answer.status >= 200), "{}", answer.status),
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
            prop_assert!(matches!(answer(&bytes, "GET", false), Ok(Some(_))));
            for short in [bytes.len() - 1, bytes.len() / 2] {
                prop_assert_eq!(answer(&bytes[..short], "GET", false), Ok(None), "{}", short);
                prop_assert!(matches!(whole(&bytes[..short]), Err(Fault::Broken(_))), "{short}");
            }
            // What comes after the end belongs to nothing.
            bytes.extend_from_slice(&further);
            let read = whole(&bytes).unwrap();
            prop_assert_eq!(read.status, status);
            prop_assert_eq!(&read.body, &body);
            for ((name, value), (seen, bytes)) in fields.iter().zip(&read.headers) {
                prop_assert_eq!((&name.to_ascii_lowercase(), value.as_bytes()), (seen, bytes.as_slice()));
            }
        }
    }
}
