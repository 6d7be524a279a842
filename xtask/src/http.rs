//! HTTP/1.1 on one kept connection, and no more of it than Lazuli's answers need.
//!
//! A client of our own, because the bench measures the server and must not measure a client, and because the crash
//! test must see a broken connection as what it is: nothing is retried here.
//!
//! ```no_run
//! let address = "127.0.0.1:7080".parse().unwrap();
//! let mut client = xtask::http::Client::connect(address, "lazuli-dev-admin-key").unwrap();
//! let answer = client.get("/indexes('hotels')/docs/$count?api-version=2026-04-01").unwrap();
//! assert_eq!(answer.status, 200);
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// No answer takes longer: the server itself gives up after 30 s.
const ANSWER_SECONDS_MAX: u64 = 120;

/// A connection that sends one request at a time. `S` is the TCP stream or TLS over it.
pub struct Client<S: Read + Write> {
    stream: BufReader<S>,
    /// Header lines that every request carries.
    headers: String,
    request: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header lines as they came.
    pub headers: String,
    /// The body, with chunks joined.
    pub body: Vec<u8>,
}

impl Client<TcpStream> {
    /// Connects in plain HTTP and sends `key` as `api-key` with every request.
    pub fn connect(address: SocketAddr, key: &str) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))?;
        Ok(Self::over(stream, address, key))
    }
}

impl<S: Read + Write> Client<S> {
    /// Speaks HTTP over a stream that is connected already.
    pub fn over(stream: S, address: SocketAddr, key: &str) -> Self {
        let headers = format!("host: {address}\r\napi-key: {key}\r\naccept: application/json\r\n");
        Self { stream: BufReader::with_capacity(64 * 1024, stream), headers, request: Vec::new() }
    }

    /// One more header for every request from now on.
    pub fn header(&mut self, name: &str, value: &str) {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
    }

    /// `GET target`.
    pub fn get(&mut self, target: &str) -> io::Result<Answer> {
        self.send("GET", target, b"")
    }

    /// `POST target` with a JSON body.
    pub fn post(&mut self, target: &str, body: &[u8]) -> io::Result<Answer> {
        self.send("POST", target, body)
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&mut self, method: &str, target: &str, body: &[u8]) -> io::Result<Answer> {
        self.request.clear();
        write!(self.request, "{method} {target} HTTP/1.1\r\n{}", self.headers)?;
        if !body.is_empty() {
            write!(self.request, "content-type: application/json\r\n")?;
        }
        write!(self.request, "content-length: {}\r\n\r\n", body.len())?;
        self.request.extend_from_slice(body);
        self.stream.get_mut().write_all(&self.request)?;
        self.stream.get_mut().flush()?;
        read_answer(&mut self.stream)
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> io::Result<Value> {
        serde_json::from_slice(&self.body)
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, format!("{error} in: {}", self.text())))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn read_answer(stream: &mut impl BufRead) -> io::Result<Answer> {
    let status_line = read_line(stream)?;
    let status = status_line
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| malformed(&status_line))?;
    let mut headers = String::new();
    let mut length = 0;
    let mut chunked = false;
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| malformed(&line))?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = value.trim().eq_ignore_ascii_case("chunked");
        }
        headers.push_str(&line);
        headers.push('\n');
    }
    let mut body = Vec::new();
    if chunked {
        while read_chunk(stream, &mut body)? {}
    } else if status != 204 && status != 304 {
        read_exactly(stream, length, &mut body)?;
    }
    Ok(Answer { status, headers, body })
}

/// Appends one chunk to `body`; false after the last, empty one.
fn read_chunk(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let line = read_line(stream)?;
    let size = usize::from_str_radix(line.split(';').next().unwrap_or_default(), 16)
        .map_err(|_| malformed(&line))?;
    read_exactly(stream, size, body)?;
    read_line(stream)?;
    Ok(size > 0)
}

fn read_exactly(stream: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let start = body.len();
    body.resize(start + length, 0);
    stream.read_exact(&mut body[start..])
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn malformed(line: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("not HTTP: {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::read_answer;

    #[test]
    fn bodies_come_by_length_in_chunks_or_not_at_all() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab\
            HTTP/1.1 207 Multi-Status\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n\
            HTTP/1.1 204 No Content\r\nrequest-id: 1\r\n\r\n";
        let mut next = || read_answer(&mut stream).map(|answer| (answer.status, answer.text()));
        assert_eq!(next().unwrap(), (200, "ab".to_owned()));
        assert_eq!(next().unwrap(), (207, "abcde".to_owned()));
        assert_eq!(next().unwrap(), (204, String::new()));
        assert!(next().is_err(), "the end of the stream is an error, not an answer");
    }

    #[test]
    fn a_torn_body_is_an_error() {
        assert!(read_answer(&mut &b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"[..]).is_err());
        assert!(read_answer(&mut &b"garbage\r\n\r\n"[..]).is_err());
    }
}
