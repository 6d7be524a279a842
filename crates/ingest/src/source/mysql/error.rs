//! What a server of MySQL or MariaDB says, and what that means for a run.

use super::packet::Reader;
use crate::source::SourceError;
use crate::source::sql::{CREDENTIALS, answered};

/// What came is none of the protocol.
pub(super) fn broken() -> SourceError {
    SourceError::Broken("The server does not answer as MySQL does.".into())
}

/// The connection broke.
pub(super) fn io(error: std::io::Error) -> SourceError {
    SourceError::Transient(format!("The connection to the database broke: {error}."))
}

/// The error of a packet: 0xff, a number, perhaps `#` and a state of five letters, and a sentence.
pub(super) fn said(packet: &[u8]) -> SourceError {
    let mut reader = Reader(packet);
    let (Ok(_), Ok(number)) = (reader.u8(), reader.u16()) else { return broken() };
    let text = match reader.0 {
        [b'#', state_and_text @ ..] => state_and_text.get(5..).unwrap_or_default(),
        text => text,
    };
    let text = answered(&String::from_utf8_lossy(text));
    // Numbers: MySQL, "Server Error Message Reference"; 1698 and 1927 are MariaDB's.
    match number {
        1044 | 1045 | 1130 | 1251 | 1698 => SourceError::Credentials(CREDENTIALS.into()),
        1049 | 1146 => SourceError::Missing(text),
        1040 | 1041 | 1053 | 1158..=1161 | 1203 | 1205 | 1213 | 1226 | 1317 | 1927 | 1969 | 3024 => {
            SourceError::Transient(text)
        }
        _ => SourceError::Broken(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_their_number() {
        let packet = |number: u16, text: &str| [&[255][..], &number.to_le_bytes(), text.as_bytes()].concat();
        assert_eq!(
            said(&packet(1045, "#28000Access denied for user")),
            SourceError::Credentials(CREDENTIALS.into())
        );
        assert_eq!(
            said(&packet(1146, "#42S02Table 'd.t' doesn't exist")),
            SourceError::Missing("The database answered: Table 'd.t' doesn't exist.".into())
        );
        assert_eq!(
            said(&packet(1040, "Too many connections")),
            SourceError::Transient("The database answered: Too many connections.".into())
        );
        assert_eq!(said(&[255]), broken());
    }
}
