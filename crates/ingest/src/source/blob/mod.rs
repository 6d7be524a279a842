//! `azureblob` and `adlsgen2`: the blobs of a container, or of one folder in it.
//!
//! Each run lists everything and takes what has changed since the last whole enumeration ([`tracking`]). The listing carries
//! the metadata, so that a blob costs one request: for its bytes, when they are read ([`content`]).

mod content;
#[cfg(test)]
mod tests;
pub(crate) mod tracking;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use self::content::BlobRanges;
use self::tracking::Tracking;
use super::azure_storage::account::Account;
use super::azure_storage::list::{self, Blob};
use super::azure_storage::{self, Ask, Client};
use super::pages::{Bounds, Page, Pages, Step};
use super::ranges::RangedContent;
use super::stored::{Deletions, Names, Stored, escaped};
use super::{BoxFuture, Change, Changes, Content, Item, Mark, Opening, Source, SourceError};
use crate::outside::Answer;
use crate::run::Absence;
use lazuli_catalog::data_sources::connection::{Storage, StorageService};

/// Blobs of a page. The service would send 5000; a page of those with much metadata would be 40 MB.
const PAGE_ITEMS: usize = 1_000;
/// Bytes of a page: a thousand blobs, each with the 8 KB of metadata that the service allows, and their names.
const PAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The service sends a few pages without a single blob where much was deleted.
const BOUNDS: Bounds = Bounds {
    empty_pages_max: 1_000,
    may_stand_still: false,
    endless: "The listing of the storage service does not come to an end.",
};

/// A container that can be asked.
#[derive(Debug)]
struct Container {
    client: Client,
    name: String,
}

impl Container {
    /// One page of the blobs whose names begin with `prefix`.
    async fn list(
        &self,
        prefix: &str,
        marker: Option<&str>,
        deleted: bool,
        items: usize,
    ) -> Result<Listed, SourceError> {
        let mut ask = Ask::get(format!("/{}", escaped(&self.name)));
        let include = if deleted { "metadata,deleted" } else { "metadata" };
        ask.query = vec![
            ("restype", "container".into()),
            ("comp", "list".into()),
            ("include", include.into()),
            ("maxresults", items.to_string()),
        ];
        if !prefix.is_empty() {
            ask.query.push(("prefix", prefix.to_owned()));
        }
        if let Some(marker) = marker {
            ask.query.push(("marker", marker.to_owned()));
        }
        let answer = self.client.send(&ask, PAGE_BYTES_MAX).await?;
        if answer.status == StatusCode::BAD_REQUEST && marker.is_some() {
            return Ok(Listed::MarkerRefused);
        }
        if answer.status != StatusCode::OK {
            return Err(self.failure(&answer));
        }
        let page = list::page(&answer.body).map_err(|why| {
            SourceError::Transient(format!("The listing of '{}' cannot be read: {why}.", self.name))
        })?;
        Ok(Listed::Page { page, clock: answer.date() })
    }

    fn failure(&self, answer: &Answer) -> SourceError {
        azure_storage::failure(answer, &self.name)
    }

    fn url(&self, name: &str) -> String {
        format!("{}/{}/{}", self.client.account.endpoint, escaped(&self.name), escaped(name))
    }

    /// The name of the blob that has this address in this container.
    fn name_of(&self, url: &str) -> Option<String> {
        let escaped = url.strip_prefix(&self.url(""))?;
        Some(percent_decode_str(escaped).decode_utf8().ok()?.into_owned())
    }
}

enum Listed {
    Page {
        page: Page<Blob>,
        /// What the server's clock says.
        clock: Option<Timestamp>,
    },
    /// The place in the listing is not known any more.
    MarkerRefused,
}

/// The blobs of a container, by name.
pub(super) struct BlobSource {
    container: Arc<Container>,
    prefix: String,
    names: Names,
    deletions: Deletions,
    absence: Option<Arc<Absence>>,
    /// Addresses of blobs of the page that are not new and have been seen before.
    known: HashSet<String>,
    tracking: Tracking,
    look_back: Duration,
    page_items: usize,
    pages: Pages<Blob>,
    /// The name up to which a broken enumeration got, until its place is found.
    resume_after: Option<String>,
    /// The last name that was there, and not only as something deleted.
    last_alive: Option<String>,
    /// The first and the last blob of the page before, whatever they were.
    ends: Option<(Blob, Blob)>,
    /// The names to read whether they have changed or not; listing does not happen then.
    only: Option<VecDeque<String>>,
}

/// Opens the container. Nothing is asked of it yet.
pub(super) async fn open(opening: Opening<'_>, storage: Storage) -> Result<BlobSource, SourceError> {
    let container = &opening.source.container;
    let account = Account::new(storage, StorageService::Blob, &container.name)?;
    let client = Client { account, outside: Arc::clone(opening.outside) };
    let names_in = Container { client, name: container.name.clone() };
    let only = opening.only.map(|ids| ids.iter().filter_map(|id| names_in.name_of(id)).collect());
    let prefix = folder(container.query.as_deref().unwrap_or_default());
    let tracking = Tracking::resume(opening.since, opening.now);
    let tracking = tracking.watched(opening.absence, &names_in.url(&prefix), opening.now).await?;
    Ok(BlobSource {
        container: Arc::new(names_in),
        prefix,
        absence: opening.absence.map(Arc::clone),
        known: HashSet::new(),
        names: Names::new(opening.parameters),
        deletions: Deletions::new(opening.source.data_deletion_detection_policy.as_ref())?,
        look_back: opening.outside.settings().look_back,
        page_items: PAGE_ITEMS,
        pages: Pages::from(tracking.page.clone(), &BOUNDS),
        resume_after: tracking.name_high_water_mark.clone(),
        last_alive: None,
        ends: None,
        tracking,
        only,
    })
}

/// The prefix of what is in a folder: the service's `query` names folders, not beginnings of names.
fn folder(query: &str) -> String {
    let path = query.trim().trim_matches('/');
    if path.is_empty() { String::new() } else { format!("{path}/") }
}

impl Source for BlobSource {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            if self.only.is_some() {
                return self.next_named(most).await;
            }
            while let Some(step) = self.pages.step() {
                let changes = match step {
                    Step::Turn => {
                        self.turn_page().await?;
                        None
                    }
                    Step::Take => self.take(most),
                    Step::Finish => Some(self.finish()),
                };
                if changes.is_some() {
                    return Ok(changes);
                }
            }
            Ok(None)
        })
    }
}

impl BlobSource {
    async fn turn_page(&mut self) -> Result<(), SourceError> {
        let marker = self.pages.place().map(String::as_str);
        let native = self.deletions == Deletions::Native;
        match self.container.list(&self.prefix, marker, native, self.page_items).await? {
            // The place is forgotten: everything is read once more.
            Listed::MarkerRefused if self.pages.is_first() => {
                self.pages.forget_place();
                self.resume_after = None;
                Ok(())
            }
            Listed::MarkerRefused => Err(SourceError::Transient(
                "The storage service forgot how to go on with its listing.".into(),
            )),
            Listed::Page { page, clock } => {
                self.begin_page(page, clock)?;
                self.look_up_known().await
            }
        }
    }

    fn begin_page(&mut self, page: Page<Blob>, clock: Option<Timestamp>) -> Result<(), SourceError> {
        if let Some(clock) = clock {
            self.tracking.began_by(clock);
        }
        let ends = page.items.first().cloned().zip(page.items.last().cloned());
        if ends.is_some() && ends == self.ends {
            return Err(self.pages.endless());
        }
        self.ends = ends;
        self.pages.turn(page)?;
        if let Some(name) = self.resume_after.take() {
            // Only what certainly was done is left out; if the name is gone, its page is read again.
            if let Some(at) = self.pages.items.iter().position(|blob| blob.name == name) {
                let mut done = self.pages.items.drain(..=at);
                self.last_alive = done.rfind(|blob| !blob.folder && !blob.deleted).map(|blob| blob.name);
            }
        }
        Ok(())
    }

    /// What is not new and has never been seen has come in another way than by being written, such as being undeleted.
    async fn look_up_known(&mut self) -> Result<(), SourceError> {
        let Some(absence) = &self.absence else { return Ok(()) };
        let old = self.pages.items.iter().filter(|blob| {
            !blob.folder
                && !blob.deleted
                && !self.tracking.is_new(blob.last_modified)
                && self.names.admit(&blob.name)
        });
        let addresses = old.map(|blob| self.container.url(&blob.name)).collect();
        self.known = absence.known(addresses).await?;
        Ok(())
    }

    /// Up to `most` changes of the page; `None` if there is none in it.
    fn take(&mut self, most: usize) -> Option<Changes> {
        let mut changes = Vec::new();
        let (mut last, mut to_read) = (None, 0);
        while to_read < most.max(1) {
            let Some(blob) = self.pages.items.pop_front() else { break };
            last = Some(blob.name.clone());
            let change = self.change(blob);
            to_read += usize::from(!matches!(change, None | Some(Change::Unchanged(_))));
            changes.extend(change);
        }
        if changes.is_empty() {
            return None;
        }
        let mark = last.map(|name| self.tracking.reached(&name, self.pages.asked().map(String::as_str)));
        Some(Changes { changes, mark, warnings: Vec::new() })
    }

    fn finish(&mut self) -> Changes {
        Changes {
            changes: Vec::new(),
            mark: Some(self.tracking.finished(self.look_back)),
            warnings: Vec::new(),
        }
    }

    /// What a listed blob means, if it means anything to this run.
    fn change(&mut self, blob: Blob) -> Option<Change> {
        if blob.folder || !self.names.admit(&blob.name) {
            return None;
        }
        if blob.deleted {
            // A blob that was written again after it was deleted is listed twice: it is there.
            let there = self.last_alive.as_deref() == Some(&blob.name);
            let wanted = !there && self.tracking.is_new(blob.deleted_at);
            return wanted.then(|| Change::Deleted(self.item(&blob)));
        }
        self.last_alive = Some(blob.name.clone());
        if self.tracking.is_new(blob.last_modified) {
            return self.read(&blob);
        }
        self.absence.as_ref()?;
        let address = self.container.url(&blob.name);
        if self.known.contains(&address) { Some(Change::Unchanged(address)) } else { self.read(&blob) }
    }

    /// A blob that is to be read, or that its owner has marked.
    fn read(&self, blob: &Blob) -> Option<Change> {
        let stored = self.stored(blob);
        if stored.switched_on("AzureSearch_Skip") {
            return self.absence.is_some().then(|| Change::Unchanged(stored.path));
        }
        let mut item = self.item(blob);
        if !stored.switched_on("AzureSearch_SkipContent") {
            let ranges = BlobRanges { container: Arc::clone(&self.container), name: blob.name.clone() };
            item.content = Some(Box::new(RangedContent {
                stored: Arc::new(ranges),
                etag: blob.etag.clone(),
                size: blob.size,
            }) as Box<dyn Content>);
        }
        // What is marked as deleted still has its bytes, which may tell the keys of its documents.
        Some(if self.deletions.marked(&stored) { Change::Deleted(item) } else { Change::Changed(item) })
    }

    fn item(&self, blob: &Blob) -> Item {
        let stored = self.stored(blob);
        Item { id: stored.path.clone(), fields: stored.fields(), content: None }
    }

    fn stored(&self, blob: &Blob) -> Stored {
        Stored {
            path: self.container.url(&blob.name),
            name: blob.name.clone(),
            content_type: blob.content_type.clone(),
            last_modified: blob.last_modified,
            size: blob.size,
            content_md5: blob.content_md5.clone(),
            metadata: blob.metadata.clone(),
        }
    }

    /// The next of the blobs that were asked for by name. They are listed one by one: only a listing keeps the spelling of
    /// metadata names.
    async fn next_named(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        let mut changes = Vec::new();
        while changes.len() < most.max(1) {
            let Some(name) = self.only.as_ref().and_then(|only| only.front()).cloned() else { break };
            // A name comes before all longer ones that begin with it.
            let listed = self.container.list(&name, None, false, 1).await?;
            if let Some(only) = &mut self.only {
                only.pop_front();
            }
            let Listed::Page { page, .. } = listed else { continue };
            let found = page.items.into_iter().find(|blob| blob.name == name && !blob.folder);
            changes
                .extend(found.filter(|blob| self.names.admit(&blob.name)).and_then(|blob| self.read(&blob)));
        }
        let done = changes.is_empty();
        Ok((!done).then_some(Changes { changes, mark: None::<Mark>, warnings: Vec::new() }))
    }
}
