//! Tables and views of SQL Server, Azure SQL and Managed Instance (`indexers.md` §2.5).
//!
//! ```text
//! marked   a high-water mark, or the whole     tracked   SQL Server's own change tracking
//!    └────────────── relation ──────────────────┘        columns   types and their texts
//!                      └─ tds                             a connection and its statements
//! ```

mod columns;
mod marked;
mod relation;
#[cfg(test)]
mod stub;
mod tds;
#[cfg(test)]
mod tests;
mod tracked;

use lazuli_catalog::data_sources::connection::SqlServer;
use lazuli_wire::data_sources::ChangeDetectionPolicy;

use self::marked::Marked;
use self::tracked::Tracked;
use super::sql::high_water::HighWater;
use super::{Opening, Source, SourceError};

/// Opens a table or view for one run.
pub(super) async fn open(opening: Opening<'_>, server: &SqlServer) -> Result<Box<dyn Source>, SourceError> {
    let policy = opening.source.data_change_detection_policy.as_ref();
    if policy.is_some_and(|policy| policy.odata_type == ChangeDetectionPolicy::SQL_INTEGRATED) {
        return Ok(Box::new(Tracked::open(&opening, server).await?));
    }
    Ok(Box::new(HighWater::open(Marked::of(&opening, server)?, &opening).await?))
}
