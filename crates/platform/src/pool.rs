//! The pool for CPU work, and the one crossing from async code into it.
//!
//! The crates below the server are synchronous. A handler calls [`Pool::run`] and awaits; the closure runs on a thread
//! of the pool, and a panic in it is an error of that one request, with an id under which the log has the details.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::random::{OsRandom, Random};

/// A fixed number of threads that take jobs in the order they were handed in.
///
/// Dropping the pool finishes what was handed in, then ends its threads.
#[derive(Debug)]
pub struct Pool {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

/// Why [`Pool::run`] has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The job panicked; the log has the details under the id.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// The pool has no threads any more, or could start none.
    #[error("the pool is closed")]
    Closed,
}

/// A caught panic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("internal error {id}: {message}")]
pub struct Panicked {
    /// Eight hexadecimal digits, to find the panic in the log. Fit for a client's eyes.
    pub id: String,
    /// What the panic said. For the log, not for clients.
    pub message: String,
}

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    state: Mutex<QueueState>,
    wake: Condvar,
}

#[derive(Default)]
struct QueueState {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.lock().jobs.len()).finish_non_exhaustive()
    }
}

impl Pool {
    /// A pool of `threads` threads (at least one) called `name-0`, `name-1`, …
    ///
    /// If the system starts fewer, the pool works with those it got and logs a warning.
    pub fn new(name: &str, threads: usize) -> Self {
        let queue = Arc::new(Queue::default());
        let mut started = Vec::new();
        for number in 0..threads.max(1) {
            let worker = Arc::clone(&queue);
            match std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || worker.work()) {
                Ok(thread) => started.push(thread),
                Err(error) => tracing::warn!(pool = name, number, %error, "a thread could not be started"),
            }
        }
        if started.is_empty() {
            queue.lock().closed = true;
        }
        Self { queue, threads: started }
    }

    /// Hands in a job whose end nobody waits for. A panic in it is logged and costs only that job.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        let mut state = self.queue.lock();
        if !state.closed {
            state.jobs.push_back(Box::new(job));
            drop(state);
            self.queue.wake.notify_one();
        }
    }

    /// Runs `f` on the pool and awaits its result; a panic in it becomes an error.
    ///
    /// Dropping the future does not stop `f`: give it a [`Cancel`](crate::cancel::Cancel) and keep the token's
    /// [`cancel_on_drop`](crate::cancel::Cancel::cancel_on_drop) guard beside the future.
    pub async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JobError> {
        let (sender, receiver) = oneshot::channel();
        self.spawn(move || {
            // The receiver is gone when the client has left: then nobody wants the result.
            let _ = sender.send(catch(f));
        });
        match receiver.await {
            Ok(result) => Ok(result?),
            Err(_sender_dropped) => Err(JobError::Closed),
        }
    }

    /// Jobs handed in that no thread has taken yet.
    pub fn waiting(&self) -> usize {
        self.queue.lock().jobs.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.wake.notify_all();
        for thread in self.threads.drain(..) {
            // A job that holds the last reference to its own pool must not wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, QueueState> {
        // No code that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            let _ = catch(job);
        }
    }

    /// The next job; `None` once the pool is closed and everything handed in is done.
    fn next(&self) -> Option<Job> {
        let state = self.lock();
        let mut state = self
            .wake
            .wait_while(state, |state| state.jobs.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.jobs.pop_front()
    }
}

/// Runs `f`; a panic in it is logged at error level with its message and place, and returned with the id of that
/// log entry.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, Panicked> {
    install_hook();
    let depth = CATCHING.get();
    CATCHING.set(depth + 1);
    let result = std::panic::catch_unwind(AssertUnwindSafe(f));
    CATCHING.set(depth);
    result.map_err(|payload| {
        let place = PLACE.take().unwrap_or_default();
        let id = format!("{:08x}", OsRandom.u64() >> 32);
        let message = message_of(payload.as_ref());
        tracing::error!(id, message, place, "panic");
        Panicked { id, message }
    })
}

thread_local! {
    /// How many calls of `catch` are under way on this thread.
    static CATCHING: Cell<usize> = const { Cell::new(0) };
    /// Where the panic now unwinding on this thread began.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Only a panic hook learns where a panic began. Ours keeps that for `catch` and leaves every other panic to the
/// hook that was there before.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if CATCHING.get() == 0 {
                previous(info);
            } else {
                PLACE.set(info.location().map(ToString::to_string));
            }
        }));
    });
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn run_returns_the_result() {
        let pool = Pool::new("test", 2);
        assert_eq!(pool.run(|| 6 * 7).await, Ok(42));
    }

    #[tokio::test]
    async fn a_panic_costs_one_job_and_not_the_thread() {
        let pool = Pool::new("test", 1);
        let Err(JobError::Panicked(panicked)) = pool.run(|| panic!("no {}", "luck")).await else {
            panic!("expected a panic to be reported");
        };
        assert_eq!(panicked.message, "no luck");
        assert!(panicked.id.len() == 8 && panicked.id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        pool.spawn(|| panic!("nobody waits for this one"));
        assert_eq!(pool.run(|| 1).await, Ok(1));
    }

    #[test]
    fn dropping_the_pool_finishes_what_was_handed_in() {
        let done = Arc::new(AtomicUsize::new(0));
        let pool = Pool::new("test", 2);
        for _ in 0..100 {
            let done = Arc::clone(&done);
            pool.spawn(move || {
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        drop(pool);
        assert_eq!(done.load(Ordering::SeqCst), 100);
    }

    #[test]
    fn a_job_may_hold_the_last_reference_to_its_pool() {
        let pool = Arc::new(Pool::new("test", 1));
        let (sender, receiver) = std::sync::mpsc::channel();
        let held = Arc::clone(&pool);
        pool.spawn(move || {
            drop(held);
            sender.send(()).unwrap();
        });
        drop(pool);
        receiver.recv().unwrap();
    }

    #[test]
    fn catch_nests() {
        let outer = catch(|| {
            let inner = catch(|| -> () { panic!("inner") });
            assert_eq!(inner.unwrap_err().message, "inner");
            "still here"
        });
        assert_eq!(outer.unwrap(), "still here");
    }
}
