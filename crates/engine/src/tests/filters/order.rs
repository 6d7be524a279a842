//! Random `$orderby` texts and the naive sort (`query.md` §2.2).

use std::cmp::Ordering;

use super::chance::Chance;
use super::expression::{Path, Printer, field_at};
use super::geography::{self, Point};
use super::schema::{Field, Kind};
use super::values::{Cell, Pools};

#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) by: By,
    pub(super) descending: bool,
}

#[derive(Debug, Clone)]
pub(super) enum By {
    Score,
    Field(Path),
    Distance { path: Path, from: Point },
}

/// A document that matched.
#[derive(Clone, Copy)]
pub(super) struct Match<'a> {
    pub(super) key: &'a str,
    pub(super) document: &'a Cell,
    pub(super) score: f32,
}

/// One to four keys.
pub(super) fn keys(chance: &Chance, fields: &[Field], pools: &Pools) -> Vec<Key> {
    let mut sortable = Vec::new();
    collect(fields, &mut Vec::new(), &mut sortable);
    (0..chance.between(1, 4))
        .map(|_| {
            let path: &Path = chance.pick(&sortable);
            let by = if chance.one_in(8) {
                By::Score
            } else if field_at(path, fields).kind == Kind::Point {
                By::Distance { path: path.clone(), from: pools.point(chance).near(chance, 1.0) }
            } else {
                By::Field(path.clone())
            };
            Key { by, descending: chance.one_in(2) }
        })
        .collect()
}

fn collect(fields: &[Field], path: &mut Path, found: &mut Vec<Path>) {
    for (slot, field) in fields.iter().enumerate() {
        path.push(slot);
        if field.sortable {
            found.push(path.clone());
        } else if field.kind == Kind::Complex && !field.collection {
            collect(&field.fields, path, found);
        }
        path.pop();
    }
}

/// The text of an `$orderby`.
pub(super) fn text(keys: &[Key], fields: &[Field], printer: &Printer<'_>) -> String {
    let clause = |key: &Key| {
        let by = match &key.by {
            By::Score => "search.score()".to_owned(),
            By::Field(path) => printer.path(path, fields),
            By::Distance { path, from } => {
                format!("geo.distance({}, geography'POINT({})')", printer.path(path, fields), from.to_wkt())
            }
        };
        let direction = match (key.descending, printer.chance) {
            (true, _) => " desc",
            (false, Some(chance)) => *chance.pick(&["", " asc"]),
            (false, None) => "",
        };
        by + direction
    };
    keys.iter().map(clause).collect::<Vec<_>>().join(",")
}

/// Sorts what is in upload order. None if two different places are at distances that rounding may exchange.
pub(super) fn sort<'a>(mut matches: Vec<Match<'a>>, keys: &[Key]) -> Option<Vec<Match<'a>>> {
    if keys.iter().any(|key| is_close_call(&matches, key)) {
        return None;
    }
    let by_score = |a: &Match<'_>, b: &Match<'_>| b.score.total_cmp(&a.score);
    let has_score = keys.iter().any(|key| matches!(key.by, By::Score));
    matches.sort_by(|a, b| {
        let decided = keys.iter().map(|key| compare(a, b, key)).find(|ordering| ordering.is_ne());
        decided.unwrap_or_else(|| if has_score { Ordering::Equal } else { by_score(a, b) })
    });
    Some(matches)
}

fn compare(a: &Match<'_>, b: &Match<'_>, key: &Key) -> Ordering {
    let ascending = match &key.by {
        By::Score => a.score.total_cmp(&b.score),
        By::Field(path) => cells(a.document.at(path), b.document.at(path)),
        By::Distance { path, from } => distance(a, path, *from).total_cmp(&distance(b, path, *from)),
    };
    if key.descending { ascending.reverse() } else { ascending }
}

/// No place is as far away as can be.
fn distance(of: &Match<'_>, path: &[usize], from: Point) -> f64 {
    let place = of.document.at(path).point();
    place.map_or(f64::INFINITY, |point| geography::kilometres(point, from))
}

/// Null first; strings by code points; -0.0 before 0.0 and NaN last.
fn cells(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Less,
        (_, Cell::Null) => Ordering::Greater,
        (Cell::Text(a), Cell::Text(b)) => a.chars().cmp(b.chars()),
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        (Cell::Integer(a), Cell::Integer(b)) | (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Double(a), Cell::Double(b)) if a.is_nan() || b.is_nan() => a.is_nan().cmp(&b.is_nan()),
        (Cell::Double(a), Cell::Double(b)) => a.total_cmp(b),
        (a, b) => unreachable!("one field has {a:?} and {b:?}"),
    }
}

fn is_close_call(matches: &[Match<'_>], key: &Key) -> bool {
    let By::Distance { path, from } = &key.by else { return false };
    let mut places: Vec<(f64, Point)> = Vec::new();
    for one in matches {
        if let Cell::Point(point) = one.document.at(path) {
            places.push((geography::kilometres(*point, *from), *point));
        }
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let close = |pair: &[(f64, Point)]| {
        pair[0].1 != pair[1].1 && pair[1].0 - pair[0].0 < geography::tolerance(pair[1].0)
    };
    places.windows(2).any(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(values: &[Cell], descending: bool) -> Vec<usize> {
        let documents: Vec<Cell> =
            values.iter().map(|value| Cell::Object(vec![Some(value.clone())])).collect();
        let names: Vec<String> = (0..values.len()).map(|at| at.to_string()).collect();
        let matches =
            documents.iter().zip(&names).map(|(document, key)| Match { key, document, score: 1.0 }).collect();
        let sorted = sort(matches, &[Key { by: By::Field(vec![0]), descending }]).unwrap();
        sorted.into_iter().map(|one| one.key.parse().unwrap()).collect()
    }

    #[test]
    fn null_is_first_ascending_and_ties_keep_upload_order() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let values =
            [text("b"), Cell::Null, text("\u{1f600}"), text("\u{ff5e}"), text("B"), text("b"), text("")];
        assert_eq!(sorted(&values, false), [1, 6, 4, 0, 5, 3, 2]);
        assert_eq!(sorted(&values, true), [2, 3, 0, 5, 4, 6, 1]);
    }

    #[test]
    fn doubles_have_one_order() {
        let values = [f64::NAN, 0.0, f64::INFINITY, -0.0, f64::NEG_INFINITY].map(Cell::Double);
        assert_eq!(sorted(&values, false), [4, 3, 1, 2, 0]);
        assert_eq!(sorted(&values, true), [0, 2, 1, 3, 4]);
    }

    #[test]
    fn no_place_is_the_farthest() {
        let place = |longitude| Cell::Point(Point { longitude, latitude: 0.0 });
        let documents = [place(5.0), Cell::Null, place(1.0)].map(|place| Cell::Object(vec![Some(place)]));
        let from = Point { longitude: 0.0, latitude: 0.0 };
        for (descending, expected) in [(false, ["2", "0", "1"]), (true, ["1", "0", "2"])] {
            let matches = documents.iter().zip(["0", "1", "2"]);
            let matches = matches.map(|(document, key)| Match { key, document, score: 1.0 }).collect();
            let key = Key { by: By::Distance { path: vec![0], from }, descending };
            let keys: Vec<&str> = sort(matches, &[key]).unwrap().iter().map(|one| one.key).collect();
            assert_eq!(keys, expected);
        }
    }
}
