//! One place in the JSON of an action, and what may stand there: the visitor that reads the value of a field, the elements of a
//! collection, the components of a vector.

use lazuli_analysis::AnalysisError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::limits::TERM_BYTES_MAX;
use crate::{Field, FieldType, Value, VectorType};

use super::error::{DocumentError, Node, Report};
use super::parse::{Context, Object};
use super::point::GeoJson;
use super::values::{Literal, coerce, component};
use super::{Partial, unset};

/// A place in the JSON where the value of a field, or an element of its collection, stands.
pub(super) struct Place<'a> {
    pub(super) field: &'a Field,
    /// An element of the field's collection.
    pub(super) is_element: bool,
    pub(super) context: &'a mut Context,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Partial;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Partial, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Partial;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a value of {}", self.field.type_name())
    }

    fn visit_unit<E: Error>(self) -> Result<Partial, E> {
        if self.is_element {
            let expected = self.field.field_type.name();
            return Err(self.context.fail(DocumentError::NullElement { expected }));
        }
        Ok(Partial::Whole(unset(self.field)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Partial, E> {
        self.literal(Literal::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Partial, E> {
        self.literal(Literal::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Partial, E> {
        self.literal(integer(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Partial, E> {
        self.literal(Literal::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Partial, E> {
        self.literal(Literal::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Partial, A::Error> {
        if self.expects_array() {
            return self.collection(elements);
        }
        match self.form() {
            Form::Vector(vector_type) => self.vector(vector_type, elements),
            Form::Complex if !self.is_element => {
                let property = self.field.name.clone();
                Err(self.context.fail(DocumentError::ArrayForComplex { property }))
            }
            form @ (Form::Simple | Form::Point | Form::Complex) => {
                Err(self.context.fail(unexpected(Node::StartArray, form.first_node())))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Partial, A::Error> {
        if self.expects_array() {
            return Err(self.refuse_for_collection(Node::StartObject));
        }
        match self.form() {
            Form::Complex => {
                let object =
                    Object { fields: &self.field.fields, owner: Some(self.field), context: self.context };
                object.visit_map(members).map(Partial::Members)
            }
            Form::Point => match GeoJson::read(members)?.check() {
                Ok(point) => Ok(Partial::Whole(Value::Point(point))),
                Err(error) => Err(self.context.fail(error)),
            },
            Form::Simple if !self.is_element => {
                let property = self.field.name.clone();
                Err(self.context.fail(DocumentError::ObjectForSimple { property }))
            }
            form @ (Form::Simple | Form::Vector(_)) => {
                Err(self.context.fail(unexpected(Node::StartObject, form.first_node())))
            }
        }
    }
}

/// What a single value of a type looks like in JSON.
#[derive(Clone, Copy)]
enum Form {
    Simple,
    Point,
    Complex,
    Vector(VectorType),
}

impl Form {
    fn first_node(self) -> Node {
        match self {
            Form::Simple => Node::PrimitiveValue,
            Form::Point | Form::Complex => Node::StartObject,
            Form::Vector(_) => Node::StartArray,
        }
    }
}

fn unexpected(found: Node, expected: Node) -> DocumentError {
    DocumentError::UnexpectedNode { found, expected }
}

/// The JSON reader calls integers that are not negative so.
fn integer<'a>(value: u64) -> Literal<'a> {
    i64::try_from(value).map_or(Literal::Number(value as f64), Literal::Integer)
}

impl Place<'_> {
    fn expects_array(&self) -> bool {
        self.field.collection && !self.is_element
    }

    fn form(&self) -> Form {
        match self.field.field_type {
            FieldType::String
            | FieldType::Boolean
            | FieldType::Int32
            | FieldType::Int64
            | FieldType::Double
            | FieldType::DateTimeOffset => Form::Simple,
            FieldType::GeographyPoint => Form::Point,
            FieldType::Complex => Form::Complex,
            FieldType::Vector(vector_type) => Form::Vector(vector_type),
        }
    }

    fn refuse_for_collection<E: Error>(self, found: Node) -> E {
        let property = self.field.name.clone();
        self.context.fail(match (self.form(), found) {
            (Form::Complex, Node::StartObject) => DocumentError::ObjectForComplexCollection { property },
            (Form::Complex, Node::PrimitiveValue | Node::StartArray) => {
                DocumentError::SimpleForComplex { property }
            }
            (Form::Simple | Form::Point | Form::Vector(_), found) => unexpected(found, Node::StartArray),
        })
    }

    fn literal<E: Error>(self, literal: Literal<'_>) -> Result<Partial, E> {
        if self.expects_array() {
            return Err(self.refuse_for_collection(Node::PrimitiveValue));
        }
        match self.form() {
            Form::Simple => {}
            Form::Complex if !self.is_element => {
                let property = self.field.name.clone();
                return Err(self.context.fail(DocumentError::SimpleForComplex { property }));
            }
            form @ (Form::Point | Form::Complex | Form::Vector(_)) => {
                return Err(self.context.fail(unexpected(Node::PrimitiveValue, form.first_node())));
            }
        }
        match coerce(self.field.field_type, literal) {
            Ok(value) => {
                self.check_terms(&value);
                Ok(Partial::Whole(value))
            }
            Err(error) => Err(self.context.fail(error)),
        }
    }

    /// What an index cannot take of a value is found here, before anything of the document is written: a value that is one
    /// term and too long for that, or a text that its analyzer refuses.
    fn check_terms(mut self, value: &Value) {
        let Value::String(text) = value else { return };
        // One refusal is enough: what an analyzer refuses may have taken it long.
        if self.context.stored || self.context.is_refused() {
            return;
        }
        if let Err(reason) = self.as_whole(text).and_then(|()| self.as_text(text)) {
            let field = self.field.path.clone();
            self.context.defer(match reason {
                AnalysisError::TermTooLong => DocumentError::TermTooLong { field },
                AnalysisError::TooManyTokens
                | AnalysisError::PatternTooSlow
                | AnalysisError::TooSlowTogether
                | AnalysisError::MappingTooSlow
                | AnalysisError::MarkupTooSlow
                | AnalysisError::TextTooLong
                | AnalysisError::WordTooLong
                | AnalysisError::Stopped => DocumentError::NotAnalyzed { field, reason },
            });
        }
    }

    /// The value as filters, orders and facets compare it.
    fn as_whole(&mut self, text: &str) -> Result<(), AnalysisError> {
        match &self.field.normalizer {
            Some(normalizer) if self.field.has_column() => {
                normalizer.analyzer().check(text, &mut self.context.tally)
            }
            None if self.field.has_column() && text.len() > TERM_BYTES_MAX => Err(AnalysisError::TermTooLong),
            Some(_) | None => Ok(()),
        }
    }

    /// The value as searches find it.
    fn as_text(&mut self, text: &str) -> Result<(), AnalysisError> {
        let tally = &mut self.context.tally;
        self.field.index_analyzer.as_ref().map_or(Ok(()), |analyzer| analyzer.check(text, tally))
    }

    fn collection<'de, A: SeqAccess<'de>>(self, mut elements: A) -> Result<Partial, A::Error> {
        let field = self.field;
        let mut values = Vec::new();
        while let Some(value) =
            elements.next_element_seed(Place { field, is_element: true, context: &mut *self.context })?
        {
            self.context.elements += usize::from(field.is_complex());
            values.push(value.complete(field));
        }
        Ok(Partial::Whole(Value::Collection(values)))
    }

    fn vector<'de, A: SeqAccess<'de>>(
        self,
        vector_type: VectorType,
        mut elements: A,
    ) -> Result<Partial, A::Error> {
        let dimensions = self.field.dimensions.unwrap_or_default();
        let expected = match vector_type {
            VectorType::PackedBit => dimensions.div_ceil(8),
            VectorType::Single | VectorType::Half | VectorType::Int16 | VectorType::SByte => dimensions,
        };
        let mut components = Vec::with_capacity(expected as usize);
        while let Some(component) =
            elements.next_element_seed(Component { vector_type, context: &mut *self.context })?
        {
            components.push(component);
        }
        if components.len() != expected as usize {
            let (field, expected, found) = (self.field.path.clone(), expected as usize, components.len());
            self.context.defer(DocumentError::VectorLength { field, dimensions, expected, found });
        }
        Ok(Partial::Whole(Value::Vector(components)))
    }
}

/// A component of a vector.
struct Component<'a> {
    vector_type: VectorType,
    context: &'a mut Context,
}

impl Component<'_> {
    fn literal<E: Error>(self, literal: Literal<'_>) -> Result<f32, E> {
        match component(self.vector_type, literal) {
            Ok(component) => Ok(component),
            Err(error) if error.report() == Report::Document => {
                self.context.defer(error);
                Ok(0.0)
            }
            Err(error) => Err(self.context.fail(error)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Component<'_> {
    type Value = f32;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<f32, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Component<'_> {
    type Value = f32;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a number")
    }

    fn visit_unit<E: Error>(self) -> Result<f32, E> {
        let expected = FieldType::Vector(self.vector_type).name();
        Err(self.context.fail(DocumentError::NullElement { expected }))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<f32, E> {
        self.literal(Literal::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<f32, E> {
        self.literal(Literal::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<f32, E> {
        self.literal(integer(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f32, E> {
        self.literal(Literal::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<f32, E> {
        self.literal(Literal::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<f32, A::Error> {
        Err(self.context.fail(unexpected(Node::StartArray, Node::PrimitiveValue)))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<f32, A::Error> {
        Err(self.context.fail(unexpected(Node::StartObject, Node::PrimitiveValue)))
    }
}
