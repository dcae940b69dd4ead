//! Connections: accepted one by one, each bounded in time and in the size of its headers.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::{Outage, Shared, documents};

/// So long a client may take for the handshake, and for the headers of a request.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long a connection lasts at most.
const CONNECTION: Duration = Duration::from_mins(10);
/// So many bytes the headers of a request may have.
const HEADERS: usize = 16 * 1024;
/// So many connections are open at once; further ones wait for one to end.
const CONNECTIONS: usize = 256;

/// Accepts connections for ever. They end with it.
pub(super) async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        if open.len() >= CONNECTIONS {
            open.join_next().await;
        }
        // Out of file descriptors, say: trying again at once would only burn time.
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        if shared.conduct().outage == Some(Outage::Closed) {
            continue;
        }
        let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
        open.spawn(async move {
            // How a connection ends is the client's affair.
            let _ = timeout(CONNECTION, connection(stream, acceptor, shared)).await;
        });
    }
}

async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match acceptor {
        Some(acceptor) => {
            let stream = timeout(PATIENCE, acceptor.accept(stream)).await??;
            requests(stream, shared).await;
        }
        None => requests(stream, shared).await,
    }
    Ok(())
}

async fn requests(stream: impl AsyncRead + AsyncWrite + Unpin, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(&shared, &request).await }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let _ = served.await;
}

/// The answer to a request; none where the connection is to be closed instead.
async fn answer(shared: &Shared, request: &Request<Incoming>) -> Result<Response<Full<Bytes>>, io::Error> {
    let conduct = *shared.conduct();
    if !conduct.delay.is_zero() {
        sleep(conduct.delay).await;
    }
    let (status, media, body) = match conduct.outage {
        Some(Outage::Closed) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Outage::Unavailable) => (503, "text/plain", "unavailable".to_owned()),
        None if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            (405, "text/plain", "only GET and HEAD".to_owned())
        }
        None => documents::answer(shared, conduct, request.uri().path()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if status == 405 {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    Ok(response)
}
