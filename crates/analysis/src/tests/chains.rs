//! Analyzers built from definitions.

use crate::definition::{AsciiFolding, Chain, Stopwords, TokenFilter, Tokenizer};

/// The tokens as the reference writes them: `text[start,end]@position`.
fn check(tokenizer: Tokenizer, token_filters: &[TokenFilter], text: &str, expected: &str) {
    let chain = Chain { tokenizer, token_filters: token_filters.to_vec() };
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
