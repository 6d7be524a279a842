//! `s3`: the objects of a bucket of S3 or of what speaks like it, an extension of ours. They have the fields of blobs.
//!
//! Each run lists everything and takes what has changed since the last whole enumeration, as for blobs ([`Tracking`]). Keys come
//! in the order of their bytes, so an enumeration that broke off goes on after its last key, whatever has become of that.
//!
//! Requests are made and signed here and go out by [`crate::outside`], not by a client library: the rules for addresses, the
//! operator's certificates and the choice of cryptography must hold for every connection, and the libraries bring their own.

mod bucket;
mod list;
mod object;
#[cfg(test)]
mod real;
mod sign;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use lazuli_catalog::data_sources::connection::S3;
use serde_json::Value;

use self::bucket::{Ask, Bucket};
use self::list::Object;
use self::object::{Look, Looked, Unseen, look};
use super::blob::tracking::Tracking;
use super::pages::{Bounds, Page, Pages, Step};
use super::stored::{Deletions, Names};
use super::{BoxFuture, Change, Changes, Item, ItemError, Opening, Source, SourceError};
use crate::run::Absence;
use crate::task::Task;

/// Objects of a page: the most that the service gives.
const PAGE_ITEMS: &str = "1000";
/// As for blobs.
const BOUNDS: Bounds = Bounds {
    empty_pages_max: 1_000,
    may_stand_still: false,
    endless: "The listing of the bucket does not come to an end.",
};
/// Objects that are looked at for one part of the changes; the bytes of the small ones wait together.
const LOOKS: usize = 128;
/// Objects that are looked at beside each other.
const LOOKS_AT_ONCE: usize = 8;

/// The objects of a bucket, by key.
pub(super) struct S3Source {
    bucket: Arc<Bucket>,
    prefix: String,
    names: Names,
    deletions: Deletions,
    absence: Option<Arc<Absence>>,
    /// Addresses of objects of the page that are not new and have been seen before.
    known: HashSet<String>,
    content_wanted: bool,
    /// What errors of reading are called.
    reading: String,
    tracking: Tracking,
    look_back: Duration,
    /// Where there is no place, a page begins after the last key that was listed, if there is one.
    pages: Pages<Object>,
    /// The last key that a page had, or that an enumeration which broke off got to.
    last_listed: Option<String>,
    /// The keys to read whether they have changed or not; listing does not happen then.
    only: Option<VecDeque<String>>,
}

/// Opens the bucket. Nothing is asked of it yet.
pub(super) async fn open(opening: Opening<'_>, s3: S3) -> Result<S3Source, SourceError> {
    let container = &opening.source.container;
    let bucket = Bucket::new(s3, &container.name, opening.outside);
    let only = opening.only.map(|ids| ids.iter().filter_map(|id| bucket.key_of(id)).collect());
    let prefix = container.query.clone().unwrap_or_default();
    let tracking = Tracking::resume(opening.since, opening.now);
    let tracking = tracking.watched(opening.absence, &bucket.url(&prefix), opening.now).await?;
    let data = opening.parameters.configuration.as_ref().and_then(|keys| keys.get("dataToExtract"));
    Ok(S3Source {
        bucket: Arc::new(bucket),
        prefix,
        absence: opening.absence.map(Arc::clone),
        known: HashSet::new(),
        names: Names::new(opening.parameters),
        deletions: Deletions::new(opening.source.data_deletion_detection_policy.as_ref())?,
        content_wanted: data.and_then(Value::as_str) != Some("storageMetadata"),
        reading: format!("DocumentExtraction.s3.{}", opening.source.name),
        look_back: opening.outside.settings().look_back,
        pages: Pages::from(None, &BOUNDS),
        last_listed: tracking.name_high_water_mark.clone(),
        tracking,
        only,
    })
}

impl Source for S3Source {
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
                    Step::Take => self.take(most).await?,
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

impl S3Source {
    async fn turn_page(&mut self) -> Result<(), SourceError> {
        let mut query = Vec::new();
        let token = self.pages.place();
        if let Some(token) = token {
            query.push(("continuation-token", token.clone()));
        }
        query.push(("encoding-type", "url".to_owned()));
        query.push(("list-type", "2".to_owned()));
        query.push(("max-keys", PAGE_ITEMS.to_owned()));
        if !self.prefix.is_empty() {
            query.push(("prefix", self.prefix.clone()));
        }
        if let (None, Some(key)) = (token, &self.last_listed) {
            query.push(("start-after", key.clone()));
        }
        let answer = self.bucket.send(&Ask::list(query)).await?;
        if answer.status == StatusCode::BAD_REQUEST
            && token.is_some()
            && list::refusal(&answer.body).code == "InvalidArgument"
        {
            // The token is too old; the key says the same.
            self.pages.forget_place();
            return Ok(());
        }
        if answer.status != StatusCode::OK {
            return Err(self.bucket.failure(&answer));
        }
        let page = list::page(&answer.body).map_err(|why| {
            SourceError::Transient(format!("The listing of '{}' cannot be read: {why}.", self.bucket.name))
        })?;
        if let Some(clock) = answer.date() {
            self.tracking.began_by(clock);
        }
        self.begin_page(page)?;
        self.look_up_known().await
    }

    /// As for blobs: what is not new and has never been seen is read.
    async fn look_up_known(&mut self) -> Result<(), SourceError> {
        let Some(absence) = &self.absence else { return Ok(()) };
        let old = self
            .pages
            .items
            .iter()
            .filter(|object| self.is_chosen(object) && !self.tracking.is_new(object.last_modified));
        let addresses = old.map(|object| self.bucket.url(&object.key)).collect();
        self.known = absence.known(addresses).await?;
        Ok(())
    }

    fn begin_page(&mut self, page: Page<Object>) -> Result<(), SourceError> {
        self.pages.turn(page)?;
        // Going on after a key, also in a later run, is right only where keys are in order.
        let mut last = self.last_listed.as_deref();
        for object in &self.pages.items {
            if last.is_some_and(|last| last >= object.key.as_str()) {
                return Err(SourceError::Broken(
                    "The storage service does not list the bucket in the order of keys.".into(),
                ));
            }
            last = Some(&object.key);
        }
        self.last_listed = last.map(str::to_owned);
        Ok(())
    }

    /// Up to `most` changes of the page; `None` if there is none in it. What cannot be asked for now stays where it is.
    async fn take(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        let most = most.clamp(1, LOOKS);
        let (mut wanted, mut unchanged, mut passed) = (Vec::new(), Vec::new(), 0);
        for object in &self.pages.items {
            if wanted.len() == most {
                break;
            }
            passed += 1;
            if !self.is_chosen(object) {
                continue;
            }
            let address = self.bucket.url(&object.key);
            if self.known.contains(&address) {
                unchanged.push(Change::Unchanged(address));
            } else if self.absence.is_some() || self.tracking.is_new(object.last_modified) {
                wanted.push((object.key.clone(), Look::at(object.size, self.content_wanted)));
            }
        }
        let mut changes = self.looked_at(wanted).await?;
        changes.extend(unchanged);
        let last = self.pages.items.drain(..passed).next_back();
        if changes.is_empty() {
            return Ok(None);
        }
        let mark = last.map(|object| self.tracking.reached(&object.key, None));
        Ok(Some(Changes { changes, mark, warnings: Vec::new() }))
    }

    fn is_chosen(&self, object: &Object) -> bool {
        !object.is_folder() && self.names.admit(&object.key)
    }

    /// The changes of objects, looked at a few at a time.
    async fn looked_at(&self, wanted: Vec<(String, Look)>) -> Result<Vec<Change>, SourceError> {
        let mut changes = Vec::new();
        let mut waiting = wanted.into_iter();
        let mut ahead = VecDeque::new();
        loop {
            while ahead.len() < LOOKS_AT_ONCE
                && let Some((key, how)) = waiting.next()
            {
                let (bucket, asked) = (Arc::clone(&self.bucket), key.clone());
                ahead.push_back((key, Task::spawn(async move { look(&bucket, &asked, how).await })));
            }
            let Some((key, task)) = ahead.pop_front() else { return Ok(changes) };
            let looked = task.await.map_err(|error| SourceError::Broken(error.to_string()))?;
            changes.extend(self.change(&key, looked)?);
        }
    }

    fn change(&self, key: &str, looked: Result<Looked, Unseen>) -> Result<Option<Change>, SourceError> {
        let Looked { stored, content } = match looked {
            Ok(looked) => looked,
            Err(Unseen::Gone) => return Ok(None),
            Err(Unseen::Source(error)) => return Err(error),
            Err(Unseen::Object { status, why }) => {
                return Ok(Some(Change::Failed(self.failed(key, status, why))));
            }
        };
        if stored.switched_on("AzureSearch_Skip") {
            return Ok(self.absence.is_some().then(|| Change::Unchanged(stored.path)));
        }
        let mut item = Item { id: stored.path.clone(), fields: stored.fields(), content: None };
        if !stored.switched_on("AzureSearch_SkipContent") {
            item.content = Some(content);
        }
        // What is marked as deleted still has its bytes, which may tell the keys of its documents.
        let is_deleted = self.deletions.marked(&stored);
        Ok(Some(if is_deleted { Change::Deleted(item) } else { Change::Changed(item) }))
    }

    fn failed(&self, key: &str, status: StatusCode, why: String) -> ItemError {
        ItemError {
            id: self.bucket.url(key),
            status: status.as_u16(),
            message: "Could not read document".into(),
            details: Some(why),
            name: self.reading.clone(),
            link: None,
        }
    }

    fn finish(&mut self) -> Changes {
        let mark = Some(self.tracking.finished(self.look_back));
        Changes { changes: Vec::new(), mark, warnings: Vec::new() }
    }

    /// The next of the objects that were asked for by key.
    async fn next_named(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        let Some(only) = &self.only else { return Ok(None) };
        let (mut wanted, mut passed) = (Vec::new(), 0);
        for key in only.iter().take(most.clamp(1, LOOKS)) {
            passed += 1;
            if self.names.admit(key) {
                wanted.push((key.clone(), Look::Head));
            }
        }
        if passed == 0 {
            return Ok(None);
        }
        let changes = self.looked_at(wanted).await?;
        if let Some(only) = &mut self.only {
            only.drain(..passed);
        }
        Ok(Some(Changes { changes, mark: None, warnings: Vec::new() }))
    }
}
