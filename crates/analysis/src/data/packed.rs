//! How large tables are packed with the crate.

use std::io::Read;

use flate2::read::GzDecoder;

/// The bytes of a gzip file that is compiled in.
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    match GzDecoder::new(bytes).read_to_end(&mut unpacked) {
        Ok(_) => unpacked,
        Err(_) => unreachable!("the table was packed with the crate"),
    }
}

/// Numbers in bytes of seven bits, the lowest first; all but a number's last byte have the eighth set.
#[derive(Debug)]
pub(crate) struct Numbers<'b>(pub(crate) &'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if *byte < 0x80 {
                return Some(number);
            }
        }
    }
}
