//! All tokens of a document packed in one string, and the trivial tokenizer that unpacks them inside tantivy.
//!
//! Text is analysed in our pool; tantivy only has to file the result. A packed token is
//! `<position as a character><length as a character><term>`: numbers below 0xD800 are one character, larger ones are
//! two (a marker and the rest), so the whole is valid UTF-8 and is read without parsing digits.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Numbers from here on take two characters: this marker range and a remainder (surrogates are not characters).
const WIDE: u32 = 0xC000;
const WIDE_STEP: u32 = 0x4000;

fn push_number(out: &mut String, number: u32) {
    if number < WIDE {
        out.push(char::from_u32(number).unwrap_or('\0'));
    } else {
        // High part as a private plane character, low part as an ordinary one.
        out.push(char::from_u32(0x10000 + number / WIDE_STEP).unwrap_or(char::MAX));
        out.push(char::from_u32(number % WIDE_STEP).unwrap_or('\0'));
    }
}

fn read_number(rest: &mut &str) -> Option<u32> {
    let mut chars = rest.chars();
    let first = u32::from(chars.next()?);
    let number =
        if first < 0x10000 { first } else { (first - 0x10000) * WIDE_STEP + u32::from(chars.next()?) };
    *rest = chars.as_str();
    Some(number)
}

/// Appends one token. `term` is prefix and text together, at most 65 530 bytes (tantivy drops longer ones).
pub(crate) fn push_token(out: &mut String, position: u32, prefix: &[u8], text: &str) {
    push_number(out, position);
    push_number(out, (prefix.len() + text.len()) as u32);
    out.extend(prefix.iter().copied().map(char::from));
    out.push_str(text);
}

/// The tokenizer that tantivy runs over a packed string.
#[derive(Clone, Default)]
pub(crate) struct PackedTokenizer {
    token: Token,
}

/// See [`PackedTokenizer`].
pub(crate) struct PackedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for PackedTokenizer {
    type TokenStream<'a> = PackedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PackedStream<'a> {
        PackedStream { rest: text, token: &mut self.token }
    }
}

impl TokenStream for PackedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(position) = read_number(&mut self.rest) else { return false };
        let Some(length) = read_number(&mut self.rest) else { return false };
        let Some((term, rest)) = self.rest.split_at_checked(length as usize) else { return false };
        self.token.position = position as usize;
        self.token.text.clear();
        self.token.text.push_str(term);
        self.rest = rest;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let long = "x".repeat(60_000);
        let tokens =
            [(0, "a"), (5, ""), (0xBFFF, "é𝄞"), (0xC000, long.as_str()), (1_000_000, "z"), (u32::MAX, "end")];
        let mut packed = String::new();
        for (position, text) in tokens {
            push_token(&mut packed, position, b"001", text);
        }
        let mut tokenizer = PackedTokenizer::default();
        let mut stream = tokenizer.token_stream(&packed);
        for (position, text) in tokens {
            assert!(stream.advance());
            assert_eq!(stream.token().position, position as usize);
            assert_eq!(stream.token().text, format!("001{text}"));
        }
        assert!(!stream.advance());
    }
}
