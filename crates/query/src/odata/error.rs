//! Why a text is no OData expression, in the words of Microsoft.OData.Core (its `Microsoft.OData.Core.txt`).

use std::fmt;

use crate::limits::{EXPRESSION_OPERANDS_MAX, SELECT_ITEMS_MAX};

/// A refused text. `Display` is the library's sentence; the service writes `Invalid expression: ` before it. The first two
/// have been seen from the service (`query.md` §9).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// A token that cannot stand here. The place is where it ends.
    #[error("Syntax error at position {0}.")]
    Unexpected(Place),
    /// A character that starts no token.
    #[error("Syntax error: character '{character}' is not valid at position {place}.")]
    Character {
        /// The character; U+FFFD for one of two UTF-16 units, of which .NET sees the first alone.
        character: char,
        /// Its place.
        place: Place,
    },
    /// A string without its closing quote. The place is the end of the text.
    #[error("There is an unterminated string literal at position {0}.")]
    UnterminatedString(Place),
    /// `geography'…` without its closing quote. The place is the end of the text.
    #[error("There is an unterminated literal at position {0}.")]
    UnterminatedLiteral(Place),
    /// A number ends in a point or an exponent.
    #[error("A digit was expected at position {0}.")]
    DigitExpected(Place),
    /// A `{` or `[` without its counterpart.
    #[error("Found an unbalanced bracket expression.")]
    UnbalancedBrackets,
    /// A token that starts no expression. The place of this and of all below is where the token starts.
    #[error("Expression expected at position {0}.")]
    ExpressionExpected(Place),
    /// `any` or `all` without parentheses.
    #[error("'(' expected at position {0}.")]
    OpenParenthesisExpected(Place),
    /// In a list of arguments, and at the end of a lambda.
    #[error("')' or ',' expected at position {0}.")]
    CloseParenthesisOrCommaExpected(Place),
    /// In a group.
    #[error("')' or operator expected at position {0}.")]
    CloseParenthesisOrOperatorExpected(Place),
    /// In a path.
    #[error("An identifier was expected at position {position}.")]
    IdentifierExpected {
        /// Where, as in [`Place`].
        position: usize,
    },
    /// A constant outside its type's range, or with a prefix that is no type's.
    #[error("Unrecognized '{type_name}' literal '{literal}' at '{position}' in '{text}'.")]
    Literal {
        /// The type that its spelling has, `Edm.Int64`.
        type_name: &'static str,
        /// As written.
        literal: String,
        /// Where, as in [`Place`].
        position: usize,
        /// The whole expression.
        text: String,
    },
    /// Something wrong between the quotes of `geography'…'`.
    #[error(
        "Unrecognized 'Edm.Geography' literal '{literal}' at '{position}' in '{text}' with reason '{reason}'."
    )]
    Geography {
        /// As written.
        literal: String,
        /// Where, as in [`Place`].
        position: usize,
        /// The whole expression.
        text: String,
        /// What is wrong. The library's reasons come from Microsoft.Spatial; ours are its where they are known.
        reason: String,
    },
    /// A lambda inside one with the same range variable.
    #[error("The range variable '{name}' has already been declared.")]
    VariableDeclared {
        /// The range variable.
        name: String,
    },
    /// Nested too deeply, see [`EXPRESSION_DEPTH_MAX`](crate::limits::EXPRESSION_DEPTH_MAX).
    #[error("Recursion depth exceeded allowed limit.")]
    TooDeep,
    /// More items than [`SELECT_ITEMS_MAX`]. The sentence is ours.
    #[error("The selection has more than {SELECT_ITEMS_MAX} items.")]
    SelectTooLong,
    /// More operands than [`EXPRESSION_OPERANDS_MAX`]. The sentence is ours.
    #[error("The expression has more than {EXPRESSION_OPERANDS_MAX} operands.")]
    TooManyOperands,
    /// In a `$select`, a name with a dollar sign.
    #[error("Found system token '{token}' in select or expand clause '{text}'.")]
    SystemToken {
        /// The name.
        token: String,
        /// The whole list.
        text: String,
    },
    /// A `$select` goes on after an item without a comma.
    #[error("Term '{text}' is not valid in a $select or $expand expression.")]
    SelectTerm {
        /// The whole list.
        text: String,
    },
}

/// A place in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// UTF-16 code units before it, as .NET counts.
    pub position: usize,
    /// The whole expression.
    pub text: String,
}

impl Place {
    /// The place of a byte of `text`, or of its end.
    pub(super) fn of(offset: usize, text: &str) -> Place {
        Place { position: position(offset, text), text: text.to_owned() }
    }
}

/// UTF-16 code units before a byte of `text`.
pub(super) fn position(offset: usize, text: &str) -> usize {
    text.get(..offset).unwrap_or(text).encode_utf16().count()
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in '{}'", self.position, self.text)
    }
}
