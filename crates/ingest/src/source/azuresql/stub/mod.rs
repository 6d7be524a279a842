//! A server of SQL Server's protocol on loopback, as far as a source of rows sees it. It logs in, and answers statements with
//! rows of text; what a statement means is up to a [`database`]. This proves our use of the protocol, and not what SQL Server
//! makes of the statements.
//!
//! ```text
//! PRELOGIN ─▶ options       LOGIN7 ─▶ LOGINACK DONE       SQLBatch, sp_executesql ─▶ COLMETADATA ROW… DONE | ERROR DONE
//! ```

pub(super) mod database;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::tds::framed::Framed;
use super::tds::prelogin::{NONE, OFF};

/// What a statement and its parameters come to.
pub(super) type Handler = Arc<dyn Fn(&str, &[String]) -> Answer + Send + Sync>;

/// What a server says to a statement.
pub(super) enum Answer {
    /// Rows of so many columns.
    Rows(usize, Vec<Vec<Option<String>>>),
    /// An error's number and sentence.
    Error(i32, &'static str),
    /// Some rows of one column, and then these bytes instead of the rest of the answer; the connection is kept if there are
    /// none.
    Cut(Vec<Vec<Option<String>>>, Vec<u8>),
}

/// A server.
#[derive(Clone)]
pub(super) struct Stub {
    pub(super) handler: Handler,
    /// What it says of encryption.
    pub(super) encryption: u8,
    pub(super) identity: Option<TlsAcceptor>,
    /// Where the database is instead.
    pub(super) elsewhere: Option<(String, u16)>,
}

/// The password of every login.
pub(super) const PASSWORD: &str = "o;pen";

trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Bytes for S {}

impl Stub {
    pub(super) fn new(handler: impl Fn(&str, &[String]) -> Answer + Send + Sync + 'static) -> Self {
        Self { handler: Arc::new(handler), encryption: NONE, identity: None, elsewhere: None }
    }

    /// Starts it; its port.
    pub(super) async fn start(self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let stub = self.clone();
                tokio::spawn(async move { stub.serve(tcp).await.map_err(|error| error.to_string()) });
            }
        });
        port
    }

    async fn serve(self, mut tcp: TcpStream) -> std::io::Result<()> {
        let (kind, _) = read(&mut tcp).await?;
        assert_eq!(kind, 0x12, "the first words");
        // The version, what it says of encryption.
        write(&mut tcp, &[0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, self.encryption]).await?;
        let mut stream: Box<dyn Bytes> = match &self.identity {
            Some(acceptor) => {
                let mut tls = acceptor.accept(Framed::over(tcp)).await?;
                tls.get_mut().0.stands();
                if self.encryption == OFF {
                    let login = read(&mut tls).await?;
                    let mut plain = tls.into_inner().0.into_inner();
                    self.log_in(&mut plain, login).await?;
                    return self.answer(Box::new(plain)).await;
                }
                Box::new(tls)
            }
            None => Box::new(tcp),
        };
        let login = read(&mut stream).await?;
        self.log_in(&mut stream, login).await?;
        self.answer(stream).await
    }

    async fn log_in(
        &self,
        stream: &mut (impl Bytes + ?Sized),
        (kind, body): (u8, Vec<u8>),
    ) -> std::io::Result<()> {
        assert_eq!(kind, 0x10, "a login");
        let answer = if login_text(&body, 68) == "missing" {
            [
                error(4060, "Cannot open database \"missing\" requested by the login. The login failed."),
                done(2),
            ]
            .concat()
        } else if hidden(&body) == PASSWORD {
            logged_in(self.elsewhere.as_ref())
        } else {
            [error(18456, "Login failed for user 'u'."), done(2)].concat()
        };
        write(stream, &answer).await
    }

    async fn answer(&self, mut stream: Box<dyn Bytes>) -> std::io::Result<()> {
        loop {
            let (kind, body) = read(&mut stream).await?;
            let body = skip_headers(&body);
            let (statement, parameters) = match kind {
                0x01 => (utf16(body), Vec::new()),
                0x03 => executesql(body),
                _ => return Ok(()),
            };
            let answer = match (self.handler)(&statement, &parameters) {
                Answer::Error(number, sentence) => [error(number, sentence), done(2)].concat(),
                Answer::Rows(columns, rows) => [rows_of(columns, &rows), done(0x10)].concat(),
                Answer::Cut(rows, end) => {
                    stream.write_all(&packet(0, &rows_of(1, &rows))).await?;
                    stream.write_all(&end).await?;
                    if end.is_empty() {
                        std::future::pending::<()>().await;
                    }
                    return Ok(());
                }
            };
            write(&mut stream, &answer).await?;
        }
    }
}

/// Columns of `nvarchar(max)` and rows of them.
fn rows_of(columns: usize, rows: &[Vec<Option<String>>]) -> Vec<u8> {
    if columns == 0 {
        return Vec::new();
    }
    let mut out = vec![0x81];
    out.extend((columns as u16).to_le_bytes());
    for _ in 0..columns {
        // The user's type, flags, the type, any length, the collation, a name.
        out.extend([0, 0, 0, 0, 9, 0, 0xe7, 0xff, 0xff, 0x09, 0x04, 0xd0, 0x00, 0x34]);
        text8(&mut out, "c");
    }
    for row in rows {
        assert_eq!(row.len(), columns, "{row:?}");
        out.push(0xd1);
        for value in row {
            long(&mut out, value.as_deref());
        }
    }
    out
}

/// A value of any length: its length, its bytes in one part, an empty part; all ones for null.
fn long(out: &mut Vec<u8>, value: Option<&str>) {
    let Some(value) = value else { return out.extend([0xff; 8]) };
    let bytes: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    out.extend((bytes.len() as u64).to_le_bytes());
    if !bytes.is_empty() {
        out.extend((bytes.len() as u32).to_le_bytes());
        out.extend(&bytes);
    }
    out.extend([0; 4]);
}

/// Changes of the environment, the acknowledgement, and what servers say besides.
fn logged_in(elsewhere: Option<&(String, u16)>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut database = vec![1];
    text8(&mut database, "d");
    text8(&mut database, "master");
    token(&mut out, 0xe3, &database);
    token(&mut out, 0xab, &error(5701, "Changed database context to 'd'.")[3..]);
    let mut acknowledged = vec![1, 0x74, 0, 0, 4];
    text8(&mut acknowledged, "Lazuli stub");
    acknowledged.extend([16, 0, 0, 0]);
    token(&mut out, 0xad, &acknowledged);
    let mut size = vec![4];
    text8(&mut size, "512");
    text8(&mut size, "4096");
    token(&mut out, 0xe3, &size);
    if let Some((host, port)) = elsewhere {
        let mut route = vec![0];
        route.extend(port.to_le_bytes());
        route.extend((host.len() as u16).to_le_bytes());
        route.extend(host.encode_utf16().flat_map(u16::to_le_bytes));
        let length = (route.len() as u16).to_le_bytes();
        token(&mut out, 0xe3, &[&[20][..], &length, &route, &[0, 0]].concat());
    }
    out.extend(done(0));
    out
}

fn token(out: &mut Vec<u8>, kind: u8, body: &[u8]) {
    out.push(kind);
    out.extend((body.len() as u16).to_le_bytes());
    out.extend(body);
}

fn error(number: i32, text: &str) -> Vec<u8> {
    let mut body = number.to_le_bytes().to_vec();
    body.extend([1, 14]);
    body.extend((text.encode_utf16().count() as u16).to_le_bytes());
    body.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    text8(&mut body, "stub");
    text8(&mut body, "");
    body.extend([1, 0, 0, 0]);
    let mut out = Vec::new();
    token(&mut out, 0xaa, &body);
    out
}

/// A statement is done: status (2 an error, 0x10 rows were counted), command, rows.
fn done(status: u16) -> Vec<u8> {
    [&[0xfd][..], &status.to_le_bytes(), &[0xc1, 0], &[0; 8]].concat()
}

fn text8(out: &mut Vec<u8>, text: &str) {
    out.push(text.encode_utf16().count() as u8);
    out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn skip_headers(body: &[u8]) -> &[u8] {
    &body[u32::from_le_bytes(body[..4].try_into().unwrap()) as usize..]
}

/// The bytes of a login's text, whose place and length in characters are at `at`.
fn login_bytes(body: &[u8], at: usize) -> &[u8] {
    let number = |at: usize| usize::from(u16::from_le_bytes([body[at], body[at + 1]]));
    &body[number(at)..number(at) + 2 * number(at + 2)]
}

fn login_text(body: &[u8], at: usize) -> String {
    utf16(login_bytes(body, at))
}

fn hidden(body: &[u8]) -> String {
    let open: Vec<u8> = login_bytes(body, 44).iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect();
    utf16(&open)
}

/// A call by number: options, then parameters of a name, a status, a type and a value: the statement, the declarations, and
/// those of the statement.
fn executesql(body: &[u8]) -> (String, Vec<String>) {
    assert_eq!(&body[..4], [0xff, 0xff, 10, 0], "sp_executesql by its number");
    let mut rest = &body[6..];
    let mut texts = Vec::new();
    let take = |rest: &mut &[u8], count: usize| {
        let (taken, left) = rest.split_at(count);
        *rest = left;
        taken.to_vec()
    };
    while !rest.is_empty() {
        assert_eq!(take(&mut rest, 3), [0, 0, 0xe7], "no name, no status, nvarchar");
        let longest = take(&mut rest, 7);
        let mut bytes = Vec::new();
        if longest[..2] == [0xff, 0xff] {
            take(&mut rest, 8);
            loop {
                let count = u32::from_le_bytes(take(&mut rest, 4).try_into().unwrap()) as usize;
                if count == 0 {
                    break;
                }
                bytes.extend(take(&mut rest, count));
            }
        } else {
            let count = u16::from_le_bytes(take(&mut rest, 2).try_into().unwrap());
            bytes = take(&mut rest, usize::from(count));
        }
        texts.push(utf16(&bytes));
    }
    let values = texts.split_off(2);
    assert_eq!(texts[1].split(',').count(), values.len(), "every parameter is declared: {}", texts[1]);
    (texts.swap_remove(0), values)
}

/// A message: its kind, and its bytes.
async fn read(stream: &mut (impl AsyncRead + Unpin + ?Sized)) -> std::io::Result<(u8, Vec<u8>)> {
    let mut whole = Vec::new();
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await?;
        let start = whole.len();
        whole.resize(start + usize::from(u16::from_be_bytes([head[2], head[3]])) - 8, 0);
        stream.read_exact(&mut whole[start..]).await?;
        if head[1] & 1 != 0 {
            return Ok((head[0], whole));
        }
    }
}

fn packet(status: u8, part: &[u8]) -> Vec<u8> {
    let [high, low] = ((part.len() + 8) as u16).to_be_bytes();
    [&[4, status, high, low, 0, 0, 1, 0][..], part].concat()
}

/// An answer in packets of 512 bytes, whose ends are anywhere in it.
async fn write(stream: &mut (impl AsyncWrite + Unpin + ?Sized), body: &[u8]) -> std::io::Result<()> {
    let mut parts = body.chunks(504).peekable();
    while let Some(part) = parts.next() {
        stream.write_all(&packet(u8::from(parts.peek().is_none()), part)).await?;
    }
    stream.flush().await
}
