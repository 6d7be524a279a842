//! Which operation exists since which version (`api.md` §1.2 and §2, and the operations of the service's own clients
//! of each version).
//!
//! Where the sources know only that the first version we answer to had it, [`ALWAYS`].

use super::{ALWAYS, Since, preview, stable};
use crate::ApiVersion::{
    V2016_09_01, V2016_09_01Preview, V2017_11_11, V2017_11_11Preview, V2019_05_06, V2020_06_30Preview,
    V2021_04_30Preview, V2025_03_01Preview, V2025_05_01Preview, V2025_08_01Preview, V2025_11_01Preview,
    V2026_04_01, V2026_05_01Preview,
};

/// `/indexes`, `search.stats`, and the documents below: index, look up, count, search, suggest.
pub const INDEXES: Since = ALWAYS;

/// `search.analyze`, together with custom analyzers.
pub const ANALYZE: Since = stable(V2016_09_01);

/// `search.autocomplete` and `search.post.autocomplete`.
pub const AUTOCOMPLETE: Since = stable(V2019_05_06).preview(V2017_11_11Preview);

/// `/indexstats`: previews only.
pub const INDEX_STATISTICS_SUMMARY: Since = preview(V2025_03_01Preview);

/// `/servicestats`.
pub const SERVICE_STATISTICS: Since = stable(V2017_11_11).preview(V2016_09_01Preview);

/// `/synonymmaps`.
pub const SYNONYM_MAPS: Since = stable(V2017_11_11).preview(V2016_09_01Preview);

/// `/aliases`, and that an alias stands in place of an index's name: users of SDKs that speak 2023-11-01 and 2025-09-01 report
/// that the service does not find the index there.
pub const ALIASES: Since = stable(V2026_04_01).preview(V2021_04_30Preview);

/// `/datasources` and `/indexers` with `search.run`, `search.reset` and `search.status`.
pub const INDEXERS: Since = stable(V2016_09_01);

/// `/skillsets`.
pub const SKILLSETS: Since = stable(V2019_05_06).preview(V2017_11_11Preview);

/// `search.resetdocs` of an indexer and `search.resetskills` of a skillset: previews only.
pub const RESET_PARTS: Since = preview(V2020_06_30Preview);

/// `search.resync` of an indexer: previews only.
pub const RESYNC: Since = preview(V2025_05_01Preview);

/// `/knowledgesources` and `status`.
pub const KNOWLEDGE_SOURCES: Since = stable(V2026_04_01).preview(V2025_08_01Preview);

/// `files` of a knowledge source: previews only.
pub const KNOWLEDGE_SOURCE_FILES: Since = preview(V2026_05_01Preview);

/// `/knowledgebases` and `retrieve`. Previews before called them `/agents`, which is not answered to.
pub const KNOWLEDGE_BASES: Since = stable(V2026_04_01).preview(V2025_11_01Preview);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{self, V2023_07_01Preview, V2023_11_01, V2025_09_01, V2026_08_01Preview};

    #[test]
    fn operations_exist_in_their_versions_only() {
        let table: [(Since, ApiVersion, bool); 12] = [
            (SYNONYM_MAPS, V2016_09_01, false),
            (SYNONYM_MAPS, V2016_09_01Preview, true),
            (SYNONYM_MAPS, V2017_11_11, true),
            (ALIASES, V2020_06_30Preview, false),
            (ALIASES, V2023_07_01Preview, true),
            (ALIASES, V2023_11_01, false),
            (ALIASES, V2025_09_01, false),
            (ALIASES, V2026_04_01, true),
            (INDEX_STATISTICS_SUMMARY, V2026_04_01, false),
            (INDEX_STATISTICS_SUMMARY, V2026_08_01Preview, true),
            (SKILLSETS, V2017_11_11, false),
            (KNOWLEDGE_BASES, V2025_11_01Preview, true),
        ];
        for (operation, version, expected) in table {
            assert_eq!(operation.covers(version), expected, "{operation:?} in {version}");
        }
        assert!(ApiVersion::ALL.into_iter().all(|version| INDEXES.covers(version)));
    }
}
