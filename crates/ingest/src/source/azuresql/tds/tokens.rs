//! The tokens of an answer (MS-TDS 2.2.7), as far as our statements make servers send them. Every other one, and every column
//! that is no `nvarchar`, is none of an answer to us: the connection is given up then.

use super::Texts;
use super::error::broken;
use super::login::text_of;
use super::packet::Messages;
use crate::source::SourceError;

/// Columns of a statement: as many as SQL Server takes.
const COLUMNS_MAX: u16 = 4096;

/// Bytes of a row, in UTF-16: twice the longest request that fills an index.
const ROW_BYTES_MAX: usize = 64 << 20;

/// The type `nvarchar`, and its length where values may be of any.
const NVARCHAR: u8 = 0xe7;
const ANY_LENGTH: u16 = 0xffff;

/// Lengths of values that say null, and of values whose length only their end tells.
const NULL: u64 = u64::MAX;
const UNKNOWN: u64 = u64::MAX - 1;

/// A token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An error's number and sentence.
    Error(i32, String),
    /// The login was accepted.
    LoggedIn,
    /// What changed in the environment.
    Change(Vec<u8>),
    /// The columns of the rows to come.
    Columns,
    Row(Texts),
    /// A statement is done.
    Done {
        is_error: bool,
    },
    /// Nothing that matters here.
    Other,
}

/// Answers, token by token.
pub(super) struct Tokens {
    messages: Messages,
    /// For each column of the rows, whether its values may be of any length.
    columns: Vec<bool>,
    /// The bytes that are left for the row that is being read.
    left: usize,
}

impl Tokens {
    pub(super) fn of(messages: Messages) -> Self {
        Self { messages, columns: Vec::new(), left: 0 }
    }

    pub(super) fn messages(&mut self) -> &mut Messages {
        &mut self.messages
    }

    /// The next token of the answer; `None` at its end.
    pub(super) async fn next(&mut self) -> Result<Option<Token>, SourceError> {
        if self.messages.is_over().await? {
            return Ok(None);
        }
        let token = match self.messages.u8().await? {
            0xaa => error(&self.messages.short().await?)?,
            0xad => {
                self.messages.short().await?;
                Token::LoggedIn
            }
            0xe3 => Token::Change(self.messages.short().await?),
            // Words of the server, the order of rows.
            0xab | 0xa9 => {
                self.messages.short().await?;
                Token::Other
            }
            // What a procedure returns.
            0x79 => {
                self.messages.array::<4>().await?;
                Token::Other
            }
            0xfd..=0xff => {
                let [low, ..] = self.messages.array::<12>().await?;
                Token::Done { is_error: low & 2 != 0 }
            }
            0x81 => self.columns().await?,
            0xd1 => self.row(&[]).await?,
            0xd2 => {
                let mut nulls = Vec::new();
                self.messages.take(self.columns.len().div_ceil(8), &mut nulls).await?;
                self.row(&nulls).await?
            }
            _ => return Err(broken()),
        };
        Ok(Some(token))
    }

    /// `count:2`, then for each `user type:4 flags:2 type:1 longest:2 collation:5 name`
    async fn columns(&mut self) -> Result<Token, SourceError> {
        let count = self.messages.u16().await?;
        self.columns.clear();
        // No columns at all are written as 0xffff.
        if count == u16::MAX {
            return Ok(Token::Columns);
        }
        if count > COLUMNS_MAX {
            return Err(broken());
        }
        for _ in 0..count {
            let [.., kind, low, high] = self.messages.array::<9>().await?;
            if kind != NVARCHAR {
                return Err(broken());
            }
            self.columns.push(u16::from_le_bytes([low, high]) == ANY_LENGTH);
            self.messages.array::<5>().await?;
            let mut name = Vec::new();
            let length = self.messages.u8().await?;
            self.messages.take(2 * usize::from(length), &mut name).await?;
        }
        Ok(Token::Columns)
    }

    /// A row, some values of which are null by a bit each.
    async fn row(&mut self, nulls: &[u8]) -> Result<Token, SourceError> {
        if self.columns.is_empty() {
            return Err(broken());
        }
        self.left = ROW_BYTES_MAX;
        let mut texts = Texts::with_capacity(self.columns.len());
        for column in 0..self.columns.len() {
            let is_null = nulls.get(column / 8).is_some_and(|byte| byte >> (column % 8) & 1 != 0);
            let is_long = self.columns.get(column).copied().unwrap_or_default();
            texts.push(match (is_null, is_long) {
                (true, _) => None,
                (false, true) => self.long().await?,
                (false, false) => self.plain().await?,
            });
        }
        Ok(Token::Row(texts))
    }

    /// `length:2 bytes`
    async fn plain(&mut self) -> Result<Option<String>, SourceError> {
        let length = self.messages.u16().await?;
        if length == u16::MAX {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.part(usize::from(length), &mut bytes).await?;
        Ok(Some(text_of(&bytes)))
    }

    /// `length:8`, then parts of `length:4 bytes` up to one of no length
    async fn long(&mut self) -> Result<Option<String>, SourceError> {
        let length = u64::from_le_bytes(self.messages.array().await?);
        if length == NULL {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        loop {
            let part = u32::from_le_bytes(self.messages.array().await?);
            if part == 0 {
                break;
            }
            self.part(usize::try_from(part).map_err(|_| broken())?, &mut bytes).await?;
        }
        if length != UNKNOWN && length != bytes.len() as u64 {
            return Err(broken());
        }
        Ok(Some(text_of(&bytes)))
    }

    /// Bytes of a value, if the row is not too long with them.
    async fn part(&mut self, length: usize, into: &mut Vec<u8>) -> Result<(), SourceError> {
        self.left = self.left.checked_sub(length).ok_or_else(|| {
            SourceError::Broken(format!("A row of the table is longer than {} MB.", ROW_BYTES_MAX >> 20))
        })?;
        self.messages.take(length, into).await
    }
}

/// `number:4 state:1 class:1 length:2 sentence …`
fn error(token: &[u8]) -> Result<Token, SourceError> {
    let [a, b, c, d, _, _, low, high, rest @ ..] = token else { return Err(broken()) };
    let length = 2 * usize::from(u16::from_le_bytes([*low, *high]));
    let sentence = text_of(rest.get(..length).ok_or_else(broken)?);
    Ok(Token::Error(i32::from_le_bytes([*a, *b, *c, *d]), sentence))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// The tokens of a message, and how it ends.
    async fn tokens(message: &[u8]) -> (Vec<Token>, Option<SourceError>) {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        theirs.write_all(&super::super::packet::packets(4, message, 512)).await.unwrap();
        drop(theirs);
        let mut tokens = Tokens::of(Messages::awaiting(Box::new(ours)));
        let mut all = Vec::new();
        loop {
            match tokens.next().await {
                Ok(Some(token)) => all.push(token),
                Ok(None) => return (all, None),
                Err(error) => return (all, Some(error)),
            }
        }
    }

    /// Two columns: `nvarchar(10)` and `nvarchar(max)`, without names.
    const COLUMNS: &[u8] = b"\x81\x02\0\0\0\0\0\x09\0\xe7\x14\0\x09\x04\xd0\0\x34\0\0\0\0\0\x09\0\xe7\xff\xff\x09\x04\xd0\0\x34\0";

    #[tokio::test]
    async fn rows_hold_texts_and_nulls() {
        let row = b"\xd1\x02\0a\0\x04\0\0\0\0\0\0\0\x02\0\0\0b\0\x02\0\0\0c\0\0\0\0\0";
        let nulls = b"\xd1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
        let by_bits = b"\xd2\x01\xfe\xff\xff\xff\xff\xff\xff\xff\0\0\0\0";
        let done = b"\xfe\0\0\xe0\0\0\0\0\0\0\0\0\0";
        let (all, error) = tokens(&[COLUMNS, row, nulls, by_bits, done].concat()).await;
        let text = |text: &str| Some(text.to_owned());
        let expected = vec![
            Token::Columns,
            Token::Row(vec![text("a"), text("bc")]),
            Token::Row(vec![None, None]),
            Token::Row(vec![None, text("")]),
            Token::Done { is_error: false },
        ];
        assert_eq!((all, error), (expected, None));
    }

    #[tokio::test]
    async fn rows_have_an_end() {
        let row = b"\xd1\0\0\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
        let (_, error) = tokens(&[COLUMNS, row].concat()).await;
        assert_eq!(error, Some(SourceError::Broken("A row of the table is longer than 64 MB.".into())));
    }

    #[tokio::test]
    async fn what_no_statement_of_ours_has_is_refused() {
        for message in [
            &b"\xd1\0"[..],                    // a row without columns
            b"\x81\x01\0\0\0\0\0\0\0\x38",     // a column of numbers
            b"\x81\x01\x20",                   // 8193 columns
            b"\x88",                           // no token at all
            b"\xaa\x02\0\0\0",                 // an error without a number
            b"\xaa\x08\0\0\0\0\0\0\0\xff\xff", // an error whose sentence is not there
            b"\xfd\0",                         // half a token
        ] {
            assert_eq!(tokens(message).await, (vec![], Some(broken())), "{message:?}");
        }
    }

    proptest! {
        /// Whatever a server sends is read or refused.
        #[test]
        fn nothing_panics(garbage in prop::collection::vec(any::<u8>(), 0..200), with_columns: bool) {
            let message = if with_columns { [COLUMNS, &garbage].concat() } else { garbage };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(tokens(&message));
        }
    }
}
