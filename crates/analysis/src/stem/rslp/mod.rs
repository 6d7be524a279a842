//! RSLP stemmers (Orengo and Huyck, "A Stemming Algorithm for the Portuguese Language", 2001): steps of rules with
//! exceptions, read from files as Lucene ships them.
//!
//! ```text
//! step = "{" name "," shortest-word "," type "," list "," rule { "," rule } "}" ";"
//! rule = "{" ending "," shortest-stem [ "," replacement [ "," list ] ] "}"
//! list = "{" [ string { "," string } ] "}"
//! ```
//!
//! A step's list names endings of which the word must have one; a rule's list holds exceptions: whole words when the
//! step's type is 1, endings when it is 0. Lines that begin with `#` are comments.

use std::sync::OnceLock;

use super::ends_with;
use super::rules::{ends_with_any, fold};

/// The stemmer for Portuguese.
pub(super) fn portuguese(word: &mut Vec<u16>) {
    let steps = portuguese_steps();
    for step in ["Plural", "Adverb", "Feminine", "Augmentative"] {
        steps.apply(step, word);
    }
    if !steps.apply("Noun", word) && !steps.apply("Verb", word) {
        steps.apply("Vowel", word);
    }
    fold(word, &[("àáâãäå", 'a'), ("ç", 'c'), ("èéêë", 'e'), ("ìíîï", 'i'), ("ñ", 'n')]);
    fold(word, &[("òóôõö", 'o'), ("ùúûü", 'u'), ("ýÿ", 'y')]);
}

/// The stemmer for Galician.
pub(super) fn galician(word: &mut Vec<u16>) {
    let steps = galician_steps();
    for step in ["Plural", "Unification", "Adverb"] {
        steps.apply(step, word);
    }
    // Augmentatives come in rows; each one that goes shortens the word.
    let mut len = word.len();
    while steps.apply("Augmentative", word) && word.len() < len {
        len = word.len();
    }
    if !steps.apply("Noun", word) {
        steps.apply("Verb", word);
    }
    steps.apply("Vowel", word);
    fold(word, &[("á", 'a'), ("éê", 'e'), ("í", 'i'), ("ó", 'o'), ("ú", 'u')]);
}

/// Portuguese: only plurals go.
pub(super) fn portuguese_minimal(word: &mut Vec<u16>) {
    portuguese_steps().apply("Plural", word);
}

/// Galician: only plurals go.
pub(super) fn galician_minimal(word: &mut Vec<u16>) {
    galician_steps().apply("Plural", word);
}

fn portuguese_steps() -> &'static Steps {
    static STEPS: OnceLock<Steps> = OnceLock::new();
    STEPS.get_or_init(|| Steps::read(include_str!("portuguese.rslp")))
}

fn galician_steps() -> &'static Steps {
    static STEPS: OnceLock<Steps> = OnceLock::new();
    STEPS.get_or_init(|| Steps::read(include_str!("galician.rslp")))
}

/// The steps of a file.
#[derive(Debug)]
struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    name: &'static str,
    shortest_word: usize,
    endings: Vec<&'static str>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    ending: &'static str,
    /// Units of `ending`.
    len: usize,
    shortest_stem: usize,
    replacement: &'static str,
    exceptions: Vec<&'static str>,
    whole_words: bool,
}

impl Steps {
    /// Applies the step of that name; true when the word's length changed.
    fn apply(&self, name: &str, word: &mut Vec<u16>) -> bool {
        let before = word.len();
        if let Some(step) = self.0.iter().find(|step| step.name == name) {
            step.apply(word);
        }
        word.len() != before
    }

    fn read(file: &'static str) -> Self {
        let items = items(&mut tokens(file).into_iter());
        Self(items.iter().filter_map(Item::list).filter_map(step).collect())
    }
}

impl Step {
    fn apply(&self, word: &mut Vec<u16>) {
        let concerned = self.endings.is_empty() || ends_with_any(word, &self.endings);
        if word.len() < self.shortest_word || !concerned {
            return;
        }
        if let Some(rule) = self.rules.iter().find(|rule| rule.matches(word)) {
            super::replace_end(word, rule.len, rule.replacement);
        }
    }
}

impl Rule {
    fn matches(&self, word: &[u16]) -> bool {
        let is_exception = |exception: &&str| {
            ends_with(word, exception) && (!self.whole_words || exception.chars().count() == word.len())
        };
        word.len() >= self.len + self.shortest_stem
            && ends_with(word, self.ending)
            && !self.exceptions.iter().any(is_exception)
    }
}

/// What a file is made of.
#[derive(Debug)]
enum Item {
    Text(&'static str),
    Number(usize),
    List(Vec<Self>),
}

impl Item {
    fn text(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::List(_) => None,
        }
    }

    fn number(&self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::List(_) => None,
        }
    }

    fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            Self::Text(_) | Self::Number(_) => None,
        }
    }

    fn texts(&self) -> Vec<&'static str> {
        self.list().unwrap_or_default().iter().filter_map(Self::text).collect()
    }
}

fn step(items: &[Item]) -> Option<Step> {
    let [name, shortest_word, kind, endings, rules @ ..] = items else { return None };
    let whole_words = kind.number()? == 1;
    let rules: Vec<Rule> =
        rules.iter().filter_map(Item::list).filter_map(|items| rule(items, whole_words)).collect();
    // 0 asks for the length that the shortest rule needs.
    let shortest_word = match shortest_word.number()? {
        0 => rules.iter().map(|rule| rule.len + rule.shortest_stem).min().unwrap_or(0),
        given => given,
    };
    Some(Step { name: name.text()?, shortest_word, endings: endings.texts(), rules })
}

fn rule(items: &[Item], whole_words: bool) -> Option<Rule> {
    let ending = items.first()?.text()?;
    Some(Rule {
        ending,
        len: ending.chars().count(),
        shortest_stem: items.get(1)?.number()?,
        replacement: items.get(2).and_then(Item::text).unwrap_or_default(),
        exceptions: items.get(3).map(Item::texts).unwrap_or_default(),
        whole_words,
    })
}

/// Strings without their quotes (but marked by one in front), numbers, braces; commas and semicolons only separate.
fn tokens(file: &'static str) -> Vec<&'static str> {
    let mut tokens = Vec::new();
    for line in file.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        // Every second part is inside quotes.
        for (number, part) in line.split('"').enumerate() {
            if number % 2 == 1 {
                tokens.extend(["\"", part]);
            } else {
                tokens.extend(part.split_inclusive(['{', '}', ',', ';', ' ']).flat_map(|piece| {
                    let bare = piece.trim_end_matches(['{', '}', ',', ';', ' ']).trim();
                    [bare, piece.get(bare.len()..).unwrap_or_default().trim()]
                }));
            }
        }
    }
    tokens
}

/// The items up to the closing brace.
fn items(tokens: &mut dyn Iterator<Item = &'static str>) -> Vec<Item> {
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            "{" => found.push(Item::List(items(tokens))),
            "}" => break,
            "\"" => found.extend(tokens.next().map(Item::Text)),
            other => found.extend(other.parse().map(Item::Number)),
        }
    }
    found
}
