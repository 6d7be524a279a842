//! What a search asks for that we do not have yet, in its parameters and in the index's definition.
//!
//! Accepted although nothing comes of them are those parameters that say only how something is done that is refused anyway:
//! `queryLanguage` without a speller, `vectorFilterMode` without vectors.

use lazuli_catalog::Schema;
use lazuli_query::Search;
use lazuli_wire::search::SearchRequest;

use crate::error::{self, Error};

/// Parameters of later issues, unless they say nothing (empty means not given, `query.md` §1.1).
pub(super) fn check_parameters(request: &SearchRequest) -> Result<(), Error> {
    let text = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.trim().is_empty());
    let says = |value: &Option<String>, nothing: &str| {
        value.as_ref().is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case(nothing))
    };
    let list = |value: &Option<Vec<String>>| value.as_ref().is_some_and(|value| !value.is_empty());
    for (what, given) in [
        ("Facets ('facets') are", list(&request.facets)),
        ("Highlights ('highlight') are", text(&request.highlight)),
        ("Scoring parameters ('scoringParameters') are", list(&request.scoring_parameters)),
        (
            "Vector queries ('vectorQueries') are",
            request.vector_queries.as_ref().is_some_and(|queries| !queries.is_empty()),
        ),
        ("Semantic configurations ('semanticConfiguration') are", text(&request.semantic_configuration)),
        ("Semantic queries ('semanticQuery') are", text(&request.semantic_query)),
        ("Semantic answers ('answers') are", says(&request.answers, "none")),
        ("Semantic captions ('captions') are", says(&request.captions, "none")),
        ("Semantic fields ('semanticFields') are", text(&request.semantic_fields)),
        ("Query rewrites ('queryRewrites') are", says(&request.query_rewrites, "none")),
        ("Spelling corrections ('speller') are", says(&request.speller, "none")),
        ("Features of hits ('featuresMode') are", says(&request.features_mode, "none")),
        ("Searches for similar documents ('moreLikeThis') are", text(&request.more_like_this)),
        ("Hybrid search settings ('hybridSearch') are", request.hybrid_search.is_some()),
        ("Debug output ('debug') is", says(&request.debug, "disabled")),
    ] {
        if given {
            return Err(error::not_yet(what));
        }
    }
    match request.query_type.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "simple") => Ok(()),
        Some("full") => Err(error::not_yet("The full Lucene syntax ('queryType=full') is")),
        Some("semantic") => Err(error::not_yet("Semantic queries ('queryType=semantic') are")),
        Some(other) => Err(error::unknown_word("queryType", other, "'simple', 'full' and 'semantic'")),
    }
}

/// Parts of the index's definition that would change the answer: scoring profiles in force, parts of custom analyzers and
/// other similarities of the fields that the text is searched in.
pub(super) fn check_definition(
    schema: &Schema,
    bound: &Search,
    request: &SearchRequest,
) -> Result<(), Error> {
    let profile = request.scoring_profile.as_deref().filter(|name| !name.is_empty());
    if let Some(unknown) = profile.filter(|name| !schema.has_scoring_profile(name)) {
        return Err(error::unknown_scoring_profile(unknown));
    }
    let what = schema.not_yet_for_search(bound.text.fields(), profile);
    what.map_or(Ok(()), |what| Err(error::not_yet(&what)))
}
