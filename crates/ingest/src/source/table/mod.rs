//! `azuretable`: the entities of a table, all of them or those that a filter admits.
//!
//! A table cannot be asked in the order of changes. Each run scans it by key and takes what carries a timestamp since the last
//! whole scan began (`indexers.md` §2.4); a scan that breaks off goes on at the page it was at ([`progress`]).

mod entity;
pub(super) mod progress;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use lazuli_catalog::data_sources::connection::{Storage, StorageService};
use serde_json::Value;

use self::progress::{Place, Progress};
use super::azure_storage::account::Account;
use super::azure_storage::{self, Ask, Client};
use super::sql::soft_delete::{self, SoftDelete};
use super::stored::escaped;
use super::{BoxFuture, Changes, Item, Opening, Source, SourceError};
use crate::outside::Answer;

/// Entities of a page: the most that the service gives.
const PAGE_ITEMS: usize = 1_000;
/// Bytes of a page with its metadata: an entity holds at most a megabyte, a page of large ones is cut short by the service.
const PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Pages without an entity in a row. The service sends one every few seconds while a filter finds nothing.
const EMPTY_PAGES_MAX: usize = 10_000;

/// The entities of a table, by key.
pub(super) struct TableSource {
    client: Client,
    table: String,
    filter: Option<String>,
    soft_delete: Option<SoftDelete>,
    progress: Progress,
    look_back: Duration,
    page_items: usize,
    page: VecDeque<Item>,
    /// Where the next page begins.
    next_page: Next,
    empty_pages: usize,
    only: Option<HashSet<String>>,
}

enum Next {
    /// At the beginning or where the last run broke off.
    First(Option<Place>),
    After(Place),
    /// There is none; what remains is to remember that.
    None,
    Finished,
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
        page: VecDeque::new(),
        next_page: Next::First(progress.place.clone().filter(|_| only.is_none())),
        empty_pages: 0,
        progress,
        only,
    })
}

impl Source for TableSource {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            while self.page.is_empty() {
                match self.next_page {
                    Next::First(_) | Next::After(_) => self.turn_page().await?,
                    Next::None => return Ok(self.finish()),
                    Next::Finished => return Ok(None),
                }
            }
            Ok(Some(self.take(most)))
        })
    }
}

impl TableSource {
    fn take(&mut self, most: usize) -> Changes {
        let items = self.page.drain(..most.max(1).min(self.page.len()));
        let changes = items.map(|item| soft_delete::change(self.soft_delete.as_ref(), item)).collect();
        // Pages can be asked for again, entities within them cannot.
        let mark = match &self.next_page {
            Next::After(place) if self.page.is_empty() && self.only.is_none() => {
                Some(self.progress.reached(place))
            }
            Next::After(_) | Next::First(_) | Next::None | Next::Finished => None,
        };
        Changes { changes, mark, warnings: Vec::new() }
    }

    fn finish(&mut self) -> Option<Changes> {
        self.next_page = Next::Finished;
        if self.only.is_some() {
            return None;
        }
        let mark = Some(self.progress.finished(self.look_back));
        Some(Changes { changes: Vec::new(), mark, warnings: Vec::new() })
    }

    async fn turn_page(&mut self) -> Result<(), SourceError> {
        let place = match &self.next_page {
            Next::First(place) => place.clone(),
            Next::After(place) => Some(place.clone()),
            Next::None | Next::Finished => return Ok(()),
        };
        let answer = self.client.send(&self.ask(place.as_ref()), PAGE_BYTES_MAX).await?;
        if answer.status == StatusCode::BAD_REQUEST && matches!(self.next_page, Next::First(Some(_))) {
            // The place is not known any more: everything is read once more.
            self.next_page = Next::First(None);
            return Ok(());
        }
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer, &self.table));
        }
        self.begin_page(place.as_ref(), &answer)
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

    fn begin_page(&mut self, asked: Option<&Place>, answer: &Answer) -> Result<(), SourceError> {
        let clock = answer.header("date").and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
        if let Some(clock) = clock {
            self.progress.began_by(clock);
        }
        let next = Place::after(answer);
        let items = entity::items(&answer.body).map_err(|why| {
            SourceError::Transient(format!("The entities of '{}' cannot be read: {why}.", self.table))
        })?;
        self.empty_pages = if items.is_empty() { self.empty_pages + 1 } else { 0 };
        if (next.is_some() && next.as_ref() == asked) || self.empty_pages > EMPTY_PAGES_MAX {
            return Err(SourceError::Broken("The entities of the table do not come to an end.".into()));
        }
        let wanted = |item: &Item| self.only.as_ref().is_none_or(|only| only.contains(&item.id));
        self.page = items.into_iter().filter(wanted).collect();
        self.next_page = next.map_or(Next::None, Next::After);
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
