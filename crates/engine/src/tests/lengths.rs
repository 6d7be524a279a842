//! How long a text counts: its positions that a token is at, not its tokens (Lucene's `discountOverlaps`, `query.md` §3.1).

use lazuli_analysis::Scratch;
use lazuli_catalog::document::{Document, parse_action};
use serde_json::{Value, json};

use super::corpus::own_schema;
use crate::segment::Packer;

fn length(tokenizer: Value, filters: Value, texts: &Value) -> Option<u32> {
    let packer = Packer::new(own_schema(tokenizer, filters).into());
    let action = parse_action(packer.schema(), &json!({ "id": "1", "text": texts }).to_string()).unwrap();
    let document = Document::new(packer.schema(), action.document);
    let packed = packer.pack(1, &document, &mut Scratch::default());
    packed.lengths.first().map(|(_, length)| *length)
}

fn check(tokenizer: Value, filters: Value, text: &str, expected: u32) {
    let said = format!("{tokenizer} {filters} {text}");
    assert_eq!(length(tokenizer, filters, &json!([text])), Some(expected), "{said}");
}

/// The number of tokens that Lucene 8.8.1 gives an increment is the expected length.
#[test]
fn tokens_beside_others_do_not_count() {
    let words = || json!("standard_v2");
    let spaces = || json!("whitespace");
    let synonym = |rule: &str| json!([{ "@odata.type": "SynonymTokenFilter", "synonyms": [rule] }]);
    check(words(), json!([]), "one two, two", 3);
    check(words(), json!(["stopwords"]), "the cat is on the mat", 2);
    check(spaces(), synonym("tv, television"), "a tv set", 3);
    check(spaces(), synonym("dns, domain name system"), "dns is up", 3);
    check(spaces(), synonym("dns, domain name system"), "dns", 3);
    check(spaces(), synonym("new york => ny"), "in new york now", 3);
    let parts =
        json!([{ "@odata.type": "WordDelimiterTokenFilter", "catenateAll": true, "preserveOriginal": true }]);
    check(spaces(), parts, "Wi-Fi-500-42 box", 5);
    check(spaces(), json!(["word_delimiter"]), "PowerShot SD-500", 4);
    let grams = |kind: &str| json!([{ "@odata.type": kind, "minGram": 2, "maxGram": 10 }]);
    check(words(), grams("EdgeNGramTokenFilterV2"), "light house", 2);
    check(words(), grams("NGramTokenFilterV2"), "light house", 2);
    let tokenizer = |kind: &str| json!({ "@odata.type": kind, "minGram": 2, "maxGram": 3 });
    check(tokenizer("NGramTokenizer"), json!([]), "light", 7);
    check(tokenizer("EdgeNGramTokenizer"), json!([]), "light", 2);
    check(json!("path_hierarchy_v2"), json!([]), "/docs/work/plans", 1);
    check(words(), json!(["shingle"]), "a b c", 3);
    check(words(), json!([{ "@odata.type": "ShingleTokenFilter", "outputUnigrams": false }]), "a b c", 2);
    let folded = json!([{ "@odata.type": "AsciiFoldingTokenFilter", "preserveOriginal": true }]);
    check(words(), folded, "un été", 2);
    check(words(), json!(["keyword_repeat", "porter_stem"]), "jumping cats run", 3);
    let sounds =
        json!([{ "@odata.type": "PhoneticTokenFilter", "encoder": "doubleMetaphone", "replace": false }]);
    check(words(), sounds, "Meyer Smith", 2);
    let common = json!([{ "@odata.type": "CommonGramTokenFilter", "commonWords": ["the"] }]);
    check(words(), common, "the cat sat", 3);
    check(words(), json!([{ "@odata.type": "CjkBigramTokenFilter", "outputUnigrams": true }]), "東京都", 3);
    let compounds =
        json!([{ "@odata.type": "DictionaryDecompounderTokenFilter", "wordList": ["fuss", "ball"] }]);
    check(words(), compounds, "fussball spielen", 2);
    check(words(), json!([{ "@odata.type": "LimitTokenFilter", "maxTokenCount": 2 }]), "one two three", 2);
}

#[test]
fn values_of_a_collection_count_together() {
    let length = |texts: Value| length(json!("standard_v2"), json!(["stopwords"]), &texts);
    assert_eq!(length(json!(["one two", "three"])), Some(3));
    assert_eq!(length(json!(["one", "the", "", "one"])), Some(2));
    // What has no words does not count among the documents that have the field.
    assert_eq!(length(json!(["the", ""])), None);
    assert_eq!(length(json!([])), None);
}
