//! What an analyzer hands out.

/// One token, lent to the caller for the time of one call.
///
/// Offsets count UTF-16 units into the original text (the service's clients index strings that way), positions are
/// absolute, start at 0 and keep the gaps that removed words leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term as it is indexed.
    pub text: &'a str,
    /// Where the token begins in the original text, in UTF-16 units.
    pub start: u32,
    /// Where the token ends in the original text (exclusive), in UTF-16 units.
    pub end: u32,
    /// The word's number in the text, from 0; removed words are counted.
    pub position: u32,
    /// How many positions the token spans; 1 except for synonyms, compounds and word n-grams.
    pub position_length: u32,
}

/// A [`Token`] that owns its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedToken {
    /// The term as it is indexed.
    pub text: String,
    /// Where the token begins in the original text, in UTF-16 units.
    pub start: u32,
    /// Where the token ends in the original text (exclusive), in UTF-16 units.
    pub end: u32,
    /// The word's number in the text, from 0; removed words are counted.
    pub position: u32,
    /// How many positions the token spans; 1 except for synonyms, compounds and word n-grams.
    pub position_length: u32,
}

impl From<&Token<'_>> for OwnedToken {
    fn from(token: &Token<'_>) -> Self {
        Self {
            text: token.text.to_owned(),
            start: token.start,
            end: token.end,
            position: token.position,
            position_length: token.position_length,
        }
    }
}
