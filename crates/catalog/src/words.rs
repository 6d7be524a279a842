//! Words of enumerations.

/// The word in the service's spelling, whatever its casing.
///
/// Only for the enumerations whose words users write in more than one casing. `kind`, `metric`, `searchMode` and the words of
/// compressions are compared as they are: SDKs write them, always in the same way, and nothing is known of the service taking
/// others.
pub(crate) fn spelled(words: &[&'static str], word: &str) -> Option<&'static str> {
    words.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}
