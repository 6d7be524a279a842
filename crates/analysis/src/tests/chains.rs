//! Analyzers built from definitions.

use crate::definition::{
    AsciiFolding, BuildError, Chain, EdgeNGram, Keep, Length, Limit, MicrosoftWords, NGram, PatternCapture,
    Shingle, Side, StemmerOverride, Stopwords, TokenFilter, Tokenizer, Truncate, Unique,
};

/// The tokens as the reference writes them: `text[start,end]@position`.
fn check(tokenizer: Tokenizer, token_filters: &[TokenFilter], text: &str, expected: &str) {
    let chain = Chain { char_filters: Vec::new(), tokenizer, token_filters: token_filters.to_vec() };
    let tokens = chain.build("own").unwrap().tokens(text);
    let shown: Vec<String> =
        tokens.iter().map(|t| format!("{}[{},{}]@{}", t.text, t.start, t.end, t.position)).collect();
    assert_eq!(shown.join(" "), expected, "{text:?}");
}

/// analysis.md, Appendix B.
#[test]
fn keywords_are_repeated_and_not_stemmed() {
    let filters = [TokenFilter::KeywordRepeat, TokenFilter::PorterStem];
    let expected = "jumping[0,7]@0 jump[0,7]@0 cat[8,11]@1 cat[8,11]@1";
    check(Tokenizer::Whitespace, &filters, "jumping cat", expected);
}

/// analysis.md §4: folded first, then the original, only if changed.
#[test]
fn folding_keeps_the_original_behind() {
    let folding = TokenFilter::AsciiFolding(AsciiFolding { preserve_original: true });
    let words = Tokenizer::Standard { max_token_length: 255 };
    check(
        words.clone(),
        std::slice::from_ref(&folding),
        "été où ça va",
        "ete[0,3]@0 été[0,3]@0 ou[4,6]@1 où[4,6]@1 ca[7,9]@2 ça[7,9]@2 va[10,12]@3",
    );
    check(words, &[folding, TokenFilter::Lowercase], "É", "e[0,1]@0 é[0,1]@0");
}

/// What Lucene's `SuggestStopFilter` documents.
#[test]
fn a_trailing_stop_word_may_stay() {
    let keep = TokenFilter::Stopwords(Stopwords { remove_trailing: false, ..Stopwords::default() });
    let stem = TokenFilter::PorterStem;
    check(Tokenizer::Whitespace, &[keep.clone(), stem.clone()], "go to the", "go[0,2]@0 the[6,9]@2");
    check(Tokenizer::Whitespace, &[keep, stem], "go to the ", "go[0,2]@0");
}

/// Where Lucene has no such option, Elasticsearch 1.x has (analysis.md §1, §4).
#[test]
fn options_that_are_not_of_lucene() {
    let back = TokenFilter::EdgeNGram(EdgeNGram { min_gram: 2, max_gram: 3, side: Side::Back });
    check(Tokenizer::Whitespace, &[back], "abcd", "cd[0,4]@0 bcd[0,4]@0");
    let keep = Keep { keep_words: vec!["One".to_owned()], keep_words_case: true };
    check(Tokenizer::Whitespace, &[TokenFilter::Keep(keep)], "one two ONE", "one[0,3]@0 ONE[8,11]@2");
    let unique = TokenFilter::Unique(Unique { only_on_same_position: false });
    check(Tokenizer::Whitespace, &[unique], "a b a c b", "a[0,1]@0 b[2,3]@1 c[6,7]@2");
}

/// Lucene would leave half a character (analysis.md §4).
#[test]
fn characters_are_not_cut_in_two() {
    let truncate = TokenFilter::Truncate(Truncate { length: 3 });
    check(Tokenizer::Whitespace, &[truncate], "abcdef 😀😀😀", "abc[0,6]@0 😀😀[7,13]@1");
}

/// The older types of both filters have no ceiling; what a word does not have is not made of it.
#[test]
fn grams_may_be_of_any_size() {
    let grams = |min_gram, max_gram| TokenFilter::NGram(NGram { min_gram, max_gram });
    check(Tokenizer::Whitespace, &[grams(2, u32::MAX)], "abc", "ab[0,3]@0 abc[0,3]@0 bc[0,3]@0");
    check(Tokenizer::Whitespace, &[grams(u32::MAX, u32::MAX)], "abc", "");
}

/// Indexes over what changed are built anew, and only these.
#[test]
fn chains_over_microsoft_s_tokenizers_change_with_these() {
    let revision = |tokenizer: Tokenizer| {
        let chain = Chain { char_filters: Vec::new(), tokenizer, token_filters: Vec::new() };
        chain.build("own").unwrap().revision()
    };
    let (own, words) = (revision(Tokenizer::Whitespace), MicrosoftWords::default());
    for tokenizer in [Tokenizer::MicrosoftLanguage(words), Tokenizer::MicrosoftLanguageStemming(words)] {
        assert_eq!(revision(tokenizer), own + crate::microsoft::REVISION);
    }
}

#[test]
fn options_beyond_their_limits_are_refused() {
    let refusal = |filter: TokenFilter| {
        let chain =
            Chain { char_filters: Vec::new(), tokenizer: Tokenizer::Whitespace, token_filters: vec![filter] };
        chain.build("own").unwrap_err()
    };
    let out_of_range = |option, min, max| BuildError::OutOfRange { option, min, max };
    let grams = |min_gram, max_gram| refusal(TokenFilter::NGram(NGram { min_gram, max_gram }));
    assert_eq!(grams(0, 2), out_of_range("minGram", 1, u32::MAX));
    assert_eq!(grams(3, 2).to_string(), "minGram must not be greater than maxGram");
    let sizes = |min_shingle_size, max_shingle_size| {
        refusal(TokenFilter::Shingle(Shingle { min_shingle_size, max_shingle_size, ..Shingle::default() }))
    };
    assert_eq!(sizes(1, 2), out_of_range("minShingleSize", 2, 300));
    assert_eq!(sizes(3, 2), BuildError::OutOfOrder { less: "minShingleSize", greater: "maxShingleSize" });
    assert_eq!(refusal(TokenFilter::Length(Length { min: 0, max: 301 })), out_of_range("max", 0, 300));
    assert_eq!(refusal(TokenFilter::Truncate(Truncate { length: 0 })), out_of_range("length", 1, 300));
    let limit = Limit { max_token_count: 0, consume_all_tokens: false };
    assert_eq!(refusal(TokenFilter::Limit(limit)), out_of_range("maxTokenCount", 1, u32::MAX));
    let patterns = |pattern: &str, count| {
        let patterns = vec![pattern.to_owned(); count];
        refusal(TokenFilter::PatternCapture(PatternCapture { patterns, preserve_original: true }))
    };
    assert_eq!(patterns("(a)", 101), out_of_range("the number of patterns", 0, 100));
    let said = "bad pattern '(?:ab){1000}{8}': patterns are too large together near index 0";
    assert_eq!(patterns("(?:ab){1000}{8}", 100).to_string(), said);
    let said = format!("bad pattern '{}': pattern is too long near index 10000", "a".repeat(300));
    assert_eq!(patterns(&"a".repeat(20_000), 1).to_string(), said);
    for rule in ["a", "a => ", "a => b => c", "=> b"] {
        let rules = StemmerOverride { rules: vec![rule.to_owned()] };
        let said = format!("invalid rule '{rule}': expected 'word => stem'");
        assert_eq!(refusal(TokenFilter::StemmerOverride(rules)).to_string(), said);
    }
}
