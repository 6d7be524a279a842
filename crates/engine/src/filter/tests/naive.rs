//! What a filter means, asked of one document as it was uploaded. Points are judged by the engine's own formulas: whether
//! those are right is asked by `crate::tests::filters`, which has others.

use lazuli_catalog::{Field, FieldId, GeoPoint, Value};
use lazuli_query::filter::{Bound, Distance, Filter};

use crate::filter::geo::{Area, kilometres};

/// What the fields of a condition are found in: a document, an element of a complex collection, or an element of a
/// collection of simple values, which the collection's id stands for.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    Members(&'a [Field], &'a [Value]),
    Element(FieldId, &'a Value),
}

const NULL: Value = Value::Null;

impl<'a> Scope<'a> {
    /// A field and its value. Within a complex value that is null everything is null.
    fn find(self, id: FieldId) -> Option<(&'a [Field], &'a Value)> {
        let (fields, values) = match self {
            Self::Element(own, value) => return (own == id).then_some((&[][..], value)),
            Self::Members(fields, values) => (fields, values),
        };
        for (index, field) in fields.iter().enumerate() {
            let value = values.get(index).unwrap_or(&NULL);
            if field.id == id {
                return Some((&field.fields, value));
            }
            if field.is_complex() && !field.collection {
                let members = if let Value::Complex(members) = value { members.as_slice() } else { &[] };
                if let Some(found) = Scope::Members(&field.fields, members).find(id) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn value(self, id: FieldId) -> &'a Value {
        self.find(id).expect("a field of the scope").1
    }

    /// Whether the condition is true.
    pub(super) fn passes(self, filter: &Filter) -> bool {
        match filter {
            Filter::Always(answer) => *answer,
            Filter::Not(inner) => !self.passes(inner),
            Filter::And(parts) => parts.iter().all(|part| self.passes(part)),
            Filter::Or(parts) => parts.iter().any(|part| self.passes(part)),
            Filter::Null(field) => *self.value(*field) == Value::Null,
            Filter::Boolean { field, value } => *self.value(*field) == Value::Boolean(*value),
            Filter::Text { field, values } => {
                matches!(self.value(*field), Value::String(text) if values.contains(text))
            }
            Filter::Integers { field, low, high } => {
                matches!(self.value(*field), Value::Integer(value) | Value::Date(value) if low <= value && value <= high)
            }
            Filter::Doubles { field, low, high } => {
                matches!(self.value(*field), Value::Double(value) if above(*low, *value) && below(*high, *value))
            }
            Filter::Within { field, center, distance } => {
                matches!(self.value(*field), Value::Point(point) if near(*center, *point, *distance))
            }
            Filter::Inside { field, polygon } => {
                matches!(self.value(*field), Value::Point(point) if Area::new(polygon).contains(*point))
            }
            Filter::Any { collection, condition } => {
                let (fields, value) = self.find(*collection).expect("a field of the scope");
                let elements =
                    if let Value::Collection(elements) = value { elements.as_slice() } else { &[] };
                elements.iter().any(|element| {
                    let scope = if let Value::Complex(members) = element {
                        Scope::Members(fields, members)
                    } else {
                        Scope::Element(*collection, element)
                    };
                    scope.passes(condition)
                })
            }
        }
    }
}

fn above(bound: Bound, value: f64) -> bool {
    if bound.inclusive { value >= bound.at } else { value > bound.at }
}

fn below(bound: Bound, value: f64) -> bool {
    if bound.inclusive { value <= bound.at } else { value < bound.at }
}

fn near(center: GeoPoint, point: GeoPoint, distance: Distance) -> bool {
    let kilometres = kilometres(center, point);
    match distance {
        Distance::Below(limit) => kilometres < limit,
        Distance::AtMost(limit) => kilometres <= limit,
        Distance::Above(limit) => kilometres > limit,
        Distance::AtLeast(limit) => kilometres >= limit,
    }
}
