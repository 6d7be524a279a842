//! A look at the write-ahead log before SQLite recovers from it.
//!
//! After a crash SQLite reads the log up to the first frame whose checksum is wrong and takes that for the torn end of
//! an unfinished commit. If a bit has flipped in the middle instead, everything behind it, though acknowledged, is
//! dropped without a word. The two can be told apart: each frame's checksum continues that of the frame before, also
//! from one transaction to the next. A frame that continues the checksum of a commit behind the wrong frame proves
//! that this commit had been completed and that the writer went on from it.
//!
//! The format is <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>: a header of 32 bytes, then frames of
//! 24 bytes and a page each; numbers are big-endian, the words that are summed are in the order the header's magic
//! says.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::schema::with_suffix;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// Checksums are over words in little-endian order; with the lowest bit set, in big-endian order.
const MAGIC: u32 = 0x377f_0682;

/// Where the write-ahead log of a database lies.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    with_suffix(database, "-wal")
}

/// Fails if the log beside `database` holds completed commits behind a damaged place. Only to be asked while nobody
/// has the database open.
pub(crate) fn check(database: &Path) -> Result<(), StoreError> {
    let path = path_of(database);
    match fs_err::File::open(&path) {
        Ok(file) => check_log(&mut BufReader::with_capacity(1 << 20, file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn check_log(log: &mut impl Read) -> Result<(), StoreError> {
    let mut header = [0; HEADER_BYTES];
    // A log that is shorter than its header, or still all zeros, was never used.
    if !fill(log, &mut header)? || header == [0; HEADER_BYTES] {
        return Ok(());
    }
    let Some(header) = Header::parse(&header) else {
        // The header lies within one sector and is synced before the first frame is written: it is not torn.
        return Err(StoreError::corrupt("the header of the write-ahead log is damaged"));
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + header.page_bytes];
    let mut before = Frame { sum: header.sum, commits: false };
    let mut damaged_at = None;
    let mut number = 0_u64;
    while fill(log, &mut frame)? {
        let (this, continues) = header.frame(&frame, before.sum);
        if !continues && damaged_at.is_none() {
            damaged_at = Some(number);
        } else if let (true, true, Some(damaged)) = (continues, before.commits, damaged_at) {
            let what = format!(
                "frame {damaged} of the write-ahead log is damaged, and frame {number} was committed after it"
            );
            return Err(StoreError::corrupt(what));
        }
        before = this;
        number += 1;
    }
    Ok(())
}

/// False if the log ends before `buf` is full.
fn fill(log: &mut impl Read, buf: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(buf) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

struct Header {
    big_endian: bool,
    page_bytes: usize,
    salt: [u8; 8],
    sum: Sum,
}

/// What of a frame counts for the next one.
struct Frame {
    sum: Sum,
    commits: bool,
}

type Sum = (u32, u32);

impl Header {
    fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let magic = number(bytes, 0);
        let big_endian = magic & 1 == 1;
        let sum = checksum(big_endian, (0, 0), &bytes[..24]);
        let page_bytes = usize::try_from(number(bytes, 8)).ok()?;
        let sound = magic & !1 == MAGIC && sum == (number(bytes, 24), number(bytes, 28));
        let mut salt = [0; 8];
        salt.copy_from_slice(&bytes[16..24]);
        // 65536 is written out here, unlike in the database's header.
        (sound && page_bytes.is_power_of_two() && (512..=65536).contains(&page_bytes)).then_some(Self {
            big_endian,
            page_bytes,
            salt,
            sum,
        })
    }

    /// The frame, and whether it is of this log and continues a frame that ended with the checksum `before`.
    fn frame(&self, bytes: &[u8], before: Sum) -> (Frame, bool) {
        let of_this_log = bytes[8..16] == self.salt;
        let stored = (number(bytes, 16), number(bytes, 20));
        let commits = of_this_log && number(bytes, 4) != 0;
        let computed = || {
            let after_header = checksum(self.big_endian, before, &bytes[..8]);
            checksum(self.big_endian, after_header, &bytes[FRAME_HEADER_BYTES..])
        };
        (Frame { sum: stored, commits }, of_this_log && computed() == stored)
    }
}

/// SQLite's checksum of whole pairs of words, continued from `sum`.
fn checksum(big_endian: bool, sum: Sum, bytes: &[u8]) -> Sum {
    let (pairs, _rest) = bytes.as_chunks::<8>();
    pairs.iter().fold(sum, |(first, second), &[a, b, c, d, e, f, g, h]| {
        let word = |bytes| if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        let first = first.wrapping_add(word([a, b, c, d])).wrapping_add(second);
        (first, second.wrapping_add(word([e, f, g, h])).wrapping_add(first))
    })
}

/// A big-endian number of four bytes; 0 beyond the end, which the fixed sizes above rule out.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests;
