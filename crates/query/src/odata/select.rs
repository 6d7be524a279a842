//! `$select`, as Microsoft.OData.Core's `SelectExpandParser` reads it.
//!
//! ```text
//! select  = [ item { "," item } [ "," ] ] END
//! item    = segment { "/" segment } [ "/" END ]     (* the slash at the end only after two segments or more *)
//! segment = identifier { "." ( identifier | "*" ) } | "*"
//! ```

use super::error::{Place, SyntaxError, position};
use super::lexer::{Kind, Lexer, Token};
use super::literal::LiteralKind;
use crate::limits::{EXPRESSION_DEPTH_MAX, SELECT_ITEMS_MAX};

/// The items of a `$select` as the segments of their paths; `*` is the segment `*`.
pub fn parse_select(text: &str) -> Result<Vec<Vec<String>>, SyntaxError> {
    let lexer = Lexer { text, aliases: false };
    let mut parser = Parser { lexer, token: lexer.next(0)? };
    let mut items = Vec::new();
    while parser.token.kind != Kind::End {
        items.push(parser.item()?);
        if items.len() > SELECT_ITEMS_MAX {
            return Err(SyntaxError::SelectTooLong);
        }
        if parser.token.kind != Kind::Comma {
            break;
        }
        parser.advance()?;
    }
    if parser.token.kind != Kind::End {
        return Err(SyntaxError::SelectTerm { text: text.to_owned() });
    }
    Ok(items)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token,
}

impl Parser<'_> {
    fn item(&mut self) -> Result<Vec<String>, SyntaxError> {
        let mut path = vec![self.segment()?];
        while self.token.kind == Kind::Slash {
            self.advance()?;
            if path.len() > 1 && self.token.kind == Kind::End {
                break;
            }
            path.push(self.segment()?);
            if path.len() > EXPRESSION_DEPTH_MAX {
                return Err(SyntaxError::TooDeep);
            }
        }
        Ok(path)
    }

    fn segment(&mut self) -> Result<String, SyntaxError> {
        let name = self.lexer.slice(self.token);
        if name.starts_with('$') {
            let text = self.lexer.text.to_owned();
            return Err(SyntaxError::SystemToken { token: name.to_owned(), text });
        }
        let next = self.lexer.next(self.token.end)?;
        if next.kind == Kind::Dot {
            return self.dotted();
        }
        let is_star = self.token.kind == Kind::Star && next.kind != Kind::Slash;
        if !is_star && self.token.kind != Kind::Identifier {
            let position = position(self.token.start, self.lexer.text);
            return Err(SyntaxError::IdentifierExpected { position });
        }
        self.token = next;
        Ok(name.to_owned())
    }

    /// `name.space.member`, or `name.space.*` at the end of an item.
    fn dotted(&mut self) -> Result<String, SyntaxError> {
        let mut name = self.lexer.slice(self.token).to_owned();
        if self.token.kind != Kind::Identifier {
            return Err(self.unexpected());
        }
        self.advance()?;
        while self.token.kind == Kind::Dot {
            self.advance()?;
            let is_part = if self.token.kind == Kind::Star {
                matches!(self.lexer.next(self.token.end)?.kind, Kind::End | Kind::Comma)
            } else {
                matches!(self.token.kind, Kind::Identifier | Kind::Literal(LiteralKind::UnknownPrefix))
            };
            if !is_part {
                return Err(self.unexpected());
            }
            name.push('.');
            name.push_str(self.lexer.slice(self.token));
            self.advance()?;
        }
        Ok(name)
    }

    fn advance(&mut self) -> Result<(), SyntaxError> {
        self.token = self.lexer.next(self.token.end)?;
        Ok(())
    }

    fn unexpected(&self) -> SyntaxError {
        SyntaxError::Unexpected(Place::of(self.token.end, self.lexer.text))
    }
}
