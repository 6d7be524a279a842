//! Soundex (Russell and Odell, 1918) and its refined form: the first letter, then digits for groups of consonants.

use super::letters;

/// Digits of the letters `A` to `Z`.
const DIGITS: &[u8; 26] = b"01230120022455012623010202";
const REFINED_DIGITS: &[u8; 26] = b"01360240043788015936020505";

fn digit(digits: &[u8; 26], letter: char) -> Option<char> {
    let place = (letter as usize).checked_sub('A' as usize)?;
    digits.get(place).map(|digit| char::from(*digit))
}

/// A letter and three digits; None when a letter that counts is not of `A` to `Z`.
pub(super) fn soundex(word: &str) -> Option<String> {
    let letters = letters(word);
    let (first, rest) = letters.split_first()?;
    let mut code = String::from(*first);
    let mut last = digit(DIGITS, *first)?;
    let mut len = 1;
    for letter in rest.iter().filter(|letter| !matches!(letter, 'H' | 'W')) {
        if len == 4 {
            break;
        }
        let digit = digit(DIGITS, *letter)?;
        if digit != '0' && digit != last {
            code.push(digit);
            len += 1;
        }
        last = digit;
    }
    code.extend(std::iter::repeat_n('0', 4 - len));
    Some(code)
}

/// The first letter, then the digits of all, equal neighbours once.
pub(super) fn refined(word: &str) -> Option<String> {
    let letters = letters(word);
    let mut code = String::from(*letters.first()?);
    let mut last = '*';
    for letter in letters {
        let digit = digit(REFINED_DIGITS, letter)?;
        if digit != last {
            code.push(digit);
        }
        last = digit;
    }
    Some(code)
}
