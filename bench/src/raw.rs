//! The reference: tantivy as it comes, one index writer with one indexing thread, the same terms and columns, no stored
//! text.

use std::ops::Bound;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TEXT};
use tantivy::{DateTime, Index, IndexWriter, Order, Searcher, TantivyDocument, Term};

use crate::corpus::{Corpus, Document, TEXT_FIELDS};

/// What Lazuli gives its writer.
const WRITER_BYTES: usize = 128 << 20;

/// The index and its fields.
pub(crate) struct Raw {
    index: Index,
    fields: Fields,
}

struct Fields {
    key: Field,
    seq: Field,
    texts: Vec<Field>,
    category: Field,
    tags: Field,
    rating: Field,
    visitors: Field,
    open: Field,
    created: Field,
    longitude: Field,
    latitude: Field,
    rooms: Field,
    kind: Field,
    beds: Field,
    price: Field,
}

impl Raw {
    /// Indexes documents `0..count` in an empty folder: the index, and the time from the first document to the end of
    /// the commit. Documents are made before the clock starts.
    pub(crate) fn fill(folder: &Path, corpus: &Corpus, count: u64) -> Result<(Self, Duration)> {
        let (schema, fields) = schema();
        let documents: Vec<TantivyDocument> =
            (0..count).map(|number| fields.document(number, &corpus.document(number))).collect();
        let index = Index::create_in_dir(folder, schema)?;
        let since = Instant::now();
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for document in documents {
            writer.add_document(document)?;
        }
        writer.commit()?;
        let took = since.elapsed();
        // Merges under way are no part of the clock, but of the index that is searched later.
        writer.wait_merging_threads()?;
        Ok((Self { index, fields }, took))
    }

    /// A searcher over all of it.
    pub(crate) fn searcher(&self) -> Result<Searcher> {
        Ok(self.index.reader()?.searcher())
    }

    /// Any of `words` in any of the first `fields` text fields.
    pub(crate) fn any_of(&self, words: &[String], fields: &[&str]) -> Box<dyn Query> {
        let wanted = TEXT_FIELDS.iter().zip(&self.fields.texts).filter(|(name, _)| fields.contains(name));
        let fields: Vec<Field> = wanted.map(|(_, field)| *field).collect();
        let clauses: Vec<(Occur, Box<dyn Query>)> = words
            .iter()
            .flat_map(|word| fields.iter().map(move |field| Term::from_field_text(*field, word)))
            .map(|term| -> Box<dyn Query> { Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) })
            .map(|query| (Occur::Should, query))
            .collect();
        Box::new(BooleanQuery::new(clauses))
    }
}

/// What a filter asks, as tantivy's queries.
impl Raw {
    /// `category eq …`
    pub(crate) fn category_is(&self, category: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(self.fields.category, category);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }

    /// `visitors ge low and visitors lt high`
    pub(crate) fn visitors_within(&self, low: i64, high: i64) -> Box<dyn Query> {
        let term = |value| Term::from_field_i64(self.fields.visitors, value);
        Box::new(RangeQuery::new(Bound::Included(term(low)), Bound::Excluded(term(high))))
    }

    /// `rating ge low`
    pub(crate) fn rating_from(&self, low: f64) -> Box<dyn Query> {
        let low = Term::from_field_f64(self.fields.rating, low);
        Box::new(RangeQuery::new(Bound::Included(low), Bound::Unbounded))
    }

    /// `search.in(id, …)`
    pub(crate) fn key_in(&self, keys: &[String]) -> Box<dyn Query> {
        let term = |key: &String| Term::from_field_text(self.fields.key, key);
        Box::new(TermSetQuery::new(keys.iter().map(term)))
    }
}

/// All of several queries.
pub(crate) fn all_of(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(queries.into_iter().map(|query| (Occur::Must, query)).collect()))
}

/// How many match; the first ten are found too. No scores are computed.
pub(crate) fn ten_and_total(searcher: &Searcher, query: Box<dyn Query>) -> Result<u64> {
    let query = ConstScoreQuery::new(query, 1.0);
    let (_, total) = searcher.search(&query, &(TopDocs::with_limit(10).order_by_score(), Count))?;
    Ok(total as u64)
}

/// The same with the ten best by `rating desc, visitors asc`.
pub(crate) fn ten_sorted_and_total(searcher: &Searcher, query: &dyn Query) -> Result<u64> {
    let rating = SortByStaticFastValue::<f64>::for_field("rating");
    let visitors = SortByStaticFastValue::<i64>::for_field("visitors");
    let sorted = TopDocs::with_limit(10).order_by(((rating, Order::Desc), (visitors, Order::Asc)));
    let (_, total) = searcher.search(query, &(sorted, Count))?;
    Ok(total as u64)
}

/// Tantivy's own ten best.
pub(crate) fn top_ten(searcher: &Searcher, query: &dyn Query) -> Result<usize> {
    Ok(searcher.search(query, &TopDocs::with_limit(10).order_by_score())?.len())
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_text_field("id", STRING),
        seq: builder.add_u64_field("seq", FAST),
        texts: TEXT_FIELDS.iter().map(|name| builder.add_text_field(name, TEXT)).collect(),
        category: builder.add_text_field("category", STRING | FAST),
        tags: builder.add_text_field("tags", STRING | FAST),
        rating: builder.add_f64_field("rating", FAST),
        visitors: builder.add_i64_field("visitors", FAST),
        open: builder.add_bool_field("open", FAST),
        created: builder.add_date_field("created", FAST),
        longitude: builder.add_f64_field("longitude", FAST),
        latitude: builder.add_f64_field("latitude", FAST),
        rooms: builder.add_u64_field("rooms", FAST),
        kind: builder.add_text_field("kind", STRING | FAST),
        beds: builder.add_i64_field("beds", FAST),
        price: builder.add_f64_field("price", FAST),
    };
    (builder.build(), fields)
}

impl Fields {
    fn document(&self, seq: u64, document: &Document) -> TantivyDocument {
        let mut out = TantivyDocument::new();
        out.add_text(self.key, &document.key);
        out.add_u64(self.seq, seq);
        for (field, text) in self.texts.iter().zip(&document.texts) {
            out.add_text(*field, text);
        }
        out.add_text(self.category, &document.category);
        for tag in &document.tags {
            out.add_text(self.tags, tag);
        }
        out.add_f64(self.rating, document.rating);
        out.add_i64(self.visitors, i64::from(document.visitors));
        out.add_bool(self.open, document.open);
        out.add_date(self.created, DateTime::from_timestamp_secs(document.created.cast_signed()));
        out.add_f64(self.longitude, document.longitude);
        out.add_f64(self.latitude, document.latitude);
        out.add_u64(self.rooms, document.rooms.len() as u64);
        for room in &document.rooms {
            out.add_text(self.kind, &room.kind);
            out.add_i64(self.beds, i64::from(room.beds));
            out.add_f64(self.price, room.price);
        }
        out
    }
}
