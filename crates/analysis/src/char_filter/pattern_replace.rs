//! `pattern_replace`: each match of a regular expression replaced (Lucene's `PatternReplaceCharFilter`).

use super::{Changed, Room, utf16_len};
use crate::budget::Budget;
use crate::error::AnalysisError;
use crate::java_regex::{Groups, JavaRegex, Replacement};

/// A pattern and what replaces its matches.
#[derive(Debug)]
pub(crate) struct PatternReplace {
    pub(crate) regex: JavaRegex,
    pub(crate) replacement: Replacement,
}

impl PatternReplace {
    pub(super) fn apply(&self, text: &str, budget: &Budget) -> Result<Changed, AnalysisError> {
        budget.add_for(text);
        let mut groups = Groups::default();
        let mut found: Changed = None;
        let (mut from, mut copied, mut out_units) = (0, 0, 0);
        while self.regex.find(text, from, budget, &mut groups)? {
            let Some((start, end)) = groups.get(0) else { break };
            let (out, corrections) = found.get_or_insert_default();
            let before = text.get(copied..start).unwrap_or_default();
            Room::OF_TEXT.append(out, before)?;
            out_units += utf16_len(before);
            let kept = out.len();
            self.replacement.append(text, &groups, Room::OF_TEXT, out)?;
            let put = utf16_len(out.get(kept..).unwrap_or_default());
            corrections.replace(out_units, utf16_len(text.get(start..end).unwrap_or_default()), put);
            out_units += put;
            copied = end;
            from = crate::java_regex::next_start(text, start, end);
        }
        if let Some((out, _)) = &mut found {
            Room::OF_TEXT.append(out, text.get(copied..).unwrap_or_default())?;
        }
        Ok(found)
    }
}
