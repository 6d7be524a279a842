//! Places on the earth, between the quotes of `geography'…'`: well-known text.
//!
//! ```text
//! geography = [ "SRID=4326;" ] ( point | polygon )
//! point     = "POINT" "(" position ")"
//! polygon   = "POLYGON" "(" "(" position { "," position } ")" ")"
//! position  = longitude blank latitude
//! ```
//!
//! Words in any case, blanks anywhere between the parts, as Microsoft.Spatial reads them; its reasons for refusing a ring or a
//! coordinate are quoted. A polygon has one ring (`query.md` §2.1.7).

use lazuli_catalog::GeoPoint;

use crate::filter::Polygon;
use crate::limits::POLYGON_POINTS_MAX;

/// A constant on the earth.
#[derive(Debug, Clone, PartialEq)]
pub enum Geography {
    /// A point.
    Point(GeoPoint),
    /// An area.
    Polygon(Polygon),
}

/// Reads the text, or says why it cannot.
pub(super) fn parse(text: &str) -> Result<Geography, String> {
    Reader { rest: text }.geography()
}

struct Reader<'a> {
    rest: &'a str,
}

type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    fn geography(&mut self) -> Read<Geography> {
        if self.word("SRID") {
            self.expect("=")?;
            self.expect("4326")?;
            self.expect(";")?;
        }
        let geography = if self.word("POINT") {
            self.expect("(")?;
            let point = self.position()?;
            self.expect(")")?;
            Geography::Point(point)
        } else if self.word("POLYGON") {
            self.expect("(")?;
            let ring = self.ring()?;
            self.expect(")")?;
            Geography::Polygon(Polygon { ring })
        } else {
            return Err("Expected 'POINT(longitude latitude)' or 'POLYGON((...))'.".to_owned());
        };
        self.skip_blanks();
        if self.rest.is_empty() { Ok(geography) } else { Err(self.unexpected("the end")) }
    }

    fn ring(&mut self) -> Read<Vec<GeoPoint>> {
        self.expect("(")?;
        let mut ring = vec![self.position()?];
        while self.symbol(",") {
            ring.push(self.position()?);
            if ring.len() > POLYGON_POINTS_MAX {
                return Err(format!("A polygon ring cannot have more than {POLYGON_POINTS_MAX} points."));
            }
        }
        self.expect(")")?;
        if self.symbol(",") {
            return Err("A polygon can only have one ring.".to_owned());
        }
        if ring.len() < 4 || ring.first() != ring.last() {
            return Err("A polygon ring must be specified with at least four points, and the last point must be the same as \
                        the first point."
                .to_owned());
        }
        Ok(ring)
    }

    fn position(&mut self) -> Read<GeoPoint> {
        let (longitude, latitude) = (self.number()?, self.number()?);
        in_range("latitude", latitude, 90.0)?;
        in_range("longitude", longitude, 180.0)?;
        Ok(GeoPoint { longitude, latitude })
    }

    fn number(&mut self) -> Read<f64> {
        self.skip_blanks();
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let length = self.rest.bytes().take_while(|byte| is_part(*byte)).count();
        let (number, rest) = self.rest.split_at(length);
        let value = number.parse().map_err(|_| self.unexpected("a number"))?;
        self.rest = rest;
        Ok(value)
    }

    fn expect(&mut self, symbol: &str) -> Read<()> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.unexpected(&format!("'{symbol}'"))) }
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(symbol);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// A word in any case, if it comes next.
    fn word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let is_next = self.rest.get(..word.len()).is_some_and(|next| next.eq_ignore_ascii_case(word));
        if is_next {
            self.rest = &self.rest[word.len()..];
        }
        is_next
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn unexpected(&self, expected: &str) -> String {
        match self.rest.chars().next() {
            None => format!("Expected {expected} at the end."),
            Some(_) => format!("Expected {expected} at '{}'.", self.rest),
        }
    }
}

fn in_range(coordinate: &str, value: f64, maximum: f64) -> Read<()> {
    if (-maximum..=maximum).contains(&value) {
        return Ok(());
    }
    Err(format!(
        "Invalid {coordinate} coordinate {value}. A {coordinate} coordinate must be a value between -{maximum:.1} and \
         +{maximum:.1} degrees."
    ))
}
