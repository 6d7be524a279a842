//! What a definition may ask for that is stored and shown, and not done yet.
//!
//! "Stored and echoed is not pretended": an upload or a search whose answer such a part would change is refused by the
//! sentences of these gates; everything else works. A part that nothing uses refuses nothing.

use crate::schema::{Field, FieldId, Schema};

/// What a field's definition asks for in vain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FieldNotYet {
    /// Its text is to be indexed with an analyzer that cannot be built yet; [`Field::index_analyzer`] is None.
    pub index_analyzer: bool,
    /// It is to be searched with one; [`Field::search_analyzer`] is None.
    pub search_analyzer: bool,
    /// Its values are to be normalized by what cannot be built; or it is the key, which is found as it is written.
    pub normalizer: bool,
}

/// What an index's definition asks for in vain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexNotYet {
    /// Text is to be scored by another formula than BM25, or with other parameters.
    pub similarity: bool,
    /// Its scoring profiles.
    pub scoring_profiles: Vec<ProfileNotYet>,
    /// The name of the one that is in force for searches that name none.
    pub default_scoring_profile: Option<String>,
}

/// A scoring profile, as far as the gates need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileNotYet {
    /// Its name.
    pub name: String,
    /// Paths of the fields it has weights for.
    pub weights: Vec<String>,
    /// Whether it has functions, which change every score.
    pub has_functions: bool,
}

impl Schema {
    /// Whether the definition has a scoring profile of this name.
    pub fn has_scoring_profile(&self, name: &str) -> bool {
        self.not_yet.scoring_profiles.iter().any(|profile| profile.name == name)
    }

    /// Why documents cannot be uploaded: what is missing and its verb, e.g. `Normalizers of keys (field 'id') are`.
    pub fn not_yet_for_upload(&self) -> Option<String> {
        self.walk().find_map(|field| {
            let FieldNotYet { index_analyzer, search_analyzer: _, normalizer } = field.not_yet;
            if index_analyzer {
                return Some(missing_in_analyzer(field));
            }
            let what = if field.key {
                "Normalizers of keys"
            } else {
                "Normalizers with patterns that cannot be run"
            };
            normalizer.then(|| format!("{what} (field '{}') are", field.path))
        })
    }

    /// Why a search cannot be answered, in the form of [`Schema::not_yet_for_upload`].
    ///
    /// `fields` are those its text runs over, none for a search for everything. `profile` is the scoring profile it names;
    /// without one the default is in force. One that does not exist is for the caller to refuse.
    pub fn not_yet_for_search(&self, fields: &[FieldId], profile: Option<&str>) -> Option<String> {
        let is_searched = |field: &&Field| fields.contains(&field.id);
        self.profile_in_force(profile, self.walk().filter(is_searched))
            .or_else(|| {
                // Few fields ask for anything in vain, and a search may run over a thousand: so the list comes second.
                let mut waiting = self.walk().filter_map(|field| Some((field, not_searchable_yet(field)?)));
                waiting.find(|(field, _)| is_searched(field)).map(|(_, what)| what)
            })
            .or_else(|| {
                let asked = self.not_yet.similarity && !fields.is_empty();
                asked.then(|| "Similarity settings other than the default are".to_owned())
            })
    }

    /// The scoring profile in force, when it changes scores.
    fn profile_in_force<'a>(
        &self,
        named: Option<&str>,
        mut searched: impl Iterator<Item = &'a Field>,
    ) -> Option<String> {
        let name = named.or(self.not_yet.default_scoring_profile.as_deref())?;
        let profile = self.not_yet.scoring_profiles.iter().find(|profile| profile.name == name)?;
        let counts = profile.has_functions || searched.any(|field| profile.weights.contains(&field.path));
        counts.then(|| format!("Scoring profiles ('{name}') are"))
    }
}

/// Why text cannot be searched in a field.
fn not_searchable_yet(field: &Field) -> Option<String> {
    let FieldNotYet { index_analyzer, search_analyzer, normalizer: _ } = field.not_yet;
    let missing = index_analyzer || search_analyzer;
    missing.then(|| missing_in_analyzer(field))
}

/// What of analyzers is missing: a flag, and what was defined before patterns were checked as they are now.
fn missing_in_analyzer(field: &Field) -> String {
    let path = &field.path;
    format!(
        "Patterns that cannot be run, as those with the flag 'CANON_EQ' (in an analyzer of the field '{path}'), are"
    )
}
