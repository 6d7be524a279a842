//! The rules' format (Lucene's `SolrSynonymParser`), line by line:
//!
//! ```ebnf
//! rule  = sides | item { "," item } ;      (* equals: each stands for the others, or all for the first *)
//! sides = items "=>" items ;               (* each on the left becomes all on the right *)
//! item  = { char | "\" char } ;            (* trimmed, then cut into words *)
//! ```
//!
//! Empty lines and lines that begin with `#` say nothing; an empty item is skipped, one of spaces is an error.

use super::{ITEM_BYTES_MAX, ITEM_TOKENS_MAX, Item, PAIRS_MAX, SynonymRules, WORDS_MAX, in_both_cases};

/// Why rules are refused. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynonymError {
    /// More than one `=>`.
    #[error("line {line} of the synonyms has more than one '=>'")]
    ManyArrows {
        /// The rule's line.
        line: usize,
    },
    /// An item of which the analyzer leaves nothing.
    #[error("line {line} of the synonyms: nothing is left of '{item}' when it is analyzed")]
    NothingLeft {
        /// The rule's line.
        line: usize,
        /// The item as it is written.
        item: String,
    },
    /// An item of too many words.
    #[error("line {line} of the synonyms has an item of more than {WORDS_MAX} words")]
    TooManyWords {
        /// The rule's line.
        line: usize,
    },
    /// An item that is too long, whatever the analyzer.
    #[error("line {line} of the synonyms has an item of more than {ITEM_BYTES_MAX} bytes")]
    TooLong {
        /// The rule's line.
        line: usize,
    },
    /// An item of whose words the analyzer makes too many tokens.
    #[error("line {line} of the synonyms has an item of which more than {ITEM_TOKENS_MAX} tokens are made")]
    TooManyTokens {
        /// The rule's line.
        line: usize,
    },
    /// The rules relate too many words to each other.
    #[error("the synonyms come to more than {PAIRS_MAX} pairs")]
    TooManyPairs,
    /// The rules have too many different words, in as many forms as the analyzer makes of them.
    #[error("the synonyms come to too many tokens")]
    TooLarge,
    /// The analyzer has regular expressions that take too many steps over all items.
    #[error("the analyzer takes too long over the synonyms")]
    TooSlow,
}

/// How rules are read.
pub(crate) struct Reading<'a> {
    /// Whether equals all stand for each other; else they all become the first.
    pub(crate) expand: bool,
    /// Whether the text is compared in lower case.
    pub(crate) ignore_case: bool,
    /// Whether these are the rules of a synonym map, not of a token filter: it is read by analyzers that its author may not
    /// know. So items that analysis leaves nothing of are passed over, which is an error else, and case does not matter
    /// even if the analyzer keeps it.
    pub(crate) is_map: bool,
    /// Cuts an item into words.
    pub(crate) words: &'a mut dyn FnMut(&str) -> Result<Item, SynonymError>,
}

impl Reading<'_> {
    /// Reads rules, each a line or several.
    pub(crate) fn read<'r>(
        mut self,
        rules: impl IntoIterator<Item = &'r str>,
    ) -> Result<SynonymRules, SynonymError> {
        let mut read = SynonymRules::new(self.ignore_case);
        let lines = rules.into_iter().flat_map(lines);
        for (line, number) in lines.zip(1..) {
            if !line.is_empty() && !line.starts_with('#') {
                self.rule(line, number, &mut read)?;
            }
        }
        Ok(read.finish())
    }

    fn rule(&mut self, text: &str, line: usize, read: &mut SynonymRules) -> Result<(), SynonymError> {
        let sides = split(text, "=>");
        match sides.as_slice() {
            [] => Ok(()),
            [equals] => {
                let items = self.items(equals, line)?;
                self.equals(&items, read)
            }
            [left, right] => {
                let (left, right) = (self.items(left, line)?, self.items(right, line)?);
                let right = numbers(&right, read)?;
                left.iter().try_for_each(|item| read.add(item, right.iter().copied(), false))
            }
            _ => Err(SynonymError::ManyArrows { line }),
        }
    }

    fn equals(&self, items: &[Item], read: &mut SynonymRules) -> Result<(), SynonymError> {
        if !self.expand {
            let first = numbers(items.get(..1).unwrap_or_default(), read)?;
            return items.iter().try_for_each(|item| read.add(item, first.iter().copied(), false));
        }
        let numbers = numbers(items, read)?;
        for (at, item) in items.iter().enumerate() {
            let others = numbers.iter().enumerate().filter(|&(other, _)| other != at);
            read.add(item, others.map(|(_, &number)| number), true)?;
        }
        Ok(())
    }

    fn items(&mut self, side: &str, line: usize) -> Result<Vec<Item>, SynonymError> {
        let mut items = Vec::new();
        for item in split(side, ",") {
            // Java's trim: control characters are white space too.
            let item = unescape(&item);
            let item = item.trim_matches(|c| c <= ' ');
            if item.len() > ITEM_BYTES_MAX {
                return Err(SynonymError::TooLong { line });
            }
            let words = (self.words)(item)?;
            if words.last().is_some_and(|last| last.position as usize >= WORDS_MAX) {
                return Err(SynonymError::TooManyWords { line });
            }
            if words.len() > ITEM_TOKENS_MAX {
                return Err(SynonymError::TooManyTokens { line });
            }
            if !words.is_empty() {
                items.push(if self.is_map { in_both_cases(item, words) } else { words });
            } else if !self.is_map {
                return Err(SynonymError::NothingLeft { line, item: item.to_owned() });
            }
        }
        Ok(items)
    }
}

/// The numbers of items as right sides.
fn numbers(items: &[Item], read: &mut SynonymRules) -> Result<Vec<u32>, SynonymError> {
    items.iter().map(|item| read.number(item)).collect()
}

/// The lines of a rule, ended as Java's `BufferedReader` has it.
fn lines(rule: &str) -> impl Iterator<Item = &str> {
    rule.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Splits at unescaped separators; empty pieces are left out, escapes stay.
pub(crate) fn split(text: &str, separator: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix(separator) {
            pieces.push(String::new());
            rest = after;
            continue;
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        let escaped = if c == '\\' { chars.next() } else { None };
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
            piece.extend(escaped);
        }
        rest = chars.as_str();
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Takes the backslash away before what it escapes; a last one stays.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    plain
}
