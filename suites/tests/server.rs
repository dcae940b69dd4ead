//! Tiny servers that are wrong in one way each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What a server does with every connection.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Closes it at once, unread.
    Reset,
    /// Reads and says nothing.
    Silent,
    /// Sends the head of an answer and nothing more.
    HeadOnly,
    /// Sends a body without an end.
    Endless,
    /// Sends these bytes and closes.
    Says(Vec<u8>),
}

/// A server at a free port until it is dropped.
pub(crate) struct Server {
    _runtime: Runtime,
    pub(crate) authority: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, manner.clone()));
            }
        });
        Self { _runtime: runtime, authority, connections }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Who went away is no fault of a test.
async fn serve(mut stream: TcpStream, manner: Manner) {
    if matches!(manner, Manner::Reset) {
        let _ = stream.set_zero_linger();
        return;
    }
    if !read_request(&mut stream).await {
        return;
    }
    match manner {
        Manner::Reset | Manner::Silent => tokio::time::sleep(Duration::from_mins(10)).await,
        Manner::HeadOnly => {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n").await;
            tokio::time::sleep(Duration::from_mins(10)).await;
        }
        Manner::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await;
            while stream.write_all(&[b'x'; 16 * 1024]).await.is_ok() {}
        }
        Manner::Says(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    }
}

/// Reads a request with its body; false where there is none.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return false,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0_usize) {
            return true;
        }
    }
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Manner {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    Manner::Says([head.as_bytes(), body].concat())
}
