//! Which member exists since which api-version, and of which JSON shape it is (design.md §4.1).
//!
//! Definitions are stored in the newest shape. On the way in [`check`] refuses a member that the request's version does
//! not have, on the way out [`render`] leaves it off and puts the others in the service's order; when a client of that version
//! sends the answer back, [`carry`] puts in again what was left off. The tables stand beside
//! the structs they describe: `indexes::SHAPE`, `synonym_maps::SHAPE`, …; this module has the vocabulary.

mod carry;
pub mod operations;
mod shape;

use crate::ApiVersion;

pub use carry::carry;
pub use shape::{Kind, Member, Owner, Shape, Source, Variants, check, render};

/// The versions that have something.
///
/// Stable versions have it from `stable` on. Previews have it from `preview` on, and in any case from `stable` on: a
/// preview has what the stable versions before it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The first stable version that has it; none when only previews have it.
    pub stable: Option<ApiVersion>,
    /// The first preview that has it, when previews had it before `stable`.
    pub preview: Option<ApiVersion>,
    /// The last version that has it; none when the newest still do.
    pub until: Option<ApiVersion>,
}

/// What every version has that this server answers to.
pub const ALWAYS: Since = stable(ApiVersion::V2015_02_28);

/// From a stable version on.
pub const fn stable(version: ApiVersion) -> Since {
    Since { stable: Some(version), preview: None, until: None }
}

/// In previews only, from this one on.
pub const fn preview(version: ApiVersion) -> Since {
    Since { stable: None, preview: Some(version), until: None }
}

impl Since {
    /// … and in previews from this one on.
    pub const fn preview(self, version: ApiVersion) -> Self {
        Self { preview: Some(version), ..self }
    }

    /// … up to this version and no longer.
    pub const fn until(self, version: ApiVersion) -> Self {
        Self { until: Some(version), ..self }
    }

    /// Whether `version` has it.
    pub fn covers(self, version: ApiVersion) -> bool {
        let from_stable = self.stable.is_some_and(|first| first <= version);
        let from_preview = version.is_preview() && self.preview.is_some_and(|first| first <= version);
        (from_stable || from_preview) && self.until.is_none_or(|last| version <= last)
    }
}

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod tests;
