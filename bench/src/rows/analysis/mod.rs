//! Text analysis in this process: two chains beside tantivy's that do the same, and every predefined analyzer by itself on
//! text of its own language.
//!
//! Both chains of a pair read the same text in turns, and what counts is the time of the processor that this thread got:
//! nothing here waits for anything, and what else the machine does is none of its business. Tokens count as they come out: `en.lucene` drops stop words, which
//! tantivy's chain stems. The sentences are short and read again and again, so that branches are foreseen better than in
//! books; nothing is remembered of a word from one time to the next.

mod texts;

use std::hint::black_box;
use std::time::Duration;

use anyhow::{Context, Result};
use lazuli_analysis::{Analyzer, Scratch, predefined, predefined_names};
use rustix::time::{ClockId, clock_gettime};
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};

use super::Run;
use crate::figures::{Samples, short};
use crate::report::Row;

/// Times that the two chains of a pair read their text.
const TURNS: usize = 41;

/// How much they read at a time, at least, in bytes.
const TEXT_BYTES: usize = 1 << 20;

/// What no analyzer may be slower than, unless it cuts by a dictionary.
const MB_PER_SECOND_MIN: f64 = 5.0;

pub(super) fn measure(_run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let plain = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).build();
    rows.push(pair("standard.lucene", "SimpleTokenizer and LowerCaser", plain, ("≥ 0.7 ×", 0.7))?);
    let stemming = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::English))
        .build();
    rows.push(pair("en.lucene", "en_stem", stemming, ("≥ 0.5 ×", 0.5))?);
    for name in predefined_names() {
        rows.push(alone(name)?);
    }
    Ok(())
}

fn analyzer(name: &str) -> Result<std::sync::Arc<Analyzer>> {
    Ok(predefined(name).with_context(|| format!("no analyzer {name}"))?.analyzer)
}

/// The text as often as it takes to make [`TEXT_BYTES`].
fn page(text: &str) -> String {
    text.repeat(TEXT_BYTES.div_ceil(text.len()))
}

/// Tokens per second of an analyzer, and of tantivy's chain on the same English text.
fn pair(name: &str, theirs: &str, mut chain: TextAnalyzer, must: (&'static str, f64)) -> Result<Row> {
    let analyzer = analyzer(name)?;
    let text = page(texts::ENGLISH);
    let mut scratch = Scratch::default();
    let (mut count, mut their_count) = (0, 0);
    let (mut times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        times.push(processor_time(|| count = tokens(&analyzer, &text, &mut scratch)));
        their_times.push(processor_time(|| their_count = tokens_of_tantivy(&mut chain, &text)));
    }
    let ours = millions_per_second(count, times);
    let reference = millions_per_second(their_count, their_times);
    let ratio = ours / reference;
    Ok(Row {
        what: format!("analysis of English with {name}"),
        lazuli: format!("{} million tokens/s", short(ours)),
        reference: format!("tantivy's {theirs} {} million tokens/s", short(reference)),
        must: must.0,
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= must.1,
    })
}

/// What the call takes of a processor.
fn processor_time(call: impl FnOnce()) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let before = now();
    call();
    now() - before
}

/// Of the median, in millions.
fn millions_per_second(count: usize, times: Vec<Duration>) -> f64 {
    count as f64 / Samples::from(times).p50() / 1e3
}

fn tokens(analyzer: &Analyzer, text: &str, scratch: &mut Scratch) -> usize {
    let mut count = 0;
    analyzer.analyze(text, scratch, &mut |token| {
        black_box(token.text);
        count += 1;
    });
    count
}

fn tokens_of_tantivy(chain: &mut TextAnalyzer, text: &str) -> usize {
    let mut stream = chain.token_stream(text);
    let mut count = 0;
    while stream.advance() {
        black_box(stream.token().text.as_str());
        count += 1;
    }
    count
}

/// What an analyzer reads of its own language in a second.
fn alone(name: &str) -> Result<Row> {
    let analyzer = analyzer(name)?;
    let text = page(texts::of_analyzer(name));
    let mut scratch = Scratch::default();
    let mut read = || {
        black_box(tokens(&analyzer, &text, &mut scratch));
    };
    let times = (0..5).map(|_| processor_time(&mut read)).collect();
    let megabytes = millions_per_second(text.len(), times);
    let by_dictionary = ["ja.", "th.", "zh-Hans."].iter().any(|language| name.starts_with(language));
    Ok(Row {
        what: format!("analysis with {name}"),
        lazuli: format!("{} MB/s", short(megabytes)),
        reference: String::new(),
        must: if by_dictionary { "by a dictionary: any" } else { "≥ 5 MB/s" },
        reached: format!("{} MB/s", short(megabytes)),
        holds: by_dictionary || megabytes >= MB_PER_SECOND_MIN,
    })
}
