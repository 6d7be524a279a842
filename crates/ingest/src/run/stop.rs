//! The word that ends a run before its end, heard between batches and in every wait.

use tokio::sync::watch;

/// Says the word. Dropping it says it too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Hears it.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// A pair of the two.
    pub fn pair() -> (Stopper, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Stop(receiver))
    }

    /// Ends the run.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Another listener.
    pub fn listen(&self) -> Stop {
        Stop(self.0.subscribe())
    }
}

impl Stop {
    /// Whether it was said.
    pub fn is_set(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until it is said.
    pub async fn wait(&mut self) {
        // An error means that nobody is left who could say it.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}
