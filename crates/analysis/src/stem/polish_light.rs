//! Polish by endings, for the analyzer that stands in for Microsoft's: words find their cases, numbers and forms more surely than
//! by Stempel, whose table gives words that are not in it stems of other words (`szkoła` → `sć`).
//!
//! Endings go as long as three letters are left, so that it does not matter how much of them belongs to the word (`problem` goes as
//! `problemem` does); then sounds that change inside and at the end of stems are written one way.

use std::sync::LazyLock;

use super::endings::Split;
use super::rules::{self, back};
use super::{ends_with, replace_end};

/// Of nouns and adjectives, then of verbs.
const ENDINGS: &str = "\
    a ą e ę i o u y ów ow om em ami ach owi owie ie ia ią ię ii io iu iem iom iami iach iów \
    ego emu ym ymi ych ej iego iemu im imi ich iej \
    ać ał ała ałam ałem ałaś ałeś ało ali ały am asz amy ają ając ający ająca ające \
    ić ił iła iłam iłem iłaś iłeś iło ili iły isz imy yć ył yła yłam yłem yło yli yły ysz ymy \
    eć ieć iał iała ieli iały iesz iemy esz emy \
    ować ował owała owałam owałem owało owali owały uję ujesz uje ujemy ujecie ują ując";

/// Units that are left of a word.
const LEFT: usize = 3;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    static SPLIT: LazyLock<Split> = LazyLock::new(|| Split::new(LEFT, ENDINGS));
    while let Some(ending) = SPLIT.longest(word) {
        word.truncate(word.len() - ending);
    }
    drop_mobile_e(word);
    rules::fold(word, &[("ó", 'o'), ("ą", 'ę'), ("ć", 'c'), ("ń", 'n'), ("ś", 's'), ("ź", 'z')]);
    rules::first(word, &[(2, &["ł"], "l")]);
}

/// The vowel of `książek`, `okien`, `krzeseł` and `chłopiec` that `książka`, `okno`, `krzesło` and `chłopca` lack.
fn drop_mobile_e(word: &mut Vec<u16>) {
    if word.len() > 4 && ends_with(word, "ek") && back(word, 3) != 'i' {
        replace_end(word, 2, "k");
    } else {
        rules::first(word, &[(5, &["iec"], "c"), (4, &["ien"], "n"), (4, &["ier"], "r"), (4, &["eł"], "ł")]);
    }
}
