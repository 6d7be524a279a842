//! `phonetic`: tokens as they sound (Lucene's `PhoneticFilter`, `DoubleMetaphoneFilter` and `BeiderMorseFilter`).

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::growth::Growth;
use crate::phonetic::{BeiderMorseMemory, Encoder};
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// Replaces tokens by their codes, or adds these at the same position: before the token, those of Double Metaphone and of
/// Beider and Morse behind it. A token without a code stays as it is.
///
/// Lucene's filter for Beider-Morse always replaces; the service says of all encoders that codes are added as synonyms
/// when `replace` is false (analysis.md §4.2), so here the token then stays for this one too.
#[derive(Debug)]
pub(crate) struct Phonetic {
    encoder: Encoder,
    /// Whether the token itself goes.
    replace: bool,
    /// What the codes of the texts before were, while no text has it.
    memory: Mutex<BeiderMorseMemory>,
}

impl Phonetic {
    pub(crate) fn new(encoder: Encoder, replace: bool) -> Self {
        Self { encoder, replace, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, BeiderMorseMemory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StageFilter for Phonetic {
    fn start(&self) -> Box<dyn Stage + '_> {
        if self.encoder == Encoder::BeiderMorse {
            // Texts that are analysed at the same time begin without memories.
            let memory = std::mem::take(&mut *self.memory());
            return Box::new(Remembering { filter: self, memory, codes: String::new() });
        }
        Box::new(Encoding { filter: self })
    }

    fn growth(&self) -> Growth {
        // How many codes there are, and how many are joined in one token. A code is shorter than its word but for capitals.
        let (codes, joined) = match self.encoder {
            Encoder::BeiderMorse => (64 * 20, 1),
            Encoder::HaasePhonetik | Encoder::KoelnerPhonetik => (1, 256),
            Encoder::Caverphone1
            | Encoder::Caverphone2
            | Encoder::Cologne
            | Encoder::DoubleMetaphone
            | Encoder::Metaphone
            | Encoder::Nysiis
            | Encoder::RefinedSoundex
            | Encoder::Soundex => (2, 1),
        };
        Growth { times: 8 * joined, plus: 64, ..Growth::copies(1 + 8 * codes * joined) }
    }
}

struct Encoding<'f> {
    filter: &'f Phonetic,
}

impl Stage for Encoding<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let codes = self.filter.encoder.codes(piece.text);
        let stays = !self.filter.replace || codes.is_empty();
        let token = stays.then_some(piece.text);
        match self.filter.encoder {
            Encoder::BeiderMorse | Encoder::DoubleMetaphone => {
                beside(piece, token.into_iter().chain(codes.iter().map(String::as_str)), out)
            }
            Encoder::Caverphone1
            | Encoder::Caverphone2
            | Encoder::Cologne
            | Encoder::HaasePhonetik
            | Encoder::KoelnerPhonetik
            | Encoder::Metaphone
            | Encoder::Nysiis
            | Encoder::RefinedSoundex
            | Encoder::Soundex => beside(piece, codes.iter().map(String::as_str).chain(token), out),
        }
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

/// [`Encoding`] for Beider-Morse, which takes so long that codes are remembered.
struct Remembering<'f> {
    filter: &'f Phonetic,
    memory: BeiderMorseMemory,
    codes: String,
}

impl Stage for Remembering<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        self.codes.clear();
        self.memory.encode(piece.text, &mut self.codes);
        let stays = !self.filter.replace || self.codes.is_empty();
        let token = stays.then_some(piece.text);
        let codes = split(&self.codes).filter(|code| token != Some(code));
        beside(piece, token.into_iter().chain(codes), out)
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

/// The codes in a text that has a space behind each.
fn split(mut codes: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        // They are so short that `str::split` takes longer.
        let (code, rest) = codes.split_at_checked(codes.bytes().position(|byte| byte == b' ')?)?;
        codes = rest.get(1..)?;
        Some(code)
    })
}

impl Drop for Remembering<'_> {
    fn drop(&mut self) {
        // Of texts that were analysed at the same time, what the one that knows most has learnt is kept.
        let mut kept = self.filter.memory();
        if self.memory.bytes() > kept.bytes() {
            *kept = std::mem::take(&mut self.memory);
        }
    }
}

/// Hands on each text at the token's place, the first one step behind what was before.
fn beside<'t>(piece: Piece<'_>, texts: impl Iterator<Item = &'t str>, out: &mut dyn Sink) -> Flow {
    for (number, text) in texts.enumerate() {
        let token = piece.saying(text);
        out.push(if number == 0 { token } else { token.with(|attributes| attributes.increment = 0) })?;
    }
    Ok(())
}
