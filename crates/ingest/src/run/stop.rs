//! The word that ends a run before its end, heard between batches and in every wait.

use std::future::pending;

use tokio::sync::watch;

/// Says the word. Dropping it says it too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Hears it, from one side or from either of two.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>, Option<watch::Receiver<bool>>);

impl Stopper {
    /// A pair of the two.
    pub fn pair() -> (Stopper, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Stop(receiver, None))
    }

    /// Ends the run.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Another listener.
    pub fn listen(&self) -> Stop {
        Stop(self.0.subscribe(), None)
    }
}

impl Stop {
    /// Hears this one and another one.
    pub(crate) fn or(self, other: Stop) -> Stop {
        Stop(self.0, Some(other.0))
    }

    /// Whether it was said.
    pub fn is_set(&self) -> bool {
        let said = |side: &watch::Receiver<bool>| *side.borrow() || side.has_changed().is_err();
        said(&self.0) || self.1.as_ref().is_some_and(said)
    }

    /// Waits until it is said.
    pub async fn wait(&mut self) {
        // An error means that nobody is left who could say it.
        let other = async {
            match &mut self.1 {
                Some(side) => drop(side.wait_for(|stopped| *stopped).await),
                None => pending().await,
            }
        };
        tokio::select! {
            _ = self.0.wait_for(|stopped| *stopped) => {}
            () = other => {}
        }
    }
}
