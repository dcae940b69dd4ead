//! A request that no HTTP client sends: one with a line break in a header field. Plain HTTP alone.

pub(crate) mod read;

use std::fmt::Write as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::prepare::Prepared;
use crate::model::exchange::{Answer, Fault};

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
    loop {
        let ended = match stream.read_buf(&mut bytes).await {
            Ok(count) => count == 0,
            Err(error) if bytes.is_empty() => return Err(io(&error)),
            // A server that resets the connection after it has answered has answered all the same.
            Err(_) => true,
        };
        if let Some(answer) = read::answer(&bytes, &prepared.method, ended)? {
            return Ok(answer);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
