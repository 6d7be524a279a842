//! All words that a sentence may consist of, and the likeliest way through them (Lucene's `HHMMSegmenter`, `SegGraph` and
//! `BiSegGraph`).

use super::dictionary::{Dictionary, FirstOfPair};

/// A word of a sentence, its text as tokens have it.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub(super) text: Vec<u16>,
    /// UTF-16 units into the sentence.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a character can be part of (Lucene's `CharType`, `Utility.getCharType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Surrogate,
    Ideograph,
    /// Latin, half or full width.
    Letter,
    /// Half or full width.
    Digit,
    Space,
    Delimiter,
    Other,
}

fn sort(unit: u16) -> Sort {
    match unit {
        0xd800..=0xdfff => Sort::Surrogate,
        0x4e00..=0x9fa5 => Sort::Ideograph,
        0x41..=0x5a | 0x61..=0x7a | 0xff21..=0xff3a | 0xff41..=0xff5a => Sort::Letter,
        0x30..=0x39 | 0xff10..=0xff19 => Sort::Digit,
        0x20 | 0x9 | 0xd | 0xa | 0x3000 => Sort::Space,
        0x21..=0xbb | 0x2010..=0x2642 | 0x3001..=0x301e | 0xfe30..=0xff63 => Sort::Delimiter,
        _ => Sort::Other,
    }
}

/// How often all words together were counted (`Utility.MAX_FREQUENCE`).
const ALL: u32 = 2_079_997 + 80_000;

/// A possible word.
#[derive(Debug)]
struct Node {
    /// What stands for it in the dictionary: itself, or what its sort is counted as.
    known_as: Vec<u16>,
    start: usize,
    end: usize,
    count: u32,
    sort: Sort,
}

/// The words of a sentence.
pub(super) fn words(sentence: &[u16]) -> Vec<Cut> {
    let nodes = nodes(sentence);
    let path = likeliest(&nodes, sentence.len());
    path.into_iter().filter_map(|number| nodes.get(number)).map(|node| node.cut(sentence)).collect()
}

impl Node {
    fn new(known_as: Vec<u16>, start: usize, end: usize, sort: Sort) -> Self {
        let count = match sort {
            Sort::Surrogate => 0,
            Sort::Delimiter => ALL,
            Sort::Ideograph | Sort::Letter | Sort::Digit | Sort::Space | Sort::Other => {
                Dictionary::get().count(&known_as)
            }
        };
        Self { known_as, start, end, count, sort }
    }

    /// The token: letters and digits in lower case and half width, all signs as commas (`SegTokenFilter`).
    fn cut(&self, sentence: &[u16]) -> Cut {
        let written = sentence.get(self.start..self.end).unwrap_or_default();
        let is_wide = written.iter().any(|unit| *unit >= 0xff10);
        let text = match self.sort {
            Sort::Surrogate | Sort::Ideograph | Sort::Space => self.known_as.clone(),
            Sort::Delimiter => vec![u16::from(b',')],
            Sort::Letter | Sort::Digit => {
                let narrow = |unit: &u16| if is_wide && *unit >= 0xff10 { unit - 0xfee0 } else { *unit };
                let lower = |unit: u16| if (0x41..=0x5a).contains(&unit) { unit + 0x20 } else { unit };
                written.iter().map(narrow).map(lower).collect()
            }
            Sort::Other => written.to_vec(),
        };
        Cut { text, start: self.start, end: self.end }
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// All words that may begin at each place, in order of their places.
fn nodes(sentence: &[u16]) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = 0;
    while let Some(&unit) = sentence.get(at) {
        let first = sort(unit);
        let run = || at + sentence.iter().skip(at).take_while(|unit| sort(**unit) == first).count();
        let end = match first {
            Sort::Space => {
                at += 1;
                continue;
            }
            Sort::Ideograph => {
                add_words(sentence, at, &mut nodes);
                at += 1;
                continue;
            }
            Sort::Letter | Sort::Digit => run(),
            Sort::Surrogate => (at + 2).min(sentence.len()),
            Sort::Delimiter | Sort::Other => at + 1,
        };
        let known_as = match first {
            Sort::Letter | Sort::Other => units("未##串"),
            Sort::Digit => units("未##数"),
            Sort::Surrogate | Sort::Delimiter | Sort::Space | Sort::Ideograph => {
                sentence.get(at..end).unwrap_or_default().to_vec()
            }
        };
        nodes.push(Node::new(known_as, at, end, first));
        at = end;
    }
    nodes
}

/// The ideograph itself and each word of the dictionary that begins with it; spaces within words do not count.
fn add_words(sentence: &[u16], start: usize, nodes: &mut Vec<Node>) {
    let dictionary = Dictionary::get();
    let mut word: Vec<u16> = sentence.get(start).copied().into_iter().collect();
    let mut end = start + 1;
    nodes.push(Node::new(word.clone(), start, end, Sort::Ideograph));
    while dictionary.begins_word(&word) {
        if word.len() > 1 && dictionary.is_word(&word) {
            nodes.push(Node::new(word.clone(), start, end, Sort::Ideograph));
        }
        while sentence.get(end).is_some_and(|unit| sort(*unit) == Sort::Space) {
            end += 1;
        }
        match sentence.get(end) {
            Some(&unit) if sort(unit) == Sort::Ideograph => word.push(unit),
            Some(_) | None => break,
        }
        end += 1;
    }
}

/// The best way to a node: its weight and the node before (None: the beginning).
#[derive(Debug, Clone, Copy)]
struct Reached {
    weight: f64,
    from: Option<usize>,
}

/// The numbers of the nodes on the likeliest way through the sentence.
fn likeliest(nodes: &[Node], len: usize) -> Vec<usize> {
    let (begin, end) = (units("始##始"), units("末##末"));
    // One more for the end of the sentence. All edges into a node come from nodes before it.
    let mut reached = vec![Reached { weight: f64::INFINITY, from: None }; nodes.len() + 1];
    let beginning = (begin.as_slice(), Dictionary::get().count(&begin));
    let first = nodes.first().map_or(len, |node| node.start);
    follow(nodes, &end, beginning, first, Reached { weight: 0.0, from: None }, &mut reached);
    for (number, node) in nodes.iter().enumerate() {
        let Some(&Reached { weight, .. }) = reached.get(number) else { break };
        let behind = nodes.partition_point(|next| next.start < node.end);
        let next = nodes.get(behind).map_or(len, |next| next.start);
        let way = Reached { weight, from: Some(number) };
        follow(nodes, &end, (&node.known_as, node.count), next, way, &mut reached);
    }
    let mut path = Vec::new();
    let mut last = reached.last().and_then(|reached| reached.from);
    while let Some(number) = last {
        path.push(number);
        last = reached.get(number).and_then(|reached| reached.from);
    }
    path.reverse();
    path
}

/// Tries the way on from a word to each that begins at `next`, or to the end where none does.
fn follow(
    nodes: &[Node],
    end: &[u16],
    (word, count): (&[u16], u32),
    next: usize,
    way: Reached,
    reached: &mut [Reached],
) {
    let pair = FirstOfPair::new(word);
    let mut to = |number: usize, second: &[u16]| {
        let weight = way.weight + weight(count, Dictionary::get().count_of_pair(pair, second));
        if let Some(best) = reached.get_mut(number)
            && weight < best.weight
        {
            *best = Reached { weight, from: way.from };
        }
    };
    let from = nodes.partition_point(|node| node.start < next);
    for (number, node) in nodes.iter().enumerate().skip(from).take_while(|(_, node)| node.start == next) {
        to(number, &node.known_as);
    }
    if from == nodes.len() {
        to(nodes.len(), end);
    }
}

/// How unlikely the pair is: -log(a P(first) + (1 - a) P(second | first)) with a = 0.1, as Lucene smooths it.
fn weight(first: u32, pair: u32) -> f64 {
    let (smooth, tiny) = (0.1, 1.0 / f64::from(ALL));
    let first = 1.0 + f64::from(first);
    -(smooth * first / f64::from(ALL) + (1.0 - smooth) * ((1.0 - tiny) * f64::from(pair) / first + tiny)).ln()
}
