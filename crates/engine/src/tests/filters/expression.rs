//! Expressions as the generator means them, and the text of a `$filter` that says so.

use super::chance::Chance;
use super::geography::Point;
use super::schema::Field;
use super::values::{Cell, quoted};

/// Slots from the document, or inside a lambda from the element, which itself is the empty path.
pub(super) type Path = Vec<usize>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// `true`, `false`
    Constant(bool),
    /// A Boolean field alone.
    Flag(Path),
    Compare {
        path: Path,
        operator: Operator,
        constant: Cell,
    },
    /// `search.in`; the values as they stand in the list.
    In {
        path: Path,
        list: String,
        delimiters: Option<String>,
    },
    /// `geo.distance`, compared with kilometres.
    Distance {
        path: Path,
        from: Point,
        operator: Operator,
        constant: Cell,
    },
    /// `geo.intersects`
    Intersects {
        path: Path,
        ring: Vec<Point>,
    },
    /// A Boolean function compared with a Boolean.
    Truth {
        function: Box<Self>,
        operator: Operator,
        value: bool,
    },
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    Any {
        path: Path,
        body: Option<Box<Self>>,
    },
    All {
        path: Path,
        body: Box<Self>,
    },
}

impl Operator {
    pub(super) const ALL: [Self; 6] = [Self::Eq, Self::Ne, Self::Lt, Self::Le, Self::Gt, Self::Ge];
    pub(super) const ORDER: [Self; 4] = [Self::Lt, Self::Le, Self::Gt, Self::Ge];
    pub(super) const EQUALITY: [Self; 2] = [Self::Eq, Self::Ne];

    fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Gt => "gt",
            Self::Ge => "ge",
        }
    }

    /// With its sides exchanged.
    fn mirrored(self) -> Self {
        match self {
            Self::Eq | Self::Ne => self,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }

    /// True where this is false.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
        }
    }
}

/// How tightly what is written binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Comparison,
    Unary,
}

/// Writes expressions; with chance in random ways, without it in the plainest.
pub(super) struct Printer<'a> {
    pub(super) chance: Option<&'a Chance>,
}

/// What names mean at some place of an expression.
#[derive(Clone, Copy)]
struct Scope<'a> {
    fields: &'a [Field],
    /// The range variable, inside a lambda.
    variable: Option<&'a str>,
    lambdas: usize,
}

impl Printer<'_> {
    pub(super) fn filter(&self, expression: &Expression, fields: &[Field]) -> String {
        let scope = Scope { fields, variable: None, lambdas: 0 };
        let text = self.at(expression, scope, Binding::Or);
        format!("{}{text}{}", self.maybe_blank(), self.maybe_blank())
    }

    /// The path of a field from the top, as `$orderby` has it.
    pub(super) fn path(&self, path: &[usize], fields: &[Field]) -> String {
        written(path, Scope { fields, variable: None, lambdas: 0 })
    }

    fn one_in(&self, n: usize) -> bool {
        self.chance.is_some_and(|chance| chance.one_in(n))
    }

    fn maybe_blank(&self) -> &'static str {
        if self.one_in(8) { " " } else { "" }
    }

    fn blank(&self) -> &'static str {
        self.chance.map_or(" ", |chance| *chance.pick(&[" ", " ", " ", " ", " ", "  ", "\t", "\n "]))
    }

    /// Within parentheses if the place asks for something that binds as tightly as `needed`, or by chance.
    fn at(&self, expression: &Expression, scope: Scope<'_>, needed: Binding) -> String {
        let (text, binding) = self.bare(expression, scope);
        if binding >= needed && !self.one_in(10) {
            return text;
        }
        format!("({}{text}{})", self.maybe_blank(), self.maybe_blank())
    }

    fn bare(&self, expression: &Expression, scope: Scope<'_>) -> (String, Binding) {
        match expression {
            Expression::Constant(value) => (value.to_string(), Binding::Unary),
            Expression::Flag(path) => (written(path, scope), Binding::Unary),
            Expression::Compare { path, operator, constant } => {
                self.comparison(written(path, scope), *operator, constant)
            }
            Expression::In { path, list, delimiters } => {
                let mut arguments = vec![written(path, scope), quoted(list)];
                arguments.extend(delimiters.as_deref().map(quoted));
                (self.call("search.in", &arguments), Binding::Unary)
            }
            Expression::Distance { path, from, operator, constant } => {
                let from = Cell::Point(*from).to_literal(self.chance);
                let mut arguments = [written(path, scope), from];
                if self.one_in(2) {
                    arguments.reverse();
                }
                self.comparison(self.call("geo.distance", &arguments), *operator, constant)
            }
            Expression::Intersects { path, ring } => {
                let comma = format!(",{}", self.maybe_blank());
                let corners: Vec<String> = ring.iter().map(|corner| corner.to_wkt()).collect();
                let polygon = format!("geography'POLYGON(({}))'", corners.join(&comma));
                (self.call("geo.intersects", &[written(path, scope), polygon]), Binding::Unary)
            }
            Expression::Truth { function, operator, value } => {
                self.comparison(self.at(function, scope, Binding::Unary), *operator, &Cell::Boolean(*value))
            }
            Expression::Not(inner) => {
                let inner = self.at(inner, scope, Binding::Unary);
                (format!("not{}{inner}", self.blank()), Binding::Unary)
            }
            Expression::And(parts) => (self.joined("and", parts, scope, Binding::Comparison), Binding::And),
            Expression::Or(parts) => (self.joined("or", parts, scope, Binding::And), Binding::Or),
            Expression::Any { path, body: None } => {
                (format!("{}/any({})", written(path, scope), self.maybe_blank()), Binding::Unary)
            }
            Expression::Any { path, body: Some(body) } => {
                (self.lambda("any", path, body, scope), Binding::Unary)
            }
            Expression::All { path, body } => (self.lambda("all", path, body, scope), Binding::Unary),
        }
    }

    fn comparison(&self, left: String, operator: Operator, constant: &Cell) -> (String, Binding) {
        let is_date = matches!(constant, Cell::Date(_));
        let mut constant = constant.to_literal(self.chance);
        if is_date && self.chance.is_some() {
            // Microsoft.OData.Core ends a date at a blank, a comma or a parenthesis, and at no other white space.
            constant.push(' ');
        }
        let blank = (self.blank(), self.blank());
        let text = if self.one_in(3) {
            format!("{constant}{}{}{}{left}", blank.0, operator.mirrored().word(), blank.1)
        } else {
            format!("{left}{}{}{}{constant}", blank.0, operator.word(), blank.1)
        };
        (text, Binding::Comparison)
    }

    fn call(&self, function: &str, arguments: &[String]) -> String {
        let comma = format!("{},{}", self.maybe_blank(), self.blank());
        format!("{function}({}{}{})", self.maybe_blank(), arguments.join(&comma), self.maybe_blank())
    }

    fn joined(&self, word: &str, parts: &[Expression], scope: Scope<'_>, needed: Binding) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.at(part, scope, needed)).collect();
        parts.join(&format!("{}{word}{}", self.blank(), self.blank()))
    }

    fn lambda(&self, quantifier: &str, path: &[usize], body: &Expression, scope: Scope<'_>) -> String {
        let collection = field_at(path, scope.fields);
        let letter = self.chance.map_or("x", |chance| *chance.pick(&["x", "r", "_", "Long_name"]));
        let variable = format!("{letter}{}", scope.lambdas);
        let inner =
            Scope { fields: &collection.fields, variable: Some(&variable), lambdas: scope.lambdas + 1 };
        let body = self.at(body, inner, Binding::Or);
        let (before, after) = (self.maybe_blank(), self.maybe_blank());
        let path = written(path, scope);
        format!("{path}/{quantifier}({before}{variable}{}:{}{body}{after})", self.maybe_blank(), self.blank())
    }
}

/// The field at a path that is not empty.
pub(super) fn field_at<'a>(path: &[usize], fields: &'a [Field]) -> &'a Field {
    match path {
        [slot] => &fields[*slot],
        [slot, rest @ ..] => field_at(rest, &fields[*slot].fields),
        [] => unreachable!("the element itself has no field"),
    }
}

fn written(path: &[usize], scope: Scope<'_>) -> String {
    let mut names: Vec<&str> = scope.variable.into_iter().collect();
    let mut fields = scope.fields;
    for slot in path {
        names.push(&fields[*slot].name);
        fields = &fields[*slot].fields;
    }
    names.join("/")
}
