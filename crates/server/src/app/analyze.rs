//! What becomes of a text, for people who define analyzers.

use std::sync::Arc;

use lazuli_analysis::{Analyzer, Normalizer, Scratch, Token};
use lazuli_catalog::analysis::{Analyses, BuildProblem};
use lazuli_wire::analyze::{AnalyzeRequest, AnalyzeResult, AnalyzedToken};

use super::App;
use super::definitions::{Entry, Indexes};
use crate::error::{self, Error};

/// Tokens of one answer. Ours: n-grams of a large text come to billions.
const TOKENS_MAX: usize = 1_000_000;

/// Analyses the text with what the request names.
pub(crate) async fn analyze(
    app: &App,
    entry: Arc<Entry<Indexes>>,
    request: AnalyzeRequest,
) -> Result<AnalyzeResult, Error> {
    app.read(move |_| {
        let tokens = match tool(&Analyses::of(&entry.definition), &request)? {
            Tool::Analyzer(analyzer) => tokens(&analyzer, &request.text)?,
            Tool::Normalizer(normalizer) => tokens(normalizer.analyzer(), &request.text)?,
        };
        Ok(AnalyzeResult { tokens })
    })
    .await
}

/// What a text is analysed with.
enum Tool {
    Analyzer(Arc<Analyzer>),
    Normalizer(Arc<Normalizer>),
}

/// The one of the three that the request names.
fn tool(analyses: &Analyses<'_>, request: &AnalyzeRequest) -> Result<Tool, Error> {
    let AnalyzeRequest { analyzer, tokenizer, token_filters, char_filters, normalizer, .. } = request;
    let both = |one: &str, other: &str| {
        let sentence = format!("The '{one}' and the '{other}' properties can't be set at the same time.");
        Err(error::analyze_request(&sentence))
    };
    let filters = [("tokenFilters", token_filters), ("charFilters", char_filters)];
    let built = match (given(analyzer), given(tokenizer), given(normalizer)) {
        (Some(_), Some(_), _) => return both("analyzer", "tokenizer"),
        (_, Some(_), Some(_)) => return both("normalizer", "tokenizer"),
        (Some(_), None, Some(_)) => return both("normalizer", "analyzer"),
        (None, None, None) => return Err(error::analyze_request(NOTHING_NAMED)),
        (None, Some(tokenizer), None) => {
            analyses.chain(tokenizer, token_filters, char_filters).map(Tool::Analyzer)
        }
        (analyzer, None, normalizer) => {
            if let Some((filters, _)) = filters.into_iter().find(|(_, list)| !list.is_empty()) {
                return both(filters, if analyzer.is_some() { "analyzer" } else { "normalizer" });
            }
            match (analyzer, normalizer) {
                (Some(analyzer), _) => analyses.analyzer(analyzer).map(Tool::Analyzer),
                (None, normalizer) => {
                    analyses.normalizer(normalizer.unwrap_or_default()).map(Tool::Normalizer)
                }
            }
        }
    };
    built.map_err(|problem| match problem {
        BuildProblem::NotYet { what } => error::not_yet(&what),
        BuildProblem::Unknown { .. } | BuildProblem::Unusable { .. } => {
            error::analyze_request(&problem.to_string())
        }
    })
}

/// Ours.
const NOTHING_NAMED: &str = "One of the 'analyzer', 'tokenizer' and 'normalizer' properties must be set.";

/// An empty name is none.
fn given(name: &Option<String>) -> Option<&str> {
    name.as_deref().filter(|name| !name.is_empty())
}

fn tokens(analyzer: &Analyzer, text: &str) -> Result<Vec<AnalyzedToken>, Error> {
    let mut tokens = Vec::new();
    let mut count = 0_usize;
    let analysed = analyzer.run(text, &mut Scratch::default(), &mut |token| {
        count += 1;
        if count <= TOKENS_MAX {
            tokens.push(on_the_wire(token));
        }
    });
    match analysed {
        Ok(_) if count <= TOKENS_MAX => Ok(tokens),
        Ok(_) => Err(error::too_many_tokens(TOKENS_MAX)),
        Err(refused) => Err(error::analyze_request(&format!("The text cannot be analyzed: {refused}."))),
    }
}

fn on_the_wire(token: &Token<'_>) -> AnalyzedToken {
    AnalyzedToken {
        token: token.text.to_owned(),
        start_offset: token.start,
        end_offset: token.end,
        position: token.position,
    }
}
