//! The form of most connection strings: `name=value` pairs.
//!
//! ```text
//! string = [ pair { ';' pair } [ ';' ] ]
//! pair   = name '=' value                 names in any casing, blanks and underscores in them do not count
//! value  = anything but ';'               plain
//!        | '"' … '"' | "'" … "'"          quoted, a doubled quote stands for one: only where databases have it
//! ```

use super::ConnectionProblem;

/// Pairs that are taken out one by one, so that what is left at the end is not known.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Splits where every semicolon ends a value.
    pub(super) fn plain(text: &str) -> Result<Pairs, ConnectionProblem> {
        let pairs = text.split(';').filter(|pair| !pair.trim().is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(ConnectionProblem::NotPairs)?;
            Ok((normalized(name)?, value.trim().to_owned()))
        });
        pairs.collect::<Result<_, _>>().map(Pairs)
    }

    /// Splits where values may be in quotes.
    pub(super) fn quoted(text: &str) -> Result<Pairs, ConnectionProblem> {
        let mut pairs = Vec::new();
        let mut rest = text.trim_start_matches(is_between);
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or(ConnectionProblem::NotPairs)?;
            let (value, after) = value(after.trim_start())?;
            pairs.push((normalized(name)?, value));
            rest = after.trim_start_matches(is_between);
        }
        Ok(Pairs(pairs))
    }

    /// Pairs that were split already.
    pub(super) fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Pairs, ConnectionProblem> {
        let pairs = pairs.into_iter().map(|(name, value)| Ok((normalized(&name)?, value)));
        pairs.collect::<Result<_, _>>().map(Pairs)
    }

    /// Takes the value of a name that has several spellings, the first of which sentences use. An empty value is none.
    pub(super) fn take(&mut self, spellings: &[&'static str]) -> Result<Option<String>, ConnectionProblem> {
        let name = spellings.first().copied().unwrap_or_default();
        let is = |candidate: &str| spellings.iter().any(|spelling| is_spelled(spelling, candidate));
        let mut taken = None;
        let mut twice = false;
        self.0.retain_mut(|(candidate, value)| {
            if !is(candidate) {
                return true;
            }
            twice |= taken.replace(std::mem::take(value)).is_some();
            false
        });
        if twice {
            Err(ConnectionProblem::Twice { name })
        } else {
            Ok(taken.filter(|value| !value.is_empty()))
        }
    }

    /// Takes a value that has to be there.
    pub(super) fn required(&mut self, spellings: &[&'static str]) -> Result<String, ConnectionProblem> {
        let name = spellings.first().copied().unwrap_or_default();
        self.take(spellings)?.ok_or(ConnectionProblem::Missing { name })
    }

    /// Whether there is a value of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(candidate, _)| is_spelled(name, candidate))
    }

    /// Refuses what was not taken, except for what has no meaning here.
    pub(super) fn finish(self, meaningless: &[&str], known: &'static str) -> Result<(), ConnectionProblem> {
        let is_known = |(name, _): &(String, String)| meaningless.iter().any(|known| is_spelled(known, name));
        if self.0.iter().all(is_known) { Ok(()) } else { Err(ConnectionProblem::Unknown { known }) }
    }
}

fn is_between(c: char) -> bool {
    c == ';' || c.is_whitespace()
}

/// A name without its casing, blanks and underscores.
fn normalized(name: &str) -> Result<String, ConnectionProblem> {
    let name: String = letters(name).collect();
    if name.is_empty() { Err(ConnectionProblem::NotPairs) } else { Ok(name) }
}

fn is_spelled(spelling: &str, normalized: &str) -> bool {
    letters(spelling).eq(normalized.chars())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !c.is_whitespace() && *c != '_').map(|c| c.to_ascii_lowercase())
}

/// The value at the front and what stands behind it.
fn value(text: &str) -> Result<(String, &str), ConnectionProblem> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return Ok((value.trim().to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            value.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            value.push(quote);
        } else {
            let rest = text.get(at + quote.len_utf8()..).unwrap_or_default().trim_start();
            return if rest.is_empty() || rest.starts_with(';') {
                Ok((value, rest))
            } else {
                Err(ConnectionProblem::NotPairs)
            };
        }
    }
    Err(ConnectionProblem::NotPairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pairs: Result<Pairs, ConnectionProblem>, name: &'static str) -> Option<String> {
        pairs.unwrap().take(&[name]).unwrap()
    }

    #[test]
    fn values_may_hold_everything_but_a_semicolon() {
        let text = " AccountName = me ;accountkey=a==;SharedAccessSignature=?sv=1&sig=a%3D; ;";
        assert_eq!(taken(Pairs::plain(text), "AccountName").as_deref(), Some("me"));
        assert_eq!(taken(Pairs::plain(text), "AccountKey").as_deref(), Some("a=="));
        assert_eq!(taken(Pairs::plain(text), "SharedAccessSignature").as_deref(), Some("?sv=1&sig=a%3D"));
    }

    #[test]
    fn quotes_hold_semicolons_too() {
        for (text, expected) in [
            (r#"Password="a;b""c'd";Server=h"#, "a;b\"c'd"),
            ("Server=h; password = 'a;\"b''' ;", "a;\"b'"),
            ("PASS_WORD=a=b", "a=b"),
            ("pass word=plain ;x=", "plain"),
        ] {
            assert_eq!(taken(Pairs::quoted(text), "Password").as_deref(), Some(expected), "{text}");
        }
        for text in ["a", "=a", "a='b", "a='b'c", "a=b;c"] {
            assert!(matches!(Pairs::quoted(text), Err(ConnectionProblem::NotPairs)), "{text}");
        }
    }

    #[test]
    fn a_name_has_spellings_and_stands_once() {
        let mut pairs = Pairs::plain("uid=a;User ID=b;x=1;empty=").unwrap();
        assert_eq!(pairs.take(&["User ID", "UID"]), Err(ConnectionProblem::Twice { name: "User ID" }));
        assert_eq!(pairs.required(&["Empty"]), Err(ConnectionProblem::Missing { name: "Empty" }));
        assert_eq!(pairs.finish(&["y"], "k"), Err(ConnectionProblem::Unknown { known: "k" }));
        assert_eq!(Pairs::plain("x=1").unwrap().finish(&["X"], "k"), Ok(()));
    }
}
