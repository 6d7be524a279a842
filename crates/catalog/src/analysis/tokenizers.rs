//! Tokenizers, and the analyzers that have options of their own: what these mean to the analysis.

use lazuli_analysis::definition::{
    Configured, LENGTH_MAX, MicrosoftLanguage, MicrosoftWords, NGrams, PathHierarchy, Pattern, RegexFlags,
    TokenChars, Tokenizer,
};

use super::options::Options;
use super::{Analyses, BuildProblem, TOKENIZER, type_name, unknown};

impl Analyses<'_> {
    /// The tokenizer of a name, of the index or predefined.
    pub(super) fn tokenizer(&self, name: &str) -> Result<Tokenizer, BuildProblem> {
        let own = self.definition.tokenizers.iter().find(|component| component.name == name);
        match own {
            Some(component) => {
                let type_name = type_name(component).unwrap_or_default();
                let options = Options::of(component);
                refuse_canonical(&options, TOKENIZER, name)?;
                of_type(type_name, &options).ok_or_else(|| unknown(TOKENIZER, name))
            }
            None => predefined(name),
        }
    }
}

/// What a name means that needs no definition: the defaults of its type.
fn predefined(name: &str) -> Result<Tokenizer, BuildProblem> {
    Ok(match name {
        "edgeNGram" => Tokenizer::EdgeNGram(NGrams::default()),
        "keyword_v2" => Tokenizer::Keyword { max_token_length: Some(256) },
        "letter" => Tokenizer::Letter,
        "lowercase" => Tokenizer::Lowercase,
        "nGram" => Tokenizer::NGram(NGrams::default()),
        "path_hierarchy_v2" => Tokenizer::PathHierarchy(PathHierarchy::default()),
        "pattern" => Tokenizer::Pattern(Pattern::default()),
        "standard_v2" => Tokenizer::Standard { max_token_length: 255 },
        "whitespace" => Tokenizer::Whitespace,
        "classic" => Tokenizer::Classic { max_token_length: 255 },
        "uax_url_email" => Tokenizer::UaxUrlEmail { max_token_length: 255 },
        "microsoft_language_tokenizer" => Tokenizer::MicrosoftLanguage(MicrosoftWords::default()),
        "microsoft_language_stemming_tokenizer" => {
            Tokenizer::MicrosoftLanguageStemming(MicrosoftWords::default())
        }
        _ => return Err(unknown(TOKENIZER, name)),
    })
}

/// A tokenizer of a type, with all its options; `None` for one that definitions do not have.
fn of_type(type_name: &str, options: &Options<'_>) -> Option<Tokenizer> {
    Some(match type_name {
        "ClassicTokenizer" => Tokenizer::Classic { max_token_length: options.number("maxTokenLength") },
        "EdgeNGramTokenizer" => Tokenizer::EdgeNGram(grams(options)),
        // The older one's `bufferSize` says how the text is read, not what comes of it.
        "KeywordTokenizer" => Tokenizer::Keyword { max_token_length: None },
        "KeywordTokenizerV2" => {
            Tokenizer::Keyword { max_token_length: Some(options.number("maxTokenLength")) }
        }
        "MicrosoftLanguageTokenizer" => Tokenizer::MicrosoftLanguage(microsoft(
            options,
            MicrosoftLanguage::of_words(options.text("language")?)?,
        )),
        "MicrosoftLanguageStemmingTokenizer" => Tokenizer::MicrosoftLanguageStemming(microsoft(
            options,
            MicrosoftLanguage::of_stems(options.text("language")?)?,
        )),
        "NGramTokenizer" => Tokenizer::NGram(grams(options)),
        "PathHierarchyTokenizer" | "PathHierarchyTokenizerV2" => Tokenizer::PathHierarchy(PathHierarchy {
            delimiter: options.owned("delimiter"),
            replacement: options.owned("replacement"),
            // The older one has none: its `bufferSize` says how the text is read.
            max_token_length: options.given_number("maxTokenLength"),
            reverse: options.flag("reverse"),
            skip: options.number("skip"),
        }),
        "PatternTokenizer" => Tokenizer::Pattern(Pattern {
            pattern: options.owned("pattern"),
            flags: flags(options),
            group: options.signed("group"),
        }),
        // The older one may be given any length; a token is no longer than the service's ceiling.
        "StandardTokenizer" => {
            Tokenizer::Standard { max_token_length: options.number("maxTokenLength").min(LENGTH_MAX) }
        }
        "StandardTokenizerV2" => Tokenizer::Standard { max_token_length: options.number("maxTokenLength") },
        "UaxUrlEmailTokenizer" => {
            Tokenizer::UaxUrlEmail { max_token_length: options.number("maxTokenLength") }
        }
        _ => return None,
    })
}

fn microsoft(options: &Options<'_>, language: MicrosoftLanguage) -> MicrosoftWords {
    MicrosoftWords {
        max_token_length: options.number("maxTokenLength"),
        is_search_tokenizer: options.flag("isSearchTokenizer"),
        language,
    }
}

fn grams(options: &Options<'_>) -> NGrams {
    let given = options.texts("tokenChars");
    let token_chars = TokenChars {
        letter: given.contains(&"letter"),
        digit: given.contains(&"digit"),
        whitespace: given.contains(&"whitespace"),
        punctuation: given.contains(&"punctuation"),
        symbol: given.contains(&"symbol"),
    };
    NGrams { min: options.number("minGram"), max: options.number("maxGram"), token_chars }
}

/// Refuses a component with the flag `CANON_EQ`: its pattern would match what Unicode calls canonically equivalent, `é` for
/// `e` with an accent behind it, which our matcher does not do.
pub(super) fn refuse_canonical(options: &Options<'_>, kind: &str, name: &str) -> Result<(), BuildProblem> {
    if given_flags(options).any(|flag| flag == "CANON_EQ") {
        return Err(BuildProblem::NotYet { what: format!("The flag 'CANON_EQ' of the {kind} '{name}' is") });
    }
    Ok(())
}

/// Flags joined by `|`, in the service's spelling.
fn given_flags<'a>(options: &'a Options<'_>) -> impl Iterator<Item = &'a str> {
    options.text("flags").unwrap_or_default().split('|')
}

/// Those that a pattern may have; `CANON_EQ` was refused.
fn flags(options: &Options<'_>) -> RegexFlags {
    let has = |flag: &str| given_flags(options).any(|given| given == flag);
    RegexFlags {
        case_insensitive: has("CASE_INSENSITIVE"),
        unicode_case: has("UNICODE_CASE"),
        multiline: has("MULTILINE"),
        dot_all: has("DOTALL"),
        comments: has("COMMENTS"),
        literal: has("LITERAL"),
        unix_lines: has("UNIX_LINES"),
    }
}

/// An analyzer of a type with options of its own; `None` for a custom one.
pub(super) fn configured(type_name: &str, options: &Options<'_>) -> Option<Configured> {
    let stopwords = options.all_owned("stopwords");
    Some(match type_name {
        "PatternAnalyzer" => Configured::Pattern {
            lowercase: options.flag("lowercase"),
            pattern: options.owned("pattern"),
            flags: flags(options),
            stopwords,
        },
        "StandardAnalyzer" => {
            Configured::Standard { max_token_length: options.number("maxTokenLength"), stopwords }
        }
        "StopAnalyzer" => Configured::Stop { stopwords },
        _ => return None,
    })
}
