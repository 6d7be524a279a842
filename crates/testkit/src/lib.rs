//! For tests only: a service in a temporary directory, a client for it, and the scenario runner.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use lazuli_testkit::{Request, Service};
//!
//! let service = Service::start()?;
//! let answer = service.client().send(&Request::get("/indexes"))?;
//! assert_eq!(answer.status, 200);
//! # Ok(())
//! # }
//! ```

mod client;
pub mod fixtures;
pub mod matching;
pub mod scenario;
mod service;
mod table;

pub use client::{Answer, Client, Request};
pub use service::{ADMIN_KEY, QUERY_KEY, Service};
