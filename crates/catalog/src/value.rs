//! A document's values after all checks: the one typed form that is rendered for the store and fed to the engine.

/// A point on the earth (WGS 84), degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeoPoint {
    /// Longitude, −180…180.
    pub longitude: f64,
    /// Latitude, −90…90.
    pub latitude: f64,
}

/// A checked value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Explicitly or implicitly nothing. Never stands for a collection, which is at least empty.
    Null,
    /// `Edm.String`
    String(String),
    /// `Edm.Boolean`
    Boolean(bool),
    /// `Edm.Int32` and `Edm.Int64`
    Integer(i64),
    /// `Edm.Double`; may be NaN or infinite
    Double(f64),
    /// `Edm.DateTimeOffset`: milliseconds since 1970-01-01T00:00:00Z
    Date(i64),
    /// `Edm.GeographyPoint`
    Point(GeoPoint),
    /// `Edm.ComplexType`: one value for each sub-field, in the order of [`crate::Field::fields`]
    Complex(Vec<Value>),
    /// A collection; its elements are never `Null` and never collections
    Collection(Vec<Value>),
    /// A vector, as the numbers that were sent (each checked to fit the element type)
    Vector(Vec<f32>),
}
