//! Tokens of OData expressions, cut as Microsoft.OData.Core's `ExpressionLexer` cuts them.
//!
//! ```text
//! token      = "(" | ")" | "," | "/" | "." | "=" | ":" | "?" | "*" | "-"
//!            | identifier | "@" identifier | string | prefix string | balanced | number | moment | guid | END
//! identifier = ( letter | "_" | "$" ) { letter | digit | mark | "_" }     (* true, false, null, NaN, INF: constants *)
//! string     = "'" { any character but ' | "''" } "'"
//! prefix     = identifier                                     (* nothing between it and the string; any case *)
//! balanced   = "{" … "}" | "[" … "]"                          (* with strings inside, nested *)
//! number     = [ "-" ] digit+ [ "." digit+ ] [ ("e"|"E") [ "+"|"-" ] digit+ ] [ "L"|"l"|"d"|"D"|"f"|"F"|"m"|"M" ]
//!            | "0" ("x"|"X") { hex } | [ "-" ] "INF" [ "f"|"F" ] | "NaN" [ "f"|"F" ]
//! moment     = date | date-and-time with offset | time        (* up to a comma, a closing parenthesis or a blank *)
//! ```
//!
//! Two tokens need nothing between them: `5or` is a number and a word. A minus before a digit belongs to the number.

use super::error::{Place, SyntaxError};
use super::literal::{self, LiteralKind};

/// A token: what it is and its bytes in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OpenParenthesis,
    CloseParenthesis,
    Comma,
    Slash,
    Dot,
    Equal,
    Colon,
    Question,
    Star,
    Minus,
    /// A name, or an operator: they are no keywords to the lexer.
    Identifier,
    /// `@p`
    Alias,
    Literal(LiteralKind),
    End,
}

/// Bytes in which a date or a GUID is looked for. The library has no such limit; a date of more than a hundred digits after
/// the point is not worth reading a long text again and again.
const MOMENT_BYTES_MAX: usize = 128;

/// Reads tokens anywhere in a text; offsets are those of bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    /// Whether `@` starts an alias: not in `$select`.
    pub(super) aliases: bool,
}

impl<'a> Lexer<'a> {
    /// The token at `offset` or after the blanks there.
    pub(super) fn next(&self, offset: usize) -> Result<Token, SyntaxError> {
        let rest = self.rest(offset).trim_start_matches(char::is_whitespace);
        self.token(self.text.len() - rest.len())
    }

    /// The token that starts exactly at `start`.
    pub(super) fn token(&self, start: usize) -> Result<Token, SyntaxError> {
        let Some(first) = self.char(start) else {
            return Ok(Token { kind: Kind::End, start, end: start });
        };
        let kind = match first {
            '(' => Kind::OpenParenthesis,
            ')' => Kind::CloseParenthesis,
            ',' => Kind::Comma,
            '/' => Kind::Slash,
            '.' => Kind::Dot,
            '=' => Kind::Equal,
            ':' => Kind::Colon,
            '?' => Kind::Question,
            '*' => Kind::Star,
            '-' => return self.minus(start),
            '\'' => return self.string(start),
            '{' => return self.balanced(start, '{', '}'),
            '[' => return self.balanced(start, '[', ']'),
            '0'..='9' => return self.number(start),
            '@' if self.aliases => return self.alias(start),
            first if starts_identifier(first) => return self.identifier(start),
            _ => return Err(self.invalid_character(first, start)),
        };
        Ok(Token { kind, start, end: start + 1 })
    }

    /// The text of a token.
    pub(super) fn slice(&self, token: Token) -> &'a str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Where the name of a call ends that starts with the identifier `name`: `search.in(` with no blanks in between. None if
    /// it is not followed by a parenthesis.
    pub(super) fn call_name_end(&self, name: Token) -> Result<Option<usize>, SyntaxError> {
        let mut end = name.end;
        loop {
            match self.char(end) {
                Some('(') => return Ok(Some(end)),
                Some('.') if !self.char(end + 1).is_some_and(char::is_whitespace) => {}
                _ => return Ok(None),
            }
            let part = self.token(end + 1)?;
            if part.kind != Kind::Identifier {
                return Ok(None);
            }
            end = part.end;
        }
    }

    /// `-5` and `-INF` are numbers, other minuses stand alone.
    fn minus(&self, start: usize) -> Result<Token, SyntaxError> {
        let minus = Token { kind: Kind::Minus, start, end: start + 1 };
        let Some(next) = self.char(start + 1) else { return Ok(minus) };
        if next.is_ascii_digit() {
            return self.number(start);
        }
        let end = self.identifier_end(start + 1);
        let kind = match self.text.get(start + 1..end) {
            // The library compares as many letters as there are, so the shorter ones are doubles too, which then cannot be read.
            Some("I" | "IN" | "INF") => LiteralKind::Double,
            Some("INFf" | "INFF") => LiteralKind::Single,
            _ => return Ok(minus),
        };
        Ok(Token { kind: Kind::Literal(kind), start, end })
    }

    fn string(&self, start: usize) -> Result<Token, SyntaxError> {
        let kind = Kind::Literal(LiteralKind::String);
        match self.quoted_end(start) {
            Some(end) => Ok(Token { kind, start, end }),
            None => Err(SyntaxError::UnterminatedString(self.end_place())),
        }
    }

    /// The end of a string that starts with a quote at `start`. Two quotes are one in it.
    fn quoted_end(&self, start: usize) -> Option<usize> {
        let mut end = start;
        while self.char(end) == Some('\'') {
            end += 1;
            end += self.rest(end).find('\'')? + 1;
        }
        Some(end)
    }

    /// `{…}` or `[…]`, which the library takes as a constant.
    fn balanced(&self, start: usize, open: char, close: char) -> Result<Token, SyntaxError> {
        let mut depth = 0_usize;
        let mut in_string = false;
        for (offset, character) in self.rest(start).char_indices() {
            match character {
                '\'' => in_string = !in_string,
                _ if in_string => {}
                character if character == open => depth += 1,
                character if character == close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let end = start + offset + 1;
                return Ok(Token { kind: Kind::Literal(LiteralKind::Balanced), start, end });
            }
        }
        Err(SyntaxError::UnbalancedBrackets)
    }

    fn alias(&self, start: usize) -> Result<Token, SyntaxError> {
        match self.char(start + 1) {
            Some(first) if starts_identifier(first) => {
                Ok(Token { kind: Kind::Alias, start, end: self.identifier_end(start + 1) })
            }
            Some(other) => Err(self.invalid_character(other, start + 1)),
            None => Err(SyntaxError::Unexpected(self.end_place())),
        }
    }

    fn identifier(&self, start: usize) -> Result<Token, SyntaxError> {
        let end = self.identifier_end(start);
        let name = self.text.get(start..end).unwrap_or_default();
        let literal = |kind, end| Ok(Token { kind: Kind::Literal(kind), start, end });
        match self.char(end) {
            Some('-') => {
                let whole = self.moment(start, end);
                if literal::is_guid(whole) {
                    return literal(LiteralKind::Guid, start + whole.len());
                }
            }
            // Constants of type null are not supported.
            Some('\'') if name.eq_ignore_ascii_case("null") => {
                return Err(SyntaxError::Unexpected(Place::of(end, self.text)));
            }
            Some('\'') => {
                let end = self.quoted_end(end);
                let end = end.ok_or_else(|| SyntaxError::UnterminatedLiteral(self.end_place()))?;
                return literal(LiteralKind::of_prefix(name), end);
            }
            Some(_) | None => {}
        }
        match LiteralKind::of_word(name) {
            Some(kind) => literal(kind, end),
            None => Ok(Token { kind: Kind::Identifier, start, end }),
        }
    }

    /// A number, or a date, time or GUID that starts with a digit.
    fn number(&self, start: usize) -> Result<Token, SyntaxError> {
        let literal = |kind, end| Ok(Token { kind: Kind::Literal(kind), start, end });
        if self.rest(start).starts_with("0x") || self.rest(start).starts_with("0X") {
            let digits = self.rest(start + 2).bytes().take_while(u8::is_ascii_hexdigit).count();
            return literal(LiteralKind::Binary, start + 2 + digits);
        }
        let mut end = self.digits_end(start + 1);
        if let Some('-' | ':') | Some('a'..='z' | 'A'..='Z') = self.char(end) {
            let whole = self.moment(start, end);
            if let Some(kind) = literal::moment_kind(whole) {
                return literal(kind, start + whole.len());
            }
        }
        let mut is_whole = true;
        if self.char(end) == Some('.') {
            is_whole = false;
            end = self.required_digits_end(end + 1)?;
        }
        if let Some('e' | 'E') = self.char(end) {
            is_whole = false;
            let sign = usize::from(matches!(self.char(end + 1), Some('+' | '-')));
            end = self.required_digits_end(end + 1 + sign)?;
        }
        match self.char(end).and_then(LiteralKind::of_suffix) {
            Some(kind) => literal(kind, end + 1),
            None => literal(literal::guess(self.text.get(start..end).unwrap_or_default(), is_whole), end),
        }
    }

    /// From `start` to the next comma, closing parenthesis or blank from `end` on, for as long as a date or GUID may be.
    fn moment(&self, start: usize, end: usize) -> &'a str {
        let whole = self.rest(start).char_indices();
        let mut within = whole.take_while(|(offset, character)| {
            *offset < MOMENT_BYTES_MAX && (start + offset < end || !matches!(character, ',' | ')' | ' '))
        });
        let length = within.by_ref().last().map_or(0, |(offset, character)| offset + character.len_utf8());
        self.text.get(start..start + length).unwrap_or_default()
    }

    fn identifier_end(&self, start: usize) -> usize {
        let length = |(offset, character): (usize, char)| offset + character.len_utf8();
        let mut rest = self.rest(start).char_indices();
        let first = rest.next().map_or(0, length);
        let more = rest.take_while(|(_, character)| continues_identifier(*character)).last();
        start + more.map_or(first, length)
    }

    fn digits_end(&self, start: usize) -> usize {
        start + self.rest(start).bytes().take_while(u8::is_ascii_digit).count()
    }

    fn required_digits_end(&self, start: usize) -> Result<usize, SyntaxError> {
        let end = self.digits_end(start);
        if end == start {
            return Err(SyntaxError::DigitExpected(Place::of(start, self.text)));
        }
        Ok(end)
    }

    fn char(&self, offset: usize) -> Option<char> {
        self.rest(offset).chars().next()
    }

    fn rest(&self, offset: usize) -> &'a str {
        self.text.get(offset..).unwrap_or_default()
    }

    fn end_place(&self) -> Place {
        Place::of(self.text.len(), self.text)
    }

    fn invalid_character(&self, character: char, offset: usize) -> SyntaxError {
        let character = if character.len_utf16() == 1 { character } else { char::REPLACEMENT_CHARACTER };
        SyntaxError::Character { character, place: Place::of(offset, self.text) }
    }
}

/// Letters, `_` and `$`. Field names are ASCII, so Unicode's alphabetic characters are near enough to .NET's letters; those
/// of two UTF-16 units are none, as .NET looks at each unit alone.
fn starts_identifier(character: char) -> bool {
    matches!(character, '_' | '$') || (character.is_alphabetic() && character.len_utf16() == 1)
}

fn continues_identifier(character: char) -> bool {
    character == '_' || (character.is_alphanumeric() && character.len_utf16() == 1)
}
