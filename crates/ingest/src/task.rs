//! Tasks that end with their owner, and work that takes a thread for itself.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinHandle};

use crate::source::SourceError;

/// Like tokio's handle, but dropping it ends the task at its next wait.
#[derive(Debug)]
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    /// Begins to run it.
    pub(crate) fn spawn(work: impl Future<Output = T> + Send + 'static) -> Task<T> {
        Task(tokio::spawn(work))
    }

    /// Begins to run it on a thread where it may take long. Dropping the handle of work that has begun lets it come to its end,
    /// which nobody waits for.
    fn spawn_blocking(work: impl FnOnce() -> T + Send + 'static) -> Task<T> {
        Task(tokio::task::spawn_blocking(work))
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

/// Work on the disk or much work for the processor, off the threads that wait for the network.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SourceError> {
    Task::spawn_blocking(work).await.map_err(|error| SourceError::Broken(error.to_string()))
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
