//! `cjk_width`: full-width ASCII becomes ASCII, half-width katakana full-width (Lucene's `CJKWidthFilter`).

use crate::term::Term;

/// Folds widths; a half-width voicing mark joins the kana before it where Unicode has the two in one.
pub(crate) fn apply(term: &mut Term<'_>) {
    if term.text().contains(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{ff65}'..='\u{ff9f}')) {
        term.rewrite(fold);
    }
}

fn fold(before: &str, after: &mut String) {
    for c in before.chars() {
        let folded = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{ff9e}' | '\u{ff9f}' => match after.chars().next_back().and_then(|kana| voiced(kana, c)) {
                Some(both) => {
                    after.pop();
                    both
                }
                None => full_width(c),
            },
            '\u{ff65}'..='\u{ff9d}' => full_width(c),
            _ => c,
        };
        after.push(folded);
    }
}

/// The full-width forms of U+FF65 to U+FF9F, in order.
const FULL_WIDTH: &[char] = &[
    '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ',
    'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ',
    'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ',
    'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '\u{3099}', '\u{309a}',
];

fn full_width(c: char) -> char {
    FULL_WIDTH.get((u32::from(c) - 0xff65) as usize).copied().unwrap_or(c)
}

/// The kana with the voicing mark, `ﾞ` or `ﾟ`, in one character.
fn voiced(kana: char, mark: char) -> Option<char> {
    let ahead = match (mark, kana) {
        ('\u{ff9e}', 'ウ') => 'ヴ' as u32 - 'ウ' as u32,
        ('\u{ff9e}', 'ワ' | 'ヰ' | 'ヱ' | 'ヲ') => 'ヷ' as u32 - 'ワ' as u32,
        (
            '\u{ff9e}',
            'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ' | 'ツ' | 'テ'
            | 'ト' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'ヽ',
        ) => 1,
        ('\u{ff9f}', 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ') => 2,
        _ => return None,
    };
    char::from_u32(u32::from(kana) + ahead)
}
