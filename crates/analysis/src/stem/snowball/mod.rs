//! Snowball: Martin Porter's language for stemmers, and the scripts that its project publishes.
//!
//! Each stemmer is the published script (`scripts/*.sbl`, Snowball 2.2, BSD), read once and run by a small interpreter. A
//! script that has changed since the version in Lucene 8.8.1 is put back to what Lucene has; each such place is marked
//! `Lucene:` in the script. The one for Lithuanian and the one for inflected English serve the analyzers
//! that stand in for Microsoft's.

mod parse;
mod program;
mod run;

use std::sync::OnceLock;

use program::Program;

/// A stemmer of the Snowball project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snowball {
    Armenian,
    Basque,
    Catalan,
    Danish,
    Dutch,
    /// Porter's second stemmer for English.
    English,
    /// The same without the steps that take apart derived words: `nation` and `national` stay two words.
    EnglishInflection,
    Finnish,
    French,
    German,
    /// German that reads `ae` as `ä`.
    German2,
    Hungarian,
    Irish,
    Italian,
    /// Kraaij and Pohlmann's stemmer for Dutch.
    KraaijPohlmann,
    Lithuanian,
    Lovins,
    Norwegian,
    /// Porter's first stemmer as the paper has it.
    Porter,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Turkish,
}

impl Snowball {
    /// Every one of them, in the order of the variants.
    pub(crate) const ALL: [Self; 25] = [
        Self::Armenian,
        Self::Basque,
        Self::Catalan,
        Self::Danish,
        Self::Dutch,
        Self::English,
        Self::EnglishInflection,
        Self::Finnish,
        Self::French,
        Self::German,
        Self::German2,
        Self::Hungarian,
        Self::Irish,
        Self::Italian,
        Self::KraaijPohlmann,
        Self::Lithuanian,
        Self::Lovins,
        Self::Norwegian,
        Self::Porter,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Spanish,
        Self::Swedish,
        Self::Turkish,
    ];

    /// The script, and its name in the Snowball project.
    fn script(self) -> (&'static str, &'static str) {
        match self {
            Self::Armenian => ("armenian", include_str!("scripts/armenian.sbl")),
            Self::Basque => ("basque", include_str!("scripts/basque.sbl")),
            Self::Catalan => ("catalan", include_str!("scripts/catalan.sbl")),
            Self::Danish => ("danish", include_str!("scripts/danish.sbl")),
            Self::Dutch => ("dutch", include_str!("scripts/dutch.sbl")),
            Self::English => ("english", include_str!("scripts/english.sbl")),
            Self::EnglishInflection => ("english_inflection", include_str!("scripts/english_inflection.sbl")),
            Self::Finnish => ("finnish", include_str!("scripts/finnish.sbl")),
            Self::French => ("french", include_str!("scripts/french.sbl")),
            Self::German => ("german", include_str!("scripts/german.sbl")),
            Self::German2 => ("german2", include_str!("scripts/german2.sbl")),
            Self::Hungarian => ("hungarian", include_str!("scripts/hungarian.sbl")),
            Self::Irish => ("irish", include_str!("scripts/irish.sbl")),
            Self::Italian => ("italian", include_str!("scripts/italian.sbl")),
            Self::KraaijPohlmann => ("kraaij_pohlmann", include_str!("scripts/kraaij_pohlmann.sbl")),
            Self::Lithuanian => ("lithuanian", include_str!("scripts/lithuanian.sbl")),
            Self::Lovins => ("lovins", include_str!("scripts/lovins.sbl")),
            Self::Norwegian => ("norwegian", include_str!("scripts/norwegian.sbl")),
            Self::Porter => ("porter", include_str!("scripts/porter.sbl")),
            Self::Portuguese => ("portuguese", include_str!("scripts/portuguese.sbl")),
            Self::Romanian => ("romanian", include_str!("scripts/romanian.sbl")),
            Self::Russian => ("russian", include_str!("scripts/russian.sbl")),
            Self::Spanish => ("spanish", include_str!("scripts/spanish.sbl")),
            Self::Swedish => ("swedish", include_str!("scripts/swedish.sbl")),
            Self::Turkish => ("turkish", include_str!("scripts/turkish.sbl")),
        }
    }

    /// The program, read when it is first needed.
    fn program(self) -> &'static Program {
        static PROGRAMS: [OnceLock<Program>; Snowball::ALL.len()] =
            [const { OnceLock::new() }; Snowball::ALL.len()];
        static NOTHING: Program = Program::nothing();
        let (name, script) = self.script();
        let slot = PROGRAMS.get(self as usize);
        slot.map_or(&NOTHING, |slot| {
            slot.get_or_init(|| match parse::parse(script) {
                Ok(program) => program,
                Err(malformed) => unreachable!("script of {name}: {} is wanted", malformed.what),
            })
        })
    }

    /// Reduces the word, which is in lower case already, to its stem.
    pub(crate) fn stem(self, word: &mut Vec<u16>) {
        run::stem(self.program(), word);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Snowball;

    fn stemmed(stemmer: Snowball, word: &str) -> String {
        let mut units = word.encode_utf16().collect();
        stemmer.stem(&mut units);
        String::from_utf16(&units).unwrap()
    }

    /// The vocabularies of the Snowball project, stemmed by Lucene 8.8.1: every 7th word, or all of them with
    /// `LAZULI_ALL_VECTORS`.
    #[test]
    fn stems_of_lucene() {
        let Some(lines) = crate::reference_data::lines("snowball_vectors.tsv.gz") else { return };
        let step = crate::reference_data::step(7);
        let by_name: HashMap<&str, Snowball> =
            Snowball::ALL.iter().map(|one| (one.script().0, *one)).collect();
        let mut differing: HashMap<&str, Vec<String>> = HashMap::new();
        for line in lines.step_by(step) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, word, expected] = columns[..] else { continue };
            let Some((name, stemmer)) = by_name.get_key_value(name) else { continue };
            let stem = stemmed(*stemmer, word);
            if stem != expected {
                differing.entry(name).or_default().push(format!("{word}: {stem}, not {expected}"));
            }
        }
        for (name, words) in &differing {
            println!("{name}: {} {:?}", words.len(), &words[..words.len().min(12)]);
        }
        assert!(differing.is_empty());
    }
}
