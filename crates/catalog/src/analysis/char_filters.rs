//! Character filters: what their options mean to the analysis.

use lazuli_analysis::definition::CharFilter;

use super::options::Options;
use super::{Analyses, BuildProblem, CHAR_FILTER, type_name, unknown};

impl Analyses<'_> {
    /// The character filter of a name, of the index or predefined.
    pub(super) fn char_filter(&self, name: &str) -> Result<CharFilter, BuildProblem> {
        let own = self.definition.char_filters.iter().find(|component| component.name == name);
        let Some(component) = own else {
            return match name {
                "html_strip" => Ok(CharFilter::HtmlStrip),
                _ => Err(unknown(CHAR_FILTER, name)),
            };
        };
        let options = Options::of(component);
        Ok(match type_name(component) {
            Some("MappingCharFilter") => CharFilter::Mapping { mappings: options.all_owned("mappings") },
            Some("PatternReplaceCharFilter") => CharFilter::PatternReplace {
                pattern: options.owned("pattern"),
                replacement: options.owned("replacement"),
            },
            Some(_) | None => return Err(unknown(CHAR_FILTER, name)),
        })
    }
}
