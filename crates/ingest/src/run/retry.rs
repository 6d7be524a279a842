//! How often and after which pauses something is tried again.

use std::time::Duration;

use super::stop::Stop;

/// Pauses between tries: 31 seconds in all. Ours; what the service waits is not documented.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
];

/// The tries at one thing.
#[derive(Debug, Default)]
pub(crate) struct Tries(usize);

impl Tries {
    /// Waits before the next try; false when there is none, because there were enough or the run is to stop.
    pub(crate) async fn again(&mut self, stop: &mut Stop) -> bool {
        let Some(pause) = PAUSES.get(self.0) else { return false };
        self.0 += 1;
        waited(*pause, stop).await
    }

    /// The same for something that comes back sooner or later: any number of tries, the last of them when `left` has passed.
    pub(super) async fn again_within(&mut self, left: Duration, stop: &mut Stop) -> bool {
        let [.., longest] = PAUSES;
        let pause = PAUSES.get(self.0).copied().unwrap_or(longest);
        self.0 += 1;
        !left.is_zero() && waited(pause.min(left), stop).await
    }
}

/// False if the run is to stop.
async fn waited(pause: Duration, stop: &mut Stop) -> bool {
    tokio::select! {
        () = stop.wait() => false,
        () = tokio::time::sleep(pause) => true,
    }
}
