//! One question to an index, its answer beside the naive one, and the report when they differ.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;

use lazuli_catalog::document;
use lazuli_query::Request;
use serde_json::Value;

use crate::Index;

use super::chance::Chance;
use super::documents;
use super::evaluate::Evaluator;
use super::expression::{Expression, Printer};
use super::generate::Generator;
use super::order::{self, Key, Match};
use super::schema::{self, Field};
use super::shrink::smaller;
use super::values::{Cell, Pools};

/// Hits of one page, at most.
const PAGE: usize = 1_000;

/// Keys that a report lists.
const LISTED: usize = 60;

/// An index in one state, and what is known about it.
pub(super) struct Asker<'a> {
    pub(super) replay: &'a str,
    pub(super) chance: &'a Chance,
    pub(super) pools: &'a Pools,
    pub(super) fields: &'a [Field],
    /// In upload order.
    pub(super) documents: Vec<(&'a str, &'a Cell)>,
    pub(super) index: &'a Index,
    pub(super) remembered: &'a Remembered,
}

/// Filters asked before in this world, to be asked again: a filter that comes again may be answered from what was kept of it.
#[derive(Default)]
pub(super) struct Remembered(RefCell<Vec<Expression>>);

impl Remembered {
    const MOST: usize = 8;

    fn filter(&self, chance: &Chance, new: impl FnOnce() -> Expression) -> Expression {
        let mut filters = self.0.borrow_mut();
        if !filters.is_empty() && chance.one_in(2) {
            return chance.pick(&filters).clone();
        }
        if filters.len() == Self::MOST {
            filters.swap_remove(chance.below(Self::MOST));
        }
        filters.push(new());
        filters[filters.len() - 1].clone()
    }
}

/// Questions asked.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) cases: u64,
    /// Those whose answer hangs on the last digits of a distance or on the border of a polygon.
    pub(super) undecided: u64,
    /// Answers for a segment that were kept from a question before.
    pub(super) kept: u64,
}

impl Tally {
    pub(super) fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Agrees => self.cases += 1,
            Verdict::Undecided => self.undecided += 1,
        }
    }
}

/// How an answer compares with the naive one, if it does not differ.
pub(super) enum Verdict {
    Agrees,
    Undecided,
}

/// What is asked for, without the page.
#[derive(Debug, Clone)]
struct Question {
    filter: Option<Expression>,
    keys: Vec<Key>,
    word: Option<&'static str>,
}

/// The strings of a question.
struct Texts {
    filter: Option<String>,
    orderby: Option<String>,
}

/// A page of an answer.
struct Answer {
    total: Option<u64>,
    more: bool,
    hits: Vec<(String, f32)>,
}

/// A wrong answer: what is wrong, with the documents to look at.
struct Difference {
    what: String,
    keys: Vec<String>,
}

impl Asker<'_> {
    /// Asks something. Panics with a report if the answer is wrong.
    pub(super) fn ask(&self) -> Verdict {
        let chance = self.chance;
        let filter = || Generator { chance, pools: self.pools }.filter(self.fields);
        let question = Question {
            filter: (!chance.one_in(8)).then(|| self.remembered.filter(chance, filter)),
            keys: if chance.one_in(2) { Vec::new() } else { order::keys(chance, self.fields, self.pools) },
            word: chance.one_in(4).then(|| documents::word(chance)),
        };
        let texts = self.texts(&question, &Printer { chance: Some(chance) });
        match self.compare(&question, &texts) {
            Ok(verdict) => verdict,
            Err(difference) => self.report(question, texts, difference),
        }
    }

    fn texts(&self, question: &Question, printer: &Printer<'_>) -> Texts {
        let orderby = order::text(&question.keys, self.fields, printer);
        Texts {
            filter: question.filter.as_ref().map(|filter| printer.filter(filter, self.fields)),
            orderby: (!orderby.is_empty()).then_some(orderby),
        }
    }

    /// Compares the whole answer, or a part of a long one, and a random page.
    fn compare(&self, question: &Question, texts: &Texts) -> Result<Verdict, Difference> {
        let Some(expected) = self.expected(question)? else { return Ok(Verdict::Undecided) };
        let skip = if expected.len() <= PAGE { 0 } else { self.chance.below(expected.len()) };
        self.compare_page(question, texts, &expected, skip, PAGE)?;
        let top = self.chance.below(expected.len() + 3).min(PAGE);
        let skip = self.chance.below(expected.len() + 2);
        self.compare_page(question, texts, &expected, skip, top)?;
        Ok(Verdict::Agrees)
    }

    /// The naive answer. None if rounding decides.
    fn expected(&self, question: &Question) -> Result<Option<Vec<Match<'_>>>, Difference> {
        let scores = question.word.map(|word| self.scores(word)).transpose()?;
        let evaluator = Evaluator::default();
        let mut matches = Vec::new();
        for &(key, document) in &self.documents {
            let Some(score) = scores.as_ref().map_or(Some(1.0), |scores| scores.get(key).copied()) else {
                continue;
            };
            if question.filter.as_ref().is_none_or(|filter| evaluator.holds(filter, document)) {
                matches.push(Match { key, document, score });
            }
        }
        if evaluator.unsure.get() {
            return Ok(None);
        }
        Ok(order::sort(matches, &question.keys))
    }

    /// Scores of all documents with a word, by key: what a search without filter and order says.
    fn scores(&self, word: &str) -> Result<HashMap<String, f32>, Difference> {
        let mut scores = HashMap::new();
        let texts = Texts { filter: None, orderby: None };
        loop {
            let answer = self.answer(Some(word), &texts, scores.len(), PAGE, false)?;
            scores.extend(answer.hits);
            if !answer.more {
                return Ok(scores);
            }
        }
    }

    fn compare_page(
        &self,
        question: &Question,
        texts: &Texts,
        expected: &[Match<'_>],
        skip: usize,
        top: usize,
    ) -> Result<(), Difference> {
        let count = self.chance.one_in(2);
        let answer = self.answer(question.word, texts, skip, top, count)?;
        let rest = &expected[skip.min(expected.len())..];
        let page: Vec<(&str, f32)> = rest.iter().take(top).map(|one| (one.key, one.score)).collect();
        let found: Vec<(&str, f32)> = answer.hits.iter().map(|(key, score)| (key.as_str(), *score)).collect();
        let of_page = format!("top {top}, skip {skip}, count {count}");
        if found != page {
            let keys = differing(&page, &found);
            let list = |hits: &[(&str, f32)]| -> Vec<String> {
                hits.iter().take(LISTED).map(|(key, score)| format!("{key}:{score}")).collect()
            };
            let what = format!(
                "{of_page}\nexpected {} hits: {}\nfound {} hits: {}",
                page.len(),
                list(&page).join(" "),
                found.len(),
                list(&found).join(" ")
            );
            return Err(Difference { what, keys });
        }
        let total = count.then_some(expected.len() as u64);
        let more = rest.len() > top;
        if (answer.total, answer.more) != (total, more) {
            let found = (answer.total, answer.more);
            let what = format!("{of_page}\ntotal and more should be {:?}, are {found:?}", (total, more));
            return Err(Difference { what, keys: Vec::new() });
        }
        Ok(())
    }

    fn answer(
        &self,
        word: Option<&str>,
        texts: &Texts,
        skip: usize,
        top: usize,
        count: bool,
    ) -> Result<Answer, Difference> {
        let failed = |what: String| Difference { what, keys: Vec::new() };
        let schema = self.index.schema();
        let request = Request {
            search: word,
            search_fields: vec!["words"],
            filter: texts.filter.as_deref(),
            orderby: texts.orderby.as_deref(),
            select: Some("id"),
            top: Some(top as i64),
            skip: Some(skip as i64),
            count,
            ..Request::default()
        };
        let search =
            lazuli_query::bind(&schema, &request).map_err(|error| failed(format!("refused: {error}")))?;
        let (page, found) = crate::tests::helper::page(self.index, &search)
            .map_err(|error| failed(format!("failed: {error}")))?;
        let mut hits = Vec::with_capacity(found.len());
        for hit in &found {
            let mut json = vec![b'{'];
            document::render(&schema, &hit.document.body, None, &search.projection, &mut json).unwrap();
            json.push(b'}');
            let value: Value = serde_json::from_slice(&json).unwrap();
            hits.push((value["id"].as_str().unwrap().to_owned(), hit.score));
        }
        Ok(Answer { total: page.total, more: page.more, hits })
    }

    /// Makes the question as small as it can be while its answer stays wrong, and panics with all there is to know.
    fn report(&self, question: Question, texts: Texts, difference: Difference) -> ! {
        let mut report = format!("{}\n", self.replay);
        self.describe(&mut report, &question, &texts, &difference);
        let plain = Printer { chance: None };
        let kind = difference.kind();
        let wrong = |question: &Question| {
            let texts = self.texts(question, &plain);
            // Pages are random: more than one may have to be tried.
            let mut tries = (0..4).filter_map(|_| self.compare(question, &texts).err());
            tries.find(|difference| difference.kind() == kind)
        };
        let mut smallest = None;
        let mut last = question;
        while let Some((question, difference)) = simpler(&last)
            .into_iter()
            .find_map(|question| wrong(&question).map(|difference| (question, difference)))
        {
            last = question.clone();
            smallest = Some((question, difference));
        }
        if let Some((question, difference)) = smallest {
            report.push_str("\nThe smallest question with a wrong answer:\n");
            self.describe(&mut report, &question, &self.texts(&question, &plain), &difference);
        }
        panic!("{report}\ndefinition: {}", schema::definition(self.fields));
    }

    fn describe(&self, out: &mut String, question: &Question, texts: &Texts, difference: &Difference) {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
        let word = question.word.unwrap_or("*");
        let (filter, orderby) = (or_none(&texts.filter), or_none(&texts.orderby));
        let _ = writeln!(out, "search {word}\nfilter {filter}\norderby {orderby}\n{}", difference.what);
        for key in difference.keys.iter().take(4) {
            if let Some((_, document)) = self.documents.iter().find(|(own, _)| own == key) {
                let _ = writeln!(out, "  {}", document.to_json(self.fields, None));
            }
        }
    }
}

impl Difference {
    /// What a simpler question must also show. What is refused must be refused alike, as simpler questions may be illegal.
    fn kind(&self) -> Option<String> {
        let refused = self.what.starts_with("refused");
        refused.then(|| self.what.chars().take(60).collect())
    }
}

/// Keys in one list and not in the other; if there are none, those that differ at the same place.
fn differing(expected: &[(&str, f32)], found: &[(&str, f32)]) -> Vec<String> {
    let lacks = |hits: &[(&str, f32)], key: &str| !hits.iter().any(|(own, _)| *own == key);
    let missing = expected.iter().filter(|(key, _)| lacks(found, key));
    let wrong = found.iter().filter(|(key, _)| lacks(expected, key));
    let alone: Vec<String> = missing.chain(wrong).map(|(key, _)| (*key).to_owned()).collect();
    if !alone.is_empty() {
        return alone;
    }
    let misplaced = expected.iter().zip(found).filter(|(a, b)| a != b);
    misplaced.map(|(expected, _)| expected.0.to_owned()).collect()
}

/// The question with one thing less.
fn simpler(question: &Question) -> Vec<Question> {
    let mut found = Vec::new();
    if question.word.is_some() {
        found.push(Question { word: None, ..question.clone() });
    }
    for at in 0..question.keys.len() {
        let mut keys = question.keys.clone();
        keys.remove(at);
        found.push(Question { keys, ..question.clone() });
    }
    if let Some(filter) = &question.filter {
        found.push(Question { filter: None, ..question.clone() });
        found.extend(
            smaller(filter).into_iter().map(|filter| Question { filter: Some(filter), ..question.clone() }),
        );
    }
    found
}
