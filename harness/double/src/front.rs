//! A few lines of TCP before the server, under a fault alone: HTTP servers refuse a message with a line break inside a
//! header field before any handler sees it (RFC 9112 sections 2.2 and 5.2), so whoever lets it through stands before them.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::fault::Fault;

/// The faults that need it.
pub(crate) const FAULTS: [Fault; 2] =
    [Fault::GUARD_REST_LINE_BREAK_REMOVED, Fault::GUARD_RS_LINE_BREAK_REMOVED];

/// What stands for a line break on the way to the handler: a header field may hold it (RFC 9110 section 5.5), and no token
/// does.
const MARK: char = '\u{2028}';

/// The longest head of a request.
const HEAD_LIMIT: usize = 64 * 1024;

/// How long a connection may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A token as it was before its line breaks.
pub(crate) fn unfolded(token: &str) -> String {
    token.replace(MARK, "")
}

/// Listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Front {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Front {
    /// Hands what comes to this listener on to a server, one request a connection.
    pub(crate) fn start(listener: TcpListener, server: SocketAddr) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::Builder::new().name("double-front".to_owned()).spawn(move || {
            for client in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                if let Ok(client) = client {
                    // A connection that breaks is the business of its client.
                    thread::spawn(move || drop(hand_on(client, server)));
                }
            }
        })?;
        Ok(Self { address, stop })
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection: this one.
        drop(TcpStream::connect_timeout(&self.address, PATIENCE));
    }
}

fn hand_on(mut client: TcpStream, server: SocketAddr) -> io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut received = Vec::new();
    let mut buffer = [0; 8 * 1024];
    let end = loop {
        if let Some(at) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let count = client.read(&mut buffer)?;
        if count == 0 || received.len() > HEAD_LIMIT {
            return client.shutdown(Shutdown::Both);
        }
        received.extend_from_slice(&buffer[..count]);
    };
    let mut server = TcpStream::connect(server)?;
    server.set_read_timeout(Some(PATIENCE))?;
    server.write_all(rewritten(&received[..end]).as_bytes())?;
    server.write_all(&received[end + 4..])?;
    let (mut body, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut body, &mut to_server));
    // After this one request the server closes the connection.
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

/// The head with each line break inside a field marked, and the end of the connection announced.
fn rewritten(head: &[u8]) -> String {
    let head = String::from_utf8_lossy(head);
    let mut lines: Vec<String> = Vec::new();
    for line in head.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).replace('\r', &MARK.to_string());
        match lines.last_mut() {
            // A line that begins no field goes on with the last one.
            Some(last) if !line.contains(':') => {
                last.push(MARK);
                last.push_str(&line);
            }
            _ => lines.push(line),
        }
    }
    lines.retain(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    lines.push("Connection: close".to_owned());
    lines.join("\r\n") + "\r\n\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_inside_a_field_are_marked_and_taken_out() {
        for (line_break, rest) in [("\n", "b.c"), ("\r\n", "b.c"), ("\r", "b.c"), ("\r\n", "b\nc")] {
            let head = format!("GET / HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\nT: a{line_break}{rest}");
            let rewritten = rewritten(head.as_bytes());
            let lines: Vec<&str> = rewritten.split("\r\n").collect();
            assert_eq!(lines[..2], ["GET / HTTP/1.1", "Host: a:1"]);
            assert_eq!(unfolded(lines[2]), format!("T: a{}", rest.replace('\n', "")));
            assert_eq!(lines[3..], ["Connection: close", "", ""]);
        }
    }
}
