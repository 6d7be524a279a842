//! Which operation exists since which version (`api.md` §1.2, §2).

use super::{Since, preview, stable};
use crate::ApiVersion::{
    V2016_09_01Preview, V2017_11_11, V2017_11_11Preview, V2019_05_06, V2021_04_30Preview, V2025_03_01Preview,
    V2025_11_01Preview, V2026_04_01,
};

/// `/synonymmaps`.
pub const SYNONYM_MAPS: Since = stable(V2017_11_11).preview(V2016_09_01Preview);

/// `/aliases`, and aliases in place of index names.
pub const ALIASES: Since = stable(V2026_04_01).preview(V2021_04_30Preview);

/// `/skillsets`.
pub const SKILLSETS: Since = stable(V2019_05_06).preview(V2017_11_11Preview);

/// `search.autocomplete` and `search.post.autocomplete`.
pub const AUTOCOMPLETE: Since = stable(V2019_05_06).preview(V2017_11_11Preview);

/// `/indexstats`.
pub const INDEX_STATISTICS_SUMMARY: Since = preview(V2025_03_01Preview);

/// `/knowledgebases` and `/knowledgesources`.
pub const KNOWLEDGE: Since = stable(V2026_04_01).preview(V2025_11_01Preview);
