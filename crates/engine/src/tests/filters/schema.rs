//! Random index definitions: the generator's own idea of a field, printed as the JSON of a definition.
//!
//! Fields are known by their slots, the order in which they were added to their parent; where they stand in the definition
//! is another matter ([`Field::place`]), so that a field may be added in front of others.

use serde_json::{Value, json};

use super::chance::Chance;

/// Complex collections within complex collections, at most.
const COLLECTION_DEPTH_MAX: usize = 3;

/// Complex fields of any kind within each other, at most.
const DEPTH_MAX: usize = 5;

/// The slot of the key and of the text that is searched.
pub(super) const KEY: usize = 0;
pub(super) const WORDS: usize = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Boolean,
    Int32,
    Int64,
    Double,
    Date,
    Point,
    Complex,
}

impl Kind {
    const SIMPLE: [Self; 7] =
        [Self::Text, Self::Boolean, Self::Int32, Self::Int64, Self::Double, Self::Date, Self::Point];

    fn type_name(self) -> &'static str {
        match self {
            Self::Text => "Edm.String",
            Self::Boolean => "Edm.Boolean",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Double => "Edm.Double",
            Self::Date => "Edm.DateTimeOffset",
            Self::Point => "Edm.GeographyPoint",
            Self::Complex => "Edm.ComplexType",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) collection: bool,
    pub(super) filterable: bool,
    pub(super) sortable: bool,
    facetable: bool,
    searchable: bool,
    /// Definitions list the fields of a parent by this.
    place: usize,
    /// By slot.
    pub(super) fields: Vec<Self>,
}

/// Where a new field is to live.
#[derive(Debug, Clone, Copy)]
struct Place {
    depth: usize,
    collections: usize,
}

/// The fields of a new index: the key, a searchable text, and others.
pub(super) fn fields(chance: &Chance) -> Vec<Field> {
    let top = Place { depth: 0, collections: 0 };
    let mut fields = vec![special("id", 0, false), special("words", 500, true)];
    let count = chance.between(3, 11);
    for slot in 2..2 + count {
        fields.push(field(chance, slot, top));
    }
    fields
}

fn special(name: &str, place: usize, searchable: bool) -> Field {
    Field {
        name: name.to_owned(),
        kind: Kind::Text,
        collection: false,
        filterable: true,
        sortable: true,
        facetable: false,
        searchable,
        place,
        fields: Vec::new(),
    }
}

/// Adds a field at a random place, in front of others or within a complex one.
pub(super) fn add_field(chance: &Chance, fields: &mut Vec<Field>) {
    add_within(chance, fields, Place { depth: 0, collections: 0 });
}

fn add_within(chance: &Chance, fields: &mut Vec<Field>, place: Place) {
    let complex: Vec<usize> = (0..fields.len()).filter(|&slot| fields[slot].kind == Kind::Complex).collect();
    if complex.is_empty() || chance.one_in(3) {
        return fields.push(field(chance, fields.len(), place));
    }
    let inner = &mut fields[*chance.pick(&complex)];
    let place =
        Place { depth: place.depth + 1, collections: place.collections + usize::from(inner.collection) };
    add_within(chance, &mut inner.fields, place);
}

fn field(chance: &Chance, slot: usize, place: Place) -> Field {
    if place.depth < DEPTH_MAX && chance.one_in(if place.depth == 0 { 3 } else { 4 }) {
        return complex(chance, slot, place);
    }
    let kind = *chance.pick(&Kind::SIMPLE);
    let collection = chance.one_in(3);
    let may_sort = !collection && place.collections == 0;
    Field {
        name: name(chance, slot),
        kind,
        collection,
        filterable: !chance.one_in(6),
        sortable: may_sort && !chance.one_in(3),
        facetable: kind != Kind::Point && !chance.one_in(3),
        searchable: kind == Kind::Text && chance.one_in(3),
        place: chance.between(1, 999),
        fields: Vec::new(),
    }
}

fn complex(chance: &Chance, slot: usize, place: Place) -> Field {
    let collection = place.collections < COLLECTION_DEPTH_MAX && !chance.one_in(3);
    let inner = Place { depth: place.depth + 1, collections: place.collections + usize::from(collection) };
    Field {
        name: name(chance, slot),
        kind: Kind::Complex,
        collection,
        filterable: false,
        sortable: false,
        facetable: false,
        searchable: false,
        place: chance.between(1, 999),
        fields: (0..chance.between(1, 4)).map(|slot| field(chance, slot, inner)).collect(),
    }
}

/// Names are unique by their number; the letters in front make them sort in another order than the slots.
fn name(chance: &Chance, slot: usize) -> String {
    format!("{}{slot}", chance.pick(&["a", "Zed", "Any", "x", "anyOf", "not_"]))
}

/// The definition as a client would send it.
pub(super) fn definition(fields: &[Field]) -> Value {
    json!({"name": "filters", "fields": listed(fields)})
}

fn listed(fields: &[Field]) -> Value {
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by_key(|field| field.place);
    fields.into_iter().map(one).collect()
}

fn one(field: &Field) -> Value {
    let name = field.kind.type_name();
    let name = if field.collection { format!("Collection({name})") } else { name.to_owned() };
    if field.kind == Kind::Complex {
        return json!({"name": field.name, "type": name, "fields": listed(&field.fields)});
    }
    json!({
        "name": field.name, "type": name, "key": field.name == "id", "filterable": field.filterable,
        "sortable": field.sortable, "facetable": field.facetable, "searchable": field.searchable,
    })
}
