//! Everyday plurals, cases and articles that published stemmers leave undone, for the analyzers that stand in for Microsoft's
//! (analysis.md §8, tier A): endings brought to those of the form that the stemmer knows, the stemmer, and what sounds change at
//! the end of the stem.
//!
//! ```text
//! corações → coração → coraçã        gatan → gata → gat        kaupungin → kaupung → kaupunk
//! ```
//!
//! What no rule sees (`bok`, `böcker`) is in the lists of irregular forms beside the analyzers.

use super::rules::{self, Rule, back};
use super::{Snowball, bulgarian, character, ends_in, ends_with, greek, replace_end, unit};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inflected {
    Bulgarian,
    Finnish,
    Greek,
    Portuguese,
    Romanian,
    Swedish,
}

impl Inflected {
    #[cfg(test)]
    pub(super) const ALL: [Self; 6] =
        [Self::Bulgarian, Self::Finnish, Self::Greek, Self::Portuguese, Self::Romanian, Self::Swedish];

    /// Reduces the word to its stem.
    pub(super) fn stem(self, word: &mut Vec<u16>) {
        match self {
            Self::Bulgarian => bulgarian_plural(word),
            Self::Finnish => finnish_nominative(word),
            Self::Greek => greek_neuter(word),
            Self::Portuguese => portuguese_plural(word),
            Self::Romanian => romanian_plural(word),
            Self::Swedish => swedish_article(word),
        }
        self.stem_lemma(word);
    }

    /// Reduces a word of which it is known that it is in the form of dictionaries.
    pub(crate) fn stem_lemma(self, word: &mut Vec<u16>) {
        match self {
            Self::Bulgarian => {
                // Lucene's leaves `ст` of `стая`.
                if !rules::first(word, &[(3, &["ая"], "а"), (3, &["ея"], "е"), (3, &["ия"], "и")]) {
                    bulgarian::stem(word);
                    rules::first(word, &[(3, &["и"], ""), (3, &["иц"], "ик")]);
                    if word.len() > 4 && back(word, 2) == 'ъ' {
                        word.remove(word.len() - 2);
                    }
                }
            }
            Self::Finnish => {
                Snowball::Finnish.stem(word);
                finnish_gradation(word);
            }
            Self::Greek => greek::stem(word),
            Self::Portuguese => {
                // Snowball makes `mã` of `mão` and `mãe`.
                if word.len() > 3 {
                    Snowball::Portuguese.stem(word);
                }
            }
            Self::Romanian => {
                romanian_letters(word);
                Snowball::Romanian.stem(word);
                romanian_vowels(word);
            }
            Self::Swedish => Snowball::Swedish.stem(word),
        }
    }
}

/// `идеите` → `идея`, `учители` → `учител`, `червени` → `червен`, `езици` → `език`, `прозорци` → `прозорец`.
fn bulgarian_plural(word: &mut Vec<u16>) {
    const ENDINGS: &[Rule] = &[
        (3, &["аи", "аите", "аята"], "ая"),
        (3, &["еи", "еите", "еята"], "ея"),
        (3, &["ии", "иите", "ията"], "ия"),
        (5, &["тели", "телите", "телят", "теля"], "тел"),
        (5, &["оли", "олите"], "ол"),
        (5, &["ени", "ените"], "ен"),
        (4, &["ици", "иците"], "ик"),
        (4, &["еци", "еците"], "ец"),
        (4, &["ето"], "е"),
        (4, &["щта"], "щ"),
        (5, &["ища", "ищата"], "ище"),
        // No article: that is `-та` after `а`, `я` and consonants.
        (5, &["ита", "итата"], "ит"),
        (5, &["ота", "отата"], "от"),
        (5, &["ута", "утата"], "ут"),
        // Lucene's makes `я` of the `е`, for `големи`.
        (5, &["еди", "едите"], "ед"),
        (5, &["еми", "емите"], "ем"),
        (5, &["ери", "ерите"], "ер"),
        (5, &["еси", "есите"], "ес"),
        (5, &["ети", "етите"], "ет"),
        // `документа`; but `песента`.
        (7, &["ента"], "ент"),
    ];
    const AFTER_CONSONANTS: &[Rule] = &[(4, &["ци", "ците"], "ец")];
    let is_vowel = |from_end| "аеиоуъюя".contains(back(word, from_end));
    let has_vowel = if ends_with(word, "ците") { is_vowel(5) } else { is_vowel(3) };
    if !rules::first(word, ENDINGS) && !has_vowel {
        rules::first(word, AFTER_CONSONANTS);
    }
}

/// Nominatives whose other forms have another stem: `nainen`, `naisen`; `sairas`, `sairaan`; `avain`, `avaimen`.
fn finnish_nominative(word: &mut Vec<u16>) {
    const ENDINGS: &[Rule] = &[
        (5, &["nen"], "se"),
        (4, &["as"], "aa"),
        (4, &["äs"], "ää"),
        (4, &["ain"], "aime"),
        (4, &["äin"], "äime"),
    ];
    // A genitive: `jäsenen`.
    if !ends_with(word, "enen") {
        rules::first(word, ENDINGS);
    }
}

/// Vowels that Snowball leaves where only they are in its region, and consonants in the grade of other forms: `kaupa` → `kaup`,
/// `kaupung` → `kaupunk`, `kadu` → `katu`, `vastauks` → `vastaus`.
fn finnish_gradation(word: &mut Vec<u16>) {
    const GRADES: &[Rule] = &[
        (3, &["ng"], "nk"),
        (5, &["uks"], "us"),
        (5, &["yks"], "ys"),
        (5, &["oks"], "os"),
        (5, &["öks"], "ös"),
        (5, &["eks"], "es"),
        (5, &["iks"], "is"),
    ];
    let is_vowel = |at| "aeiouyäö".contains(back(word, at));
    // But not that of `kaupan` and `padan`, which `kauppa` and `pata` have lost.
    let is_kept = ends_in(word, 'a') && !"kptd".contains(back(word, 2)) && has_plural_in_o(word);
    if word.len() > 3 && "aäei".contains(back(word, 1)) && !is_vowel(2) && !is_kept {
        word.pop();
    }
    if rules::first(word, GRADES) {
        return;
    }
    let mut places = (1..word.len()).rev();
    let last = places.find(|at| word.get(*at).is_some_and(|unit| !"aeiouyäö".contains(character(*unit))));
    if let Some(d) = last.and_then(|at| word.get_mut(at)).filter(|letter| **letter == unit('d')) {
        *d = unit('t');
    }
}

/// Whether a word of two syllables in `-a` has `-oi-` in its plural, not `-i-` (`kana`, `kanoja`, but `kuva`, `kuvia`): then its
/// `-a` is in all forms that Snowball brings here, and tells it from words in `-i` and `-e` (`kani`).
fn has_plural_in_o(word: &[u16]) -> bool {
    let vowel = word.iter().map(|letter| character(*letter)).find(|letter| "aeiouyäö".contains(*letter));
    vowel.is_some_and(|vowel| "aei".contains(vowel))
}

/// `βιβλιο` → `βιβλια`, `γραμματα` → `γραμμα`: one form of those whose stems Lucene's cuts apart.
fn greek_neuter(word: &mut Vec<u16>) {
    rules::first(word, &[(3, &["ιο"], "ια"), (5, &["ματα", "ματοσ", "ματων"], "μα")]);
}

/// The plural brought to the singular: all but those in vowels and `-s`, which Snowball's knows, and `-es`, which it cuts.
fn portuguese_plural(word: &mut Vec<u16>) {
    const ENDINGS: &[Rule] = &[
        (4, &["ões", "ães", "ãos"], "ão"),
        (3, &["ns"], "m"),
        (3, &["éis"], "el"),
        (3, &["óis"], "ol"),
        // `ingleses` and `inglesa` have the same stem as this.
        (2, &["ês"], "ese"),
        (3, &["ãs"], "ã"),
        (3, &["ás"], "á"),
        (3, &["és"], "é"),
        (3, &["ós"], "ó"),
        (3, &["ôs"], "ô"),
        (3, &["ús"], "ú"),
        (4, &["aus"], "au"),
        (4, &["eus"], "eu"),
        (4, &["éus"], "éu"),
        (4, &["zuis"], "zul"),
        (4, &["auis"], "aul"),
    ];
    /// Of words whose stress is written on a vowel before.
    const UNSTRESSED: &[Rule] =
        &[(4, &["veis"], "vel"), (4, &["neis"], "nel"), (4, &["eis"], "il"), (4, &["is"], "i")];
    if !ends_in(word, 's') || rules::first(word, ENDINGS) {
        return;
    }
    if word.iter().any(|letter| "áéíóúâêô".contains(character(*letter))) {
        rules::first(word, UNSTRESSED);
    } else if !rules::first(word, &[(4, &["ais"], "al")])
        && word.len() > 4
        && ends_with(word, "is")
        && !"aeiou".contains(back(word, 3))
    {
        replace_end(word, 1, "l");
    }
}

/// `ș` and `ț`, which Snowball's script knows with a cedilla, as they were written before Unicode had them with a comma.
fn romanian_letters(word: &mut [u16]) {
    rules::fold(word, &[("ș", 'ş'), ("ț", 'ţ')]);
}

/// `lucrările` → `lucrare`, `cărţilor` → `carte`, `străzi` → `stradă`, `hotelurile` → `hotel`.
fn romanian_plural(word: &mut Vec<u16>) {
    const ENDINGS: &[Rule] = &[
        (3, &["ări", "ările", "ărilor"], "are"),
        (4, &["ărţi", "ărţii", "ărţile", "ărţilor"], "arte"),
        (4, &["ăţi", "ăţii", "ăţile", "ăţilor"], "ate"),
        (4, &["ăzi", "ăzii", "ăzile", "ăzilor"], "adă"),
        (4, &["rzi", "rzile", "rzilor"], "rde"),
    ];
    const NEUTERS: &[&str] = &["uri", "urile", "urilor"];
    /// `-uri` behind these is the plural of `-ură` and `-ure` as a rule: `figuri`, `culturi`, `păduri`.
    const FEMININES: &[&str] = &["t", "d", "s", "g", "ă"];
    const NOT_FEMININES: &[&str] = &["st", "rt", "nd", "rd", "as", "rs"];
    romanian_letters(word);
    if !rules::ends_with_any(word, &["i", "ile", "ilor"]) || rules::first(word, ENDINGS) {
        return;
    }
    let Some(ending) = NEUTERS.iter().find(|ending| ends_with(word, ending)) else { return };
    let stem = word.get(..word.len() - ending.len()).unwrap_or_default();
    let is_feminine = rules::ends_with_any(stem, FEMININES) && !rules::ends_with_any(stem, NOT_FEMININES);
    if stem.len() > 2 && !is_feminine {
        word.truncate(stem.len());
    }
}

/// Vowels that change with the ending (`școală`, `școli`; `seară`, `seri`; `piatră`, `pietre`), `ţ` and `ş` that were `t` and `s`,
/// and the article.
fn romanian_vowels(word: &mut Vec<u16>) {
    if word.len() > 3 && ends_in(word, 'u') {
        word.pop();
    }
    // Words that Snowball takes for too short: `oră`, `ore`; `lupi`.
    let is_short = match word.len() {
        3 => "ăaei".contains(back(word, 1)) && "aăeiou".contains(back(word, 3)),
        4 => ends_in(word, 'i'),
        _ => false,
    };
    if is_short && !"ăaeiouâî".contains(back(word, 2)) {
        word.pop();
    }
    rules::first(word, &[(2, &["ţ"], "t"), (2, &["ş"], "s")]);
    let is = |unit: Option<&u16>, letter: char| unit.is_some_and(|unit| character(*unit) == letter);
    let mut at = 1;
    while at + 1 < word.len() {
        if is(word.get(at + 1), 'a') && (is(word.get(at), 'e') || is(word.get(at), 'o')) {
            word.remove(at + 1);
        } else if is(word.get(at), 'i')
            && let Some(a) = word.get_mut(at + 1).filter(|letter| **letter == unit('a'))
        {
            *a = unit('e');
        }
        at += 1;
    }
}

/// The article of `flickan` and `huset`, but not the end of `roman`, `frihet` and `universitet`.
fn swedish_article(word: &mut Vec<u16>) {
    const KEEP: &[&str] = &[
        "het", "hets", "itet", "organ", "orkan", "ocean", "veteran", "titan", "sultan", "ikan", "vulkan",
        "altan", "japan", "iran", "ietet", "fakultet", "pubertet", "indian", "kristian",
    ];
    if !rules::ends_with_any(word, &["n", "t", "s"]) {
        return;
    }
    let is_man = ends_with(word, "man") && !ends_with(word, "mman");
    // Snowball knows this one: `utförandet`.
    let is_verbal =
        word.len() > 7 && ends_with(word, "andet") && !rules::ends_with_any(word, &["landet", "bandet"]);
    if is_man || is_verbal || rules::ends_with_any(word, KEEP) {
        return;
    }
    rules::first(
        word,
        &[(4, &["an", "ans"], "a"), (4, &["et"], ""), (5, &["ets"], ""), (4, &["eln", "elns"], "el")],
    );
}
