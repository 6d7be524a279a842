//! Synonym maps: rules in the format of Solr, one a line (`api.md` §3.4, `analysis.md` §5.1).
//!
//! ```text
//! line  = blank | '#' anything | rule
//! rule  = terms                     all terms stand for each other
//!       | terms '=>' terms          the left ones are replaced by the right ones
//! terms = term { ',' term }         blank terms do not count
//! ```
//!
//! A backslash takes its special meaning from the character after it. Rules are only checked here; what a term becomes is up
//! to the analyzer of the field that uses the map.

use lazuli_wire::synonym_maps::SynonymMap;

use crate::error::{DefinitionError, RuleProblem, SynonymMapProblem};
use crate::limits::SYNONYM_EXPANSIONS_MAX;
use crate::names::check_resource_name;
use crate::tiers::Tier;

/// The only format.
const SOLR: &str = "solr";

/// Checks a synonym map and completes it.
pub fn check(map: &SynonymMap, tier: Tier) -> Result<SynonymMap, DefinitionError> {
    check_resource_name("synonym map", &map.name)?;
    if map.encryption_key.is_some() {
        return Err(DefinitionError::NotYet { what: "Customer-managed keys" });
    }
    if let Some(format) = map.format.as_ref().filter(|format| *format != SOLR) {
        let (name, format) = (map.name.clone(), format.clone());
        return Err(SynonymMapProblem::Format { name, format }.into());
    }
    let synonyms = map.synonyms.clone().unwrap_or_default();
    let count = count_rules(&synonyms)?;
    let max = tier.synonym_rules_max();
    if count > max {
        return Err(SynonymMapProblem::TooManyRules { name: map.name.clone(), count, max }.into());
    }
    Ok(SynonymMap { format: Some(SOLR.to_owned()), synonyms: Some(synonyms), ..map.clone() })
}

/// How many rules the lines hold, once each of them is right.
fn count_rules(synonyms: &str) -> Result<usize, SynonymMapProblem> {
    let mut count = 0;
    for (number, line) in synonyms.lines().enumerate() {
        let expansions = check_syntax(line).and_then(|expansions| match expansions {
            Some(expansions) if expansions > SYNONYM_EXPANSIONS_MAX => {
                Err(RuleProblem::TooManyExpansions { max: SYNONYM_EXPANSIONS_MAX })
            }
            Some(_) | None => Ok(expansions),
        });
        let expansions = expansions.map_err(|problem| {
            let rule = line.trim().to_owned();
            SynonymMapProblem::Syntax { line: number + 1, rule, problem }
        })?;
        count += usize::from(expansions.is_some());
    }
    Ok(count)
}

/// Checks one line and says for how many others a term of its rule stands; none if it is blank or a comment.
///
/// Also the rules of the token filter of this name, which come one by one. The limit of expansions is documented for maps
/// only.
pub(crate) fn check_syntax(line: &str) -> Result<Option<usize>, RuleProblem> {
    let rule = line.trim();
    if rule.is_empty() || rule.starts_with('#') {
        return Ok(None);
    }
    let sides = count_terms(rule)?;
    match (sides.left, sides.right) {
        (0, None) => Err(RuleProblem::NoTerms),
        (_, Some(0)) | (0, Some(_)) => Err(RuleProblem::EmptySide),
        // A term and what stands for it.
        (left, None) => Ok(Some(left - 1)),
        (_, Some(right)) => Ok(Some(right)),
    }
}

/// How many terms stand left of the arrow and, when there is one, right of it.
struct Sides {
    left: usize,
    right: Option<usize>,
}

fn count_terms(rule: &str) -> Result<Sides, RuleProblem> {
    let mut sides = Sides { left: 0, right: None };
    let mut in_term = false;
    let mut characters = rule.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            ',' => in_term = false,
            '=' if characters.next_if_eq(&'>').is_some() => {
                in_term = false;
                if sides.right.replace(0).is_some() {
                    return Err(RuleProblem::TwoMappings);
                }
            }
            blank if blank.is_whitespace() => {}
            _ => {
                if character == '\\' {
                    characters.next();
                }
                if !in_term {
                    in_term = true;
                    *sides.right.as_mut().unwrap_or(&mut sides.left) += 1;
                }
            }
        }
    }
    Ok(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(synonyms: &str) -> SynonymMap {
        SynonymMap { name: "m".to_owned(), synonyms: Some(synonyms.to_owned()), ..SynonymMap::default() }
    }

    fn check_refused(synonyms: &str, expected: &str) {
        let error = check(&map(synonyms), Tier::Unlimited).expect_err(synonyms);
        assert_eq!(error.message(), expected, "{synonyms}");
        assert_eq!(error.detail_message(), expected);
        assert_eq!(
            (error.code(), error.detail_code()),
            ("InvalidRequestParameter", Some("InvalidSynonymMapSyntax"))
        );
    }

    #[test]
    fn rules_of_every_form_are_accepted() {
        for synonyms in [
            "",
            "a",
            "a, b, c",
            "a,,b,",
            "USA, United States => usa",
            "# a comment => with => arrows\n\n  \na => b\r\nc, d",
            r"a\,b => c",
            r"a \=> b => c",
            "a = b, c > d",
            r"a\",
        ] {
            let checked = check(&map(synonyms), Tier::Unlimited).expect(synonyms);
            assert_eq!(
                (checked.format.as_deref(), checked.synonyms.as_deref()),
                (Some("solr"), Some(synonyms))
            );
        }
        let terms = |count: usize| vec!["x"; count].join(",");
        assert!(check(&map(&terms(21)), Tier::Free).is_ok());
        assert!(check(&map(&format!("{} => {}", terms(30), terms(20))), Tier::Free).is_ok());
    }

    #[test]
    fn wrong_rules_are_refused_with_their_line() {
        check_refused(
            "a => b => c",
            "Syntax error in line 1: 'a => b => c'. Only one explicit mapping (=>) can be specified in a synonym rule.",
        );
        check_refused(
            "a, b\n# fine\n => b",
            "Syntax error in line 3: '=> b'. An explicit mapping (=>) must have at least one term on each side.",
        );
        check_refused(
            "a =>,",
            "Syntax error in line 1: 'a =>,'. An explicit mapping (=>) must have at least one term on each side.",
        );
        check_refused(", ,", "Syntax error in line 1: ', ,'. A synonym rule must have at least one term.");
        let many = vec!["x"; 22].join(",");
        check_refused(
            &many,
            &format!("Syntax error in line 1: '{many}'. A synonym rule can have at most 20 expansions."),
        );
    }

    #[test]
    fn names_formats_keys_and_counts_are_checked() {
        let refusal = |map: &SynonymMap, tier| check(map, tier).unwrap_err().message();
        assert_eq!(
            refusal(&SynonymMap { name: "My".to_owned(), ..map("a") }, Tier::Free),
            "Invalid synonym map name: 'My'. Names must only contain lowercase letters, digits or dashes, cannot start or \
             end with dashes and are limited to 128 characters."
        );
        assert_eq!(
            refusal(&SynonymMap { format: Some("wordnet".to_owned()), ..map("a") }, Tier::Free),
            "The synonym map 'm' has the format 'wordnet' which is not supported. The only format is 'solr'."
        );
        let with_key = SynonymMap { encryption_key: Some(Default::default()), ..map("a") };
        assert_eq!(
            refusal(&with_key, Tier::Free),
            "Customer-managed keys are not supported by this version of Lazuli yet."
        );
        let rules = |count: usize| map(&"a,b\n".repeat(count));
        assert!(check(&rules(5000), Tier::Free).is_ok());
        assert!(check(&rules(20_000), Tier::Unlimited).is_ok());
        assert_eq!(
            refusal(&rules(5001), Tier::Free),
            "The synonym map 'm' has 5001 rules. A synonym map can have at most 5000."
        );
        assert!(check(&rules(20_001), Tier::Unlimited).is_err());
    }
}
