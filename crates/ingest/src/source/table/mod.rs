//! `azuretable`: the entities of a table, all of them or those that a filter admits.
//!
//! A table cannot be asked in the order of changes. Each run scans it by key and takes what carries a timestamp since the last
//! whole scan began (`indexers.md` §2.4); a scan that breaks off goes on at the page it was at ([`progress`]).

mod entity;
pub(super) mod progress;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use lazuli_catalog::data_sources::connection::{Storage, StorageService};
use serde_json::Value;

use self::progress::{Place, Progress};
use super::azure_storage::account::Account;
use super::azure_storage::{self, Ask, Client};
use super::pages::{Bounds, Page, Pages, Step};
use super::sql::soft_delete::{self, SoftDelete};
use super::stored::escaped;
use super::{BoxFuture, Changes, Item, Opening, Source, SourceError};
use crate::outside::Answer;

/// Entities of a page: the most that the service gives.
const PAGE_ITEMS: usize = 1_000;
/// Bytes of a page with its metadata: an entity holds at most a megabyte, a page of large ones is cut short by the service.
const PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The service sends a page without an entity every few seconds while a filter finds nothing.
const BOUNDS: Bounds = Bounds {
    empty_pages_max: 10_000,
    may_stand_still: false,
    endless: "The entities of the table do not come to an end.",
};

/// The entities of a table, by key.
pub(super) struct TableSource {
    client: Client,
    table: String,
    filter: Option<String>,
    soft_delete: Option<SoftDelete>,
    progress: Progress,
    look_back: Duration,
    page_items: usize,
    pages: Pages<Item, Place>,
    only: Option<HashSet<String>>,
}

/// Opens the table. Nothing is asked of it yet.
pub(super) fn open(opening: Opening<'_>, storage: Storage) -> Result<TableSource, SourceError> {
    let container = &opening.source.container;
    let account = Account::new(storage, StorageService::Table, &container.name)?;
    let progress = Progress::resume(opening.since, opening.now);
    let only = opening.only.map(|ids| ids.iter().cloned().collect::<HashSet<_>>());
    Ok(TableSource {
        client: Client { account, outside: Arc::clone(opening.outside) },
        table: container.name.clone(),
        filter: container.query.clone().filter(|query| !query.trim().is_empty()),
        soft_delete: SoftDelete::of(opening.source)?,
        look_back: opening.outside.settings().look_back,
        page_items: PAGE_ITEMS,
        pages: Pages::from(progress.place.clone().filter(|_| only.is_none()), &BOUNDS),
        progress,
        only,
    })
}

impl Source for TableSource {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            while let Some(step) = self.pages.step() {
                match step {
                    Step::Turn => self.turn_page().await?,
                    Step::Take => return Ok(Some(self.take(most))),
                    Step::Finish => return Ok(self.finish()),
                }
            }
            Ok(None)
        })
    }
}

impl TableSource {
    fn take(&mut self, most: usize) -> Changes {
        let most = most.max(1).min(self.pages.items.len());
        let items = self.pages.items.drain(..most);
        let changes = items.map(|item| soft_delete::change(self.soft_delete.as_ref(), item)).collect();
        // Pages can be asked for again, entities within them cannot.
        let is_done = self.pages.items.is_empty() && self.only.is_none();
        let mark = self.pages.place().filter(|_| is_done).map(|place| self.progress.reached(place));
        Changes { changes, mark, warnings: Vec::new() }
    }

    fn finish(&mut self) -> Option<Changes> {
        if self.only.is_some() {
            return None;
        }
        let mark = Some(self.progress.finished(self.look_back));
        Some(Changes { changes: Vec::new(), mark, warnings: Vec::new() })
    }

    async fn turn_page(&mut self) -> Result<(), SourceError> {
        let place = self.pages.place();
        let answer = self.client.send(&self.ask(place), PAGE_BYTES_MAX).await?;
        if answer.status == StatusCode::BAD_REQUEST && self.pages.is_first() && place.is_some() {
            // The place is not known any more: everything is read once more.
            self.pages.forget_place();
            return Ok(());
        }
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer, &self.table));
        }
        self.begin_page(&answer)
    }

    fn ask(&self, place: Option<&Place>) -> Ask {
        let mut ask = Ask::get(format!("/{}()", escaped(&self.table)));
        ask.headers.push(("accept", "application/json;odata=fullmetadata".into()));
        ask.query.push(("$top", self.page_items.to_string()));
        let since = self.progress.high_water_mark.filter(|_| self.only.is_none());
        if let Some(filter) = filter(self.filter.as_deref(), since) {
            ask.query.push(("$filter", filter));
        }
        if let Some(place) = place {
            ask.query.push(("NextPartitionKey", place.partition.clone()));
            if let Some(row) = &place.row {
                ask.query.push(("NextRowKey", row.clone()));
            }
        }
        ask
    }

    fn begin_page(&mut self, answer: &Answer) -> Result<(), SourceError> {
        if let Some(clock) = answer.date() {
            self.progress.began_by(clock);
        }
        let items = entity::items(&answer.body).map_err(|why| {
            SourceError::Transient(format!("The entities of '{}' cannot be read: {why}.", self.table))
        })?;
        self.pages.turn(Page { items, next: Place::after(answer) })?;
        if let Some(only) = &self.only {
            self.pages.items.retain(|item| only.contains(&item.id));
        }
        Ok(())
    }
}

/// The data source's filter and the one for what has changed.
fn filter(query: Option<&str>, since: Option<Timestamp>) -> Option<String> {
    let changed =
        since.map(|since| format!("Timestamp ge datetime'{}'", since.strftime("%Y-%m-%dT%H:%M:%S.%7fZ")));
    match (query, changed) {
        (Some(query), Some(changed)) => Some(format!("({query}) and {changed}")),
        (Some(query), None) => Some(query.to_owned()),
        (None, changed) => changed,
    }
}

/// What an answer that is no page means. The service's own sentence helps whoever wrote the filter.
fn refusal(answer: &Answer, table: &str) -> SourceError {
    let said = serde_json::from_slice::<Value>(&answer.body).ok();
    let said = said.as_ref().and_then(|body| body["odata.error"]["message"]["value"].as_str());
    match (azure_storage::failure(answer, table), said) {
        (SourceError::Broken(text), Some(said)) => {
            SourceError::Broken(format!("{text} {}", said.lines().next().unwrap_or_default()))
        }
        (failure, _) => failure,
    }
}
