//! Scores recorded from the service (`query.md` §11), and scores of a corpus of our own worked out apart from the engine.

use std::path::Path;

use lazuli_query::SearchMode;
use serde_json::Value;

use crate::segment::columns;
use crate::segment::norms::FieldStatistics;
use crate::segment::plugin::unsigned_column;
use crate::tests::corpus::{Corpus, schema, text_schema};

/// The ten hotels, in three segments; nothing where the reference data is not at hand.
fn hotels() -> Option<Corpus> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/golden/hotels10.json");
    let Ok(text) = fs_err::read_to_string(&path) else {
        println!("skipped: no golden data");
        return None;
    };
    let mut golden: Value = serde_json::from_str(&text).unwrap();
    let definition = golden["index"].as_object_mut().unwrap();
    // Parts of the definition that say nothing about scores of plain searches.
    definition.remove("scoringProfiles");
    definition.remove("suggesters");
    let mut corpus = Corpus::new(schema(&golden["index"]));
    for chunk in golden["documents"].as_array().unwrap().chunks(4) {
        chunk.iter().for_each(|document| corpus.upload_json(document));
        corpus.commit();
    }
    Some(corpus)
}

/// Scores as the service prints them: the shortest decimal that is the same `f32`.
fn printed(found: &[(String, f32)]) -> Vec<(&str, String)> {
    found.iter().map(|(key, score)| (key.as_str(), score.to_string())).collect()
}

#[test]
fn hotels_score_as_recorded() {
    let Some(mut corpus) = hotels() else { return };
    for _ in 0..2 {
        let found = corpus.best("Cheapest hotel", SearchMode::Any);
        let expected = [
            ("2", "3.4764762"),
            ("10", "2.054103"),
            ("3", "0.9327102"),
            ("4", "0.9327102"),
            ("5", "0.9327102"),
            ("1", "0.8344315"),
            ("9", "0.35242796"),
        ];
        assert_eq!(printed(&found), expected.map(|(key, score)| (key, score.to_owned())));
        // The filter of this recording (`rating eq 5`) leaves hotel 1 only and does not change the statistics.
        let luxury = corpus.best("luxury hotel", SearchMode::Any);
        assert_eq!(printed(&luxury)[0], ("1", "3.8240385".to_owned()));
        corpus.merge();
    }
}

#[test]
fn contributions_are_the_recorded_ones() {
    let Some(corpus) = hotels() else { return };
    let table = [
        ("cheapest", "description", "2", 2.61977),
        ("hotel", "description", "2", 0.50358),
        ("hotel", "descriptionFr", "2", 0.35312),
        ("hotel", "hotelName", "10", 1.60761),
        ("hotel", "description", "10", 0.25290),
        ("hotel", "descriptionFr", "10", 0.19359),
        ("luxury", "description", "1", 1.31563),
        ("luxury", "category", "1", 1.67398),
        ("hotel", "description", "1", 0.47409),
        ("hotel", "descriptionFr", "1", 0.36034),
    ];
    for (word, field, key, expected) in table {
        let found = corpus.best_in(word, SearchMode::Any, &[field]);
        let (_, score) = found.iter().find(|(found, _)| found == key).unwrap();
        assert!((score - expected).abs() < 0.000_006, "{word} in {field} of {key}: {score}");
    }
}

#[test]
fn field_lengths_are_the_recorded_ones() {
    let Some(corpus) = hotels() else { return };
    let table = [
        ("description", [27, 5, 4, 3, 3, 7, 10, 12, 31, 24], 10, 126),
        ("descriptionFr", [25, 6, 4, 3, 3, 0, 9, 11, 32, 24], 9, 117),
        ("hotelName", [2, 2, 1, 2, 2, 0, 2, 0, 3, 2], 8, 16),
    ];
    for (name, expected, documents, tokens) in table {
        let field = corpus.field(name).id;
        let mut lengths = Vec::new();
        for view in corpus.snapshot().segments() {
            let column = unsigned_column(view.columns(), &columns::tokens_name(field)).unwrap().unwrap();
            lengths.extend((0..view.max_doc()).map(|document| column.first(document).unwrap_or(0)));
        }
        assert_eq!(lengths, expected, "{name}");
        assert_eq!(corpus.snapshot().statistics(field).unwrap(), FieldStatistics { documents, tokens });
    }
}

/// A corpus of our own: key, title (standard), text (English), with the lengths of the text as the norm decodes them.
const PLACES: [(&str, &str, &str, f64); 6] = [
    ("a", "Harbour House", "Rooms with a view of the harbour and the old harbour wall.", 7.111_111),
    ("b", "The Mill", "A quiet mill; rooms by the river.", 4.0),
    ("c", "Harbour Light", "Light rooms.", 2.56),
    ("d", "Station", "Next to the station, far from the harbour.", 5.224_49),
    ("e", "Garden", "", 0.0),
    ("f", "Hill", "Walls of stone, rooms of wood, a harbour of peace.", 7.111_111),
];

/// BM25 in plain `f64` from counts that can be checked by eye.
fn bm25(documents: f64, frequency: f64, average: f64, length: f64, count: f64) -> f64 {
    let idf = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
    idf * 2.2 * count / (count + 1.2 * (0.25 + 0.75 * length / average))
}

#[test]
fn scores_are_what_the_formula_gives_for_counts_made_by_hand() {
    let mut corpus = Corpus::new(text_schema(&[("title", "standard.lucene"), ("text", "en.lucene")]));
    for (key, title, text, _) in PLACES {
        corpus.upload(key, &[title, text]);
        if key == "b" {
            corpus.commit();
        }
    }
    corpus.commit();
    // Titles: 2 + 2 + 2 + 1 + 1 + 1 tokens in 6 documents. Texts without stop words: room view harbour old harbour wall = 6,
    // quiet mill room river = 4, light room = 2, next station far from harbour = 5, wall stone room wood harbour peac = 6.
    let title = |length, count| bm25(6.0, 2.0, 9.0 / 6.0, length, count);
    let text = |length, count| bm25(5.0, 3.0, 23.0 / 5.0, length, count);
    let length = |key: &str| PLACES.iter().find(|place| place.0 == key).unwrap().3;
    let expected = [
        ("a", title(2.56, 1.0) + text(length("a"), 2.0)),
        ("c", title(2.56, 1.0)),
        ("d", text(length("d"), 1.0)),
        ("f", text(length("f"), 1.0)),
    ];
    let found = corpus.best("harbours", SearchMode::Any);
    assert_eq!(found.len(), 3, "only English makes one word of harbour and harbours: {found:?}");
    let found = corpus.best("Harbour", SearchMode::Any);
    for ((key, score), (expected_key, expected)) in found.iter().zip(expected) {
        assert_eq!(key, expected_key);
        assert!(
            (f64::from(*score) - expected).abs() < 1e-6 * expected,
            "{key}: {score} instead of {expected}"
        );
    }
    assert_eq!(found.len(), expected.len());
}
