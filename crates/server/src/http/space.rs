//! Memory for bodies on their way: one budget for what has arrived of large requests and what is not yet read of large answers.
//!
//! A client with nothing but a query key can send 16 MB and stop, or ask for a large page and never read it, on a thousand
//! connections at once. What it holds counts, until it is given up ([`Patience`](crate::settings::Patience)); when the
//! budget is used up, large bodies are refused with a 503, which SDKs try again. The first 64 KB of every body are free, so
//! ordinary searches never notice. Answers count where a query key is enough; those of admin keys may follow a change.

use std::sync::Arc;

use http::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::body::Body;
use crate::error::{self, Error};

/// The budget of a service in bytes: sixty-four requests of the largest size. Ours.
pub(crate) const SPACE_BYTES_MAX: usize = 1 << 30;
/// What is counted at a time, and what is free of each body, in bytes.
const UNIT: usize = 64 * 1024;

/// The budget.
#[derive(Debug, Clone)]
pub(crate) struct Space(Arc<Semaphore>);

/// A body's part of the budget; given back when dropped.
#[derive(Debug, Default)]
pub(crate) struct Taken(Option<OwnedSemaphorePermit>);

impl Space {
    /// A budget of so many bytes, all free.
    pub(crate) fn new(bytes: usize) -> Space {
        Space(Arc::new(Semaphore::new(bytes / UNIT)))
    }

    /// Lets an answer hold what it needs until it is read; refuses it if there is no space.
    pub(crate) fn hold(&self, response: Response<Body>) -> Result<Response<Body>, Error> {
        let mut taken = Taken::default();
        taken.grow(self, response.body().length())?;
        Ok(response.map(|body| body.holding(taken)))
    }
}

impl Taken {
    /// Takes what a body that has grown to `bytes` needs beyond what it has. Never waits: bodies that wait for each other
    /// would wait for ever.
    pub(crate) fn grow(&mut self, space: &Space, bytes: usize) -> Result<(), Error> {
        let held = self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = (bytes / UNIT).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| error::no_space_for_body())?;
        let permit =
            space.0.clone().try_acquire_many_owned(missing).map_err(|_| error::no_space_for_body())?;
        match &mut self.0 {
            Some(held) => held.merge(permit),
            None => self.0 = Some(permit),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_counts_until_it_is_dropped() {
        let space = Space::new(4 * UNIT);
        let (mut one, mut two) = (Taken::default(), Taken::default());
        one.grow(&space, UNIT - 1).unwrap();
        one.grow(&space, 3 * UNIT).unwrap();
        one.grow(&space, 2 * UNIT).unwrap();
        two.grow(&space, UNIT - 1).unwrap();
        two.grow(&space, UNIT).unwrap();
        let refusal = two.grow(&space, 2 * UNIT).unwrap_err();
        assert_eq!((refusal.status.as_u16(), refusal.retry_after_seconds), (503, Some(1)));
        drop(one);
        two.grow(&space, 4 * UNIT).unwrap();
    }

    #[test]
    fn an_answer_holds_its_space() {
        let space = Space::new(2 * UNIT);
        let answer = |bytes| Response::new(Body::chunked(vec![b'x'; bytes]));
        let first = space.hold(answer(2 * UNIT)).unwrap();
        assert!(space.hold(answer(UNIT)).is_err());
        assert!(space.hold(answer(UNIT - 1)).is_ok());
        drop(first);
        assert!(space.hold(answer(UNIT)).is_ok());
    }
}
