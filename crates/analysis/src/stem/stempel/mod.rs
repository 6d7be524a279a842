//! Stempel, Andrzej Białecki's stemmer for Polish, on Leo Galambos' Egothor tables, as Lucene's `StempelFilter` applies it.
//!
//! The table (`stemmer_20000.tbl`, as Lucene ships it, compressed) was learnt from 20 000 words: eight tries that are
//! walked from the end of a word, each of which gives a piece of the edit script that makes the stem. An edit script is
//! a row of pairs, read from the word's end: `-n` keeps n letters, `Dn` deletes n, `Rx` replaces one by x, `Ix` inserts
//! x; n is written as a letter, `a` for one.

mod table;

use super::unit;
use table::{Table, Trie};

/// Words up to this many units stay as they are.
const LEN_MIN: usize = 3;

/// Reduces the word to its stem; one for which the table knows nothing stays.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() <= LEN_MIN {
        return;
    }
    let script = edit_script(Table::polish(), word);
    let mut stem = word.clone();
    // What a script has done before it leads outside the word stays done.
    let _: Option<()> = edit(&mut stem, &script);
    if !stem.is_empty() {
        *word = stem;
    }
}

/// Joins the pieces that the tries give, until one gives none.
fn edit_script(table: &Table, word: &[u16]) -> Vec<char> {
    let mut script = Vec::new();
    let mut rest = word;
    let mut looked_up = word;
    let mut before: &[char] = &[];
    for trie in &table.tries {
        let Some(piece) = last_on_path(trie, looked_up) else { break };
        let last = before.iter().rev().nth(1);
        let follows_itself = last == piece.first() && matches!(last, Some('-' | 'D'));
        if piece.len() < 2 || follows_itself {
            break;
        }
        if piece.first() == Some(&'-') {
            let passed = letters_passed(before) + letters_passed(piece);
            let Some(left) = rest.len().checked_sub(passed) else { break };
            rest = rest.get(..left).unwrap_or_default();
        }
        script.extend_from_slice(piece);
        before = piece;
        if !rest.is_empty() {
            looked_up = rest;
        }
    }
    script
}

/// The piece of script at the end of the word's path through the trie, or the last one before.
fn last_on_path<'a>(trie: &'a Trie, word: &[u16]) -> Option<&'a [char]> {
    let mut last = None;
    let mut row = Some(trie.root);
    for letter in word.iter().rev() {
        let Some(cell) = row.and_then(|row| trie.cell(row, *letter)) else { break };
        last = cell.command.or(last);
        row = cell.next;
        if row.is_none() {
            break;
        }
    }
    last.and_then(|command| trie.commands.get(command)).map(Vec::as_slice)
}

/// How many letters of the word a piece of script reads.
fn letters_passed(piece: &[char]) -> usize {
    let pairs = piece.chunks_exact(2);
    pairs
        .map(|pair| match pair {
            ['-' | 'D', count] => number(*count),
            ['R', _] => 1,
            _ => 0,
        })
        .sum()
}

/// `a` is 1.
fn number(letter: char) -> usize {
    (letter as usize).saturating_sub('a' as usize - 1)
}

/// Runs the script on the word; None when it leads outside.
fn edit(word: &mut Vec<u16>, script: &[char]) -> Option<()> {
    // Behind the letter that is next.
    let mut place = word.len();
    for pair in script.chunks_exact(2) {
        let [command, parameter] = pair else { return None };
        match command {
            '-' => place = place.checked_sub(number(*parameter))?,
            'R' => {
                place = place.checked_sub(1)?;
                *word.get_mut(place)? = unit(*parameter);
            }
            'D' => {
                let from = place.checked_sub(number(*parameter))?;
                word.drain(from..place.min(word.len()));
                place = from;
            }
            'I' => word.insert(place.min(word.len()), unit(*parameter)),
            _ => place = place.checked_sub(1)?,
        }
    }
    Some(())
}
