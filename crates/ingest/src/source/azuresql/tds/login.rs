//! Who asks for which database: the message LOGIN7 (MS-TDS 2.2.6.4) and what its answer says besides yes and no.

use lazuli_catalog::data_sources::connection::{SqlCredential, SqlServer};

use super::error::broken;
use super::packet::SIZE;
use crate::source::SourceError;
use crate::source::sql::CREDENTIALS;

/// The bytes before the texts: lengths, versions and flags, then the places of the texts.
const FIXED: usize = 94;
/// Version 7.4 of the protocol, which every server since 2012 speaks.
const VERSION: u32 = 0x7400_0004;
/// The database must be there, and its change and that of the language are told.
const FLAGS_1: u8 = 0xe0;
/// As ODBC does it: the settings of standard SQL (quoted names, nulls) are on.
const FLAGS_2: u8 = 0x03;
/// The longest of the texts, in UTF-16.
const TEXT_MAX: usize = 128;

/// The message.
pub(super) fn message(server: &SqlServer) -> Result<Vec<u8>, SourceError> {
    let SqlCredential::Password { user, password } = &server.credential else {
        return Err(SourceError::Credentials(CREDENTIALS.into()));
    };
    let none = Vec::new;
    // The names of the machine, the user, the password, the program, the server, nothing, the library, the language, the
    // database.
    let texts = [
        none(),
        utf16(user),
        hidden(password.reveal()),
        utf16("lazuli"),
        utf16(&server.host),
        none(),
        utf16("lazuli"),
        none(),
        utf16(&server.database),
    ];
    let mut places = Vec::new();
    let mut place = FIXED;
    for text in &texts {
        if text.len() > 2 * TEXT_MAX {
            return Err(SourceError::Broken(format!(
                "SQL Server takes no names and passwords of more than {TEXT_MAX} characters."
            )));
        }
        // Nine texts of 256 bytes fit into either number.
        places.extend((place as u16).to_le_bytes());
        places.extend(((text.len() / 2) as u16).to_le_bytes());
        place += text.len();
    }
    let mut message = Vec::with_capacity(place);
    for number in [place as u32, VERSION, u32::from(SIZE), 0, 0, 0] {
        message.extend(number.to_le_bytes());
    }
    message.extend([FLAGS_1, FLAGS_2, 0, 0]);
    // The zone, the locale.
    message.extend([0; 8]);
    message.extend(places);
    // The machine's address, and places of texts that only other ways of logging in have.
    message.resize(FIXED, 0);
    message.extend(texts.concat());
    Ok(message)
}

/// A text in UTF-16.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A password as it is written: the halves of each byte swapped, some bits turned over. That hides nothing; TLS does.
fn hidden(password: &str) -> Vec<u8> {
    utf16(password).into_iter().map(|byte| byte.rotate_left(4) ^ 0xa5).collect()
}

/// What a change of the environment (MS-TDS 2.2.7.9) has to say to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Packets are of another size now.
    Size(usize),
    /// The database is elsewhere: at this server and port.
    Elsewhere(String, u16),
    /// Nothing that matters here.
    Other,
}

impl Change {
    /// `kind:1`, then by the kind `length:1 text` for the new value, or `length:2 protocol:1 port:2 length:2 server`.
    pub(super) fn read(change: &[u8]) -> Result<Self, SourceError> {
        match change {
            [4, length, rest @ ..] => {
                let text = rest.get(..2 * usize::from(*length)).ok_or_else(broken)?;
                text_of(text).parse().map(Change::Size).map_err(|_| broken())
            }
            [20, _, _, 0, low, high, length_low, length_high, rest @ ..] => {
                let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
                let server = text_of(rest.get(..2 * length).ok_or_else(broken)?);
                // An instance behind the name is known by its port.
                let host = server.split('\\').next().unwrap_or_default().to_owned();
                Ok(Change::Elsewhere(host, u16::from_le_bytes([*low, *high])))
            }
            [20, ..] => Err(broken()),
            [_, ..] => Ok(Change::Other),
            [] => Err(broken()),
        }
    }
}

/// The text of UTF-16. Halves of pairs that stand alone, which a column may hold, are replaced: JSON has none.
pub(super) fn text_of(utf16: &[u8]) -> String {
    let units = utf16.chunks_exact(2).map(|unit| match unit {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(user: &str) -> SqlServer {
        SqlServer::parse(&format!("Server=h;Database=d;User ID={user};Password=a")).unwrap()
    }

    /// The example of MS-TDS: `a` is 0x61, its halves swapped 0x16, and that xor 0xa5 is 0xb3; zero becomes 0xa5.
    #[test]
    fn a_login_names_the_user_and_hides_the_password() {
        let message = message(&server("sa")).unwrap();
        let place = |at: usize| usize::from(u16::from_le_bytes([message[at], message[at + 1]]));
        let text = |at: usize| &message[place(at)..place(at) + 2 * place(at + 2)];
        assert_eq!(message[..8], [message.len() as u8, 0, 0, 0, 4, 0, 0, 0x74]);
        assert_eq!((text(40), text(44), text(68)), (&b"s\0a\0"[..], &[0xb3, 0xa5][..], &b"d\0"[..]));
        assert!(super::message(&server(&"u".repeat(129))).is_err());
    }

    #[test]
    fn changes_of_the_environment_are_read() {
        assert_eq!(Change::read(b"\x04\x04\x38\0\x30\0\x30\0\x30\0\0"), Ok(Change::Size(8000)));
        let routed = b"\x14\x0b\0\0\x39\x05\x03\0a\0.\0b\0\0\0";
        assert_eq!(Change::read(routed), Ok(Change::Elsewhere("a.b".into(), 1337)));
        assert_eq!(Change::read(b"\x01\x01d\0\0"), Ok(Change::Other));
        for garbage in [&b""[..], b"\x04\x09\x38", b"\x04\x01x\0", b"\x14\0", b"\x14\0\0\0\0\0\xff\xff"] {
            assert!(Change::read(garbage).is_err(), "{garbage:?}");
        }
    }

    #[test]
    fn texts_are_of_utf_16() {
        assert_eq!(text_of(&utf16("größe 🦀")), "größe 🦀");
        assert_eq!(text_of(&[0x00, 0xd8, b'a', 0]), "\u{fffd}a");
    }
}
