//! The ranges of a blob's bytes.

use std::sync::Arc;

use super::Container;
use crate::outside::Answer;
use crate::source::azure_storage::Ask;
use crate::source::ranges::{RANGE_BYTES, Ranged};
use crate::source::stored::escaped;
use crate::source::{BoxFuture, SourceError};

/// A blob's bytes.
pub(super) struct BlobRanges {
    pub(super) container: Arc<Container>,
    pub(super) name: String,
}

impl Ranged for BlobRanges {
    fn range<'a>(
        &'a self,
        first: u64,
        last: u64,
        etag: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Answer, SourceError>> {
        Box::pin(async move {
            let mut ask = Ask::get(format!("/{}/{}", self.container.name, escaped(&self.name)));
            ask.headers.push(("x-ms-range", format!("bytes={first}-{last}")));
            if let Some(etag) = etag {
                ask.headers.push(("if-match", etag.to_owned()));
            }
            self.container.client.send(&ask, usize::try_from(RANGE_BYTES).unwrap_or(usize::MAX)).await
        })
    }

    fn failure(&self, answer: &Answer) -> SourceError {
        self.container.failure(answer)
    }
}
