//! Search: from the parameters to the page, written straight from the stored bodies into one buffer.
//!
//! Parameters that would change the answer and that we do not have yet are refused, never ignored; those that cannot change
//! it on a service of one shard (`sessionId`, `scoringStatistics`) are accepted.

mod gates;
mod synonyms;

use std::ops::ControlFlow;
use std::sync::Arc;

use lazuli_catalog::Schema;
use lazuli_catalog::document::{self, Corrupt};
use lazuli_engine::{Hit, Page};
use lazuli_query::limits::PAGE_HITS_MAX;
use lazuli_query::{Request, Search, SearchMode};
use lazuli_wire::number::{write_f32, write_f64};
use lazuli_wire::search::{SearchRequest, comma_separated};

use super::App;
use super::definitions::{Entry, Indexes};
use crate::error::{self, Error};

/// A page ends with the hit that brings it to so many bytes: a thousand documents of 16 MB would not fit into memory. Ours.
const PAGE_BYTES_MAX: usize = 16 << 20;

/// What an answer needs to know of its request beside the parameters.
pub(crate) struct Frame {
    /// `@odata.context`, unless the client asked for no metadata.
    pub(crate) context: Option<String>,
    /// Where the next page is asked for.
    pub(crate) next: NextLink,
    /// The service's name, for errors.
    pub(crate) service: String,
}

/// How the next page is asked for.
pub(crate) enum NextLink {
    /// The same URL, with other parameters in the body.
    Post(String),
    /// Another URL: this one without its `$skip` and `$top`.
    Get(String),
}

/// Answers a search with the whole JSON body.
pub(crate) async fn search(
    app: &App,
    entry: Arc<Entry<Indexes>>,
    request: SearchRequest,
    frame: Frame,
) -> Result<Vec<u8>, Error> {
    gates::check_parameters(&request)?;
    let mode = search_mode(&request)?;
    check_harmless(&request)?;
    let definitions = app.definitions.clone();
    app.search(move |cancel| {
        let schema = entry.life.index.schema();
        let search_fields = request.search_fields.as_deref().unwrap_or_default();
        let bound = lazuli_query::bind(
            &schema,
            &Request {
                search: request.search.as_deref(),
                search_mode: mode,
                filter: request.filter.as_deref(),
                orderby: request.orderby.as_deref(),
                search_fields: comma_separated(search_fields).collect(),
                select: request.select.as_deref(),
                top: request.top,
                skip: request.skip,
                count: request.count.unwrap_or(false),
            },
        )
        .map_err(|error| error::query(&error))?;
        gates::check_definition(&schema, &bound, &request)?;
        let synonyms = synonyms::of_search(&definitions, &schema, &bound, cancel)?;
        let mut hits = Hits::new(&schema, &bound);
        let page = entry
            .life
            .index
            .search(&bound, &synonyms, cancel, |hit| hits.take(&hit))
            .map_err(|error| error::engine(&error, entry.name(), &frame.service))?;
        write_page(&request, &page, &hits.finish()?, &frame)
    })
    .await
}

/// The hits of a page as JSON, without brackets around them.
struct Hits<'a> {
    schema: &'a Schema,
    bound: &'a Search,
    json: Vec<u8>,
    failure: Option<Error>,
}

impl<'a> Hits<'a> {
    fn new(schema: &'a Schema, bound: &'a Search) -> Self {
        Self { schema, bound, json: Vec::new(), failure: None }
    }

    /// Adds a hit; breaks off when the page is full.
    fn take(&mut self, hit: &Hit) -> ControlFlow<()> {
        let written = self.write(hit);
        self.failure = written.map_err(error::internal).err();
        if self.failure.is_some() || self.json.len() >= PAGE_BYTES_MAX {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn write(&mut self, hit: &Hit) -> Result<(), Corrupt> {
        let out = &mut self.json;
        out.extend_from_slice(if out.is_empty() { b"{\"@search.score\":" } else { b",{\"@search.score\":" });
        write_f32(hit.score, out);
        out.push(b',');
        let (stored, before) = (&hit.document, out.len());
        document::render(self.schema, &stored.body, stored.vectors.as_deref(), &self.bound.projection, out)?;
        if out.len() == before {
            out.pop();
        }
        out.push(b'}');
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, Error> {
        self.failure.map_or(Ok(self.json), Err)
    }
}

fn write_page(request: &SearchRequest, page: &Page, hits: &[u8], frame: &Frame) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(hits.len() + 512);
    let next = next_page(request, page);
    out.push(b'{');
    if let Some(context) = &frame.context {
        out.extend_from_slice(b"\"@odata.context\":");
        write_string(context, &mut out);
        out.push(b',');
    }
    if let Some(total) = page.total {
        out.extend_from_slice(format!("\"@odata.count\":{total},").as_bytes());
    }
    if request.minimum_coverage.is_some() {
        out.extend_from_slice(b"\"@search.coverage\":");
        write_f64(100.0, &mut out);
        out.push(b',');
    }
    if let (Some(next), NextLink::Post(_)) = (&next, &frame.next) {
        let parameters = request.next_page_parameters(next.skip, next.top);
        out.extend_from_slice(b"\"@search.nextPageParameters\":");
        out.extend_from_slice(&serde_json::to_vec(&parameters).map_err(error::internal)?);
        out.push(b',');
    }
    out.extend_from_slice(b"\"value\":[");
    out.extend_from_slice(hits);
    out.push(b']');
    if let Some(next) = &next {
        out.extend_from_slice(b",\"@odata.nextLink\":");
        write_string(&next.link(&frame.next), &mut out);
    }
    out.push(b'}');
    Ok(out)
}

/// Where the next page begins, if the service would offer one: when the page was cut by the default of 50, by the maximum of
/// 1000 or by its bytes, not when as many hits as were asked for have been delivered (`query.md` §1.4).
struct NextPage {
    skip: i64,
    top: Option<i64>,
}

fn next_page(request: &SearchRequest, page: &Page) -> Option<NextPage> {
    let cut_by_us = page.cut || request.top.is_none_or(|top| top > PAGE_HITS_MAX as i64);
    if !page.more || !cut_by_us {
        return None;
    }
    let returned = i64::try_from(page.hits).unwrap_or(i64::MAX);
    let skip = request.skip.unwrap_or(0).saturating_add(returned);
    Some(NextPage { skip, top: request.top.map(|top| top.saturating_sub(returned)) })
}

impl NextPage {
    fn link(&self, next: &NextLink) -> String {
        match next {
            NextLink::Post(url) => url.clone(),
            NextLink::Get(url) => {
                let top = self.top.map(|top| format!("&$top={top}")).unwrap_or_default();
                format!("{url}&$skip={}{top}", self.skip)
            }
        }
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing a string into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn search_mode(request: &SearchRequest) -> Result<SearchMode, Error> {
    match request.search_mode.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "any") => Ok(SearchMode::Any),
        Some("all") => Ok(SearchMode::All),
        Some(other) => Err(error::unknown_word("searchMode", other, "'any' and 'all'")),
    }
}

/// Parameters that cannot change an answer of ours still have to be right.
fn check_harmless(request: &SearchRequest) -> Result<(), Error> {
    if request.minimum_coverage.is_some_and(|coverage| !(0.0..=100.0).contains(&coverage)) {
        return Err(error::out_of_range("minimumCoverage", 0, 100));
    }
    if request.session_id.as_deref().is_some_and(|id| id.starts_with('_')) {
        return Err(error::session_starts_with_underscore());
    }
    match request.scoring_statistics.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "local" | "global") => Ok(()),
        Some(other) => Err(error::unknown_word("scoringStatistics", other, "'local' and 'global'")),
    }
}
