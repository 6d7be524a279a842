//! The functions that the service has: `search.in`, `geo.distance`, `geo.intersects`, `search.score`.

use super::binder::{Binder, Purpose};
use super::condition::{Condition, Operand};
use super::error::ExpressionError;
use super::names::Reference;
use super::types::Type;
use crate::limits::SEARCH_IN_VALUES_MAX;
use crate::odata::Geography;
use crate::odata::tree::{Expression, Literal};

/// What separates the values of `search.in` if nothing else is said.
const DELIMITERS: &str = " ,";

/// Functions that Microsoft.OData.Core knows and the service does not have (`query.md` §2.1.1).
const OF_THE_LIBRARY: &[&str] = &[
    "cast",
    "ceiling",
    "concat",
    "contains",
    "date",
    "day",
    "endswith",
    "floor",
    "fractionalseconds",
    "geo.length",
    "hour",
    "indexof",
    "isof",
    "length",
    "matchesPattern",
    "maxdatetime",
    "mindatetime",
    "minute",
    "month",
    "now",
    "round",
    "second",
    "startswith",
    "substring",
    "time",
    "tolower",
    "totaloffsetminutes",
    "totalseconds",
    "toupper",
    "trim",
    "year",
];

type Bound<T> = Result<T, ExpressionError>;

impl<'a> Binder<'a> {
    /// A function call.
    pub(super) fn call(&mut self, function: &'a str, arguments: &'a [Expression]) -> Bound<Operand<'a>> {
        match function {
            "search.in" => self.search_in(arguments).map(Operand::Condition),
            "geo.distance" => self.distance(arguments),
            "geo.intersects" => self.intersects(arguments).map(Operand::Condition),
            "search.score" => self.score(arguments),
            "search.ismatch" | "search.ismatchscoring" => {
                self.check_arguments(function, &[])?;
                Err(ExpressionError::NotYet { function: function.to_owned() })
            }
            _ if OF_THE_LIBRARY.contains(&function) => {
                Err(ExpressionError::UnsupportedFunction { function: function.to_owned() })
            }
            _ => Err(ExpressionError::UnknownFunction { function: function.to_owned() }),
        }
    }

    /// The arguments, each a single value.
    fn arguments(&mut self, function: &'static str, arguments: &'a [Expression]) -> Bound<Vec<Operand<'a>>> {
        let operands =
            arguments.iter().map(|argument| self.operand(argument)).collect::<Bound<Vec<Operand<'a>>>>()?;
        let is_single = |operand: &Operand<'_>| !matches!(operand.type_of(), Type::Collection(_));
        if operands.iter().all(is_single) {
            Ok(operands)
        } else {
            Err(ExpressionError::ArgumentNotSingle { function })
        }
    }

    /// In a lambda the function has to be about its variable.
    fn check_arguments(&self, function: &str, values: &[Reference<'a>]) -> Bound<()> {
        if !self.variables.is_empty() && !values.iter().any(|value| value.scope == self.variables.len()) {
            let variable = self.innermost();
            return Err(ExpressionError::FunctionNotBound { function: function.to_owned(), variable });
        }
        values.iter().try_for_each(|value| self.check_use(*value))
    }

    /// `search.in(field, 'a,b')`, `search.in(field, 'a|b', '|')` (`query.md` §2.1.5).
    fn search_in(&mut self, arguments: &'a [Expression]) -> Bound<Condition<'a>> {
        let operands = self.arguments("search.in", arguments)?;
        let is_text = |operand: &Operand<'_>| matches!(operand.type_of(), Type::String | Type::Null);
        if !matches!(operands.len(), 2 | 3) || !operands.iter().all(is_text) {
            return Err(ExpressionError::Signature {
                function: "search.in",
                signatures: "search.in(Edm.String Nullable=true, Edm.String Nullable=true); \
                             search.in(Edm.String Nullable=true, Edm.String Nullable=true, Edm.String Nullable=true)",
            });
        }
        let (value, list, delimiters) = match operands.as_slice() {
            [Operand::Reference(value), Operand::Literal(Literal::String(list))] => {
                (*value, list, DELIMITERS)
            }
            [
                Operand::Reference(value),
                Operand::Literal(Literal::String(list)),
                Operand::Literal(Literal::String(delimiters)),
            ] => (*value, list, delimiters.as_str()),
            _ => return Err(ExpressionError::SearchInArguments),
        };
        self.note(self.check_arguments("search.in", &[value]));
        Ok(Condition::In { value, values: split(list, delimiters)? })
    }

    /// `geo.distance(field, point)` or the other way round.
    fn distance(&mut self, arguments: &'a [Expression]) -> Bound<Operand<'a>> {
        let operands = self.arguments("geo.distance", arguments)?;
        match <[Operand<'a>; 2]>::try_from(operands) {
            Ok(
                [Operand::Reference(value), Operand::Geography(Geography::Point(from))]
                | [Operand::Geography(Geography::Point(from)), Operand::Reference(value)],
            ) if is_point(value) => {
                self.note(self.check_arguments("geo.distance", &[value]));
                Ok(Operand::Distance { value, from: *from })
            }
            Ok([one, other]) if is_point_like(&one) && is_point_like(&other) => {
                Err(ExpressionError::GeoArguments { function: "geo.distance" })
            }
            _ => Err(ExpressionError::Signature {
                function: "geo.distance",
                signatures: "geo.distance(Edm.GeographyPoint Nullable=true, Edm.GeographyPoint Nullable=true); \
                             geo.distance(Edm.GeometryPoint Nullable=true, Edm.GeometryPoint Nullable=true)",
            }),
        }
    }

    /// `geo.intersects(field, polygon)`.
    fn intersects(&mut self, arguments: &'a [Expression]) -> Bound<Condition<'a>> {
        let operands = self.arguments("geo.intersects", arguments)?;
        match <[Operand<'a>; 2]>::try_from(operands) {
            Ok([Operand::Reference(value), Operand::Geography(Geography::Polygon(polygon))])
                if is_point(value) =>
            {
                self.note(self.check_arguments("geo.intersects", &[value]));
                Ok(Condition::Inside { value, polygon: polygon.clone() })
            }
            Ok([one, other]) if intersect(&one, &other) || intersect(&other, &one) => {
                Err(ExpressionError::GeoArguments { function: "geo.intersects" })
            }
            _ => Err(ExpressionError::Signature {
                function: "geo.intersects",
                signatures: "geo.intersects(Edm.GeometryPoint Nullable=true, Edm.GeometryPolygon Nullable=true); \
                             geo.intersects(Edm.GeometryPolygon Nullable=true, Edm.GeometryPoint Nullable=true); \
                             geo.intersects(Edm.GeographyPoint Nullable=true, Edm.GeographyPolygon Nullable=true); \
                             geo.intersects(Edm.GeographyPolygon Nullable=true, Edm.GeographyPoint Nullable=true)",
            }),
        }
    }

    /// `search.score()`, a key of an order.
    fn score(&self, arguments: &[Expression]) -> Bound<Operand<'a>> {
        if !arguments.is_empty() {
            return Err(ExpressionError::Signature {
                function: "search.score",
                signatures: "search.score()",
            });
        }
        match self.purpose {
            Purpose::Order => Ok(Operand::Score),
            Purpose::Filter => Err(ExpressionError::OnlyInOrderby { function: "search.score" }),
        }
    }
}

fn is_point(value: Reference<'_>) -> bool {
    matches!(value.type_of(), Type::Point)
}

/// What the library takes for a point, though the service may not.
fn is_point_like(operand: &Operand<'_>) -> bool {
    matches!(operand.type_of(), Type::Point | Type::Null)
}

/// What the library takes for a point and a polygon, though the service may not.
fn intersect(point: &Operand<'_>, polygon: &Operand<'_>) -> bool {
    is_point_like(point) && matches!(polygon.type_of(), Type::Polygon | Type::Null)
}

/// The values of a list: each character of `delimiters` separates, what is empty is dropped, nothing is trimmed. Sorted, without
/// duplicates. Without delimiters the list is one value.
fn split(list: &str, delimiters: &str) -> Bound<Vec<String>> {
    let delimiters: Vec<char> = delimiters.chars().collect();
    let mut values: Vec<&str> = list.split(delimiters.as_slice()).filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values.dedup();
    if values.len() > SEARCH_IN_VALUES_MAX {
        return Err(ExpressionError::TooManyValues);
    }
    Ok(values.into_iter().map(str::to_owned).collect())
}
