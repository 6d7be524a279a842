//! `path_hierarchy_v2`: a path, and the paths above it (Lucene's `PathHierarchyTokenizer` and its reverse one). All stand
//! at one position; those longer than the longest are left out (the older `PathHierarchyTokenizer` leaves none out).

use std::iter::once;

use crate::char_filter::utf16_len;
use crate::pipeline::{Flow, Kind, Piece, Stop};

/// How paths are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paths {
    /// Between two names.
    pub(crate) delimiter: char,
    /// What tokens have there.
    pub(crate) replacement: char,
    /// UTF-16 units of the longest token, if there is a longest.
    pub(crate) length_max: Option<u32>,
    /// Paths that end at the end, as in domain names.
    pub(crate) reverse: bool,
    /// Names to leave out at the beginning, or with `reverse` at the end.
    pub(crate) skip: usize,
}

/// Feeds each path to `emit`. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    paths: Paths,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let written: String =
        text.chars().map(|c| if c == paths.delimiter { paths.replacement } else { c }).collect();
    if paths.reverse {
        down(text, &written, paths, emit)?
    } else {
        up(text, &written, paths, emit)?
    }
    Ok(utf16_len(text))
}

/// From the shortest to the longest that begins at the beginning.
fn up(text: &str, written: &str, paths: Paths, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
    let places = places(text, written);
    // A delimiter at the very beginning separates nothing.
    let delimiters = places.clone().skip(1).filter(|place| place.c == paths.delimiter);
    let first = match paths.skip.checked_sub(1) {
        None => places.clone().next(),
        Some(skip) => delimiters.clone().nth(skip),
    };
    let Some(first) = first else { return Ok(()) };
    let end = Place { c: paths.delimiter, unit: utf16_len(text), out: written.len() };
    let mut increment = 1;
    for place in delimiters.filter(|place| place.unit > first.unit).chain(once(end)) {
        if paths.length_max.is_some_and(|max| place.unit - first.unit > max) {
            break;
        }
        let token = written.get(first.out..place.out).unwrap_or_default();
        emit(Piece::new(token, first.unit, place.unit, Kind::Plain).with(|has| has.increment = increment))?;
        increment = 0;
    }
    Ok(())
}

/// From the longest to the shortest that ends at the end.
fn down(text: &str, written: &str, paths: Paths, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
    let last = Place { c: paths.delimiter, unit: utf16_len(text), out: written.len() };
    let behind = |place: Place| Place {
        c: place.c,
        unit: place.unit + place.c.len_utf16() as u32,
        out: place.out + paths.replacement.len_utf8(),
    };
    let starts = once(Place { c: paths.delimiter, unit: 0, out: 0 })
        .chain(places(text, written).filter(|place| place.c == paths.delimiter).map(behind))
        .filter(|start| start.unit < last.unit);
    let from_the_end = starts.clone().count();
    let end = match paths.skip {
        0 => last,
        skip => match from_the_end.checked_sub(skip).and_then(|number| starts.clone().nth(number)) {
            Some(end) => end,
            None => return Ok(()),
        },
    };
    let mut increment = 1;
    for start in starts.take_while(|start| start.unit < end.unit) {
        if paths.length_max.is_some_and(|max| end.unit - start.unit > max) {
            continue;
        }
        let token = written.get(start.out..end.out).unwrap_or_default();
        emit(Piece::new(token, start.unit, end.unit, Kind::Plain).with(|has| has.increment = increment))?;
        increment = 0;
    }
    Ok(())
}

/// A character of the text, its place in UTF-16 units, and its place in what is written, in bytes.
#[derive(Debug, Clone, Copy)]
struct Place {
    c: char,
    unit: u32,
    out: usize,
}

fn places<'a>(text: &'a str, written: &'a str) -> impl Iterator<Item = Place> + Clone + 'a {
    let units = text.chars().scan(0, |unit, c| {
        let at = *unit;
        *unit += c.len_utf16() as u32;
        Some((c, at))
    });
    units.zip(written.char_indices()).map(|((c, unit), (out, _))| Place { c, unit, out })
}
