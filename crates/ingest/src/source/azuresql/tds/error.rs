//! What SQL Server says, and what that means for a run.

use crate::source::SourceError;
use crate::source::sql::{CREDENTIALS, answered};

/// What came is none of the protocol.
pub(in crate::source::azuresql) fn broken() -> SourceError {
    SourceError::Broken("The server does not answer as SQL Server does.".into())
}

/// The connection broke.
pub(super) fn io(error: std::io::Error) -> SourceError {
    SourceError::Transient(format!("The connection to the database broke: {error}."))
}

/// An error by its number (SQL Server, "Database engine events and errors"; Azure SQL, "Troubleshoot transient connection
/// errors").
pub(super) fn said(number: i32, sentence: &str) -> SourceError {
    let text = answered(sentence);
    match number {
        // The login is unknown, its password wrong or expired, it is locked or disabled.
        18452 | 18456 | 18470 | 18486..=18488 => SourceError::Credentials(CREDENTIALS.into()),
        // There is no such object, database or server.
        208 | 911 | 4060 | 40532 => SourceError::Missing(text),
        // Deadlocks, locks that were not had in time, memory, data that moved, conflicts of snapshots.
        601 | 615 | 701 | 802 | 1204 | 1205 | 1222 | 3960 | 8628 | 8645 | 8651 => {
            SourceError::Transient(text)
        }
        // The server or the database starts, stops, moves, or is just no primary replica.
        921..=927 | 976 | 983 | 4221 | 6002 | 6005 | 9001 | 17142 | 17197 | 18401 => {
            SourceError::Transient(text)
        }
        // Azure SQL is busy, limits what is asked of it, moves the database, or wakes it up.
        10922
        | 10928
        | 10929
        | 10936
        | 40143
        | 40197
        | 40501
        | 40540
        | 40549..=40553
        | 40613
        | 42108
        | 42109
        | 49918..=49920 => SourceError::Transient(text),
        _ => SourceError::Broken(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_their_number() {
        let text = |text: &str| format!("The database answered: {text}.");
        for (number, expected) in [
            (18456, SourceError::Credentials(CREDENTIALS.into())),
            (208, SourceError::Missing(text("No"))),
            (4060, SourceError::Missing(text("No"))),
            (1205, SourceError::Transient(text("No"))),
            (40501, SourceError::Transient(text("No"))),
            (40613, SourceError::Transient(text("No"))),
            (49918, SourceError::Transient(text("No"))),
            (102, SourceError::Broken(text("No"))),
        ] {
            assert_eq!(said(number, "No."), expected, "{number}");
        }
        assert_eq!(said(102, &"x".repeat(5000)), SourceError::Broken(text(&"x".repeat(1000))));
    }
}
