//! Searches over texts in which several words stand at one position, or one for several: at the index, in the query, in both.
//! What is found follows from the positions that Lucene gives the tokens (`analysis.md` §4.3, §5.2) and the rules of §7.1.

use lazuli_query::SearchMode;
use serde_json::{Value, json};

use crate::tests::corpus::{Corpus, own_schema, schema, text_schema};

/// Documents of one text each; their keys are `a`, `b`, `c` and so on.
fn corpus(tokenizer: &str, filters: Value, texts: &[&str]) -> Corpus {
    filled(Corpus::new(own_schema(json!(tokenizer), filters)), texts)
}

fn filled(mut corpus: Corpus, texts: &[&str]) -> Corpus {
    for (text, key) in texts.iter().zip('a'..) {
        corpus.upload_json(&json!({ "id": key.to_string(), "text": [text] }));
    }
    corpus.commit();
    corpus
}

/// Documents of one text each for an analyzer of the service.
fn predefined(analyzer: &str, texts: &[&str]) -> Corpus {
    let mut corpus = Corpus::new(text_schema(&[("text", analyzer)]));
    for (text, key) in texts.iter().zip('a'..) {
        corpus.upload(&key.to_string(), &[text]);
    }
    corpus.commit();
    corpus
}

/// What words find, any and all of them, and what they find in quotes.
fn check(corpus: &Corpus, words: &str, any: &str, all: &str, quoted: &str) {
    let said = |mode, text: &str| corpus.found(text, mode);
    assert_eq!(said(SearchMode::Any, words), any, "any of {words}");
    assert_eq!(said(SearchMode::All, words), all, "all of {words}");
    assert_eq!(said(SearchMode::Any, &format!("\"{words}\"")), quoted, "\"{words}\"");
}

#[test]
fn parts_of_words_stand_where_the_word_does() {
    let filters = json!(["lowercase", { "@odata.type": "WordDelimiterTokenFilter", "catenateWords": true,
        "preserveOriginal": true }]);
    // wi-fi: wi-fi, wi and wifi at 0, fi at 1.
    let corpus = corpus("whitespace", filters, &["wi-fi router", "wifi router", "wi fi router", "fi wi"]);
    check(&corpus, "wi-fi", "abcd", "acd", "ac");
    check(&corpus, "wi-fi router", "abcd", "ac", "ac");
    check(&corpus, "wifi", "ab", "ab", "ab");
    check(&corpus, "fi router", "abcd", "ac", "ac");
    // The word put together stands at the first position only, so the phrase is found where nothing was taken apart.
    check(&corpus, "wifi router", "abc", "ab", "b");
}

#[test]
fn synonyms_of_the_index_stand_beside_the_words_they_spill_over() {
    let rules = json!(["dns, domain name system", "tv => television"]);
    let filters = json!(["lowercase", { "@odata.type": "SynonymTokenFilter", "synonyms": rules }]);
    // dns is up: dns and domain at 0, is and name at 1, up and system at 2.
    let corpus = corpus("whitespace", filters, &["dns is up", "domain name system", "a tv set"]);
    check(&corpus, "dns", "ab", "ab", "ab");
    check(&corpus, "system", "ab", "ab", "ab");
    check(&corpus, "television set", "c", "c", "c");
    check(&corpus, "tv", "c", "c", "c");
    check(&corpus, "set tv", "c", "c", "");
    check(&corpus, "up", "a", "a", "a");
}

#[test]
fn synonyms_of_the_query_are_ways_through_it() {
    let component = |kind: &str, name: &str| json!({ "@odata.type": format!("#Microsoft.Azure.Search.{kind}"), "name": name });
    let mut filter = component("SynonymTokenFilter", "same");
    filter["synonyms"] = json!(["usa, united states of america", "big apple, new york city, nyc"]);
    let mut analyzer = component("CustomAnalyzer", "expanding");
    analyzer["tokenizer"] = json!("whitespace");
    analyzer["tokenFilters"] = json!(["lowercase", "same"]);
    let definition = json!({
        "name": "corpus",
        "fields": [
            { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
            { "name": "text", "type": "Collection(Edm.String)", "indexAnalyzer": "simple", "searchAnalyzer": "expanding" },
        ],
        "analyzers": [analyzer],
        "tokenFilters": [filter],
    });
    let texts = ["made in the usa today", "made in the united states of america today", "united they stand"];
    let corpus = filled(Corpus::new(schema(&definition)), &texts);
    // A left side of several words is one only where the parser leaves them together.
    check(&corpus, "united states of america", "bc", "b", "ab");
    check(&corpus, "the united states of america today", "abc", "b", "ab");
    // Several words for one lie flat beside what follows, as in Lucene: so only maps, which build graphs, do this well.
    check(&corpus, "in the usa", "abc", "b", "b");
    check(&corpus, "usa", "abc", "b", "b");
}

#[test]
fn a_compound_is_a_way_beside_its_parts() {
    let corpus = predefined("ja.lucene", &["関西国際空港に行く", "空港と国際と関西", "空港"]);
    // 関西 and 関西国際空港 at 0, 国際 at 1, 空港 at 2: the compound, or all of its parts.
    check(&corpus, "関西国際空港", "ab", "ab", "a");
    check(&corpus, "空港", "abc", "abc", "abc");
}

#[test]
fn maps_find_what_is_said_otherwise() {
    let texts =
        ["the luxury hotel", "a fancy hotel", "hotel of luxury", "a very fine hotel", "fine, a very hotel"];
    let mut corpus = corpus("standard_v2", json!(["lowercase", "stopwords"]), &texts);
    check(&corpus, "luxury", "ac", "ac", "ac");
    corpus.expand("text", "luxury, fancy, very fine\nhotel in the woods => cabin");
    check(&corpus, "luxury", "abcd", "abcd", "abcd");
    check(&corpus, "luxury hotel", "abcde", "abcd", "abd");
    check(&corpus, "very fine", "de", "de", "abcd");
    assert_eq!(corpus.found("luxur* hotel", SearchMode::All), "ac");
    assert_eq!(corpus.found("-luxury", SearchMode::Any), "e");
}

#[test]
fn maps_find_words_in_other_forms() {
    let texts = ["two mice", "a mouse", "some rodents", "a hot dog", "wieners"];
    let mut corpus = predefined("en.microsoft", &texts);
    check(&corpus, "mouse", "ab", "ab", "ab");
    let typed = corpus.best("mouse", SearchMode::Any);
    corpus.expand("text", "gnawer, mouse\nmice => rodent\nhot dogs, wiener\nvermin => mouse");
    // A replaced word finds what the other would have, and scores so.
    assert_eq!(corpus.best("vermin", SearchMode::Any), typed);
    check(&corpus, "gnawer", "ab", "ab", "ab");
    check(&corpus, "mice", "abc", "abc", "abc");
    check(&corpus, "wieners", "de", "de", "de");
    check(&corpus, "hot dog", "d", "d", "de");
}

/// Recorded in 2026 (`wire.md` §3), on a shard of hotels 1 and 10 (`query.md` §3.1); these are their names.
#[test]
fn an_expansion_scores_as_the_typed_word() {
    let mut corpus = corpus("standard_v2", json!(["lowercase"]), &["Fancy Stay", "Countryside Hotel"]);
    corpus.expand("text", "luxury,fancy");
    for word in ["luxury", "fancy"] {
        assert_eq!(corpus.best(word, SearchMode::Any), [("a".to_owned(), 0.621_910_15)]);
    }
}

#[test]
fn gaps_of_removed_words_count() {
    let texts = ["fish and chips", "fish chips", "fish with hot chips", "the fish, the chips"];
    let corpus = corpus("standard_v2", json!(["lowercase", "stopwords"]), &texts);
    check(&corpus, "fish and chips", "abcd", "abcd", "ad");
    check(&corpus, "fish chips", "abcd", "abcd", "b");
    check(&corpus, "the fish", "abcd", "abcd", "abcd");
}
