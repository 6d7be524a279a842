//! The token filter `synonym` (Lucene's `SynonymFilter`): synonyms stand beside the words they match, and those of several
//! words spill over what follows.
//!
//! Left sides are found greedily: the longest at each place, and no word takes part in two.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Place, Rule, SynonymRules};
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Held, Kind, Lengths, Piece, Sink, Stage, StageFilter, Stop};

/// The definition of the filter.
#[derive(Debug, Clone)]
pub(crate) struct Synonyms {
    pub(crate) rules: Arc<SynonymRules>,
}

impl StageFilter for Synonyms {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Matching {
            rules: &self.rules,
            slots: VecDeque::new(),
            inputs: 0,
            seen: 0,
            place: Place::default(),
            best: None,
            last: (0, 0),
        })
    }

    fn lengths(&self) -> Lengths {
        Lengths::Alternatives
    }

    fn growth(&self) -> Growth {
        let (all, longest) = self.rules.yields();
        Growth { bytes: 1 + all, plus: longest, ..Growth::copies(1) }
    }
}

/// A token of the input and the synonyms that stand beside it; or only synonyms, behind what was read so far.
#[derive(Default)]
struct Slot<'r> {
    input: Option<Input>,
    synonyms: Vec<Synonym<'r>>,
}

struct Input {
    token: Held,
    word: Option<u32>,
    /// Whether the match that took the token, if any, leaves it in place.
    stays: bool,
}

struct Synonym<'r> {
    text: &'r str,
    /// Where the words matched end; None means where the token beside it does.
    end: Option<u32>,
    position_length: u32,
}

/// The longest left side found.
struct Match<'r> {
    rule: &'r Rule,
    /// How many tokens it takes.
    tokens: usize,
}

struct Matching<'r> {
    rules: &'r SynonymRules,
    slots: VecDeque<Slot<'r>>,
    /// How many slots, from the first, have a token.
    inputs: usize,
    /// How many tokens the match at the first slot has looked at.
    seen: usize,
    place: Place,
    best: Option<Match<'r>>,
    /// Start and end of the last token read.
    last: (u32, u32),
}

impl Stage for Matching<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        self.last = (piece.attributes.start, piece.attributes.end);
        let word = self.rules.word(piece.text);
        // Most words begin no rule, and nothing is waiting.
        if self.slots.is_empty() && self.rules.step(Place::default(), word).is_none() {
            return out.push(piece);
        }
        let input = Input { token: Held::from(piece), word, stays: true };
        match self.slots.get_mut(self.inputs) {
            Some(slot) => slot.input = Some(input),
            None => self.slots.push_back(Slot { input: Some(input), synonyms: Vec::new() }),
        }
        self.inputs += 1;
        self.go_on(out)
    }

    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop> {
        while self.inputs > 0 {
            self.resolve(out)?;
            self.go_on(out)?;
        }
        // What spilled over the end of the text.
        let (start, end_offset) = self.last;
        for slot in self.slots.drain(..) {
            let mut increment = 1;
            for synonym in slot.synonyms {
                let piece = Piece::new(synonym.text, start, end_offset, Kind::Synonym);
                out.push(piece.with(|piece| piece.increment = std::mem::take(&mut increment)))?;
            }
        }
        Ok(end)
    }
}

impl<'r> Matching<'r> {
    /// Matches as far as the tokens read allow.
    fn go_on(&mut self, out: &mut dyn Sink) -> Flow {
        while self.seen < self.inputs {
            let input = self.slots.get(self.seen).and_then(|slot| slot.input.as_ref());
            let place = input.and_then(|input| self.rules.step(self.place, input.word));
            let node = place.and_then(|place| self.rules.at(place));
            let (Some(place), Some(node)) = (place, node) else {
                self.resolve(out)?;
                continue;
            };
            self.seen += 1;
            self.place = place;
            if let Some(rule) = &node.rule {
                self.best = Some(Match { rule, tokens: self.seen });
            }
            if !node.goes_on {
                self.resolve(out)?;
            }
        }
        Ok(())
    }

    /// Ends the match at the first slot, and hands on the slots that it took: one if there is none.
    fn resolve(&mut self, out: &mut dyn Sink) -> Flow {
        let taken = match self.best.take() {
            Some(Match { rule, tokens }) => {
                self.place_synonyms(rule, tokens);
                tokens
            }
            None => 1,
        };
        (self.seen, self.place) = (0, Place::default());
        for _ in 0..taken.min(self.inputs) {
            self.inputs -= 1;
            if let Some(slot) = self.slots.pop_front() {
                hand_on(&slot, out)?;
            }
        }
        Ok(())
    }

    fn place_synonyms(&mut self, rule: &'r Rule, tokens: usize) {
        let rules = self.rules;
        let last = self.slots.get(tokens - 1).and_then(|slot| slot.input.as_ref());
        let end = last.map(|input| input.token.attributes.end);
        for words in rules.phrases(&rule.outputs) {
            let is_single = words.len() == 1;
            let spans = if is_single && rule.keeps_original { tokens } else { 1 };
            for (at, word) in words.iter().enumerate() {
                if at >= self.slots.len() {
                    self.slots.push_back(Slot::default());
                }
                let synonym = Synonym {
                    text: &word.text,
                    end: end.filter(|_| is_single),
                    position_length: spans as u32,
                };
                if let Some(slot) = self.slots.get_mut(at) {
                    slot.synonyms.push(synonym);
                }
            }
        }
        for input in self.slots.iter_mut().take(tokens).filter_map(|slot| slot.input.as_mut()) {
            input.stays = rule.keeps_original;
        }
    }
}

fn hand_on(slot: &Slot<'_>, out: &mut dyn Sink) -> Flow {
    let Some(Input { token, stays, .. }) = &slot.input else { return Ok(()) };
    let mut increment = 1;
    if *stays {
        out.push(token.piece())?;
        increment = 0;
    }
    for synonym in &slot.synonyms {
        let end = synonym.end.unwrap_or(token.attributes.end).max(token.attributes.start);
        let piece = Piece::new(synonym.text, token.attributes.start, end, Kind::Synonym);
        out.push(piece.with(|piece| {
            piece.increment = std::mem::take(&mut increment);
            piece.position_length = synonym.position_length;
        }))?;
    }
    Ok(())
}
