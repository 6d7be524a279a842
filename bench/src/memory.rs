//! The most memory that a process held, told apart by what it is made of (Linux).
//!
//! The kernel keeps the peak of the sum only (`VmHWM`), and the sum counts pages of mapped files. Those are the page cache's:
//! the kernel takes them back when anybody needs memory, so they grow with the machine and not with the program. What a
//! program cannot do without is its anonymous memory. So both are sampled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Result, anyhow};
use xtask::service::{Service, status_bytes};

/// Between two samples; what lives shorter than that is no need for memory either.
const EVERY: Duration = Duration::from_millis(20);

/// The most of each kind, in MB of 2^20 bytes; not necessarily at the same moment.
#[derive(Clone, Copy, Default)]
pub(crate) struct Peak {
    /// Heap and stacks.
    pub(crate) anonymous: u64,
    /// Pages of mapped files: segments, the program itself.
    pub(crate) mapped: u64,
}

/// Samples a process until it is asked.
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    sampler: JoinHandle<Result<Peak>>,
}

impl Watch {
    /// Begins at once.
    pub(crate) fn start(service: &Service) -> Watch {
        let over = Arc::new(AtomicBool::new(false));
        let (process, seen) = (service.id(), over.clone());
        Watch { over, sampler: thread::spawn(move || sample(process, &seen)) }
    }

    /// What was seen; the process must still be there.
    pub(crate) fn stop(self) -> Result<Peak> {
        self.over.store(true, Ordering::Relaxed);
        self.sampler.join().map_err(|_| anyhow!("the sampler panicked"))?
    }
}

fn sample(process: u32, over: &AtomicBool) -> Result<Peak> {
    let mut peak = Peak::default();
    loop {
        let mapped = status_bytes(process, "RssFile:")? + status_bytes(process, "RssShmem:")?;
        peak.anonymous = peak.anonymous.max(status_bytes(process, "RssAnon:")? >> 20);
        peak.mapped = peak.mapped.max(mapped >> 20);
        if over.load(Ordering::Relaxed) {
            return Ok(peak);
        }
        thread::sleep(EVERY);
    }
}
