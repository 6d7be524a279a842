//! Texts that are long or odd; words are compared with Lucene's in `tests/data/component_cases.jsonl`.

use super::{Japanese, tokenize};

const LUCENE: Japanese = Japanese { particles: false, compounds: true };

/// Texts of which nothing is settled for long, and runs longer than unknown words get: all is covered, in order.
#[test]
fn long_runs_come_to_an_end() {
    for unit in
        ["ア", "一", "ーカタ", "a", "9", "国", "ひ", "。", " ", "😀", "者", "ｱ", "すもももももももものうち"]
    {
        let text = unit.repeat(20_000);
        let (mut start, mut end) = (0, 0);
        let reached = tokenize(&text, LUCENE, &mut |piece| {
            let attributes = piece.attributes;
            assert!(start <= attributes.start && attributes.start <= end.max(start) + 2000, "{unit}");
            assert!(attributes.start < attributes.end, "{unit}");
            (start, end) = (attributes.start, attributes.end);
            Ok(())
        });
        assert_eq!(reached.map(|end| end.offset), Ok(text.encode_utf16().count() as u32), "{unit}");
    }
}

/// An unknown word has 1 024 units at most, which must not be half a character.
#[test]
fn runs_are_not_cut_within_a_character() {
    let text = format!("\u{2c00}{}", "𐐀".repeat(2000));
    let found = tokenize(&text, LUCENE, &mut |piece| {
        assert!(!piece.text.contains('\u{fffd}'));
        Ok(())
    });
    assert!(found.is_ok());
}

#[track_caller]
fn check(wanted: Japanese, expected: &str) {
    let mut words = Vec::new();
    let end = tokenize("関西国際空港に行った", wanted, &mut |piece| {
        words.push(piece.text.to_owned());
        Ok(())
    });
    assert!(end.is_ok());
    assert_eq!(words.join("|"), expected);
}

#[test]
fn particles_and_compounds_may_be_wanted() {
    check(LUCENE, "関西|関西国際空港|国際|空港|行く");
    check(Japanese { particles: true, compounds: false }, "関西|国際|空港|に|行く|た");
}
