//! Points on the earth: distances, circles and polygons, prepared once and asked for every document.
//!
//! A circle knows which latitudes and longitudes it can reach at all, so that most points are decided by two comparisons
//! and few by the formula; the answer is the formula's for every point.

use lazuli_catalog::GeoPoint;
use lazuli_query::filter::{Distance, Polygon};

/// Mean radius of the earth in kilometres, from a recorded distance score (`query.md`, corrections, 2).
const RADIUS_KM: f64 = 6371.0087714;

/// What a box is made larger by, in radians (0.6 m on the ground). The formula is least exact for opposite points,
/// where its result is the arc sine of nearly 1: there it errs by up to √ε, some 3·10⁻⁸.
const MARGIN: f64 = 1e-7;

/// The distance of two points along a great circle, in kilometres (haversine formula).
pub(crate) fn kilometres(a: GeoPoint, b: GeoPoint) -> f64 {
    let (from, to) = (a.latitude.to_radians(), b.latitude.to_radians());
    let north = ((to - from) / 2.0).sin();
    // The shorter way round, so that 180 and -180 are exactly one place.
    let apart = (b.longitude - a.longitude).abs();
    let east = (apart.min(360.0 - apart).to_radians() / 2.0).sin();
    let haversine = north * north + from.cos() * to.cos() * east * east;
    2.0 * RADIUS_KM * haversine.sqrt().min(1.0).asin()
}

/// A comparison with the distance from a point.
#[derive(Debug, Clone)]
pub(crate) struct Circle {
    center: GeoPoint,
    distance: Distance,
    /// `None` where every point may be near: the circle is as large as the earth, or the limit is not a number.
    reach: Option<Reach>,
}

/// How far from the centre a point can be and still be within the limit, in degrees.
#[derive(Debug, Clone, Copy)]
struct Reach {
    latitude: f64,
    /// 180 where a pole is inside.
    longitude: f64,
}

impl Circle {
    /// Points whose distance from `center` compares as `distance` says.
    pub(crate) fn new(center: GeoPoint, distance: Distance) -> Self {
        let (Distance::Below(limit)
        | Distance::AtMost(limit)
        | Distance::Above(limit)
        | Distance::AtLeast(limit)) = distance;
        Self { center, distance, reach: Reach::of(center, limit) }
    }

    /// The answer for every point at this latitude, where the latitude alone decides it.
    #[inline]
    pub(crate) fn decided_by_latitude(&self, latitude: f64) -> Option<bool> {
        let reach = self.reach.as_ref()?;
        ((latitude - self.center.latitude).abs() > reach.latitude).then_some(self.holds_far_away())
    }

    /// Whether the comparison is true of `point`.
    #[inline]
    pub(crate) fn contains(&self, point: GeoPoint) -> bool {
        if self.reach.is_some_and(|reach| reach.excludes(self.center, point)) {
            return self.holds_far_away();
        }
        let distance = kilometres(self.center, point);
        match self.distance {
            Distance::Below(limit) => distance < limit,
            Distance::AtMost(limit) => distance <= limit,
            Distance::Above(limit) => distance > limit,
            Distance::AtLeast(limit) => distance >= limit,
        }
    }

    /// The answer for points outside the box.
    fn holds_far_away(&self) -> bool {
        match self.distance {
            Distance::Below(_) | Distance::AtMost(_) => false,
            Distance::Above(_) | Distance::AtLeast(_) => true,
        }
    }
}

impl Reach {
    fn of(center: GeoPoint, limit_km: f64) -> Option<Self> {
        use std::f64::consts::{FRAC_PI_2, PI};
        let angle = limit_km / RADIUS_KM + MARGIN;
        if angle.is_nan() || angle >= PI {
            return None;
        }
        let angle = angle.max(MARGIN);
        let latitude = center.latitude.to_radians();
        // The widest point of a circle lies polewards of its centre, where a meridian touches it.
        let longitude = if latitude.abs() + angle >= FRAC_PI_2 {
            PI
        } else {
            (angle.sin() / latitude.cos()).min(1.0).asin() + MARGIN
        };
        Some(Self { latitude: angle.to_degrees(), longitude: longitude.to_degrees().min(180.0) })
    }

    #[inline]
    fn excludes(self, center: GeoPoint, point: GeoPoint) -> bool {
        let east = (point.longitude - center.longitude).abs();
        (point.latitude - center.latitude).abs() > self.latitude || east.min(360.0 - east) > self.longitude
    }
}

/// A polygon whose edges are straight in longitude and latitude, its border included.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    corners: Vec<GeoPoint>,
    south_west: GeoPoint,
    north_east: GeoPoint,
}

impl Area {
    /// What `polygon` encloses, whichever way round it goes. A rectangle along the grid whose sides are more than 180°
    /// long is meant the short way, across the 180th meridian (the service's documentation has
    /// `POLYGON((179 65, 179 66, -179 66, -179 65, 179 65))`), unless it goes round the whole earth.
    pub(crate) fn new(polygon: &Polygon) -> Self {
        let mut corners = polygon.ring.clone();
        if crosses_meridian(&corners) {
            for corner in corners.iter_mut().filter(|corner| corner.longitude < 0.0) {
                corner.longitude += 360.0;
            }
        }
        let (mut south_west, mut north_east) = (NOWHERE, NOWHERE);
        for corner in &corners {
            // `min` and `max` ignore the NaN they begin with.
            south_west.longitude = corner.longitude.min(south_west.longitude);
            south_west.latitude = corner.latitude.min(south_west.latitude);
            north_east.longitude = corner.longitude.max(north_east.longitude);
            north_east.latitude = corner.latitude.max(north_east.latitude);
        }
        Self { corners, south_west, north_east }
    }

    /// What it takes to ask for a point.
    pub(crate) fn corners(&self) -> usize {
        self.corners.len()
    }

    /// The answer for every point at this latitude, where the latitude alone decides it.
    #[inline]
    pub(crate) fn decided_by_latitude(&self, latitude: f64) -> Option<bool> {
        (!self.spans_latitude(latitude)).then_some(false)
    }

    /// Whether `point` lies inside or on the border. A meridian has several numbers: -180, 180 and, in an area that
    /// crosses it, those above.
    #[inline]
    pub(crate) fn contains(&self, point: GeoPoint) -> bool {
        self.spans_latitude(point.latitude)
            && [0.0, 360.0, -360.0].into_iter().any(|turn| {
                let point = GeoPoint { longitude: point.longitude + turn, ..point };
                (self.south_west.longitude..=self.north_east.longitude).contains(&point.longitude)
                    && self.encloses(point)
            })
    }

    fn spans_latitude(&self, latitude: f64) -> bool {
        (self.south_west.latitude..=self.north_east.latitude).contains(&latitude)
    }

    /// Counts the edges that a ray eastwards from the point crosses: odd inside.
    fn encloses(&self, point: GeoPoint) -> bool {
        let mut inside = false;
        for (from, to) in self.corners.iter().zip(self.corners.iter().skip(1)) {
            // Positive where the point lies to the left of the edge.
            let side = (to.longitude - from.longitude) * (point.latitude - from.latitude)
                - (to.latitude - from.latitude) * (point.longitude - from.longitude);
            if side == 0.0
                && between(from.longitude, point.longitude, to.longitude)
                && between(from.latitude, point.latitude, to.latitude)
            {
                return true;
            }
            let northwards = to.latitude > from.latitude;
            if (from.latitude > point.latitude) != (to.latitude > point.latitude)
                && (side > 0.0) == northwards
            {
                inside = !inside;
            }
        }
        inside
    }
}

const NOWHERE: GeoPoint = GeoPoint { longitude: f64::NAN, latitude: f64::NAN };

fn between(one: f64, value: f64, other: f64) -> bool {
    (one.min(other)..=one.max(other)).contains(&value)
}

/// Whether a ring is a rectangle along the grid whose longitudes jump by more than half the earth.
fn crosses_meridian(ring: &[GeoPoint]) -> bool {
    let mut edges = ring.iter().zip(ring.iter().skip(1));
    if !edges.all(|(from, to)| from.longitude == to.longitude || from.latitude == to.latitude) {
        return false;
    }
    let longitudes = different(ring.iter().map(|corner| corner.longitude));
    let latitudes = different(ring.iter().map(|corner| corner.latitude));
    match (longitudes.as_slice(), latitudes.as_slice()) {
        ([west, east], [_, _]) => east - west > 180.0 && east - west < 360.0,
        _ => false,
    }
}

/// The different numbers, ascending.
fn different(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point((longitude, latitude): (f64, f64)) -> GeoPoint {
        GeoPoint { longitude, latitude }
    }

    fn area(corners: &[(f64, f64)]) -> Area {
        Area::new(&Polygon { ring: corners.iter().copied().map(point).collect() })
    }

    fn check_distance(a: (f64, f64), b: (f64, f64), expected: f64, tolerance: f64) {
        for distance in [kilometres(point(a), point(b)), kilometres(point(b), point(a))] {
            assert!((distance - expected).abs() <= tolerance, "{a:?} {b:?}: {distance}, not {expected}");
        }
    }

    #[test]
    fn distances() {
        let half_way_round = std::f64::consts::PI * RADIUS_KM;
        check_distance((3.0, 4.0), (3.0, 4.0), 0.0, 0.0);
        check_distance((180.0, 4.0), (-180.0, 4.0), 0.0, 0.0);
        // One degree along a meridian and along the equator.
        check_distance((7.0, 0.0), (7.0, 1.0), half_way_round / 180.0, 1e-9);
        check_distance((-0.5, 0.0), (0.5, 0.0), half_way_round / 180.0, 1e-9);
        check_distance((179.5, 0.0), (-179.5, 0.0), half_way_round / 180.0, 1e-9);
        // Longitudes do not matter at a pole; opposite points.
        check_distance((0.0, 90.0), (123.0, 90.0), 0.0, 1e-9);
        check_distance((0.0, 90.0), (55.0, -90.0), half_way_round, 1e-9);
        check_distance((10.0, 20.0), (-170.0, -20.0), half_way_round, 1e-3);
        // Recorded from the service: hotel 2 of `query.md` §3.3, to the digits that are written there.
        check_distance((-122.131577, 49.678581), (-122.0, 49.0), 76.05465, 1e-5);
    }

    #[test]
    fn circles_compare_with_the_distance() {
        let center = point((10.0, 0.0));
        let limit = kilometres(center, point((10.0, 1.0)));
        let near =
            |distance| [0.5, 1.0, 1.5].map(|lat| Circle::new(center, distance).contains(point((10.0, lat))));
        assert_eq!(near(Distance::Below(limit)), [true, false, false]);
        assert_eq!(near(Distance::AtMost(limit)), [true, true, false]);
        assert_eq!(near(Distance::Above(limit)), [false, false, true]);
        assert_eq!(near(Distance::AtLeast(limit)), [false, true, true]);
    }

    #[test]
    fn limits_that_are_no_circle() {
        let ask = |distance| Circle::new(point((1.0, 2.0)), distance).contains(point((-179.0, -2.0)));
        let here = |distance| Circle::new(point((1.0, 2.0)), distance).contains(point((1.0, 2.0)));
        for limit in [f64::NAN, f64::INFINITY, 1e6] {
            assert_eq!(ask(Distance::Below(limit)), !limit.is_nan());
            assert!(!ask(Distance::Above(limit)));
        }
        assert!(!here(Distance::Below(-1.0)) && !here(Distance::AtMost(-1.0)));
        assert!(here(Distance::Above(-1.0)) && here(Distance::AtLeast(f64::NEG_INFINITY)));
        assert!(!here(Distance::Below(0.0)) && here(Distance::AtMost(0.0)));
    }

    #[test]
    fn a_far_latitude_decides() {
        let center = point((0.0, 50.0));
        // Ten kilometres are 0.0899 degrees.
        for (distance, far) in [(Distance::Below(10.0), false), (Distance::AtLeast(10.0), true)] {
            let circle = Circle::new(center, distance);
            assert_eq!(
                [49.9, 50.089, 50.1].map(|at| circle.decided_by_latitude(at)),
                [Some(far), None, Some(far)]
            );
        }
        assert_eq!(Circle::new(center, Distance::Below(30_000.0)).decided_by_latitude(-90.0), None);
    }

    const SQUARE: [(f64, f64); 5] = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];
    /// With a bay from the north down to (2, 1).
    const BAY: [(f64, f64); 6] = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0), (0.0, 0.0)];

    /// Asks in both directions round the ring.
    fn check_area(corners: &[(f64, f64)], inside: &[(f64, f64)], outside: &[(f64, f64)]) {
        let reversed: Vec<_> = corners.iter().rev().copied().collect();
        for area in [area(corners), area(&reversed)] {
            for (points, expected) in [(inside, true), (outside, false)] {
                for at in points {
                    assert_eq!(area.contains(point(*at)), expected, "{at:?} in {corners:?}");
                    assert!(!expected || area.decided_by_latitude(at.1).is_none());
                }
            }
        }
    }

    #[test]
    fn areas_include_their_border() {
        check_area(
            &SQUARE,
            &[(2.0, 2.0), (0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (2.0, 0.0), (0.0, 3.0), (4.0, 1.0), (1.0, 4.0)],
            &[(4.1, 2.0), (-0.1, 2.0), (2.0, 4.1), (2.0, -0.1), (-1.0, 0.0), (5.0, 4.0), (-1.0, 4.0)],
        );
        check_area(
            &BAY,
            &[(2.0, 1.0), (1.0, 1.0), (3.0, 1.0), (1.0, 2.5), (3.0, 2.5), (0.5, 3.0), (4.0, 4.0)],
            &[(2.0, 1.1), (2.0, 3.0), (1.5, 2.0), (2.0, 4.0), (-1.0, 1.0), (5.0, 1.0)],
        );
    }

    #[test]
    fn a_ray_through_corners_counts_once() {
        let diamond = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
        check_area(&diamond, &[(0.0, 0.0), (-1.0, 0.0), (0.5, 0.5)], &[(-2.0, 0.0), (2.0, 0.0), (-1.0, 1.0)]);
    }

    #[test]
    fn rectangles_cross_the_180th_meridian() {
        // The documentation's example.
        let ring = [(179.0, 65.0), (179.0, 66.0), (-179.0, 66.0), (-179.0, 65.0), (179.0, 65.0)];
        check_area(
            &ring,
            &[(180.0, 65.5), (-180.0, 65.5), (179.5, 65.0), (-179.0, 66.0), (-179.5, 65.5)],
            &[(0.0, 65.5), (178.9, 65.5), (-178.9, 65.5), (180.0, 66.1)],
        );
    }

    #[test]
    fn other_wide_rings_stay_in_the_plane() {
        let triangle = [(-170.0, 0.0), (170.0, 0.0), (0.0, 50.0), (-170.0, 0.0)];
        check_area(&triangle, &[(0.0, 10.0)], &[(175.0, 1.0), (-175.0, 1.0)]);
        let earth = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)];
        check_area(&earth, &[(0.0, 0.0), (180.0, 0.0), (-180.0, 90.0)], &[]);
        let half = [(-90.0, 0.0), (90.0, 0.0), (90.0, 9.0), (-90.0, 9.0), (-90.0, 0.0)];
        check_area(&half, &[(0.0, 5.0)], &[(180.0, 5.0)]);
    }

    #[test]
    fn one_meridian_has_two_names() {
        check_area(
            &[(170.0, 0.0), (180.0, 0.0), (180.0, 9.0), (170.0, 9.0), (170.0, 0.0)],
            &[(-180.0, 5.0), (180.0, 5.0)],
            &[(-179.9, 5.0)],
        );
        check_area(
            &[(-180.0, 0.0), (-170.0, 0.0), (-170.0, 9.0), (-180.0, 9.0), (-180.0, 0.0)],
            &[(-180.0, 5.0), (180.0, 5.0)],
            &[(179.9, 5.0)],
        );
    }

    fn any_point() -> impl Strategy<Value = GeoPoint> {
        let edges = |end: f64| prop_oneof![4 => -end..=end, 1 => Just(-end), 1 => Just(end), 1 => Just(0.0)];
        (edges(180.0), edges(90.0)).prop_map(point)
    }

    fn check_against_formula(center: GeoPoint, limit: f64, at: GeoPoint) {
        let circle = |distance| {
            let circle = Circle::new(center, distance);
            let answer = circle.contains(at);
            if let Some(decided) = circle.decided_by_latitude(at.latitude) {
                assert_eq!(decided, answer);
            }
            answer
        };
        let distance = kilometres(center, at);
        assert_eq!(circle(Distance::Below(limit)), distance < limit);
        assert_eq!(circle(Distance::AtMost(limit)), distance <= limit);
        assert_eq!(circle(Distance::Above(limit)), distance > limit);
        assert_eq!(circle(Distance::AtLeast(limit)), distance >= limit);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_box_never_excludes_what_the_formula_includes(
            center in any_point(), at in any_point(), limit in prop_oneof![0.0..30.0, 0.0..21_000.0],
            nearness in prop_oneof![Just(1.0), 0.0..0.01f64],
        ) {
            // Near the centre, so that small circles are met too; and a circle through the point itself.
            let at = point((
                (center.longitude + (at.longitude - center.longitude) * nearness).clamp(-180.0, 180.0),
                (center.latitude + (at.latitude - center.latitude) * nearness).clamp(-90.0, 90.0),
            ));
            check_against_formula(center, limit, at);
            check_against_formula(center, kilometres(center, at), at);
        }
    }
}
