//! Classes of characters as Java names them.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

pub(super) fn of(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(from, to)| ClassUnicodeRange::new(from, to)))
}

pub(super) fn negated(mut class: ClassUnicode) -> ClassUnicode {
    class.negate();
    class
}

/// Both cases of each letter: of all, or of ASCII's only.
pub(super) fn fold(class: &mut ClassUnicode, unicode: bool) {
    if unicode {
        class.case_fold_simple();
        return;
    }
    let letters = |from: char, to: char| {
        let mut letters = of(&[(from, to)]);
        letters.intersect(class);
        letters
    };
    let other = |letters: &ClassUnicode, flip: fn(&char) -> char| {
        let flipped: Vec<_> = letters.iter().map(|r| (flip(&r.start()), flip(&r.end()))).collect();
        of(&flipped)
    };
    let upper = other(&letters('a', 'z'), char::to_ascii_uppercase);
    let lower = other(&letters('A', 'Z'), char::to_ascii_lowercase);
    class.union(&upper);
    class.union(&lower);
}

/// The class that a letter behind a backslash names: `\d`, `\W`, `\h` and so on.
pub(super) fn escaped(letter: char) -> Option<ClassUnicode> {
    let class = match letter.to_ascii_lowercase() {
        'd' => of(&[('0', '9')]),
        'w' => of(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        's' => of(&[('\t', '\r'), (' ', ' ')]),
        'h' => of(&[
            ('\t', '\t'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{180e}', '\u{180e}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{202f}', '\u{202f}'),
            ('\u{205f}', '\u{205f}'),
            ('\u{3000}', '\u{3000}'),
        ]),
        'v' => line_ends(),
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { negated(class) } else { class })
}

/// What `\v` and `\R` match.
pub(super) fn line_ends() -> ClassUnicode {
    of(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
}

/// Unicode's blocks that `\p{In…}` may name.
const BLOCKS: &[(&str, char, char)] = &[
    ("basiclatin", '\0', '\u{7f}'),
    ("latin1supplement", '\u{80}', '\u{ff}'),
    ("latinextendeda", '\u{100}', '\u{17f}'),
    ("latinextendedb", '\u{180}', '\u{24f}'),
    ("combiningdiacriticalmarks", '\u{300}', '\u{36f}'),
    ("greek", '\u{370}', '\u{3ff}'),
    ("greekandcoptic", '\u{370}', '\u{3ff}'),
    ("cyrillic", '\u{400}', '\u{4ff}'),
    ("armenian", '\u{530}', '\u{58f}'),
    ("hebrew", '\u{590}', '\u{5ff}'),
    ("arabic", '\u{600}', '\u{6ff}'),
    ("devanagari", '\u{900}', '\u{97f}'),
    ("thai", '\u{e00}', '\u{e7f}'),
    ("hanguljamo", '\u{1100}', '\u{11ff}'),
    ("generalpunctuation", '\u{2000}', '\u{206f}'),
    ("currencysymbols", '\u{20a0}', '\u{20cf}'),
    ("hiragana", '\u{3040}', '\u{309f}'),
    ("katakana", '\u{30a0}', '\u{30ff}'),
    ("cjkunifiedideographs", '\u{4e00}', '\u{9fff}'),
    ("hangulsyllables", '\u{ac00}', '\u{d7af}'),
    ("halfwidthandfullwidthforms", '\u{ff00}', '\u{ffef}'),
];

/// What `\p{name}` matches; None when the name is not known.
pub(super) fn property(name: &str) -> Option<ClassUnicode> {
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_ascii_lowercase().as_str() {
            "blk" | "block" => block(value),
            "sc" | "script" | "gc" | "general_category" => unicode(value),
            _ => None,
        };
    }
    if let Some(class) = posix(name) {
        return Some(class);
    }
    if let Some(rest) = name.strip_prefix("java") {
        return java(rest);
    }
    if let Some(rest) = name.strip_prefix("In") {
        return block(rest);
    }
    unicode(name.strip_prefix("Is").unwrap_or(name))
}

fn block(name: &str) -> Option<ClassUnicode> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let found = BLOCKS.iter().find(|(known, ..)| plain.eq_ignore_ascii_case(known));
    found.map(|&(_, from, to)| of(&[(from, to)]))
}

fn posix(name: &str) -> Option<ClassUnicode> {
    let ranges: &[(char, char)] = match name {
        "Lower" => &[('a', 'z')],
        "Upper" => &[('A', 'Z')],
        "ASCII" => &[('\0', '\u{7f}')],
        "Alpha" => &[('A', 'Z'), ('a', 'z')],
        "Digit" => &[('0', '9')],
        "Alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "Punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "Graph" => &[('!', '~')],
        "Print" => &[(' ', '~')],
        "Blank" => &[('\t', '\t'), (' ', ' ')],
        "Cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
        "XDigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        "Space" => &[('\t', '\r'), (' ', ' ')],
        "L1" => &[('\0', '\u{ff}')],
        _ => return None,
    };
    Some(of(ranges))
}

fn java(name: &str) -> Option<ClassUnicode> {
    match name {
        "LowerCase" => unicode("Lowercase"),
        "UpperCase" => unicode("Uppercase"),
        "TitleCase" => unicode("Lt"),
        "Letter" => unicode("L"),
        "Digit" => unicode("Nd"),
        "Alphabetic" => unicode("Alphabetic"),
        "Ideographic" => unicode("Ideographic"),
        "SpaceChar" => unicode("Z"),
        "LetterOrDigit" => Some(letters_and_digits()),
        "Whitespace" => {
            let ranges = [('\t', '\r'), ('\u{1c}', '\u{1f}')];
            let fixed = of(&[('\u{a0}', '\u{a0}'), ('\u{2007}', '\u{2007}'), ('\u{202f}', '\u{202f}')]);
            let mut class = unicode("Z")?;
            class.difference(&fixed);
            class.union(&of(&ranges));
            Some(class)
        }
        _ => None,
    }
}

/// A category, script or yes-or-no property of Unicode.
fn unicode(name: &str) -> Option<ClassUnicode> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-')) {
        return None;
    }
    let hir = regex_syntax::parse(&format!(r"\p{{{name}}}")).ok()?;
    if let HirKind::Class(Class::Unicode(class)) = hir.kind() {
        return Some(class.clone());
    }
    // A class of one character is parsed as that character.
    let HirKind::Literal(literal) = hir.kind() else { return None };
    let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
    Some(of(&[(c, c)]))
}

/// What `\b` takes for words, the underscore and marks aside (`Character.isLetterOrDigit`).
pub(super) fn letters_and_digits() -> ClassUnicode {
    let mut class = unicode("L").unwrap_or_else(ClassUnicode::empty);
    class.union(&unicode("Nd").unwrap_or_else(ClassUnicode::empty));
    class
}

/// `NON_SPACING_MARK`
pub(super) fn marks() -> ClassUnicode {
    unicode("Mn").unwrap_or_else(ClassUnicode::empty)
}
