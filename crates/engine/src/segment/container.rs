//! The one file of ours in each segment: named sections, each with its version and CRC.
//!
//! ```text
//! <section bytes>… <table> <table length: u32> <table CRC-32: u32> "LAZ1"
//! table = { name length: u8, name, version: u16, offset: u64, length: u64, CRC-32: u32 }…       (little endian)
//! ```
//!
//! A section that is missing or of a name this version does not know means empty, so that later versions can add
//! sections without touching old segments.

use std::io::{self, Write};

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};

const MAGIC: &[u8; 4] = b"LAZ1";
const FOOTER_LENGTH: usize = 12;

/// Writes sections one after the other; [`ContainerWriter::finish`] appends the table.
pub(crate) struct ContainerWriter<W: Write> {
    out: W,
    offset: u64,
    table: Vec<u8>,
}

impl<W: Write> ContainerWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, offset: 0, table: Vec::new() }
    }

    /// Adds a section; empty ones are left out.
    pub(crate) fn add(&mut self, name: &str, version: u16, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.out.write_all(bytes)?;
        self.table.push(name.len() as u8);
        self.table.extend_from_slice(name.as_bytes());
        self.table.extend_from_slice(&version.to_le_bytes());
        self.table.extend_from_slice(&self.offset.to_le_bytes());
        self.table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.table.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Writes the table and gives the writer back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.table)?;
        self.out.write_all(&(self.table.len() as u32).to_le_bytes())?;
        self.out.write_all(&crc32fast::hash(&self.table).to_le_bytes())?;
        self.out.write_all(MAGIC)?;
        Ok(self.out)
    }
}

#[derive(Debug, Clone)]
struct Section {
    name: String,
    version: u16,
    offset: u64,
    length: u64,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for tests and tools; files have checksums of their own")
    )]
    crc: u32,
}

/// An opened container: the table in memory, sections read when asked for.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    file: FileSlice,
    sections: Vec<Section>,
}

fn corrupt(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("segment container: {what}"))
}

impl Container {
    /// Reads and checks the table.
    pub(crate) fn open(file: FileSlice) -> io::Result<Self> {
        if file.len() < FOOTER_LENGTH {
            return Err(corrupt("too short"));
        }
        let (rest, footer) = file.clone().split_from_end(FOOTER_LENGTH);
        let footer = footer.read_bytes()?;
        let word = |at: usize| -> io::Result<u32> {
            let bytes = footer.get(at..at + 4).ok_or_else(|| corrupt("footer"))?;
            Ok(u32::from_le_bytes(bytes.try_into().map_err(|_| corrupt("footer"))?))
        };
        if footer.get(8..12) != Some(MAGIC) {
            return Err(corrupt("not a container"));
        }
        let table_length = word(0)? as usize;
        if table_length > rest.len() {
            return Err(corrupt("table length"));
        }
        let table = rest.clone().split_from_end(table_length).1.read_bytes()?;
        if crc32fast::hash(&table) != word(4)? {
            return Err(corrupt("table checksum"));
        }
        let sections = parse_table(&table).ok_or_else(|| corrupt("table"))?;
        let body_length = (rest.len() - table_length) as u64;
        let fits = |section: &Section| {
            section.offset.checked_add(section.length).is_some_and(|end| end <= body_length)
        };
        if !sections.iter().all(fits) {
            return Err(corrupt("section bounds"));
        }
        Ok(Self { file, sections })
    }

    /// The section `name` if it is there in a version this code reads (`version_max` or older).
    pub(crate) fn section(&self, name: &str, version_max: u16) -> Option<FileSlice> {
        let section = self.sections.iter().find(|s| s.name == name && s.version <= version_max)?;
        Some(self.file.slice(section.offset as usize..(section.offset + section.length) as usize))
    }

    /// The bytes of a section, empty where it is missing.
    pub(crate) fn bytes(&self, name: &str, version_max: u16) -> io::Result<OwnedBytes> {
        match self.section(name, version_max) {
            Some(slice) => slice.read_bytes(),
            None => Ok(OwnedBytes::empty()),
        }
    }

    /// Reads every section and compares its checksum.
    #[cfg(test)]
    pub(crate) fn verify(&self) -> io::Result<()> {
        for section in &self.sections {
            let range = section.offset as usize..(section.offset + section.length) as usize;
            if crc32fast::hash(&self.file.slice(range).read_bytes()?) != section.crc {
                return Err(corrupt(&format!("checksum of section {}", section.name)));
            }
        }
        Ok(())
    }
}

fn parse_table(mut table: &[u8]) -> Option<Vec<Section>> {
    fn take<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
        let (head, tail) = from.split_at_checked(length)?;
        *from = tail;
        Some(head)
    }
    let mut sections = Vec::new();
    while let Some((&name_length, rest)) = table.split_first() {
        table = rest;
        sections.push(Section {
            name: String::from_utf8(take(&mut table, name_length as usize)?.to_vec()).ok()?,
            version: u16::from_le_bytes(take(&mut table, 2)?.try_into().ok()?),
            offset: u64::from_le_bytes(take(&mut table, 8)?.try_into().ok()?),
            length: u64::from_le_bytes(take(&mut table, 8)?.try_into().ok()?),
            crc: u32::from_le_bytes(take(&mut table, 4)?.try_into().ok()?),
        });
    }
    Some(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = ContainerWriter::new(Vec::new());
        writer.add("columns", 1, b"abc").unwrap();
        writer.add("empty", 1, b"").unwrap();
        writer.add("norms", 2, &[7; 1000]).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn sections_come_back_and_unknown_ones_are_empty() {
        let container = Container::open(FileSlice::from(sample())).unwrap();
        assert_eq!(container.bytes("columns", 1).unwrap().as_slice(), b"abc");
        assert_eq!(container.bytes("norms", 2).unwrap().as_slice(), &[7; 1000]);
        assert!(container.bytes("norms", 1).unwrap().is_empty(), "a newer version than we read");
        assert!(container.bytes("graph", 1).unwrap().is_empty());
        container.verify().unwrap();
    }

    #[test]
    fn any_flipped_byte_is_noticed() {
        let good = sample();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            let noticed = Container::open(FileSlice::from(bad)).and_then(|c| c.verify()).is_err();
            assert!(noticed, "byte {at}");
        }
        assert!(Container::open(FileSlice::from(b"x".to_vec())).is_err());
    }
}
