//! Expressions that break one rule each, about one index that has a field of every kind.

use serde_json::{Value, json};

/// An index with every type, alone and as a collection, at top level and in rooms.
pub(super) fn definition() -> Value {
    let types = ["String", "Boolean", "Int32", "Int64", "Double", "DateTimeOffset", "GeographyPoint"];
    let mut fields = vec![
        json!({"name": "id", "type": "Edm.String", "key": true}),
        json!({"name": "hidden", "type": "Edm.Int32", "filterable": false, "sortable": false}),
        json!({"name": "hiddens", "type": "Collection(Edm.Int32)", "filterable": false}),
        json!({"name": "address", "type": "Edm.ComplexType", "fields": [
            {"name": "city", "type": "Edm.String"},
            {"name": "secret", "type": "Edm.String", "filterable": false, "sortable": false}]}),
        json!({"name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "kind", "type": "Edm.String"}, {"name": "rate", "type": "Edm.Double"},
            {"name": "free", "type": "Edm.Boolean"}, {"name": "tags", "type": "Collection(Edm.String)"},
            {"name": "beds", "type": "Collection(Edm.ComplexType)", "fields": [
                {"name": "size", "type": "Edm.Int32"}]}]}),
    ];
    for name in types {
        fields.push(json!({"name": name, "type": format!("Edm.{name}")}));
        fields.push(json!({"name": format!("{name}s"), "type": format!("Collection(Edm.{name})")}));
    }
    json!({"name": "illegal", "fields": fields})
}

const POINT: &str = "geography'POINT(1 2)'";
const POLYGON: &str = "geography'POLYGON((0 0, 1 0, 1 1, 0 0))'";

/// Filters, each with the rule that forbids it.
pub(super) fn filters() -> Vec<(String, &'static str)> {
    let fixed = [
        // Form.
        ("Int32 eq", "an operand on each side"),
        ("Int32 EQ 5", "operators are in lower case"),
        ("not Int32 gt 5", "not binds tighter than a comparison, and not to a number"),
        ("(Int32 eq 5", "parentheses close"),
        ("Int32 eq 5 5", "nothing after the expression"),
        ("String eq 'x", "strings end"),
        ("rooms/all()", "all has a body"),
        // What can be compared.
        ("Int32", "a filter is true or false"),
        ("5", "a filter is true or false"),
        ("Int32 eq Int64", "a constant on one side"),
        ("1 eq 1", "a field on one side"),
        ("nowhere eq 1", "fields exist"),
        ("int32 eq 1", "names have their case"),
        ("hidden eq 1", "only filterable fields"),
        ("hiddens/any()", "only filterable fields"),
        ("address/secret eq 'x'", "only filterable fields"),
        ("String gt 'a'", "strings are equal or not"),
        ("'a' le String", "strings are equal or not"),
        ("Boolean gt false", "Booleans are equal or not"),
        ("Int32 gt null", "null is equal or not"),
        ("null le DateTimeOffset", "null is equal or not"),
        ("Int32 eq 'x'", "types fit"),
        ("Int64 eq true", "types fit"),
        ("String eq 5", "types fit"),
        ("Boolean eq 1", "types fit"),
        ("DateTimeOffset gt 5", "types fit"),
        ("DateTimeOffset gt '2020-01-01T00:00:00Z'", "types fit"),
        ("Double eq 2020-01-01T00:00:00Z", "types fit"),
        ("Int32 lt NaN", "integers have no NaN"),
        ("Int64 ne INF", "integers have no INF"),
        ("-INF lt Int32", "integers have no INF"),
        ("Int32 add 1 eq 2", "no arithmetic"),
        ("Int32 in (1, 2)", "no in"),
        ("contains(String, 'x')", "no functions of strings"),
        ("startswith(String, 'x') eq true", "no functions of strings"),
        ("Strings eq 'x'", "collections are not compared"),
        ("rooms eq null", "collections are not compared"),
        ("rooms/kind eq 'x'", "collections only by lambdas"),
        ("String/any(x: x eq 'a')", "lambdas only over collections"),
        ("address/any(x: x/city eq 'a')", "lambdas only over collections"),
        // Functions.
        ("search.in(String)", "search.in has a list"),
        ("search.in(String, 'a', ',', 'b')", "search.in has no fourth argument"),
        ("search.in(Int32, '1')", "search.in is about strings"),
        ("search.in(Strings, 'a')", "search.in is about one string"),
        ("search.in(String, null)", "search.in has a list"),
        ("search.in(String, 'a') gt true", "Booleans are equal or not"),
        ("GeographyPoint eq null", "points are not compared"),
        ("geo.distance(String, {P}) lt 5", "distances are between points"),
        ("geo.distance({P}, {P}) lt 5", "a field on one side"),
        ("geo.distance(GeographyPoint, {P})", "a filter is true or false"),
        ("geo.distance(GeographyPoint, {P}) eq 5", "distances are less or greater"),
        ("geo.distance(GeographyPoint, {P}) ne 5", "distances are less or greater"),
        ("geo.distance(GeographyPoint, {P}) lt 'a'", "types fit"),
        ("geo.distance(GeographyPoint, {Q}) lt 5", "distances are between points"),
        ("geo.intersects(GeographyPoint, {P})", "points lie in polygons"),
        ("geo.intersects(String, {Q})", "points lie in polygons"),
        ("geo.intersects(GeographyPoint, geography'POLYGON((0 0, 1 0, 1 1))')", "rings close"),
        // Range variables.
        ("Int32s/any(x: y eq 1)", "names are in scope"),
        ("rooms/any(r: kind eq 'x')", "only bound names in lambdas"),
        ("rooms/any(r: r/rate gt 1 and Int32 eq 1)", "only bound names in lambdas"),
        ("rooms/any(r: r/beds/any(b: b/size gt 1 and r/rate gt 1))", "only the innermost variable"),
        ("rooms/any(r: r/beds/any(r: r/size gt 1))", "variables are declared once"),
        ("rooms/any(r: search.ismatch('x'))", "no full text in lambdas"),
        ("rooms/any(r: r)", "a condition is true or false"),
        ("rooms/any(r: r/nothing eq 1)", "fields exist"),
        ("rooms/any(r: r/kind gt 'x')", "strings are equal or not"),
        ("rooms/any(r: r/tags/any(t: t ne 'x'))", "string elements are equal to something in any"),
        // Simple collections.
        ("Strings/any(x: x gt 'a')", "string elements are equal or not"),
        ("Strings/any(x: x ne 'a')", "string elements are equal to something in any"),
        ("Strings/any(x: not search.in(x, 'a'))", "string elements are equal to something in any"),
        ("Strings/any(x: x eq 'a' and x eq 'b')", "only or in any over strings"),
        ("Strings/any(x: not (x ne 'a' or x ne 'b'))", "only or in any over strings"),
        ("Strings/all(x: x eq 'a')", "string elements are unequal to something in all"),
        ("Strings/all(x: search.in(x, 'a'))", "string elements are unequal to something in all"),
        ("Strings/all(x: x ne 'a' or x ne 'b')", "only and in all over strings"),
        ("Booleans/any(x: x or not x)", "one clause over Booleans"),
        ("Booleans/all(x: x and x)", "one clause over Booleans"),
        ("Booleans/any(x: x gt false)", "Booleans are equal or not"),
        ("Int32s/any(x: x ne 1 and x gt 0)", "no ne under and in any"),
        ("Int32s/any(x: not (x eq 1 or x gt 0))", "no ne under and in any"),
        ("Doubles/any(x: x gt 1 and (x lt 0 or x gt 5))", "ORs of ANDs in any"),
        ("Int64s/all(x: x eq 1 or x gt 0)", "no eq under or in all"),
        (
            "DateTimeOffsets/all(x: x gt 2020-01-01T00:00:00Z or (x lt 2019-01-01T00:00:00Z and x gt \
          2018-01-01T00:00:00Z))",
            "ANDs of ORs in all",
        ),
        ("Int32s/any(x: search.in(x, '1'))", "search.in is about strings"),
        ("GeographyPoints/any(x: geo.distance(x, {P}) gt 5)", "elements are near in any"),
        ("GeographyPoints/any(x: not geo.intersects(x, {Q}))", "elements are inside in any"),
        (
            "GeographyPoints/any(x: geo.distance(x, {P}) lt 5 and geo.intersects(x, {Q}))",
            "only or in any over points",
        ),
        ("GeographyPoints/all(x: geo.distance(x, {P}) lt 5)", "elements are far in all"),
        ("GeographyPoints/all(x: geo.intersects(x, {Q}))", "elements are outside in all"),
        (
            "GeographyPoints/all(x: geo.distance(x, {P}) gt 5 or geo.distance(x, {P}) ge 9)",
            "only and in all over points",
        ),
    ];
    let spelled = |text: &str| text.replace("{P}", POINT).replace("{Q}", POLYGON);
    fixed.map(|(text, rule)| (spelled(text), rule)).to_vec()
}

/// Orders, each with the rule that forbids it.
pub(super) fn orders() -> Vec<(String, &'static str)> {
    let fixed = [
        ("nowhere", "fields exist"),
        ("hidden", "only sortable fields"),
        ("address/secret desc", "only sortable fields"),
        ("Strings", "only single values"),
        ("rooms", "only single values"),
        ("rooms/kind", "only single values"),
        ("address", "only simple values"),
        ("5", "no literals"),
        ("'a' desc", "no literals"),
        ("Int32 up", "asc or desc"),
        ("Int32 DESC", "asc and desc are in lower case"),
        ("Int32,", "no empty clause"),
        ("Int32 eq 5", "no conditions"),
        ("search.score", "the score is a function"),
        ("search.score(1)", "the score has no arguments"),
        ("geo.distance(String, {P})", "distances are between points"),
        ("geo.distance({P}, {P})", "a field on one side"),
        ("geo.distance(GeographyPoints, {P})", "only single values"),
    ];
    let mut orders: Vec<_> = fixed.map(|(text, rule)| (text.replace("{P}", POINT), rule)).to_vec();
    orders.push((vec!["Int32"; 33].join(","), "at most 32 clauses"));
    orders
}
