//! The comparison that scenarios rest on.

use lazuli_testkit::matching::{difference, disorder, surplus};
use serde_json::json;

#[test]
fn a_part_is_enough_but_arrays_are_whole() {
    let actual = json!({"a": {"b": 1.0, "c": null}, "d": [{"e": 1, "f": 2}], "g": "some text"});
    for expected in [
        json!({}),
        json!({"a": {"b": 1, "c": null}}),
        json!({"d": [{"f": 2}], "z": "<absent>"}),
        json!({"d": "<any>", "g": "<text>me te"}),
        json!({"a": {"c": "<value>"}, "g": "<value>"}),
    ] {
        assert_eq!(difference(&expected, &actual), None);
    }
    for (expected, place) in [
        (json!({"a": {"b": 2}}), "$.a.b"),
        (json!({"a": {"c": "<any>"}}), "$.a.c"),
        (json!({"a": {"c": "<absent>"}}), "$.a.c"),
        (json!({"z": "<value>"}), "$.z"),
        (json!({"d": []}), "$.d"),
        (json!({"z": 1}), "$.z"),
        (json!({"g": "<text>nothing"}), "$.g"),
    ] {
        assert!(difference(&expected, &actual).unwrap().starts_with(place));
    }
}

#[test]
fn order_is_that_of_the_expected_members() {
    let actual = json!({"a": 1, "b": {"c": 1, "d": 1}});
    assert_eq!(disorder(&json!({"a": 0, "b": {"c": 0}}), &actual), None);
    assert!(disorder(&json!({"b": 0, "a": 0}), &actual).is_some());
    assert!(disorder(&json!({"b": {"d": 0, "c": 0}}), &actual).is_some());
}

#[test]
fn members_that_nobody_named_are_found_at_every_depth() {
    let actual = json!({"a": 1, "b": [{"c": 1, "d": 1}]});
    assert_eq!(surplus(&json!({"a": 0, "b": "<any>", "z": 0}), &actual), None);
    assert!(surplus(&json!({"b": "<any>"}), &actual).unwrap().starts_with("$.a"));
    assert!(surplus(&json!({"a": 0, "b": [{"c": 0}]}), &actual).unwrap().starts_with("$.b[0].d"));
}
