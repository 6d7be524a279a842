//! `phonetic`: tokens as they sound (Lucene's `PhoneticFilter`, `DoubleMetaphoneFilter` and `BeiderMorseFilter`).

use crate::growth::Growth;
use crate::phonetic::Encoder;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// Replaces tokens by their codes, or adds these at the same position: before the token, those of Double Metaphone and of
/// Beider and Morse behind it. A token without a code stays as it is.
///
/// Lucene's filter for Beider-Morse always replaces; the service says of all encoders that codes are added as synonyms
/// when `replace` is false (analysis.md §4.2), so here the token then stays for this one too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phonetic {
    pub(crate) encoder: Encoder,
    /// Whether the token itself goes.
    pub(crate) replace: bool,
}

impl StageFilter for Phonetic {
    fn start(&self) -> Box<dyn Stage + '_> {
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
        let mut codes = self.filter.encoder.codes(piece.text);
        let stays = !self.filter.replace || codes.is_empty();
        let token = stays.then_some(piece.text);
        match self.filter.encoder {
            Encoder::BeiderMorse => {
                codes.retain(|code| token != Some(code.as_str()));
                beside(piece, token.into_iter().chain(codes.iter().map(String::as_str)), out)
            }
            Encoder::DoubleMetaphone => {
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

/// Hands on each text at the token's place, the first one step behind what was before.
fn beside<'t>(piece: Piece<'_>, texts: impl Iterator<Item = &'t str>, out: &mut dyn Sink) -> Flow {
    for (number, text) in texts.enumerate() {
        let token = piece.saying(text);
        out.push(if number == 0 { token } else { token.with(|attributes| attributes.increment = 0) })?;
    }
    Ok(())
}
