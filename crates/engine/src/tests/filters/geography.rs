//! Points, distances and polygons, done once more from their definitions (`query.md` §2.1.7).

use super::chance::Chance;

/// Kilometres.
const EARTH_RADIUS: f64 = 6371.0087714;

/// Degrees from a border within which nobody can say on which side a point is.
const BORDER: f64 = 1e-9;

/// In degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

/// Where a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Inside,
    Outside,
    /// Too near to the border of a shape whose border is not exact.
    Border,
}

impl Point {
    const fn new(longitude: f64, latitude: f64) -> Self {
        Self { longitude, latitude }
    }

    /// Places that documents of one index have: near each other, spread over the earth, or at its seams.
    pub(super) fn some(chance: &Chance) -> Vec<Self> {
        const SEAMS: [Point; 10] = [
            Point::new(0.0, 0.0),
            Point::new(0.0, 90.0),
            Point::new(10.0, 90.0),
            Point::new(0.0, -90.0),
            Point::new(180.0, 0.0),
            Point::new(-180.0, 0.0),
            Point::new(180.0, 65.5),
            Point::new(179.9, 10.0),
            Point::new(-179.9, 10.0),
            Point::new(-122.131577, 47.678581),
        ];
        let count = chance.between(2, 8);
        let flavour = chance.below(3);
        (0..count)
            .map(|_| match flavour {
                0 => *chance.pick(&SEAMS),
                1 => Self::new(chance.below(9) as f64 - 4.0, chance.below(9) as f64 / 2.0 - 2.0),
                _ => Self::anywhere(chance),
            })
            .collect()
    }

    pub(super) fn anywhere(chance: &Chance) -> Self {
        Self::new(chance.unit() * 360.0 - 180.0, chance.unit() * 180.0 - 90.0)
    }

    /// A point some degrees away, still on the earth.
    pub(super) fn near(self, chance: &Chance, degrees: f64) -> Self {
        let shift = || (chance.unit() - 0.5) * 2.0 * degrees;
        Self::new(
            (self.longitude + shift()).clamp(-180.0, 180.0),
            (self.latitude + shift()).clamp(-90.0, 90.0),
        )
    }

    /// Longitude first.
    pub(super) fn to_wkt(self) -> String {
        format!("{} {}", self.longitude, self.latitude)
    }
}

/// The haversine distance.
pub(super) fn kilometres(a: Point, b: Point) -> f64 {
    let half_sine = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
    let (latitude, longitude) = (half_sine(a.latitude, b.latitude), half_sine(a.longitude, b.longitude));
    let cosines = a.latitude.to_radians().cos() * b.latitude.to_radians().cos();
    let haversine = latitude * latitude + cosines * longitude * longitude;
    2.0 * EARTH_RADIUS * haversine.clamp(0.0, 1.0).sqrt().asin()
}

/// By how much two correct distances of this size may differ: near the antipode a rounding error is metres.
pub(super) fn tolerance(kilometres: f64) -> f64 {
    if kilometres > 19_000.0 { 0.001 } else { 1e-6 }
}

/// Where a point lies in a closed ring, whichever way round it goes; edges are straight in longitude and latitude. The 180th
/// meridian is one place with two longitudes.
pub(super) fn side(point: Point, ring: &[Point]) -> Side {
    let here = side_as_written(point, ring);
    if point.longitude.abs() != 180.0 {
        return here;
    }
    match (here, side_as_written(Point::new(-point.longitude, point.latitude), ring)) {
        (Side::Border, _) | (_, Side::Border) => Side::Border,
        (Side::Inside, _) | (_, Side::Inside) => Side::Inside,
        (Side::Outside, Side::Outside) => Side::Outside,
    }
}

fn side_as_written(point: Point, ring: &[Point]) -> Side {
    if let Some(inside) = in_rectangle(point, ring) {
        return if inside { Side::Inside } else { Side::Outside };
    }
    let mut inside = false;
    for edge in ring.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        if from_edge(point, a, b) < BORDER {
            return Side::Border;
        }
        // A ray to the east crosses the edge.
        if (a.latitude > point.latitude) != (b.latitude > point.latitude) {
            let share = (point.latitude - a.latitude) / (b.latitude - a.latitude);
            if a.longitude + share * (b.longitude - a.longitude) > point.longitude {
                inside = !inside;
            }
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// For a ring that is a rectangle along the grid, whose border is exact and belongs to it. One that is more than 180° wide
/// is meant to go the other way, over the 180th meridian.
fn in_rectangle(point: Point, ring: &[Point]) -> Option<bool> {
    let [a, b, c, d, _] = ring else { return None };
    let first_east = a.latitude == b.latitude
        && b.longitude == c.longitude
        && c.latitude == d.latitude
        && d.longitude == a.longitude;
    let first_north = a.longitude == b.longitude
        && b.latitude == c.latitude
        && c.longitude == d.longitude
        && d.latitude == a.latitude;
    if !first_east && !first_north {
        return None;
    }
    let (west, east) = (a.longitude.min(c.longitude), a.longitude.max(c.longitude));
    let (south, north) = (a.latitude.min(c.latitude), a.latitude.max(c.latitude));
    let between = (west..=east).contains(&point.longitude);
    let beyond = point.longitude <= west || point.longitude >= east;
    let fits = if east - west > 180.0 { beyond } else { between };
    Some(fits && (south..=north).contains(&point.latitude))
}

/// Degrees between a point and an edge.
fn from_edge(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.longitude - a.longitude, b.latitude - a.latitude);
    let (px, py) = (point.longitude - a.longitude, point.latitude - a.latitude);
    let length = dx * dx + dy * dy;
    let share = if length == 0.0 { 0.0 } else { ((px * dx + py * dy) / length).clamp(0.0, 1.0) };
    (px - share * dx).hypot(py - share * dy)
}

/// A closed ring around or beside a point: a rectangle along the grid, a convex shape, or a star with dents.
pub(super) fn ring(chance: &Chance, center: Point) -> Vec<Point> {
    let mut ring = match chance.below(4) {
        0 => rectangle(chance, center),
        1 => across_the_meridian(chance),
        _ => star(chance, center),
    };
    if chance.one_in(2) {
        ring.reverse();
    }
    ring.push(ring[0]);
    ring
}

fn rectangle(chance: &Chance, center: Point) -> Vec<Point> {
    // Often with the point itself on the border.
    let reach = |low: f64, high: f64| {
        let step = || chance.below(4) as f64 / 2.0;
        let (low, end) = ((low - step()).max(-high), (low + step()).min(high));
        // A rectangle has some width.
        if low < end {
            (low, end)
        } else if low < 0.0 {
            (low, end + 0.5)
        } else {
            (low - 0.5, end)
        }
    };
    let (west, east) = reach(center.longitude, 180.0);
    let (south, north) = reach(center.latitude, 90.0);
    corners(west, east, south, north)
}

fn across_the_meridian(chance: &Chance) -> Vec<Point> {
    let south = chance.below(160) as f64 - 80.0;
    corners(179.0 - chance.below(3) as f64, -179.0, south, south + chance.between(1, 9) as f64)
}

fn corners(west: f64, east: f64, south: f64, north: f64) -> Vec<Point> {
    vec![Point::new(west, south), Point::new(east, south), Point::new(east, north), Point::new(west, north)]
}

fn star(chance: &Chance, center: Point) -> Vec<Point> {
    let center = center.near(chance, 3.0);
    let count = chance.between(3, 9);
    let dented = chance.one_in(2);
    let size = *chance.pick(&[0.01, 1.0, 8.0, 60.0]);
    (0..count)
        .map(|at| {
            let angle = at as f64 / count as f64 * std::f64::consts::TAU;
            let reach = size * if dented { 0.2 + chance.unit() } else { 1.0 };
            Point::new(
                (center.longitude + reach * angle.cos()).clamp(-180.0, 180.0),
                (center.latitude + reach * angle.sin()).clamp(-90.0, 90.0),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_a_sphere() {
        let quarter = std::f64::consts::FRAC_PI_2 * EARTH_RADIUS;
        let cases = [
            (Point::new(0.0, 0.0), Point::new(90.0, 0.0), quarter),
            (Point::new(33.0, 0.0), Point::new(-170.0, 90.0), quarter),
            (Point::new(180.0, 5.0), Point::new(-180.0, 5.0), 0.0),
            (Point::new(0.0, -90.0), Point::new(77.0, 90.0), 2.0 * quarter),
        ];
        for (a, b, expected) in cases {
            assert!((kilometres(a, b) - expected).abs() < tolerance(expected), "{a:?} {b:?}");
        }
    }

    #[test]
    fn rings_have_an_inside_whichever_way_they_go() {
        // A dart that points east, with a dent in its western side.
        let mut dart = vec![
            Point::new(0.0, 0.0),
            Point::new(4.0, 2.0),
            Point::new(0.0, 4.0),
            Point::new(1.0, 2.0),
            Point::new(0.0, 0.0),
        ];
        // Clockwise, over the 180th meridian: the example of Microsoft's page.
        let mut seam = vec![
            Point::new(179.0, 65.0),
            Point::new(179.0, 66.0),
            Point::new(-179.0, 66.0),
            Point::new(-179.0, 65.0),
            Point::new(179.0, 65.0),
        ];
        for _ in 0..2 {
            assert_eq!(side(Point::new(2.0, 2.0), &dart), Side::Inside);
            assert_eq!(side(Point::new(0.5, 2.0), &dart), Side::Outside);
            assert_eq!(side(Point::new(2.0, 1.0), &dart), Side::Border);
            assert_eq!(side(Point::new(-180.0, 65.5), &seam), Side::Inside);
            assert_eq!(side(Point::new(179.0, 66.0), &seam), Side::Inside);
            assert_eq!(side(Point::new(0.0, 65.5), &seam), Side::Outside);
            dart.reverse();
            seam.reverse();
        }
    }
}
