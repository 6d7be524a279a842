//! `tests/data/bound.txt` and `tests/data/orders.txt`, row by row, and what must hold for any expression.

use std::sync::LazyLock;

use lazuli_catalog::index::{self, Rules};
use lazuli_catalog::{FieldId, GeoPoint, Schema};
use lazuli_query::filter::{Bound, Distance};
use lazuli_query::limits::FILTER_CONDITIONS_MAX;
use lazuli_query::{ExpressionError, Filter, Order, OrderBy, QueryError, Request, bind};
use proptest::prelude::*;

/// Every type, by itself, in a collection, in complex types and in collections within collections.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let definition = serde_json::json!({
        "name": "hotels",
        "fields": [
            { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
            { "name": "name", "type": "Edm.String" },
            { "name": "secret", "type": "Edm.String", "filterable": false, "sortable": false },
            { "name": "rating", "type": "Edm.Int32" },
            { "name": "views", "type": "Edm.Int64" },
            { "name": "price", "type": "Edm.Double" },
            { "name": "opened", "type": "Edm.DateTimeOffset" },
            { "name": "parking", "type": "Edm.Boolean" },
            { "name": "location", "type": "Edm.GeographyPoint" },
            { "name": "tags", "type": "Collection(Edm.String)" },
            { "name": "hidden", "type": "Collection(Edm.String)", "filterable": false },
            { "name": "flags", "type": "Collection(Edm.Boolean)" },
            { "name": "marks", "type": "Collection(Edm.Int32)" },
            { "name": "counts", "type": "Collection(Edm.Int64)" },
            { "name": "weights", "type": "Collection(Edm.Double)" },
            { "name": "dates", "type": "Collection(Edm.DateTimeOffset)" },
            { "name": "places", "type": "Collection(Edm.GeographyPoint)" },
            {
                "name": "embedding", "type": "Collection(Edm.Single)", "searchable": true, "dimensions": 3,
                "vectorSearchProfile": "profile",
            },
            { "name": "address", "type": "Edm.ComplexType", "fields": [
                { "name": "city", "type": "Edm.String" },
                { "name": "number", "type": "Edm.Int32" },
                { "name": "private", "type": "Edm.String", "filterable": false, "sortable": false },
                { "name": "point", "type": "Edm.GeographyPoint" },
                { "name": "hiddenPoint", "type": "Edm.GeographyPoint", "sortable": false },
                { "name": "country", "type": "Edm.ComplexType", "fields": [
                    { "name": "code", "type": "Edm.String" },
                    { "name": "big", "type": "Edm.Boolean" },
                ]},
                { "name": "tags", "type": "Collection(Edm.String)" },
                { "name": "owners", "type": "Collection(Edm.ComplexType)", "fields": [
                    { "name": "name", "type": "Edm.String" },
                ]},
            ]},
            { "name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
                { "name": "type", "type": "Edm.String" },
                { "name": "note", "type": "Edm.String", "filterable": false },
                { "name": "rate", "type": "Edm.Double" },
                { "name": "sleeps", "type": "Edm.Int32" },
                { "name": "smoking", "type": "Edm.Boolean" },
                { "name": "place", "type": "Edm.GeographyPoint" },
                { "name": "tags", "type": "Collection(Edm.String)" },
                { "name": "view", "type": "Edm.ComplexType", "fields": [
                    { "name": "side", "type": "Edm.String" },
                ]},
                { "name": "beds", "type": "Collection(Edm.ComplexType)", "fields": [
                    { "name": "kind", "type": "Edm.String" },
                    { "name": "size", "type": "Edm.Int32" },
                    { "name": "tags", "type": "Collection(Edm.String)" },
                ]},
            ]},
        ],
        "vectorSearch": {
            "algorithms": [{ "name": "algorithm", "kind": "hnsw" }],
            "profiles": [{ "name": "profile", "algorithm": "algorithm" }],
        },
    });
    let definition: lazuli_wire::indexes::Index = serde_json::from_value(definition).unwrap();
    index::bind(&definition, None, &Rules::default()).unwrap().schema
});

fn filter(text: &str) -> Result<Filter, QueryError> {
    let request = Request { filter: Some(text), ..Request::default() };
    bind(&SCHEMA, &request).map(|search| search.filter.unwrap())
}

fn order(text: &str) -> Result<Vec<Order>, QueryError> {
    let request = Request { orderby: Some(text), ..Request::default() };
    bind(&SCHEMA, &request).map(|search| search.order)
}

fn path(id: FieldId) -> &'static str {
    let field = SCHEMA.walk().find(|field| field.id == id);
    &field.unwrap().path
}

fn position(point: &GeoPoint) -> String {
    format!("{} {}", point.longitude, point.latitude)
}

/// A filter in the notation of the table.
fn notation(filter: &Filter) -> String {
    let joined = |parts: &[Filter], operator: &str| {
        assert!(parts.len() >= 2, "a list of {}", parts.len());
        format!("({})", parts.iter().map(notation).collect::<Vec<_>>().join(operator))
    };
    match filter {
        Filter::Always(value) => value.to_string(),
        Filter::Not(inner) => format!("!({})", notation(inner)),
        Filter::And(parts) => joined(parts, " & "),
        Filter::Or(parts) => joined(parts, " | "),
        Filter::Null(field) => format!("{} null", path(*field)),
        Filter::Boolean { field, value } => format!("{} {value}", path(*field)),
        Filter::Text { field, values } => format!("{} in [{}]", path(*field), values.join("|")),
        Filter::Integers { field, low, high } => {
            let end = |number: i64, open| if number == open { String::new() } else { number.to_string() };
            let is_one = low == high;
            let (low, high) = match is_one {
                true => (low.to_string(), high.to_string()),
                false => (
                    end(*low, i64::MIN),
                    if *low > i64::MAX - 1000 { high.to_string() } else { end(*high, i64::MAX) },
                ),
            };
            format!("{} in {low}..{high}", path(*field))
        }
        Filter::Doubles { field, low, high } => {
            let bracket =
                |bound: &Bound, inclusive, exclusive| if bound.inclusive { inclusive } else { exclusive };
            let (open, close) = (bracket(low, '[', '('), bracket(high, ']', ')'));
            format!("{} in {open}{}, {}{close}", path(*field), low.at, high.at)
        }
        Filter::Within { field, center, distance } => {
            let (operator, kilometres) = match distance {
                Distance::Below(kilometres) => ("<", kilometres),
                Distance::AtMost(kilometres) => ("<=", kilometres),
                Distance::Above(kilometres) => (">", kilometres),
                Distance::AtLeast(kilometres) => (">=", kilometres),
            };
            format!("{} {operator} {kilometres} of ({})", path(*field), position(center))
        }
        Filter::Inside { field, polygon } => {
            let ring: Vec<String> = polygon.ring.iter().map(position).collect();
            format!("{} inside ({})", path(*field), ring.join(", "))
        }
        Filter::Any { collection, condition } => {
            let inner = notation(condition);
            let is_grouped = matches!(**condition, Filter::And(_) | Filter::Or(_));
            let inner = if is_grouped { format!("({inner})") } else { inner };
            format!("{} any {}", path(*collection), if is_grouped { inner } else { format!("({inner})") })
        }
    }
}

fn keys(orders: &[Order]) -> String {
    let key = |order: &Order| {
        let by = match order.by {
            OrderBy::Score => "score".to_owned(),
            OrderBy::Field(field) => path(field).to_owned(),
            OrderBy::Distance { field, from } => {
                format!("distance of {} from ({})", path(field), position(&from))
            }
        };
        if order.descending { format!("{by} desc") } else { by }
    };
    orders.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// The sentence after `Invalid expression: `.
fn sentence(error: &QueryError, parameter: &str) -> String {
    if let QueryError::Expression { error: ExpressionError::NotYet { function }, .. } = error {
        return format!("NOT YET {function}");
    }
    assert_eq!(error.parameter(), Some(parameter));
    error.to_string().strip_prefix("Invalid expression: ").unwrap().to_owned()
}

/// Checks a table; all wrong rows are shown at once.
fn check_table(
    table: &str,
    rows_min: usize,
    parameter: &str,
    show: impl Fn(&str) -> Result<String, QueryError>,
) {
    let rows: Vec<&str> = table.lines().filter(|row| !row.is_empty() && !row.starts_with('#')).collect();
    assert!(rows.len() >= rows_min, "the table has been cut");
    let mut wrong = String::new();
    for row in rows {
        let (text, expected, is_refusal) = match (row.split_once("=!>"), row.split_once("=>")) {
            (Some((text, expected)), _) => (text.trim(), expected.trim(), true),
            (None, Some((text, expected))) => (text.trim(), expected.trim(), false),
            (None, None) => panic!("no result in {row}"),
        };
        let (found, is_refused) = match show(text) {
            Ok(found) => (found, false),
            Err(error) => (sentence(&error, parameter), true),
        };
        let is_right = match expected.strip_suffix('…') {
            Some(beginning) => found.starts_with(beginning.trim_end()),
            None => found == expected,
        };
        if is_refusal != is_refused || !is_right {
            wrong.push_str(&format!("{text}\n  expected {expected}\n  found    {found}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn filters_mean_what_the_table_says() {
    let show = |text: &str| filter(text).map(|filter| notation(&filter));
    check_table(include_str!("../data/bound.txt"), 500, "$filter", show);
}

#[test]
fn orders_mean_what_the_table_says() {
    let show = |text: &str| order(text).map(|orders| keys(&orders));
    check_table(include_str!("../data/orders.txt"), 40, "$orderby", show);
}

#[test]
fn blank_expressions_are_not_given() {
    for text in ["", " ", "\t\r\n"] {
        let request = Request { filter: Some(text), orderby: Some(text), ..Request::default() };
        let search = bind(&SCHEMA, &request).unwrap();
        assert!(search.filter.is_none() && search.order.is_empty());
    }
}

#[test]
fn orders_have_at_most_32_keys() {
    assert_eq!(order(&vec!["rating"; 32].join(",")).unwrap().len(), 32);
    let error = order(&vec!["rating"; 33].join(",")).unwrap_err();
    let expected = QueryError::Expression { parameter: "$orderby", error: ExpressionError::TooManyClauses };
    assert_eq!(error, expected);
}

#[test]
fn long_filters_are_bound_without_recursion() {
    let eq: Vec<String> = (0..100_000).map(|number| format!("name eq '{number}'")).collect();
    let Ok(Filter::Text { values, .. }) = filter(&eq.join(" or ")) else { panic!("no set of values") };
    assert_eq!(values.len(), 100_000);
    let clauses = |count: usize| vec!["rating ne 5"; count].join(" and ");
    assert_eq!(filter(&clauses(FILTER_CONDITIONS_MAX)).unwrap().conditions(), FILTER_CONDITIONS_MAX);
    assert_eq!(
        sentence(&filter(&clauses(FILTER_CONDITIONS_MAX + 1)).unwrap_err(), "$filter"),
        "The expression has more than 10000 conditions. Use search.in() for long lists of values."
    );
}

#[test]
fn search_in_takes_a_hundred_thousand_values() {
    let values: Vec<String> = (0..100_000).map(|number| format!("{:05}", number * 7919 % 100_000)).collect();
    let text = format!("search.in(name, '{}')", values.join(","));
    let Ok(Filter::Text { values, .. }) = filter(&text) else { panic!("no set of values") };
    assert_eq!(values.len(), 100_000);
    assert!(values.is_sorted());
}

#[test]
fn deep_filters_are_refused() {
    let too_deep = [
        "not (".repeat(50_000) + "parking" + &")".repeat(50_000),
        "(".repeat(50_000) + "parking" + &")".repeat(50_000),
        "(parking and (parking or ".repeat(20_000) + "parking" + &"))".repeat(20_000),
        "not ".repeat(50_000) + "parking",
        "tags/any(t: ".repeat(20_000),
    ];
    for text in too_deep {
        assert!(filter(&text).is_err(), "{text:.30}");
    }
    // The deepest that are not, on a stack as small as any thread's of ours.
    let deepest = || {
        let is_bound = |text: String| filter(&text).is_ok();
        let nots = |depth: usize| "not ".repeat(depth) + "parking";
        let groups = |depth: usize| "not (name eq 'a' and ".repeat(depth) + "parking" + &")".repeat(depth);
        assert!(is_bound(nots(700)) && !is_bound(nots(900)));
        assert!(is_bound(groups(80)) && !is_bound(groups(200)));
        for depth in 0..900 {
            is_bound(nots(depth));
            is_bound(groups(depth / 5));
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(deepest).unwrap().join().unwrap();
}

/// A document with three fields.
#[derive(Debug, Clone)]
struct Document {
    rating: Option<i64>,
    price: Option<f64>,
    name: Option<&'static str>,
}

/// An expression over them, as text and as what `query.md` §2.1.2 says of it.
#[derive(Debug, Clone)]
enum Asked {
    Rating(&'static str, f64),
    Price(&'static str, f64),
    Name(&'static str, &'static str),
    RatingNull(&'static str),
    Not(Box<Asked>),
    And(Vec<Asked>),
    Or(Vec<Asked>),
}

impl Asked {
    fn text(&self) -> String {
        let number = |number: f64| match number {
            number if number.is_nan() => "NaN".to_owned(),
            number if number.fract() == 0.0 => format!("{number:.0}"),
            number => number.to_string(),
        };
        let joined = |parts: &[Asked], operator: &str| {
            format!("({})", parts.iter().map(Asked::text).collect::<Vec<_>>().join(operator))
        };
        match self {
            Self::Rating(operator, constant) => format!("rating {operator} {}", number(*constant)),
            Self::Price(operator, constant) => format!("price {operator} {}", number(*constant)),
            Self::Name(operator, constant) => format!("name {operator} '{constant}'"),
            Self::RatingNull(operator) => format!("rating {operator} null"),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::And(parts) => joined(parts, " and "),
            Self::Or(parts) => joined(parts, " or "),
        }
    }

    /// The same with its negations on the leaves.
    fn pushed(&self, is_negated: bool) -> Asked {
        let pushed = |parts: &[Asked]| parts.iter().map(|part| part.pushed(is_negated)).collect();
        match (self, is_negated) {
            (Self::Not(inner), _) => inner.pushed(!is_negated),
            (Self::And(parts), true) | (Self::Or(parts), false) => Self::Or(pushed(parts)),
            (Self::And(parts), false) | (Self::Or(parts), true) => Self::And(pushed(parts)),
            (leaf, true) => Self::Not(Box::new(leaf.clone())),
            (leaf, false) => leaf.clone(),
        }
    }

    fn is_true_of(&self, document: &Document) -> bool {
        let compare = |operator: &str, value: Option<f64>, constant: f64| {
            let holds = |test: fn(&f64, &f64) -> bool| value.is_some_and(|value| test(&value, &constant));
            match operator {
                "eq" => holds(f64::eq),
                "ne" => !holds(f64::eq),
                "lt" => holds(f64::lt),
                "le" => holds(f64::le),
                "gt" => holds(f64::gt),
                _ => holds(f64::ge),
            }
        };
        match self {
            Self::Rating(operator, constant) => {
                compare(operator, document.rating.map(|value| value as f64), *constant)
            }
            Self::Price(operator, constant) => compare(operator, document.price, *constant),
            Self::Name(operator, constant) => (document.name == Some(*constant)) == (*operator == "eq"),
            Self::RatingNull(operator) => document.rating.is_none() == (*operator == "eq"),
            Self::Not(inner) => !inner.is_true_of(document),
            Self::And(parts) => parts.iter().all(|part| part.is_true_of(document)),
            Self::Or(parts) => parts.iter().any(|part| part.is_true_of(document)),
        }
    }
}

/// Whether a document passes a bound filter.
fn passes(filter: &Filter, document: &Document) -> bool {
    match filter {
        Filter::Always(value) => *value,
        Filter::Not(inner) => !passes(inner, document),
        Filter::And(parts) => parts.iter().all(|part| passes(part, document)),
        Filter::Or(parts) => parts.iter().any(|part| passes(part, document)),
        Filter::Null(field) if path(*field) == "rating" => document.rating.is_none(),
        Filter::Text { values, .. } => {
            document.name.is_some_and(|name| values.iter().any(|value| value == name))
        }
        Filter::Integers { low, high, .. } => {
            document.rating.is_some_and(|value| (*low..=*high).contains(&value))
        }
        Filter::Doubles { low, high, .. } => document.price.is_some_and(|value| {
            let is_above = if low.inclusive { value >= low.at } else { value > low.at };
            let is_below = if high.inclusive { value <= high.at } else { value < high.at };
            is_above && is_below
        }),
        Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. }
        | Filter::Any { .. } => panic!("not asked for"),
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let operator = prop::sample::select(vec!["eq", "ne", "lt", "le", "gt", "ge"]);
    let equality = prop::sample::select(vec!["eq", "ne"]);
    let whole = prop::sample::select(vec![0.0, 1.0, 2.0, 3.0, 0.5, 1.5, -0.5]);
    let number = prop::sample::select(vec![0.0, 1.0, 2.0, 1.5, f64::NAN]);
    let name = prop::sample::select(vec!["a", "b", "c"]);
    let leaf = prop_oneof![
        (operator.clone(), whole).prop_map(|(operator, constant)| Asked::Rating(operator, constant)),
        (operator, number).prop_map(|(operator, constant)| Asked::Price(operator, constant)),
        (equality.clone(), name).prop_map(|(operator, constant)| Asked::Name(operator, constant)),
        equality.prop_map(Asked::RatingNull),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|inner| Asked::Not(Box::new(inner))),
            parts.clone().prop_map(Asked::And),
            parts.prop_map(Asked::Or),
        ]
    })
}

fn document() -> impl Strategy<Value = Document> {
    let rating = prop::option::of(0_i64..3);
    let price = prop::option::of(prop::sample::select(vec![0.0, -0.0, 1.0, 1.5, 2.0, f64::NAN]));
    let name = prop::option::of(prop::sample::select(vec!["a", "b", "d"]));
    (rating, price, name).prop_map(|(rating, price, name)| Document { rating, price, name })
}

/// Words that texts of expressions are made of.
fn words() -> impl Strategy<Value = String> {
    let words = [
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "lt",
        "ge",
        "add",
        "has",
        "(",
        ")",
        ",",
        "/",
        "name",
        "rating",
        "tags",
        "rooms",
        "rooms/type",
        "parking",
        "location",
        "address",
        "address/city",
        "any(",
        "/any(t:",
        "/all(r:",
        "tags/any(t: t eq",
        "t",
        "r",
        "r/type",
        "r/beds/any(b: b/size gt",
        "null",
        "true",
        "5",
        "-5",
        "1.5",
        "NaN",
        "INF",
        "'a'",
        "''",
        "2020-01-01T00:00:00Z",
        "geography'POINT(1 2)'",
        "geography'POLYGON((0 0, 1 0, 1 1, 0 0))'",
        "geography'x'",
        "search.in(name, 'a,b')",
        "search.in(",
        "geo.distance(",
        "geo.distance(location, geography'POINT(1 2)')",
        "geo.intersects(",
        "search.ismatch('a')",
        "search.score()",
        "desc",
        "asc",
        "*",
        "@p",
        "é",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn filters_are_true_of_what_was_asked(asked in asked(), documents in prop::collection::vec(document(), 20)) {
        let plain = filter(&asked.text()).unwrap();
        let pushed = filter(&asked.pushed(false).text()).unwrap();
        let negated = filter(&asked.pushed(true).text()).unwrap();
        for document in &documents {
            let expected = asked.is_true_of(document);
            prop_assert_eq!(passes(&plain, document), expected, "{} of {:?}", asked.text(), document);
            prop_assert_eq!(passes(&pushed, document), expected, "pushed {} of {:?}", asked.text(), document);
            prop_assert_eq!(passes(&negated, document), !expected, "negated {} of {:?}", asked.text(), document);
        }
    }

    #[test]
    fn any_text_is_bound_or_refused(text in words()) {
        if let Ok(Some(filter)) = bind(&SCHEMA, &Request { filter: Some(&text), ..Request::default() }).map(|it| it.filter) {
            prop_assert!(is_well_formed(&filter), "{:?}", filter);
        }
        let _ = order(&text);
        let _ = bind(&SCHEMA, &Request { select: Some(&text), ..Request::default() });
    }
}

/// What [`Filter`] promises.
fn is_well_formed(filter: &Filter) -> bool {
    fn inner(filter: &Filter) -> bool {
        match filter {
            Filter::Always(_) => false,
            Filter::Not(part) => !matches!(**part, Filter::Not(_)) && inner(part),
            Filter::And(parts) => {
                parts.len() > 1 && parts.iter().all(|part| !matches!(part, Filter::And(_)) && inner(part))
            }
            Filter::Or(parts) => {
                parts.len() > 1 && parts.iter().all(|part| !matches!(part, Filter::Or(_)) && inner(part))
            }
            Filter::Text { values, .. } => {
                !values.is_empty() && values.windows(2).all(|pair| pair[0] < pair[1])
            }
            Filter::Integers { low, high, .. } => low <= high,
            Filter::Doubles { low, high, .. } => low.at <= high.at,
            Filter::Any { condition, .. } => **condition == Filter::Always(true) || inner(condition),
            Filter::Null(_) | Filter::Boolean { .. } | Filter::Within { .. } | Filter::Inside { .. } => true,
        }
    }
    matches!(filter, Filter::Always(_)) || inner(filter)
}
