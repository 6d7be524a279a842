//! Jacques Savoy's light stemmer for French ("Light Stemming Approaches for the French, Portuguese, German and Hungarian
//! Languages", 2006), as Lucene's `FrenchLightStemmer` applies it.
//!
//! First one ending is replaced, then accents and doubled letters go, then a last `-ie`, `-r`, `-e`. Every length in here
//! is one that the word must exceed.

use super::{ends_in, ends_with, replace_end, unit};
use crate::unicode;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    strip_plural(word);
    replace_endings(word);
    strip_accents_and_doubles(word);
    strip_last_vowels(word);
}

/// `chevaux` → `cheval`, `châteaux` → `château`, `chiens` → `chien`.
fn strip_plural(word: &mut Vec<u16>) {
    if word.len() > 5 && ends_in(word, 'x') {
        if ends_with(word, "aux") && !ends_with(word, "eaux") {
            replace_end(word, 3, "al");
        } else {
            word.pop();
        }
    }
    for plural in ['x', 's'] {
        if word.len() > 3 && ends_in(word, plural) {
            word.pop();
        }
    }
}

/// An ending, what it becomes and what happens next.
struct Ending(usize, &'static str, &'static str, Then);

/// What follows when an ending was replaced.
enum Then {
    /// No other ending is looked at.
    Stop,
    /// The endings after this one are tried too.
    GoOn,
    /// This ending is tried, no other.
    Last(usize, &'static str, &'static str),
}

/// In the order they are tried.
const ENDINGS: &[Ending] = &[
    Ending(9, "issement", "ir", Then::Stop),
    Ending(8, "issant", "ir", Then::Stop),
    Ending(6, "ement", "e", Then::Last(3, "ive", "if")),
    Ending(11, "ficatrice", "fier", Then::Stop),
    Ending(10, "ficateur", "fier", Then::Stop),
    Ending(9, "catrice", "quer", Then::Stop),
    Ending(8, "cateur", "quer", Then::Stop),
    Ending(8, "atrice", "er", Then::Stop),
    Ending(7, "ateur", "er", Then::Stop),
    Ending(6, "trice", "teur", Then::GoOn),
    Ending(5, "ième", "", Then::Stop),
    Ending(7, "teuse", "ter", Then::Stop),
    Ending(6, "teur", "ter", Then::Stop),
    Ending(5, "euse", "eu", Then::Stop),
    Ending(8, "ère", "er", Then::Stop),
    Ending(7, "ive", "if", Then::Stop),
    Ending(4, "folle", "fou", Then::Stop),
    Ending(4, "molle", "mou", Then::Stop),
    Ending(9, "nnelle", "n", Then::Stop),
    Ending(9, "nnel", "n", Then::Stop),
    Ending(4, "ète", "et", Then::GoOn),
    Ending(8, "ique", "", Then::GoOn),
    Ending(8, "esse", "e", Then::Stop),
    Ending(7, "inage", "in", Then::Stop),
    Ending(9, "isation", "", Then::Last(5, "ual", "uel")),
    Ending(9, "isateur", "", Then::Stop),
    Ending(8, "ation", "", Then::Stop),
    Ending(8, "ition", "", Then::Stop),
];

fn replace_endings(word: &mut Vec<u16>) {
    for Ending(len, ending, becomes, then) in ENDINGS {
        if replace(word, *len, ending, becomes) {
            match then {
                Then::Stop => return,
                Then::GoOn => {}
                Then::Last(len, ending, becomes) => {
                    replace(word, *len, ending, becomes);
                    return;
                }
            }
        }
    }
}

fn replace(word: &mut Vec<u16>, len: usize, ending: &str, becomes: &str) -> bool {
    let found = word.len() > len && ends_with(word, ending);
    if found {
        replace_end(word, ending.chars().count(), becomes);
    }
    found
}

fn strip_accents_and_doubles(word: &mut Vec<u16>) {
    if word.len() <= 4 {
        return;
    }
    for letter in word.iter_mut() {
        *letter = match char::from_u32(u32::from(*letter)) {
            Some('à' | 'á' | 'â') => unit('a'),
            Some('ô') => unit('o'),
            Some('è' | 'é' | 'ê') => unit('e'),
            Some('ù' | 'û') => unit('u'),
            Some('î') => unit('i'),
            Some('ç') => unit('c'),
            _ => *letter,
        };
    }
    word.dedup_by(|a, b| a == b && is_letter(*a));
}

fn strip_last_vowels(word: &mut Vec<u16>) {
    if word.len() > 4 && ends_with(word, "ie") {
        replace_end(word, 2, "");
    }
    if word.len() <= 4 {
        return;
    }
    for last in ['r', 'e', 'e'] {
        if ends_in(word, last) {
            word.pop();
        }
    }
    if matches!(word[..], [.., a, b] if a == b && is_letter(a)) {
        word.pop();
    }
}

fn is_letter(unit: u16) -> bool {
    char::from_u32(u32::from(unit)).is_some_and(unicode::is_letter)
}

#[cfg(test)]
mod tests {
    use crate::stem::{Stemmer, stemmed};

    /// As Lucene 8.8.1 has them; one word or two for each rule.
    #[test]
    fn endings_go_as_savoy_has_it() {
        for (word, expected) in [
            ("chevaux", "cheval"),
            ("bateaux", "bateau"),
            ("joyaux", "joyal"),
            ("bijoux", "bijou"),
            ("doux", "dou"),
            ("chiens", "chien"),
            ("as", "as"),
            ("investissement", "investi"),
            ("rougissant", "rougi"),
            ("rapidement", "rapid"),
            ("activement", "actif"),
            ("modificatrice", "modifi"),
            ("vérificateurs", "verifi"),
            ("éducatrices", "eduqu"),
            ("indicateur", "indiqu"),
            ("fédératrice", "feder"),
            ("opérateur", "oper"),
            ("directrice", "direct"),
            ("actrice", "acteu"),
            ("deuxième", "deux"),
            ("chanteuse", "chant"),
            ("chanteur", "chant"),
            ("heureuse", "heureu"),
            ("première", "premier"),
            ("sportive", "sportif"),
            ("folle", "fou"),
            ("molles", "mou"),
            ("personnelles", "person"),
            ("additionnel", "adition"),
            ("complète", "complet"),
            ("romantiques", "romant"),
            ("politesse", "polit"),
            ("voisinage", "voisin"),
            ("mondialisation", "mondial"),
            ("individualisation", "individuel"),
            ("utilisateur", "utilis"),
            ("formations", "form"),
            ("conditions", "cond"),
            ("maladie", "malad"),
            ("créée", "cre"),
            ("ville", "vile"),
            ("aaaaa", "a"),
            ("abbbbbc", "abc"),
            ("𠮷𠮷", "𠮷𠮷"),
            ("àáâôèéêùûîç", "aoeuic"),
            ("qu", "qu"),
            ("l", "l"),
            ("", ""),
        ] {
            assert_eq!(stemmed(Stemmer::FrenchLight, word), expected, "{word}");
        }
    }
}
