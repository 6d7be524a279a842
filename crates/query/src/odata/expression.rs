//! `$filter` and `$orderby`, as Microsoft.OData.Core's `UriQueryExpressionParser` reads them.
//!
//! ```text
//! filter     = or END
//! orderby    = or [ "asc" | "desc" ] { "," or [ "asc" | "desc" ] } END
//! or         = and { "or" and }
//! and        = compare { "and" compare }
//! compare    = add { ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "has" ) add }
//! add        = multiply { ( "add" | "sub" ) multiply }
//! multiply   = unary { ( "mul" | "div" | "mod" ) unary }
//! unary      = { "not" | "-" } primary
//! primary    = ( literal | alias | "*" | "(" or ")" | member ) { "/" ( lambda | member ) }
//! member     = identifier | call | identifier { "." identifier }
//! lambda     = ( "any" | "all" ) "(" [ identifier ":" or ] ")"
//! call       = identifier { "." identifier } "(" [ arguments ] ")"    (* no blanks before the parenthesis *)
//! arguments  = or { "," or } | identifier "=" or { "," identifier "=" or }
//! ```
//!
//! Words are operators only where one may stand: `eq eq eq` compares the field `eq` with itself. Before a name, the library
//! looks one token ahead, and complains about that one first if it is none.

use super::error::{Place, SyntaxError, position};
use super::lexer::{Kind, Lexer, Token};
use super::literal::LiteralKind;
use super::tree::{BinaryOperator, Expression, Lambda, OrderClause, Quantifier, UnaryOperator};
use crate::limits::{EXPRESSION_DEPTH_MAX, EXPRESSION_OPERANDS_MAX};

/// The tree of a `$filter`.
pub fn parse_filter(text: &str) -> Result<Expression, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let tree = parser.expression()?;
    parser.expect(Kind::End)?;
    Ok(tree.expression)
}

/// The clauses of an `$orderby`, at least one.
pub fn parse_orderby(text: &str) -> Result<Vec<OrderClause>, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let mut clauses = Vec::new();
    loop {
        let expression = parser.expression()?.expression;
        let descending = !parser.skip_word("asc")? && parser.skip_word("desc")?;
        clauses.push(OrderClause { expression, descending });
        if parser.token.kind != Kind::Comma {
            break;
        }
        parser.advance()?;
    }
    parser.expect(Kind::End)?;
    Ok(clauses)
}

/// Levels that the library counts for an expression before it comes to a unary operator: one for each rule above.
const EXPRESSION_LEVELS: usize = 6;

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token,
    /// The token after it, if it has been looked at.
    ahead: Option<Token>,
    /// Range variables of the lambdas around.
    variables: Vec<&'a str>,
    /// Rules entered and not left, as the library counts them.
    depth: usize,
    /// Operands read so far.
    operands: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Parser<'a>, SyntaxError> {
        let lexer = Lexer { text, aliases: true };
        let token = lexer.next(0)?;
        Ok(Parser { lexer, token, ahead: None, variables: Vec::new(), depth: 0, operands: 0 })
    }

    fn expression(&mut self) -> Result<Tree, SyntaxError> {
        let depth = self.depth;
        self.depth += EXPRESSION_LEVELS;
        let tree = self.list(
            "or",
            |parser| parser.list("and", |parser| parser.binary(0), Expression::And),
            Expression::Or,
        )?;
        self.depth = depth;
        Ok(tree)
    }

    /// Operands joined by `word`.
    fn list(
        &mut self,
        word: &str,
        operand: impl Fn(&mut Self) -> Result<Tree, SyntaxError>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Tree, SyntaxError> {
        let first = operand(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let mut height = first.height;
        let mut operands = vec![first.expression];
        while self.skip_word(word)? {
            let next = operand(self)?;
            height = height.max(next.height);
            operands.push(next.expression);
        }
        Tree::over(height, join(operands))
    }

    /// Comparisons and arithmetic; only operators that bind as strongly as `weakest` or stronger.
    fn binary(&mut self, weakest: u8) -> Result<Tree, SyntaxError> {
        let mut left = self.unary()?;
        while let Some((operator, strength)) = self.operator().filter(|(_, strength)| *strength >= weakest) {
            self.advance()?;
            let right = self.binary(strength + 1)?;
            let height = left.height.max(right.height);
            let (left_operand, right) = (Box::new(left.expression), Box::new(right.expression));
            left = Tree::over(height, Expression::Binary { operator, left: left_operand, right })?;
        }
        Ok(left)
    }

    /// The operator that the token is, and how strongly it binds.
    fn operator(&self) -> Option<(BinaryOperator, u8)> {
        if self.token.kind != Kind::Identifier {
            return None;
        }
        match self.lexer.slice(self.token) {
            "eq" => Some((BinaryOperator::Equal, 0)),
            "ne" => Some((BinaryOperator::NotEqual, 0)),
            "gt" => Some((BinaryOperator::GreaterThan, 0)),
            "ge" => Some((BinaryOperator::GreaterThanOrEqual, 0)),
            "lt" => Some((BinaryOperator::LessThan, 0)),
            "le" => Some((BinaryOperator::LessThanOrEqual, 0)),
            "has" => Some((BinaryOperator::Has, 0)),
            "add" => Some((BinaryOperator::Add, 1)),
            "sub" => Some((BinaryOperator::Subtract, 1)),
            "mul" => Some((BinaryOperator::Multiply, 2)),
            "div" => Some((BinaryOperator::Divide, 2)),
            "mod" => Some((BinaryOperator::Modulo, 2)),
            _ => None,
        }
    }

    fn unary(&mut self) -> Result<Tree, SyntaxError> {
        let depth = self.depth;
        let mut operators = Vec::new();
        let mut sign = None;
        loop {
            self.depth += 1;
            if self.depth > EXPRESSION_DEPTH_MAX {
                return Err(SyntaxError::TooDeep);
            }
            if self.is_word("not") {
                operators.push(UnaryOperator::Not);
            } else if self.token.kind == Kind::Minus {
                let minus = self.token;
                self.advance()?;
                if matches!(self.token.kind, Kind::Literal(number) if number.is_number()) {
                    self.depth -= 1;
                    sign = Some(minus);
                    break;
                }
                operators.push(UnaryOperator::Negate);
                continue;
            } else {
                break;
            }
            self.advance()?;
        }
        let mut tree = self.primary(sign)?;
        for operator in operators.into_iter().rev() {
            tree =
                Tree::over(tree.height, Expression::Unary { operator, operand: Box::new(tree.expression) })?;
        }
        self.depth = depth;
        Ok(tree)
    }

    /// `sign` is a minus that stood apart from the number.
    fn primary(&mut self, sign: Option<Token>) -> Result<Tree, SyntaxError> {
        self.operands += 1;
        if self.operands > EXPRESSION_OPERANDS_MAX {
            return Err(SyntaxError::TooManyOperands);
        }
        let mut tree = if self.peek()?.kind == Kind::Slash {
            let start = sign.unwrap_or(self.token).start;
            Tree::leaf(Expression::Path(vec![self.identifier(start)?.to_owned()]))
        } else {
            self.primary_start(sign)?
        };
        while self.token.kind == Kind::Slash {
            self.advance()?;
            tree = self.part(tree)?;
        }
        Ok(tree)
    }

    fn primary_start(&mut self, sign: Option<Token>) -> Result<Tree, SyntaxError> {
        match self.token.kind {
            Kind::Identifier => self.named(None),
            Kind::OpenParenthesis => self.group(),
            Kind::Literal(kind) => self.literal(kind, sign),
            Kind::Alias => self.unsupported("FunctionParameterAlias"),
            Kind::Star => self.unsupported("Star"),
            Kind::CloseParenthesis
            | Kind::Comma
            | Kind::Slash
            | Kind::Dot
            | Kind::Equal
            | Kind::Colon
            | Kind::Question
            | Kind::Minus
            | Kind::End => Err(SyntaxError::ExpressionExpected(self.place())),
        }
    }

    fn group(&mut self) -> Result<Tree, SyntaxError> {
        self.advance()?;
        let tree = self.expression()?;
        if self.token.kind != Kind::CloseParenthesis {
            return Err(SyntaxError::CloseParenthesisOrOperatorExpected(self.place()));
        }
        self.advance()?;
        Ok(tree)
    }

    fn literal(&mut self, kind: LiteralKind, sign: Option<Token>) -> Result<Tree, SyntaxError> {
        let signed = sign.map(|_| format!("-{}", self.lexer.slice(self.token)));
        let written = signed.as_deref().unwrap_or_else(|| self.lexer.slice(self.token));
        let value = kind.value(written).map_err(|reason| {
            let Place { position, text } = Place::of(sign.unwrap_or(self.token).start, self.lexer.text);
            let literal = written.to_owned();
            match reason {
                Some(reason) => SyntaxError::Geography { literal, position, text, reason },
                None => SyntaxError::Literal { type_name: kind.type_name(), literal, position, text },
            }
        })?;
        self.advance()?;
        Ok(Tree::leaf(Expression::Literal(value)))
    }

    /// `*` and `@p`, which parse and then bind to nothing. For the alias the sentence is modelled on that of the star.
    fn unsupported(&mut self, token_kind: &str) -> Result<Tree, SyntaxError> {
        self.advance()?;
        Ok(Tree::refused(format!("An unsupported query token kind '{token_kind}' was found.")))
    }

    /// What follows a slash.
    fn part(&mut self, parent: Tree) -> Result<Tree, SyntaxError> {
        if self.is_word("any") {
            return self.lambda(parent, Quantifier::Any);
        }
        if self.is_word("all") {
            return self.lambda(parent, Quantifier::All);
        }
        if self.peek()?.kind == Kind::Slash {
            let name = self.identifier(self.token.start)?;
            return parent.member(name);
        }
        self.validate(Kind::Identifier)?;
        self.named(Some(parent))
    }

    /// A call, a name with dots, or a member.
    fn named(&mut self, parent: Option<Tree>) -> Result<Tree, SyntaxError> {
        if let Some(end) = self.lexer.call_name_end(self.token)? {
            self.token.end = end;
            self.ahead = None;
            return self.call(parent);
        }
        if self.peek()?.kind == Kind::Dot {
            let name = self.dotted()?;
            return Ok(Tree::refused(format!(
                "The child type '{name}' in a cast was not an entity type. Casts can only be performed on entity types."
            )));
        }
        let name = self.identifier(self.token.start)?;
        match parent {
            Some(parent) => parent.member(name),
            None => Ok(Tree::leaf(Expression::Path(vec![name.to_owned()]))),
        }
    }

    /// A name with dots, without blanks.
    fn dotted(&mut self) -> Result<String, SyntaxError> {
        let mut name = self.lexer.slice(self.token).to_owned();
        self.advance()?;
        while self.token.kind == Kind::Dot {
            self.advance()?;
            if !matches!(self.token.kind, Kind::Identifier | Kind::Literal(LiteralKind::UnknownPrefix)) {
                return Err(self.unexpected());
            }
            name.push('.');
            name.push_str(self.lexer.slice(self.token));
            self.advance()?;
        }
        Ok(name)
    }

    /// The token is the name, a parenthesis follows.
    fn call(&mut self, parent: Option<Tree>) -> Result<Tree, SyntaxError> {
        let function = self.lexer.slice(self.token).to_owned();
        self.advance()?;
        self.advance()?;
        let (mut height, mut arguments) = (0, Vec::new());
        let is_named = self.token.kind == Kind::Identifier && self.peek()?.kind == Kind::Equal;
        if is_named {
            self.named_arguments()?;
        } else if self.token.kind != Kind::CloseParenthesis {
            (height, arguments) = self.arguments()?;
        }
        if self.token.kind != Kind::CloseParenthesis {
            return Err(SyntaxError::CloseParenthesisOrCommaExpected(self.place()));
        }
        self.advance()?;
        if parent.is_some() {
            return Ok(Tree::refused(format!(
                "An unknown function with name '{function}' was found. This may also be a function import or a key lookup on \
                 a navigation property, which is not allowed."
            )));
        }
        if is_named {
            return Ok(Tree::refused(format!(
                "The argument for an invocation of a function with name '{function}' is not a single value. All arguments \
                 for this function must be single values."
            )));
        }
        Tree::over(height, Expression::Call { function, arguments })
    }

    /// The arguments up to what is no comma, and their height.
    fn arguments(&mut self) -> Result<(usize, Vec<Expression>), SyntaxError> {
        let mut height = 0;
        let mut arguments = Vec::new();
        loop {
            let argument = self.expression()?;
            height = height.max(argument.height);
            arguments.push(argument.expression);
            if self.token.kind != Kind::Comma {
                return Ok((height, arguments));
            }
            self.advance()?;
        }
    }

    /// `name=value` pairs, which no function here takes; the library does not insist on the commas.
    fn named_arguments(&mut self) -> Result<(), SyntaxError> {
        while self.token.kind != Kind::CloseParenthesis {
            self.expect(Kind::Identifier)?;
            self.expect(Kind::Equal)?;
            self.expression()?;
            if self.token.kind == Kind::Comma {
                self.advance()?;
                if self.token.kind == Kind::CloseParenthesis {
                    return Err(SyntaxError::Unexpected(self.place()));
                }
            }
        }
        Ok(())
    }

    /// The token is `any` or `all`.
    fn lambda(&mut self, parent: Tree, quantifier: Quantifier) -> Result<Tree, SyntaxError> {
        self.advance()?;
        if self.token.kind != Kind::OpenParenthesis {
            return Err(SyntaxError::OpenParenthesisExpected(self.place()));
        }
        self.advance()?;
        if self.token.kind == Kind::CloseParenthesis {
            self.advance()?;
            return parent.lambda(quantifier, None);
        }
        let variable = self.lexer.slice(self.token);
        let is_name = self.token.kind == Kind::Identifier;
        if is_name && (variable == "$it" || self.variables.contains(&variable)) {
            return Err(SyntaxError::VariableDeclared { name: variable.to_owned() });
        }
        self.identifier(self.token.start)?;
        self.expect(Kind::Colon)?;
        self.variables.push(variable);
        let body = self.expression()?;
        if self.token.kind != Kind::CloseParenthesis {
            return Err(SyntaxError::CloseParenthesisOrCommaExpected(self.place()));
        }
        self.variables.pop();
        self.advance()?;
        parent.lambda(quantifier, Some((variable.to_owned(), body)))
    }

    /// Takes a name; `start` is where it is missed if there is none.
    fn identifier(&mut self, start: usize) -> Result<&'a str, SyntaxError> {
        if self.token.kind != Kind::Identifier {
            return Err(SyntaxError::IdentifierExpected { position: position(start, self.lexer.text) });
        }
        let name = self.lexer.slice(self.token);
        self.advance()?;
        Ok(name)
    }

    fn expect(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        self.validate(kind)?;
        self.advance()
    }

    fn validate(&self, kind: Kind) -> Result<(), SyntaxError> {
        if self.token.kind == kind { Ok(()) } else { Err(self.unexpected()) }
    }

    fn is_word(&self, word: &str) -> bool {
        self.token.kind == Kind::Identifier && self.lexer.slice(self.token) == word
    }

    fn skip_word(&mut self, word: &str) -> Result<bool, SyntaxError> {
        let is_word = self.is_word(word);
        if is_word {
            self.advance()?;
        }
        Ok(is_word)
    }

    fn peek(&mut self) -> Result<Token, SyntaxError> {
        let ahead = match self.ahead {
            Some(ahead) => ahead,
            None => self.lexer.next(self.token.end)?,
        };
        self.ahead = Some(ahead);
        Ok(ahead)
    }

    fn advance(&mut self) -> Result<(), SyntaxError> {
        self.token = self.peek()?;
        self.ahead = None;
        Ok(())
    }

    fn unexpected(&self) -> SyntaxError {
        SyntaxError::Unexpected(Place::of(self.token.end, self.lexer.text))
    }

    /// Where the token starts.
    fn place(&self) -> Place {
        Place::of(self.token.start, self.lexer.text)
    }
}

/// An expression and the levels of its tree, of which there are never more than [`EXPRESSION_DEPTH_MAX`]: the library binds
/// trees recursively and stops there, and so it is safe here to walk over them and to drop them.
struct Tree {
    expression: Expression,
    height: usize,
}

impl Tree {
    fn leaf(expression: Expression) -> Tree {
        Tree { expression, height: 1 }
    }

    fn refused(sentence: String) -> Tree {
        Tree::leaf(Expression::Refused(sentence))
    }

    /// One level above `height`.
    fn over(height: usize, expression: Expression) -> Result<Tree, SyntaxError> {
        let height = height + 1;
        if height > EXPRESSION_DEPTH_MAX {
            Err(SyntaxError::TooDeep)
        } else {
            Ok(Tree { expression, height })
        }
    }

    /// A member of what the tree stands for.
    fn member(self, name: &str) -> Result<Tree, SyntaxError> {
        let member = match self.expression {
            Expression::Path(mut path) => {
                path.push(name.to_owned());
                Expression::Path(path)
            }
            Expression::Refused(sentence) => Expression::Refused(sentence),
            Expression::Literal(_)
            | Expression::Call { .. }
            | Expression::Unary { .. }
            | Expression::And(_)
            | Expression::Or(_)
            | Expression::Binary { .. }
            | Expression::Lambda(_) => Expression::Refused(format!(
                "The parent value for a property access of a property '{name}' is not a single value. Property access can \
                 only be applied to a single value."
            )),
        };
        Tree::over(self.height, member)
    }

    /// A lambda over what the tree stands for.
    fn lambda(self, quantifier: Quantifier, body: Option<(String, Tree)>) -> Result<Tree, SyntaxError> {
        let mut height = self.height;
        let body = body.map(|(variable, body)| {
            height = height.max(body.height);
            (variable, Box::new(body.expression))
        });
        let lambda = match self.expression {
            Expression::Path(collection) => Expression::Lambda(Lambda { quantifier, collection, body }),
            Expression::Refused(sentence) => Expression::Refused(sentence),
            Expression::Literal(_)
            | Expression::Call { .. }
            | Expression::Unary { .. }
            | Expression::And(_)
            | Expression::Or(_)
            | Expression::Binary { .. }
            | Expression::Lambda(_) => {
                Expression::Refused("Any/All may only be used following a collection.".to_owned())
            }
        };
        Tree::over(height, lambda)
    }
}
