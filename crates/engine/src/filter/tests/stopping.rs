//! Searches that can be stopped in the middle of long work: how often the clock is looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lazuli_catalog::GeoPoint;
use lazuli_platform::cancel::Cancel;
use lazuli_platform::clock::Clock;
use lazuli_query::filter::{Filter, Polygon};
use serde_json::json;

use super::helper::{any, id, integers, text};
use crate::bits::Bits;
use crate::filter::{Question, SegmentFilter};
use crate::tests::corpus::{Corpus, schema};

/// Goes on by a nanosecond each time it is looked at.
#[derive(Debug, Default)]
struct Looks(AtomicU64);

impl Clock for Looks {
    fn unix_millis(&self) -> i64 {
        0
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// Documents with a point, `points` in a collection and a word in a collection, in one segment.
fn corpus(documents: usize, points: usize) -> Corpus {
    let mut corpus = Corpus::new(schema(&json!({ "name": "stopping", "fields": [
        { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
        { "name": "place", "type": "Edm.GeographyPoint" },
        { "name": "places", "type": "Collection(Edm.GeographyPoint)" },
        { "name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            { "name": "kind", "type": "Edm.String", "searchable": false },
            { "name": "floor", "type": "Edm.Int32" },
        ] },
    ]})));
    let place = json!({ "type": "Point", "coordinates": [0.5, 0.5] });
    for number in 0..documents {
        corpus.upload_json(&json!({
            "@search.action": "upload", "id": number.to_string(), "place": place,
            "places": vec![&place; points], "rooms": [{ "kind": "k1", "floor": number }],
        }));
    }
    corpus.commit();
    corpus
}

/// How often the clock is looked at while a filter is opened, and while every so manieth document is asked.
fn looks(corpus: &Corpus, filter: &Filter, step: usize) -> (u64, u64) {
    let clock = Arc::new(Looks::default());
    let cancel = Cancel::with_deadline(clock.clone(), Duration::from_secs(1));
    let view = &corpus.snapshot().segments()[0];
    let question = Question::new(filter, corpus.snapshot().filters());
    let opened = SegmentFilter::open(&question, view, 1, &cancel).unwrap();
    let opening = clock.0.load(Ordering::Relaxed);
    let mut bits = Bits::none();
    (0..view.max_doc() as usize).step_by(step).for_each(|document| bits.insert(document));
    opened.retain(0, &mut bits).unwrap();
    (opening, clock.0.load(Ordering::Relaxed) - opening)
}

/// About the square from 0 to 1, with the most corners allowed.
fn polygon() -> Polygon {
    let corner = |longitude, latitude| GeoPoint { longitude, latitude };
    let mut ring: Vec<GeoPoint> = (0..9_997).map(|at| corner(f64::from(at) / 9_996.0, 0.0)).collect();
    ring.extend([corner(1.0, 1.0), corner(0.0, 1.0), corner(0.0, 0.0)]);
    Polygon { ring }
}

#[test]
fn among_the_corners_of_polygons() {
    // Ten thousand corners for each of 600 points: a look for each million.
    let corpus = corpus(600, 0);
    let inside = Filter::Inside { field: id(&corpus, "place"), polygon: polygon() };
    let (_, looks) = looks(&corpus, &inside, 1);
    assert!(looks >= 5, "{looks}");
}

#[test]
fn among_the_points_of_one_document() {
    let corpus = corpus(1, 600);
    let places = id(&corpus, "places");
    let inside = any(places, Filter::Inside { field: places, polygon: polygon() });
    let (_, looks) = looks(&corpus, &inside, 1);
    assert!(looks >= 5, "{looks}");
}

#[test]
fn between_documents_with_elements() {
    let corpus = corpus(640, 1);
    let rooms = any(id(&corpus, "rooms"), integers(id(&corpus, "rooms/floor"), 0, 100));
    // One of 64 is looked at for itself.
    let (_, looks) = looks(&corpus, &rooms, 64);
    assert!(looks >= 10, "{looks}");
}

#[test]
fn among_the_values_of_a_list() {
    let corpus = corpus(10, 0);
    let (kind, floor) = (id(&corpus, "rooms/kind"), id(&corpus, "rooms/floor"));
    let values: Vec<String> = (0..1000).map(|number| format!("k{number:03}")).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    // Not answered by postings: another part may be true.
    let rooms = Filter::Or(vec![text(kind, &values), integers(floor, 3, 3)]);
    let (looks, _) = looks(&corpus, &any(id(&corpus, "rooms"), rooms), 1);
    assert!(looks >= 1000 / 64, "{looks}");
}
