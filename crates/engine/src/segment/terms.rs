//! Terms: `<field id, three characters><term>`, valid UTF-8, ordered by field.

use lazuli_catalog::FieldId;
use tantivy::Term;
use tantivy::schema::Field;

/// Characters a field id takes in front of a term.
pub(crate) const PREFIX_LENGTH: usize = 3;

/// The largest field id that fits: 18 bits, some 260 times the fields an index may have.
pub(crate) const FIELD_ID_MAX: u32 = (1 << 18) - 1;

/// The field's prefix: its id in base 64 with digits `0`…`o`, which sort as the numbers do.
pub(crate) fn prefix(id: FieldId) -> [u8; PREFIX_LENGTH] {
    debug_assert!(id.0 <= FIELD_ID_MAX);
    [12, 6, 0].map(|shift| b'0' + ((id.0 >> shift) & 63) as u8)
}

/// Appends the field's prefix to a packed string.
pub(crate) fn push_prefix(out: &mut String, id: FieldId) {
    out.extend(prefix(id).map(char::from));
}

/// The field of a term as it stands in a dictionary; `None` of what no [`term`] begins with.
pub(crate) fn field_of(term: &[u8]) -> Option<FieldId> {
    let digits = term.first_chunk::<PREFIX_LENGTH>()?;
    let digit = |number: u32, byte: u8| {
        Some(number << 6 | u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 64)?))
    };
    digits.iter().try_fold(0, |number, byte| digit(number, *byte)).map(FieldId)
}

/// The tantivy term for `text` in the field `id` of `space` ([`super::EXACT`] or [`super::TEXT`]).
pub(crate) fn term(space: Field, id: FieldId, text: &str) -> Term {
    let mut value = String::with_capacity(PREFIX_LENGTH + text.len());
    push_prefix(&mut value, id);
    value.push_str(text);
    Term::from_field_text(space, &value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_ordered_ascii() {
        let ids = [1, 2, 63, 64, 65, 4095, 4096, FIELD_ID_MAX];
        for pair in ids.windows(2) {
            assert!(prefix(FieldId(pair[0])) < prefix(FieldId(pair[1])));
        }
        assert_eq!(&prefix(FieldId(1)), b"001");
        assert_eq!(&prefix(FieldId(64)), b"010");
        assert!(prefix(FieldId(FIELD_ID_MAX)).iter().all(u8::is_ascii));
    }

    #[test]
    fn the_field_is_read_back() {
        for id in [1, 63, 64, 4096, 123_456, FIELD_ID_MAX] {
            let term = [prefix(FieldId(id)).as_slice(), b"text"].concat();
            assert_eq!(field_of(&term), Some(FieldId(id)));
        }
        for other in [b"".as_slice(), b"00", b"  0", b"zzz"] {
            assert_eq!(field_of(other), None);
        }
    }
}
