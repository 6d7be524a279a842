//! The words that KStem knows.
//!
//! `lexicon.txt` has one word per line. `word!` is an exception: a word that taking an ending off must not lead to.
//! `word=root` names the stem. In all other lines a digit tells how many letters are those of the line before, and the
//! word is its own stem.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What is known of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Its stem; None when it is its own.
    pub(super) root: Option<&'static str>,
    pub(super) exception: bool,
}

/// Looks a word up.
pub(super) fn entry(word: &[u8]) -> Option<Entry> {
    static LEXICON: OnceLock<HashMap<Box<[u8]>, Entry>> = OnceLock::new();
    LEXICON.get_or_init(|| read(include_str!("lexicon.txt"))).get(word).copied()
}

fn read(lines: &'static str) -> HashMap<Box<[u8]>, Entry> {
    let mut entries = HashMap::new();
    let mut before = String::new();
    for line in lines.lines() {
        let (word, entry) = if let Some(word) = line.strip_suffix('!') {
            (word, Entry { root: Some(word), exception: true })
        } else if let Some((word, root)) = line.split_once('=') {
            (word, Entry { root: Some(root), exception: false })
        } else {
            let kept = line.bytes().next().map_or(0, |digit| usize::from(digit.saturating_sub(b'0')));
            before.truncate(kept);
            before.push_str(line.get(1..).unwrap_or_default());
            (before.as_str(), Entry { root: None, exception: false })
        };
        entries.insert(word.as_bytes().into(), entry);
    }
    entries
}
