//! The naive evaluator: whether an expression is true of a document, read off the tables of `query.md` §2.1.

use std::cell;
use std::cmp::Ordering;

use super::expression::{Expression, Operator};
use super::geography::{self, Side};
use super::values::Cell;

/// Evaluates, and notes where rounding could go either way.
#[derive(Default)]
pub(super) struct Evaluator {
    /// Something was too near to a border or a distance to demand an answer.
    pub(super) unsure: cell::Cell<bool>,
}

impl Evaluator {
    /// `scope` is the document, or inside a lambda the element.
    pub(super) fn holds(&self, expression: &Expression, scope: &Cell) -> bool {
        match expression {
            Expression::Constant(value) => *value,
            Expression::Flag(path) => *scope.at(path) == Cell::Boolean(true),
            Expression::Compare { path, operator, constant } => compare(scope.at(path), *operator, constant),
            Expression::In { path, list, delimiters } => scope.at(path).text().is_some_and(|text| {
                items(list, delimiters.as_deref().unwrap_or(" ,")).any(|item| item == text)
            }),
            Expression::Distance { path, from, operator, constant } => {
                scope.at(path).point().is_some_and(|point| {
                    let distance = geography::kilometres(point, *from);
                    self.note_if_near(distance, constant);
                    compare(&Cell::Double(distance), *operator, constant)
                })
            }
            Expression::Intersects { path, ring } => scope.at(path).point().is_some_and(|point| {
                let side = geography::side(point, ring);
                self.unsure.set(self.unsure.get() || side == Side::Border);
                side == Side::Inside
            }),
            Expression::Truth { function, operator, value } => {
                compare(&Cell::Boolean(self.holds(function, scope)), *operator, &Cell::Boolean(*value))
            }
            Expression::Not(inner) => !self.holds(inner, scope),
            Expression::And(parts) => parts.iter().all(|part| self.holds(part, scope)),
            Expression::Or(parts) => parts.iter().any(|part| self.holds(part, scope)),
            Expression::Any { path, body } => scope
                .at(path)
                .elements()
                .iter()
                .any(|element| body.as_deref().is_none_or(|body| self.holds(body, element))),
            Expression::All { path, body } => {
                scope.at(path).elements().iter().all(|element| self.holds(body, element))
            }
        }
    }

    fn note_if_near(&self, distance: f64, constant: &Cell) {
        let is_near = |limit: f64| (distance - limit).abs() < geography::tolerance(distance);
        let near = constant.number().is_some_and(is_near);
        self.unsure.set(self.unsure.get() || near);
    }
}

/// The items of a `search.in`: every character of `delimiters` separates, empty items are dropped, nothing is trimmed.
fn items<'a>(list: &'a str, delimiters: &'a str) -> impl Iterator<Item = &'a str> {
    list.split(|character| delimiters.contains(character)).filter(|item| !item.is_empty())
}

/// Two-valued: null and NaN are equal to nothing (null to null) and neither less nor greater.
pub(super) fn compare(value: &Cell, operator: Operator, constant: &Cell) -> bool {
    if operator == Operator::Ne {
        return !compare(value, Operator::Eq, constant);
    }
    if (value, constant) == (&Cell::Null, &Cell::Null) {
        return operator == Operator::Eq;
    }
    let Some(ordering) = order(value, constant) else { return false };
    match operator {
        Operator::Eq => ordering.is_eq(),
        Operator::Ne => unreachable!("done above"),
        Operator::Lt => ordering.is_lt(),
        Operator::Le => ordering.is_le(),
        Operator::Gt => ordering.is_gt(),
        Operator::Ge => ordering.is_ge(),
    }
}

/// Integers among themselves exactly; with a double on one side as doubles.
fn order(value: &Cell, constant: &Cell) -> Option<Ordering> {
    match (value, constant) {
        (Cell::Text(a), Cell::Text(b)) => Some(a.cmp(b)),
        (Cell::Boolean(a), Cell::Boolean(b)) => Some(a.cmp(b)),
        (Cell::Integer(a), Cell::Integer(b)) | (Cell::Date(a), Cell::Date(b)) => Some(a.cmp(b)),
        (Cell::Integer(a), Cell::Double(b)) => (*a as f64).partial_cmp(b),
        (Cell::Double(a), Cell::Integer(b)) => a.partial_cmp(&(*b as f64)),
        (Cell::Double(a), Cell::Double(b)) => a.partial_cmp(b),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: [Operator; 6] = Operator::ALL;

    fn all(value: &Cell, constant: &Cell) -> [bool; 6] {
        SIX.map(|operator| compare(value, operator, constant))
    }

    /// The table of §2.1.2. Columns: eq ne lt le gt ge.
    #[test]
    fn null_and_nan_are_two_valued() {
        let (one, nan) = (Cell::Double(1.0), Cell::Double(f64::NAN));
        let only_ne = [false, true, false, false, false, false];
        assert_eq!(all(&Cell::Null, &one), only_ne);
        assert_eq!(all(&nan, &one), only_ne);
        assert_eq!(all(&one, &nan), only_ne);
        assert_eq!(all(&nan, &nan), only_ne);
        assert_eq!(all(&Cell::Null, &nan), only_ne);
        assert!(compare(&Cell::Null, Operator::Eq, &Cell::Null));
        assert!(!compare(&Cell::Null, Operator::Ne, &Cell::Null));
        assert!(!compare(&one, Operator::Eq, &Cell::Null));
        assert!(compare(&one, Operator::Ne, &Cell::Null));
    }

    #[test]
    fn numbers_compare_across_types() {
        let equal = [true, false, false, true, false, true];
        let less = [false, true, true, true, false, false];
        const EXACT: i64 = 1 << 53;
        assert_eq!(all(&Cell::Integer(2), &Cell::Double(2.0)), equal);
        assert_eq!(all(&Cell::Double(-0.0), &Cell::Integer(0)), equal);
        assert_eq!(all(&Cell::Integer(2), &Cell::Double(2.5)), less);
        assert_eq!(all(&Cell::Integer(EXACT), &Cell::Integer(EXACT + 1)), less);
        // In double both are 2^53.
        assert_eq!(all(&Cell::Integer(EXACT + 1), &Cell::Double(EXACT as f64)), equal);
        assert_eq!(all(&Cell::Double(EXACT as f64), &Cell::Integer(EXACT + 1)), equal);
    }

    #[test]
    fn lists_split_at_every_delimiter_and_are_not_trimmed() {
        let split = |list, delimiters| items(list, delimiters).collect::<Vec<_>>();
        assert_eq!(split("a, b,,c d", " ,"), ["a", "b", "c", "d"]);
        assert_eq!(
            split("heated towel racks, hairdryer included", ","),
            ["heated towel racks", " hairdryer included"]
        );
        assert_eq!(split("", ","), Vec::<&str>::new());
    }

    #[test]
    fn lambdas_over_nothing() {
        let holds = |expression: &Expression, elements: &[i64]| {
            let elements = elements.iter().map(|value| Cell::Integer(*value)).collect();
            Evaluator::default().holds(expression, &Cell::Object(vec![Some(Cell::List(elements))]))
        };
        let two = || Expression::Compare { path: vec![], operator: Operator::Eq, constant: Cell::Integer(2) };
        let any = Expression::Any { path: vec![0], body: Some(Box::new(two())) };
        let all = Expression::All { path: vec![0], body: Box::new(two()) };
        let some = Expression::Any { path: vec![0], body: None };
        for (elements, expected) in [
            (&[][..], [false, true, false]),
            (&[2, 2], [true, true, true]),
            (&[2, 3], [true, false, true]),
            (&[3], [false, false, true]),
        ] {
            let found = [&any, &all, &some].map(|expression| holds(expression, elements));
            assert_eq!(found, expected, "{elements:?}");
        }
        // A collection that is null or was never sent is empty, one below a null complex value too.
        for document in [Cell::Object(vec![Some(Cell::Null)]), Cell::Object(vec![]), Cell::Null] {
            assert!(!Evaluator::default().holds(&any, &document));
            assert!(Evaluator::default().holds(&all, &document));
            assert!(!Evaluator::default().holds(&some, &document));
        }
    }

    /// `Rooms/any(r: r/A eq 1 and r/B eq 1)`: the same room.
    #[test]
    fn conditions_of_a_lambda_are_about_one_element() {
        let is_one = |slot| Expression::Compare {
            path: vec![slot],
            operator: Operator::Eq,
            constant: Cell::Integer(1),
        };
        let body = Some(Box::new(Expression::And(vec![is_one(0), is_one(1)])));
        let any = Expression::Any { path: vec![0], body };
        let room = |a, b| Cell::Object(vec![Some(Cell::Integer(a)), Some(Cell::Integer(b))]);
        let hotel = |rooms| Cell::Object(vec![Some(Cell::List(rooms))]);
        assert!(!Evaluator::default().holds(&any, &hotel(vec![room(1, 2), room(2, 1)])));
        assert!(Evaluator::default().holds(&any, &hotel(vec![room(1, 2), room(1, 1)])));
    }
}
