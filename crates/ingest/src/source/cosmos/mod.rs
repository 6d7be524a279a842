//! Documents of Azure Cosmos DB (`indexers.md` §2.6), through its REST interface.
//!
//! ```text
//! pkranges ─▶ range 0: page, page, …  ┐
//!             range 1: page, page, …  ├─ merged by _ts ─▶ changes, each part with its mark
//!             …                       ┘
//! ```
//!
//! A collection of more than one physical part is asked part by part: the gateway does not order documents across them. In
//! order, the oldest of the first documents of all parts is the next; without an order one part follows the other, and the
//! mark is known at the end only.
//!
//! The mark is the greatest `_ts` delivered. The next run asks for `>=`, because documents that are written within the same
//! second as the last one that was read come later: the documents of that second are read twice.
//!
//! Where a document that changes during the run may go where the run has been already (another part, or any place without an
//! order), the mark does not pass the moment the run began: what has changed since is read again by the next run.

mod client;
mod order;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use lazuli_catalog::data_sources::connection::Cosmos;
use lazuli_wire::data_sources::ChangeDetectionPolicy;
use serde_json::{Map, Value, json};

use self::client::{Client, Query};
use super::pages::{Bounds, Pages};
use super::sql::configuration::flag;
use super::sql::soft_delete::{self, SoftDelete};
use super::{BoxFuture, Change, Changes, Item, ItemError, Mark, Note, Opening, Source, SourceError};
use crate::outside::Outside;

/// The only column that can be a mark.
const TIMESTAMP: &str = "_ts";

/// Said where a run that is interrupted begins again from the beginning (`indexers.md` §6).
const NOT_INCREMENTAL: &str = "The current indexer configuration does not support incremental progress";

/// The properties that the server sets; names of fields cannot start with an underscore (`indexers.md` §2.6 on `rid`).
const SYSTEM: [(&str, &str); 5] =
    [("_rid", "rid"), ("_ts", "ts"), ("_etag", "etag"), ("_self", "self"), ("_attachments", "attachments")];

/// Of one part. The service sends a page without a document when a query has used up its share of time.
const BOUNDS: Bounds = Bounds {
    empty_pages_max: 1_000,
    may_stand_still: true,
    endless: "The documents of the collection do not come to an end.",
};

/// Characters of a value without a name by which it is called in errors.
const VALUE_CHARS_MAX: usize = 100;

/// Documents of a page, at most. The server may send fewer.
const PAGE_MAX: usize = 1000;

/// Opens a collection for one run.
pub(super) async fn open(opening: Opening<'_>, account: &Cosmos) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Collection::open(opening, account).await?))
}

struct Collection {
    client: Client,
    query: String,
    /// Whether changes since the last run are asked for.
    tracked: bool,
    /// Whether the documents come in the order of `_ts`.
    ordered: bool,
    soft_delete: Option<SoftDelete>,
    only: Option<HashSet<String>>,
    /// The timestamp that pages are asked from; the same for all pages of a part.
    from: i64,
    /// The greatest timestamp that was delivered, in this run or in those before.
    newest: Option<i64>,
    /// What was remembered last.
    marked: Option<i64>,
    /// When the run began, by the server's clock, in seconds.
    began: i64,
    /// By how much the clocks of the parts may differ: as long as an enumeration of blobs looks back.
    skew: i64,
    /// Whether the collection has, or had in this run, more than one part.
    parted: bool,
    /// The parts and how far each was read; `None` before they are known.
    ranges: Option<Vec<Range>>,
    /// Said with the first changes.
    warnings: Vec<Note>,
    /// Whether a document without a timestamp was seen.
    untimed: bool,
    /// Whether it was said that progress is lost when a run is interrupted.
    not_incremental_said: bool,
    ended: bool,
    /// For the names of errors.
    name: String,
}

/// One physical part of the collection.
struct Range {
    /// `None` where the server names none. Where there is one only it is named, too: the service refuses to order documents
    /// across partition keys unless it is told the part (dapr/components-contrib issue 2818).
    id: Option<String>,
    pages: Pages<Value>,
}

impl Range {
    fn new(id: Option<String>) -> Self {
        Self { id, pages: Pages::from(None, &BOUNDS) }
    }

    fn waits(&self) -> bool {
        self.pages.waits()
    }
}

impl Collection {
    async fn open(opening: Opening<'_>, account: &Cosmos) -> Result<Self, SourceError> {
        let source = opening.source;
        let tracked = tracked(source.data_change_detection_policy.as_ref())?;
        let default = if tracked { order::EVERYTHING_SINCE } else { order::EVERYTHING };
        let given = source.container.query.as_deref().filter(|query| !query.trim().is_empty());
        let query = given.unwrap_or(default).to_owned();
        let assumed = flag(opening.parameters, "assumeOrderByHighWaterMarkColumn");
        let ordered = tracked && (assumed || order::by_timestamp(&query));
        let since = opening.since.and_then(|Mark(mark)| mark.get("HighWaterMark")?.as_i64());

        let outside: Arc<Outside> = Arc::clone(opening.outside);
        let client = Client::new(outside, account, &source.container.name)?;
        let (definition, began) = client.collection().await?;
        let mut warnings = Vec::new();
        if is_lazy(&definition) {
            let name = &source.container.name;
            warnings.push(warning(&format!(
                "Azure Cosmos DB collection '{name}' has a Lazy indexing policy. Some data may be lost"
            )));
        }
        Ok(Self {
            client,
            query,
            tracked,
            ordered,
            soft_delete: SoftDelete::of(source)?,
            only: opening.only.map(|ids| ids.iter().cloned().collect()),
            from: 0,
            newest: since,
            marked: since,
            began,
            skew: i64::try_from(opening.outside.settings().look_back.as_secs()).unwrap_or(i64::MAX),
            parted: false,
            ranges: None,
            warnings,
            untimed: false,
            not_incremental_said: false,
            ended: false,
            name: format!("DocumentExtraction.cosmosdb.{}", source.name),
        })
    }

    async fn next_changes(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        while !self.ended {
            self.fill(most).await?;
            let documents = self.take(most);
            self.ended = self.ranges.iter().flatten().all(|range| range.pages.is_over());
            let changes: Vec<Change> =
                documents.into_iter().filter_map(|document| self.change(document)).collect();
            let mark = self.mark();
            let is_incremental = !self.tracked || (self.ordered && !self.untimed);
            if !is_incremental && !std::mem::replace(&mut self.not_incremental_said, true) {
                let details =
                    self.untimed.then(|| "The query of the data source has to deliver '_ts'.".to_owned());
                self.warnings.push(Note { details, ..warning(NOT_INCREMENTAL) });
            }
            let warnings = std::mem::take(&mut self.warnings);
            if !(changes.is_empty() && mark.is_none() && warnings.is_empty()) {
                return Ok(Some(Changes { changes, mark, warnings }));
            }
        }
        Ok(None)
    }

    /// Reads pages until the next document is known. Whatever fails here fails before anything was taken, so that asking again
    /// goes on at the same place.
    async fn fill(&mut self, most: usize) -> Result<(), SourceError> {
        if self.ranges.is_none() {
            let ranges = self.ranges_now().await?;
            self.parted |= ranges.len() > 1;
            self.ranges = Some(ranges);
            let delivered = if self.ordered { self.newest } else { self.marked };
            // Those that are asked for by name come whatever their time.
            self.from = delivered.filter(|_| self.only.is_none()).unwrap_or(0);
        }
        loop {
            let mut ranges = self.ranges.iter().flatten();
            let waiting = if self.ordered {
                ranges.position(Range::waits)
            } else if ranges.clone().any(|range| !range.pages.items.is_empty()) {
                None
            } else {
                ranges.position(Range::waits)
            };
            let Some(at) = waiting else { return Ok(()) };
            match self.page(at, most).await {
                Err(SourceError::Transient(why)) if client::is_gone(&why) => {
                    // The parts are others now: asked again, it goes on from what was delivered, or begins anew.
                    self.ranges = None;
                    return Err(SourceError::Transient(why));
                }
                result => result?,
            }
        }
    }

    async fn ranges_now(&self) -> Result<Vec<Range>, SourceError> {
        let ids = self.client.ranges().await?;
        if ids.is_empty() {
            return Ok(vec![Range::new(None)]);
        }
        Ok(ids.into_iter().map(|id| Range::new(Some(id))).collect())
    }

    /// Reads the next page of one part.
    async fn page(&mut self, at: usize, most: usize) -> Result<(), SourceError> {
        let ranges = self.ranges.as_deref_mut().unwrap_or_default();
        // In order, a page of each part waits: together they are about as large as one of the only part.
        let at_once = if self.ordered { ranges.len().max(1) } else { 1 };
        let Some(range) = ranges.get_mut(at) else { return Ok(()) };
        let parameters = [(order::PARAMETER, json!(self.from))];
        let given = order::has_parameter(&self.query);
        let query = Query {
            text: &self.query,
            parameters: if given { &parameters } else { &[] },
            range: range.id.as_deref(),
            continuation: range.pages.place().map(String::as_str),
            most: most.clamp(1, PAGE_MAX).div_ceil(at_once),
        };
        let page = self.client.page(&query).await?;
        range.pages.turn(page)
    }

    /// The next documents, as far as their order is known.
    fn take(&mut self, most: usize) -> Vec<Value> {
        let mut taken = Vec::new();
        let ranges = self.ranges.as_deref_mut().unwrap_or_default();
        while taken.len() < most.max(1) {
            if self.ordered && ranges.iter().any(Range::waits) {
                break;
            }
            let mut filled = ranges.iter_mut().filter(|range| !range.pages.items.is_empty());
            let next = if self.ordered {
                filled.min_by_key(|range| range.pages.items.front().and_then(timestamp))
            } else {
                filled.next()
            };
            let Some(document) = next.and_then(|range| range.pages.items.pop_front()) else { break };
            taken.push(document);
        }
        taken
    }

    fn change(&mut self, document: Value) -> Option<Change> {
        self.newest = self.newest.max(timestamp(&document));
        self.untimed |= self.tracked && timestamp(&document).is_none();
        let item = match document {
            Value::Object(members) => item(members),
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                return Some(Change::Failed(self.not_an_object(&other)));
            }
        };
        if self.only.as_ref().is_some_and(|only| !only.contains(&item.id)) {
            return None;
        }
        Some(soft_delete::change(self.soft_delete.as_ref(), item))
    }

    fn not_an_object(&self, value: &Value) -> ItemError {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        ItemError {
            id: text.chars().take(VALUE_CHARS_MAX).collect(),
            status: 400,
            message: "Could not read document".into(),
            details: Some(
                "The query of the data source delivers a value that is not an object. Select documents or named members \
                 of them, such as 'SELECT c.id, c._ts FROM c', and not values, such as 'SELECT VALUE c.id FROM c'."
                    .into(),
            ),
            name: self.name.clone(),
            link: None,
        }
    }

    /// What to remember, if it is new: with every part in order, at the end otherwise.
    fn mark(&mut self) -> Option<Mark> {
        if !self.tracked || self.only.is_some() || !(self.ordered || self.ended) {
            return None;
        }
        // `None` is less than any: a mark never goes back.
        let reached = self.newest.map(|newest| newest.min(self.safe())).max(self.marked);
        if reached == self.marked {
            return None;
        }
        self.marked = reached;
        Some(Mark(json!({ "HighWaterMark": reached })))
    }

    /// The last second of which nothing can be written any more to where the run has been.
    fn safe(&self) -> i64 {
        match (self.parted, self.ordered) {
            (true, _) => self.began.saturating_sub(self.skew),
            (false, false) => self.began,
            // What changes goes to the end, where it is found.
            (false, true) => i64::MAX,
        }
    }
}

impl Source for Collection {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(self.next_changes(most))
    }
}

/// Whether changes are tracked by `_ts`, which is the only way.
fn tracked(policy: Option<&ChangeDetectionPolicy>) -> Result<bool, SourceError> {
    let Some(policy) = policy else { return Ok(false) };
    let by_timestamp = policy.odata_type == ChangeDetectionPolicy::HIGH_WATER_MARK
        && policy.high_water_mark_column_name.as_deref() == Some(TIMESTAMP);
    if by_timestamp {
        return Ok(true);
    }
    Err(SourceError::Broken(format!(
        "Changes in Cosmos DB are detected by a high water mark on '{TIMESTAMP}' only."
    )))
}

/// Whether the collection's index may lag behind its documents.
fn is_lazy(definition: &Map<String, Value>) -> bool {
    let mode = definition.get("indexingPolicy").and_then(|policy| policy.get("indexingMode")?.as_str());
    mode.is_some_and(|mode| mode.eq_ignore_ascii_case("lazy"))
}

fn timestamp(document: &Value) -> Option<i64> {
    document.get(TIMESTAMP)?.as_i64()
}

/// A document as an item. Nulls are as good as missing (`indexers.md` §2.6); `rid` is always the server's, other members of the
/// document go before the server's.
fn item(mut fields: Map<String, Value>) -> Item {
    fields.retain(|_, value| !value.is_null());
    for (system, name) in SYSTEM {
        if let Some(value) = fields.get(system).cloned()
            && (name == "rid" || !fields.contains_key(name))
        {
            fields.insert(name.to_owned(), value);
        }
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let id = text("id").or_else(|| text("_rid")).unwrap_or_default();
    Item { id, fields, content: None }
}

fn warning(message: &str) -> Note {
    Note { id: None, message: message.to_owned(), details: None, name: None, link: None }
}
