//! Filters and orders over a large index, beside tantivy's own queries on the same documents.
//!
//! *Warm* repeats a few filters, so that their answers are kept. *Cold* opens the engine with a cache of no bytes: every
//! answer is found again, while files and columns stay in memory as tantivy's do.

use anyhow::{Result, ensure};
use lazuli_engine::Settings;
use lazuli_query::{Request, Search};
use serde_json::json;
use tantivy::Searcher;
use tantivy::query::Query;
use xtask::service::{Launch, Service};

use super::{Run, at_most_ms};
use crate::corpus::{Corpus, TEXT_FIELDS, listings_definition};
use crate::figures::{Samples, short};
use crate::inside::Opened;
use crate::raw::{Raw, all_of, ten_and_total, ten_sorted_and_total};
use crate::report::Row;
use crate::serving::{self, good};

const INDEX: &str = "listings";

/// Different filters of each kind, and how often each is asked.
const LITERALS: usize = 20;
const ROUNDS: usize = 20;

/// Values of `search.in`.
const VALUES: u64 = 1000;

/// A filter in both languages.
struct Pair {
    filter: String,
    query: Box<dyn Query>,
}

/// Everything about filters.
pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let raw_folder = run.folder.join("raw-listings");
    std::fs::create_dir_all(&raw_folder)?;
    let (raw, _) = Raw::fill(&raw_folder, &run.corpus, run.large)?;
    let launch = run.launch("filters");
    let service = launch.start()?;
    serving::create_as(&service, &listings_definition(INDEX))?;
    let batches = serving::batches_of(|number| run.corpus.listing(number), 0, run.large);
    serving::fill(&service, INDEX, 0, &batches, 4)?;
    drop(batches);
    let over_http = pages_over_http(&run.corpus, &service)?;
    service.stop()?;

    let cold = Settings { filter_cache_bytes: 0, ..Settings::default() };
    for (opened, name, must) in [
        (open(&launch, cold)?, "cold", ("≥ 0.8 ×", 0.8)),
        (open(&launch, Settings::default())?, "warm", ("≥ 1.5 ×", 1.5)),
    ] {
        for (what, pairs) in kinds(&run.corpus, &raw, run.large) {
            rows.push(beside_tantivy(&format!("{what}, {name}"), &opened, &raw.searcher()?, pairs, must)?);
        }
    }
    let opened = open(&launch, Settings { filter_cache_bytes: 0, ..Settings::default() })?;
    rows.push(sorted(&opened, &raw)?);
    lambdas(run, &opened, rows)?;
    rows.push(near(run, &opened)?);
    rows.push(page_row(&run.corpus, &open(&launch, Settings::default())?, &over_http)?);
    Ok(())
}

fn open(launch: &Launch, settings: Settings) -> Result<Opened> {
    Opened::open_with(&launch.data_dir, INDEX, settings)
}

/// The kinds of filters that tantivy has queries for.
fn kinds(corpus: &Corpus, raw: &Raw, documents: u64) -> Vec<(&'static str, Vec<Pair>)> {
    let category = |number: usize| corpus.known_name(number % 20);
    let each = |pair: &dyn Fn(usize) -> Pair| (0..LITERALS).map(pair).collect();
    let equal = each(&|number| Pair {
        filter: format!("category eq '{}'", category(number)),
        query: raw.category_is(&category(number)),
    });
    let range = each(&|number| {
        let (low, high) = (number as i64 * 40_000, number as i64 * 40_000 + 100_000);
        Pair {
            filter: format!("visitors ge {low} and visitors lt {high}"),
            query: raw.visitors_within(low, high),
        }
    });
    let list = each(&|number| {
        let keys: Vec<String> =
            (0..VALUES).map(|value| ((value * 997 + number as u64 * 31) % documents).to_string()).collect();
        Pair { filter: format!("search.in(id, '{}')", keys.join(",")), query: raw.key_in(&keys) }
    });
    let boolean = each(&|number| Pair {
        filter: format!("category eq '{}' and visitors lt 700000 and rating ge 2.5", category(number)),
        query: all_of(vec![
            raw.category_is(&category(number)),
            raw.visitors_within(0, 700_000),
            raw.rating_from(2.5),
        ]),
    });
    vec![
        ("filter eq on a string", equal),
        ("filter range of integers", range),
        ("filter search.in of 1 000 values", list),
        ("filter of 3 clauses", boolean),
    ]
}

fn search(opened: &Opened, filter: &str, orderby: Option<&str>) -> Result<Search> {
    opened.bind(&Request { filter: Some(filter), orderby, top: Some(10), count: true, ..Request::default() })
}

/// Both sides must find as many.
fn beside_tantivy(
    what: &str,
    opened: &Opened,
    searcher: &Searcher,
    pairs: Vec<Pair>,
    (must, bound): (&'static str, f64),
) -> Result<Row> {
    let searches = pairs.iter().map(|pair| search(opened, &pair.filter, None)).collect::<Result<Vec<_>>>()?;
    for (search, Pair { filter, query }) in searches.iter().zip(&pairs) {
        let theirs = ten_and_total(searcher, query.box_clone())?;
        // As often as it takes to keep an answer, where answers are kept.
        for _ in 0..4 {
            let ours = opened.total(search)?;
            ensure!(ours == theirs, "{filter:.80}: {ours} documents, tantivy finds {theirs}");
        }
    }
    let number_of = |number: usize| number % LITERALS;
    let raw = |number: usize| {
        let query = pairs.get(number_of(number)).map(|pair| pair.query.box_clone());
        query.map_or(Ok(()), |query| ten_and_total(searcher, query).map(drop))
    };
    let own = |number: usize| {
        searches.get(number_of(number)).map_or(Ok(()), |search| opened.total(search).map(drop))
    };
    let (theirs, ours) = Samples::of_both(LITERALS * ROUNDS, raw, own)?;
    Ok(compared(what, &ours, &theirs, must, bound))
}

fn compared(what: &str, ours: &Samples, theirs: &Samples, must: &'static str, bound: f64) -> Row {
    let ratio = theirs.mean() / ours.mean();
    Row {
        what: format!("top 10 and count in process: {what}"),
        lazuli: format!("mean {} ms, {}", short(ours.mean()), ours.both()),
        reference: format!("tantivy mean {} ms, {}", short(theirs.mean()), theirs.both()),
        must,
        reached: format!("{} ×, equal counts", short(ratio)),
        holds: ratio >= bound,
    }
}

/// Two keys over about 35 of 100 documents.
fn sorted(opened: &Opened, raw: &Raw) -> Result<Row> {
    let searcher = raw.searcher()?;
    let query = raw.visitors_within(0, 350_000);
    let search = search(opened, "visitors ge 0 and visitors lt 350000", Some("rating desc,visitors"))?;
    let (ours, theirs) = (opened.total(&search)?, ten_sorted_and_total(&searcher, &*query)?);
    ensure!(ours == theirs, "{ours} documents, tantivy finds {theirs}");
    let (raw_samples, samples) = Samples::of_both(
        LITERALS * ROUNDS,
        |_| ten_sorted_and_total(&searcher, &*query).map(drop),
        |_| opened.total(&search).map(drop),
    )?;
    Ok(compared(&format!("two keys over {ours} matches"), &samples, &raw_samples, "≥ 1.5 ×", 1.5))
}

/// Conditions on elements; counts are compared with the corpus read document by document.
fn lambdas(run: &Run, opened: &Opened, rows: &mut Vec<Row>) -> Result<()> {
    let kind = run.corpus.known_name(3);
    let code = run.corpus.known_name(7);
    let (mut rooms, mut offers) = (0, 0);
    for number in 0..run.large {
        let listing = run.corpus.listing(number).rooms;
        rooms +=
            u64::from(listing.iter().any(|room| room.kind == kind && room.beds >= 2 && room.price < 200.0));
        offers += u64::from(listing.iter().any(|room| {
            room.beds >= 1 && room.offers.iter().any(|offer| offer.code != code && offer.nights < 3)
        }));
    }
    for (what, filter, expected, must, bound) in [
        (
            "correlated lambda over 3 sub-fields, one a string",
            format!("rooms/any(r: r/kind eq '{kind}' and r/beds ge 2 and r/price lt 200)"),
            rooms,
            "≤ 60 ns a document",
            60.0,
        ),
        (
            "lambda over a collection in a collection",
            format!("rooms/any(r: r/beds ge 1 and r/offers/any(o: o/code ne '{code}' and o/nights lt 3))"),
            offers,
            "≤ 150 ns a document",
            150.0,
        ),
    ] {
        let search = search(opened, &filter, None)?;
        let total = opened.total(&search)?;
        ensure!(total == expected, "{filter}: {total} documents instead of {expected}");
        let samples = Samples::of(ROUNDS * 2, |_| opened.total(&search).map(drop))?;
        let nanoseconds = samples.mean() * 1e6 / run.large as f64;
        rows.push(Row {
            what: format!("{what}, cold, of {} documents", run.large),
            lazuli: format!("mean {} ms", short(samples.mean())),
            reference: String::new(),
            must,
            reached: format!("{} ns a document, the right count", short(nanoseconds)),
            holds: nanoseconds <= bound,
        });
    }
    Ok(())
}

/// Points within ten kilometres of places all over the earth.
fn near(run: &Run, opened: &Opened) -> Result<Row> {
    let searches = (0..LITERALS)
        .map(|number| {
            let at = run.corpus.document(number as u64);
            let filter =
                format!("geo.distance(location, geography'POINT({} {})') lt 10", at.longitude, at.latitude);
            search(opened, &filter, None)
        })
        .collect::<Result<Vec<_>>>()?;
    for search in &searches {
        ensure!(opened.total(search)? >= 1, "the document at the centre is not found");
    }
    let samples = Samples::of(LITERALS * ROUNDS, |number| {
        searches.get(number % LITERALS).map_or(Ok(()), |search| opened.total(search).map(drop))
    })?;
    let what = format!("filter geo.distance < 10 km of {} points, cold, mean", run.large);
    Ok(at_most_ms(&what, samples.mean(), "≤ 20 ms", 20.0))
}

/// The bodies of searches by text and filter for fifty whole documents.
fn page_requests(corpus: &Corpus) -> Vec<(String, String)> {
    let queries = corpus.queries(LITERALS * ROUNDS, 2);
    let filter = |number: usize| format!("category ne '{}' and rating ge 1", corpus.known_name(number % 4));
    queries.iter().enumerate().map(|(number, words)| (words.join(" "), filter(number))).collect()
}

fn pages_over_http(corpus: &Corpus, service: &Service) -> Result<Samples> {
    let mut client = service.client()?;
    let bodies: Vec<String> = page_requests(corpus)
        .into_iter()
        .map(|(text, filter)| {
            json!({"search": text, "searchFields": TEXT_FIELDS[2], "filter": filter, "top": 50}).to_string()
        })
        .collect();
    let target = serving::search_target(INDEX);
    let mut ask = |number: usize| good(client.post(&target, bodies[number].as_bytes()));
    Samples::of(bodies.len(), &mut ask)?;
    Samples::of(bodies.len(), ask)
}

/// Whole documents over HTTP beside the same hits in this process, which are not fetched there.
fn page_row(corpus: &Corpus, opened: &Opened, over_http: &Samples) -> Result<Row> {
    let searches = page_requests(corpus)
        .iter()
        .map(|(text, filter)| {
            opened.bind(&Request {
                search: Some(text),
                search_fields: vec![TEXT_FIELDS[2]],
                filter: Some(filter),
                top: Some(50),
                ..Request::default()
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let ask = |number: usize| opened.ten_best(&searches[number]).map(drop);
    Samples::of(searches.len(), ask)?;
    let inside = Samples::of(searches.len(), ask)?;
    let bound = inside.p50() + 0.6;
    Ok(Row {
        what: "text and filter, page of 50 whole documents over HTTP".to_owned(),
        lazuli: over_http.both(),
        reference: format!("hits in process {}", inside.both()),
        must: "p50 ≤ in process + 0.6 ms",
        reached: format!("{} of {}", short(over_http.p50()), short(bound)),
        holds: over_http.p50() <= bound,
    })
}
