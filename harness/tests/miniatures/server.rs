//! Tiny servers that do as a script says, over plain HTTP or TLS.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::certificates::{Certificate, acceptor};

/// One thing that a server does with a connection. At the end of its script it closes the connection in order.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Reads a request with its body. Where none comes the script is over.
    Read,
    /// Reads this many bytes of whatever comes, which counts as a request.
    ReadBytes(usize),
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends what follows from the request.
    Answer(fn(&Asked) -> Vec<u8>),
    /// Sends these bytes until nobody takes them any more.
    Repeat(Vec<u8>),
    /// Sends these bytes every few milliseconds until nobody takes them any more.
    Drip(Vec<u8>),
    /// Sends these bytes, one a second.
    Trickle(Vec<u8>),
    /// Does nothing more, and keeps the connection.
    Hang,
    /// Ends the connection with a reset.
    Reset,
    /// Begins its script again, on the same connection.
    Again,
}

/// A request as a server of this kind sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// How many came before it, on all connections.
    pub(crate) number: usize,
    /// Head and body.
    pub(crate) text: String,
    /// The one that came before it.
    pub(crate) before: Option<String>,
}

/// How a server is wrong.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Nobody listens at its port.
    Refuses,
    /// What it does with every connection.
    Acts(Vec<Act>),
    /// The same, where TLS is spoken to it.
    Plain(Vec<Act>),
    /// The same over TLS, with this certificate and for these protocols (ALPN).
    Tls(Certificate, &'static [&'static str], Vec<Act>),
}

/// A server at a free port until it is dropped.
pub(crate) struct Server {
    _runtime: Runtime,
    address: SocketAddr,
    is_secure: bool,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<(usize, Option<String>)>,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let is_secure = matches!(manner, Manner::Plain(_) | Manner::Tls(..));
        let (acts, tls) = match manner {
            Manner::Refuses => (None, None),
            Manner::Acts(acts) | Manner::Plain(acts) => (Some(acts), None),
            Manner::Tls(certificate, protocols, acts) => (Some(acts), Some(acceptor(certificate, protocols))),
        };
        let seen = Arc::<Seen>::default();
        if let Some(acts) = acts {
            let (acts, counted) = (Arc::new(acts), Arc::clone(&seen));
            runtime.spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    counted.connections.fetch_add(1, Ordering::Relaxed);
                    let (acts, seen, tls) = (Arc::clone(&acts), Arc::clone(&counted), tls.clone());
                    tokio::spawn(async move {
                        match tls {
                            None => serve(stream, &acts, &seen, |it| it.set_zero_linger().is_ok()).await,
                            // Who does not trust its certificate goes away, which is no fault of a test.
                            Some(tls) => {
                                if let Ok(stream) = tls.accept(stream).await {
                                    let reset = |it: &tokio_rustls::server::TlsStream<TcpStream>| {
                                        it.get_ref().0.set_zero_linger().is_ok()
                                    };
                                    serve(stream, &acts, &seen, reset).await;
                                }
                            }
                        }
                    });
                }
            });
        }
        Self { _runtime: runtime, address, is_secure, seen }
    }

    /// Its base URL.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.is_secure { "https" } else { "http" }, self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// The requests that it has read.
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.lock().unwrap().0
    }
}

impl Seen {
    /// Takes down a request.
    fn note(&self, text: String) -> Asked {
        let mut requests = self.requests.lock().unwrap();
        let asked = Asked { number: requests.0, before: requests.1.take(), text };
        *requests = (asked.number + 1, Some(asked.text.clone()));
        asked
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    acts: &[Act],
    seen: &Seen,
    reset: impl Fn(&S) -> bool,
) {
    let mut asked = Asked::default();
    let mut at = 0;
    while let Some(act) = acts.get(at) {
        at += 1;
        let goes_on = match act {
            Act::Read => match read_request(&mut stream).await {
                Some(text) => {
                    asked = seen.note(text);
                    true
                }
                None => false,
            },
            Act::ReadBytes(count) => {
                let read = stream.read_exact(&mut vec![0; *count]).await.is_ok();
                if read {
                    seen.note(String::new());
                }
                read
            }
            Act::Send(bytes) => stream.write_all(bytes).await.is_ok(),
            Act::Answer(answer) => stream.write_all(&answer(&asked)).await.is_ok(),
            Act::Repeat(bytes) => {
                while stream.write_all(bytes).await.is_ok() {}
                false
            }
            Act::Drip(bytes) => {
                while stream.write_all(bytes).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                false
            }
            Act::Trickle(bytes) => trickle(&mut stream, bytes).await,
            Act::Hang => {
                tokio::time::sleep(Duration::from_mins(10)).await;
                false
            }
            Act::Reset => {
                let _ = stream.flush().await;
                // What was sent before has to be read before: a reset overtakes it.
                tokio::time::sleep(Duration::from_millis(50)).await;
                assert!(reset(&stream), "a connection can be reset");
                return;
            }
            Act::Again => {
                at = 0;
                true
            }
        };
        if !goes_on {
            break;
        }
    }
    let _ = stream.shutdown().await;
}

async fn trickle(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
    for byte in bytes {
        if stream.write_all(&[*byte]).await.is_err() {
            return false;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    true
}

/// Reads a request with its body, if there is one.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    loop {
        match stream.read_buf(&mut request).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0_usize) {
            return Some(String::from_utf8_lossy(&request).into_owned());
        }
    }
}
