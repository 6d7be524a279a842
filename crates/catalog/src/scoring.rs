//! Scoring profiles: weights of fields and functions of their values (`api.md` §3.1, `query.md` §3.2–3.3).

use std::collections::HashSet;

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::{Freshness, Magnitude, ScoringFunction, ScoringProfile};
use lazuli_wire::since::{Since, stable};

use crate::duration::Duration;
use crate::error::{DefinitionError, ScoringProblem};
use crate::limits::{SCORING_FUNCTIONS_MAX, SCORING_PROFILES_MAX};
use crate::names::check_ranking_name;
use crate::paths::{Found, Paths};
use crate::schema::FieldType;
use crate::words::spelled;

const AGGREGATIONS: [&str; 6] = ["sum", "average", "minimum", "maximum", "firstMatching", PRODUCT];
/// The aggregation that came last (`api.md` §3.1), and the versions that have it.
const PRODUCT: &str = "product";
const PRODUCT_SINCE: Since = stable(ApiVersion::V2026_04_01).preview(ApiVersion::V2025_11_01Preview);
const INTERPOLATIONS: [&str; 4] = ["linear", "constant", "quadratic", "logarithmic"];

/// What scoring profiles depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Finds the completed fields.
    pub(crate) paths: &'a Paths<'a>,
    /// The profiles of the index that is to be updated.
    pub(crate) stored: &'a [ScoringProfile],
    /// The request's version.
    pub(crate) version: ApiVersion,
}

/// Checks all profiles and that the default one is among them, and fills in what the service shows (`wire.md` §10).
pub(crate) fn complete(
    profiles: &[ScoringProfile],
    default_profile: Option<&str>,
    surroundings: Surroundings<'_>,
) -> Result<Vec<ScoringProfile>, DefinitionError> {
    let count = profiles.len();
    if count > SCORING_PROFILES_MAX {
        return Err(ScoringProblem::TooMany { count, max: SCORING_PROFILES_MAX }.into());
    }
    let mut names = HashSet::new();
    let mut completed = Vec::with_capacity(count);
    for profile in profiles {
        check_ranking_name("scoring profile", &profile.name)?;
        if !names.insert(profile.name.as_str()) {
            return Err(ScoringProblem::Duplicate { name: profile.name.clone() }.into());
        }
        completed.push(complete_profile(profile, surroundings)?);
    }
    if let Some(name) = default_profile.filter(|name| !names.contains(name)) {
        return Err(ScoringProblem::UnknownDefault { name: name.to_owned() }.into());
    }
    Ok(completed)
}

fn complete_profile(
    profile: &ScoringProfile,
    surroundings: Surroundings<'_>,
) -> Result<ScoringProfile, ScoringProblem> {
    let paths = surroundings.paths;
    let name = || profile.name.clone();
    for (path, weight) in profile.text.iter().flat_map(|text| &text.weights.0) {
        check_weight(&profile.name, path, *weight, paths)?;
    }
    let count = profile.functions.len();
    if count > SCORING_FUNCTIONS_MAX {
        let (profile, max) = (name(), SCORING_FUNCTIONS_MAX);
        return Err(ScoringProblem::TooManyFunctions { profile, count, max });
    }
    let functions =
        profile.functions.iter().map(|function| complete_function(&profile.name, function, paths));
    let functions = functions.collect::<Result<Vec<_>, _>>()?;
    let aggregation = match &profile.function_aggregation {
        Some(word) => Some(check_version(in_words(&AGGREGATIONS, word)?, &profile.name, surroundings)?),
        // The service shows an aggregation only where there is something to aggregate (azure-sdk-for-net issue 16570).
        None if functions.is_empty() => None,
        None => Some("sum"),
    };
    let function_aggregation = aggregation.map(str::to_owned);
    Ok(ScoringProfile { function_aggregation, functions, ..profile.clone() })
}

/// A word of an enumeration, in the service's spelling whatever its casing.
fn in_words(words: &[&'static str], word: &str) -> Result<&'static str, ScoringProblem> {
    spelled(words, word).ok_or_else(|| ScoringProblem::UnknownWord { word: word.to_owned() })
}

/// An aggregation that the request's version does not have is unknown to it, except in a profile that has it.
fn check_version(
    word: &'static str,
    profile: &str,
    Surroundings { stored, version, .. }: Surroundings<'_>,
) -> Result<&'static str, ScoringProblem> {
    let before = stored.iter().find(|before| before.name == profile);
    let is_kept = before.is_some_and(|before| before.function_aggregation.as_deref() == Some(word));
    if word == PRODUCT && !is_kept && !PRODUCT_SINCE.covers(version) {
        return Err(ScoringProblem::UnknownWord { word: word.to_owned() });
    }
    Ok(word)
}

fn check_weight(profile: &str, path: &str, weight: f64, paths: &Paths<'_>) -> Result<(), ScoringProblem> {
    let (profile, field) = (profile.to_owned(), path.to_owned());
    let Some(found) = paths.find(path) else {
        return Err(ScoringProblem::UnknownField { profile, field });
    };
    if !found.is_text() {
        return Err(ScoringProblem::WeightNotSearchable { profile, field });
    }
    if !weight.is_finite() || weight <= 0.0 {
        return Err(ScoringProblem::Weight { profile, field });
    }
    Ok(())
}

/// A function's field, boost and interpolation; then the parameters of its type.
fn complete_function(
    profile: &str,
    function: &ScoringFunction,
    paths: &Paths<'_>,
) -> Result<ScoringFunction, ScoringProblem> {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == function.function_type) else {
        return Err(ScoringProblem::UnknownWord { word: function.function_type.clone() });
    };
    let (owned, field) = (profile.to_owned(), function.field_name.clone());
    let Some(found) = paths.find(&function.field_name) else {
        return Err(ScoringProblem::UnknownField { profile: owned, field });
    };
    if !kind.fits(&found) {
        let (function, type_name) = (kind.word(), found.field.field_type.clone());
        return Err(ScoringProblem::FieldType { profile: owned, function, field, type_name });
    }
    if found.field.filterable != Some(true) {
        return Err(ScoringProblem::NotFilterable { profile: owned, field });
    }
    let missing =
        |property| ScoringProblem::Missing { profile: profile.to_owned(), function: kind.word(), property };
    let boost = function.boost.ok_or_else(|| missing("boost"))?;
    if !boost.is_finite() || boost == 1.0 {
        return Err(ScoringProblem::Boost { profile: owned, field });
    }
    let interpolation = in_words(&INTERPOLATIONS, function.interpolation.as_deref().unwrap_or("linear"))?;
    if kind == Kind::Tag && !matches!(interpolation, "linear" | "constant") {
        return Err(ScoringProblem::TagInterpolation { profile: owned, word: interpolation });
    }
    let completed = ScoringFunction { interpolation: Some(interpolation.to_owned()), ..function.clone() };
    complete_parameters(profile, kind, completed)
}

/// The type of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Freshness,
    Magnitude,
    Distance,
    Tag,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Freshness, Self::Magnitude, Self::Distance, Self::Tag];

    /// Its name, which is also that of its parameters; lower case only (`query.md` §3.3).
    fn word(self) -> &'static str {
        match self {
            Self::Freshness => "freshness",
            Self::Magnitude => "magnitude",
            Self::Distance => "distance",
            Self::Tag => "tag",
        }
    }

    /// Whether it can be computed of such a field. All but tags need a single value.
    fn fits(self, found: &Found<'_>) -> bool {
        let single = !found.collection && !found.in_collection;
        match self {
            Self::Freshness => single && found.field_type == FieldType::DateTimeOffset,
            Self::Magnitude => {
                single && matches!(found.field_type, FieldType::Int32 | FieldType::Int64 | FieldType::Double)
            }
            Self::Distance => single && found.field_type == FieldType::GeographyPoint,
            Self::Tag => found.field_type == FieldType::String,
        }
    }

    fn is_set(self, function: &ScoringFunction) -> bool {
        match self {
            Self::Freshness => function.freshness.is_some(),
            Self::Magnitude => function.magnitude.is_some(),
            Self::Distance => function.distance.is_some(),
            Self::Tag => function.tag.is_some(),
        }
    }
}

/// Exactly the parameters of the function's type are set, and all that have no default.
fn complete_parameters(
    profile: &str,
    kind: Kind,
    mut function: ScoringFunction,
) -> Result<ScoringFunction, ScoringProblem> {
    let word = kind.word();
    let owned = || profile.to_owned();
    let missing = |property| ScoringProblem::Missing { profile: owned(), function: word, property };
    if let Some(other) = Kind::ALL.into_iter().find(|other| *other != kind && other.is_set(&function)) {
        let property = other.word();
        return Err(ScoringProblem::OtherParameters { profile: owned(), function: word, property });
    }
    match kind {
        Kind::Freshness => {
            let freshness = function.freshness.as_mut().ok_or_else(|| missing(word))?;
            complete_freshness(profile, freshness)?;
        }
        Kind::Magnitude => {
            let magnitude = function.magnitude.as_mut().ok_or_else(|| missing(word))?;
            complete_magnitude(magnitude).map_err(missing)?;
        }
        Kind::Distance => {
            let distance = function.distance.as_ref().ok_or_else(|| missing(word))?;
            if distance.reference_point_parameter.is_empty() {
                return Err(missing("referencePointParameter"));
            }
            let kilometers = distance.boosting_distance.ok_or_else(|| missing("boostingDistance"))?;
            if !kilometers.is_finite() || kilometers <= 0.0 {
                let distance = kilometers.to_string();
                return Err(ScoringProblem::Distance { profile: owned(), distance });
            }
        }
        Kind::Tag => {
            let tag = function.tag.as_ref().ok_or_else(|| missing(word))?;
            if tag.tags_parameter.is_empty() {
                return Err(missing("tagsParameter"));
            }
        }
    }
    Ok(function)
}

/// The duration in .NET's spelling; negative for dates to come.
fn complete_freshness(profile: &str, freshness: &mut Freshness) -> Result<(), ScoringProblem> {
    let text = &freshness.boosting_duration;
    let Some(duration) = Duration::parse(text).filter(|duration| !duration.is_zero()) else {
        let (profile, duration) = (profile.to_owned(), text.clone());
        return Err(ScoringProblem::Duration { profile, duration });
    };
    freshness.boosting_duration = duration.to_string();
    Ok(())
}

/// Both ends of the range; the error is the name of what is missing.
fn complete_magnitude(magnitude: &mut Magnitude) -> Result<(), &'static str> {
    magnitude.boosting_range_start.ok_or("boostingRangeStart")?;
    magnitude.boosting_range_end.ok_or("boostingRangeEnd")?;
    magnitude.constant_boost_beyond_range.get_or_insert(false);
    Ok(())
}
