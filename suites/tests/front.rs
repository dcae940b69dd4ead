//! A server in front of another one, or alone: what it answers is up to the test.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// The answer to one request on a connection of its own.
pub(crate) async fn asked_upstream(authority: &str, request: &[u8]) -> Vec<u8> {
    let line = request.windows(2).position(|window| window == b"\r\n").unwrap() + 2;
    let asked = [&request[..line], b"Connection: close\r\n", &request[line..]].concat();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(&asked).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

/// The same answer, its redirects relative: a sign-in does not follow one that leads away from the proxy.
pub(crate) fn at_this_origin(upstream: &str, answer: Vec<u8>) -> Vec<u8> {
    let leads = format!("location: http://{upstream}/");
    let found = answer.windows(leads.len()).position(|window| window.eq_ignore_ascii_case(leads.as_bytes()));
    let Some(at) = found else { return answer };
    [&answer[..at], b"location: /", &answer[at + leads.len()..]].concat()
}

pub(crate) fn is_token_request(request: &[u8]) -> bool {
    let rest = request.strip_prefix(b"POST /oauth2/token");
    rest.is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'?')))
}

pub(crate) fn body_of(message: &[u8]) -> Option<&[u8]> {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(&message[end + 4..])
}

/// The same answer with another body.
pub(crate) fn with_body(answer: &[u8], body: &[u8]) -> Vec<u8> {
    let head = &answer[..answer.len() - body_of(answer).unwrap().len()];
    let head = std::str::from_utf8(head).unwrap().trim_end();
    assert!(!head.to_ascii_lowercase().contains("transfer-encoding"), "{head}");
    let kept = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let kept: Vec<&str> = kept.collect();
    let head = format!("{}\r\nContent-Length: {}\r\n\r\n", kept.join("\r\n"), body.len());
    [head.as_bytes(), body].concat()
}

/// So many letters at random.
pub(crate) fn letters(count: usize) -> String {
    let letter = |()| {
        let at = RandomState::new().build_hasher().finish() % 26;
        char::from(b'a' + u8::try_from(at).unwrap())
    };
    std::iter::repeat_n((), count).map(letter).collect()
}

/// A server at a free port until it is dropped: one request and one answer for every connection.
pub(crate) struct Front {
    _runtime: Runtime,
    pub(crate) url: String,
}

impl Front {
    pub(crate) fn start<F, A>(answer: F) -> Self
    where
        F: Fn(Vec<u8>) -> A + Send + Sync + 'static,
        A: Future<Output = Vec<u8>> + Send + 'static,
    {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(answer);
        runtime.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    let Some(request) = read_request(&mut stream).await else { return };
                    // Who went away is no fault of a test.
                    let _ = stream.write_all(&answer(request).await).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { _runtime: runtime, url }
    }
}

/// A request with its body; nothing where the connection ended before.
async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
        let Some(body) = body_of(&request) else { continue };
        let head = String::from_utf8_lossy(&request[..request.len() - body.len()]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0_usize) {
            return Some(request);
        }
    }
}
