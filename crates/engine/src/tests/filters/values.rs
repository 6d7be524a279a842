//! Values as the generator knows them, and the many ways to spell them in a document and in an expression.

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::geography::Point;
use super::schema::{Field, Kind};

/// A value of a document, or a constant of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Boolean(bool),
    Integer(i64),
    Double(f64),
    /// Milliseconds since 1970.
    Date(i64),
    Point(Point),
    List(Vec<Cell>),
    /// By slot; what was never sent is None.
    Object(Vec<Option<Cell>>),
}

pub(super) static NULL: Cell = Cell::Null;

impl Cell {
    /// The elements of a collection; null is the empty one.
    pub(super) fn elements(&self) -> &[Self] {
        if let Self::List(elements) = self { elements } else { &[] }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn point(&self) -> Option<Point> {
        if let Self::Point(point) = self { Some(*point) } else { None }
    }

    /// A number as a double.
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Integer(value) = self {
            return Some(*value as f64);
        }
        if let Self::Double(value) = self { Some(*value) } else { None }
    }

    /// What lies at a path of slots; null where anything on the way is null.
    pub(super) fn at(&self, path: &[usize]) -> &Self {
        let Some((slot, rest)) = path.split_first() else { return self };
        let Self::Object(members) = self else { return &NULL };
        members.get(*slot).and_then(Option::as_ref).map_or(&NULL, |member| member.at(rest))
    }

    /// The JSON that a client sends. Without chance, the plainest.
    pub(super) fn to_json(&self, fields: &[Field], chance: Option<&Chance>) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => json!(text),
            Self::Boolean(value) => json!(value),
            Self::Integer(value) => json!(value),
            Self::Double(value) if value.is_finite() => json!(value),
            Self::Double(value) => json!(special(*value)),
            Self::Date(milliseconds) => json!(spell_date(*milliseconds, chance)),
            Self::Point(Point { longitude, latitude }) => {
                json!({"type": "Point", "coordinates": [longitude, latitude]})
            }
            Self::List(elements) => elements.iter().map(|element| element.to_json(fields, chance)).collect(),
            Self::Object(members) => {
                let mut object = Map::new();
                for (field, member) in fields.iter().zip(members) {
                    if let Some(member) = member {
                        object.insert(field.name.clone(), member.to_json(&field.fields, chance));
                    }
                }
                object.into()
            }
        }
    }

    /// The literal of an expression. Without chance, the plainest.
    pub(super) fn to_literal(&self, chance: Option<&Chance>) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => quoted(text),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Double(value) => spell_double(*value, chance),
            Self::Date(milliseconds) => spell_date(*milliseconds, chance),
            Self::Point(point) => format!("geography'POINT({})'", point.to_wkt()),
            Self::List(_) | Self::Object(_) => unreachable!("no constant"),
        }
    }
}

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn special(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "INF"
    } else {
        "-INF"
    }
}

fn spell_double(value: f64, chance: Option<&Chance>) -> String {
    if !value.is_finite() {
        return special(value).to_owned();
    }
    let plain = format!("{value:?}"); // always with a point or an exponent
    let Some(chance) = chance else { return plain };
    match plain.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => {
            format!("{digits}{}{exponent}", chance.pick(&["e", "E", "e+", "E+"]))
        }
        Some((digits, exponent)) => format!("{digits}{}{exponent}", chance.pick(&["e", "E"])),
        None if chance.one_in(4) => format!("{plain}0"),
        None if chance.one_in(4) => format!("{plain}{}", chance.pick(&["e0", "E+00", "e-0"])),
        None => plain,
    }
}

const DAY: i64 = 86_400_000;

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z.
pub(super) const DATES: [i64; 2] = [-62_135_596_800_000, 253_402_300_799_999];

/// ISO 8601, in some time zone, with digits behind the milliseconds that do not count (`query.md` §8.1: truncated).
pub(super) fn spell_date(milliseconds: i64, chance: Option<&Chance>) -> String {
    let near_the_end = DATES.iter().any(|end| (end - milliseconds).abs() < DAY);
    let offset = match chance {
        Some(chance) if !near_the_end && chance.one_in(3) => {
            chance.between(0, 2 * 14 * 4) as i64 * 15 - 14 * 60
        }
        _ => 0,
    };
    let local = milliseconds + offset * 60_000;
    let (year, month, day) = civil(local.div_euclid(DAY));
    let time = local.rem_euclid(DAY);
    let (hour, minute, second, fraction) =
        (time / 3_600_000, time / 60_000 % 60, time / 1000 % 60, time % 1000);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}");
    if second != 0 || fraction != 0 || chance.is_none_or(|chance| !chance.one_in(3)) {
        text += &format!(":{second:02}");
        if fraction != 0 || chance.is_some_and(|chance| chance.one_in(3)) {
            text += &format!(".{fraction:03}");
            text += chance.map_or("", |chance| *chance.pick(&["", "9", "0001", "9999"]));
        }
    }
    if offset == 0 {
        return text + "Z";
    }
    let sign = if offset < 0 { '-' } else { '+' };
    text + &format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
}

/// Year, month and day of a number of days since 1970, by counting.
fn civil(days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const ERA: i64 = 146_097; // days of 400 years
    let mut year = 1970 + days.div_euclid(ERA) * 400;
    let mut rest = days.rem_euclid(ERA);
    while rest >= 365 + i64::from(is_leap(year)) {
        rest -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

/// Few values of each type, so that conditions hit.
pub(super) struct Pools {
    texts: Vec<Cell>,
    int32s: Vec<Cell>,
    int64s: Vec<Cell>,
    doubles: Vec<Cell>,
    dates: Vec<Cell>,
    points: Vec<Cell>,
}

impl Pools {
    pub(super) fn new(chance: &Chance) -> Self {
        let size = || chance.between(2, 7);
        let texts = [
            "",
            "a",
            "A",
            "b",
            "ab",
            "é",
            "e\u{301}",
            "ß",
            "ﬀ",
            "\u{ff5e}",
            "\u{1f600}",
            "\u{10ffff}",
            "O'Brien",
            "''",
            " a",
            "a ",
            "a b",
            "b,c",
            "a|b",
            "10",
            "9",
            "null",
            "true",
            "\u{0}",
            "a\tb",
            "search",
            "(",
            "Ω%20",
        ];
        let int32s = [i64::from(i32::MIN), -7, -1, 0, 1, 2, 3, 100, i64::from(i32::MAX)];
        const EXACT: i64 = 1 << 53;
        let int64s = [
            i64::MIN,
            i64::MIN + 1,
            -EXACT - 1,
            -EXACT,
            -1,
            0,
            1,
            2,
            7,
            EXACT,
            EXACT + 1,
            EXACT + 2,
            1 << 40,
            i64::MAX - 1,
            i64::MAX,
        ];
        let doubles = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            0.0,
            0.1,
            0.5,
            1.0,
            2.0,
            -1.5,
            1e308,
            f64::MAX,
            5e-324,
            1e-7,
            123_456.789,
            EXACT as f64,
        ];
        let dates = [
            DATES[0],
            DATES[1],
            0,
            -1,
            1,
            999,
            1000,
            -1000,
            -DAY,
            951_782_400_000,
            1_262_304_000_000,
            1_262_304_000_755,
            1_582_934_400_000,
            -11_644_473_600_000,
        ];
        Self {
            texts: chance.draw(&texts.map(|text| Cell::Text(text.to_owned())), size()),
            int32s: chance.draw(&int32s.map(Cell::Integer), size()),
            int64s: chance.draw(&int64s.map(Cell::Integer), size()),
            doubles: chance.draw(&doubles.map(Cell::Double), size()),
            dates: chance.draw(&dates.map(Cell::Date), size()),
            points: Point::some(chance).into_iter().map(Cell::Point).collect(),
        }
    }

    /// A value for a field of a simple kind; mostly of the pool.
    pub(super) fn value(&self, chance: &Chance, kind: Kind) -> Cell {
        match kind {
            Kind::Text => chance.pick(&self.texts).clone(),
            Kind::Boolean => Cell::Boolean(chance.one_in(2)),
            Kind::Int32 if chance.one_in(10) => Cell::Integer(chance.below(200) as i64 - 100),
            Kind::Int32 => chance.pick(&self.int32s).clone(),
            Kind::Int64 if chance.one_in(10) => Cell::Integer(chance.below(200) as i64 - 100),
            Kind::Int64 => chance.pick(&self.int64s).clone(),
            Kind::Double if chance.one_in(10) => Cell::Double(chance.unit() * 10.0 - 5.0),
            Kind::Double => chance.pick(&self.doubles).clone(),
            Kind::Date if chance.one_in(10) => Cell::Date(chance.below(2_000_000_000_000) as i64),
            Kind::Date => chance.pick(&self.dates).clone(),
            Kind::Point => chance.pick(&self.points).clone(),
            Kind::Complex => unreachable!("not simple"),
        }
    }

    /// A text of the pool.
    pub(super) fn text(&self, chance: &Chance) -> String {
        let Cell::Text(text) = chance.pick(&self.texts) else { unreachable!("a text") };
        text.clone()
    }

    /// A point of the pool.
    pub(super) fn point(&self, chance: &Chance) -> Point {
        let Cell::Point(point) = chance.pick(&self.points) else { unreachable!("a point") };
        *point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_spelled_as_iso_8601_has_them() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_262_304_000_755, "2010-01-01T00:00:00.755Z"),
            (DATES[0], "0001-01-01T00:00:00Z"),
            (DATES[1], "9999-12-31T23:59:59.999Z"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(spell_date(milliseconds, None), expected);
        }
    }
}
