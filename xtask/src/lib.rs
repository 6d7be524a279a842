//! The project's chores, run as `cargo xtask <chore>`; `main.rs` is the list of them.
//!
//! Everything here looks at Lazuli from outside: it builds the program, starts `lazuli serve` and speaks HTTP.
//! `bench` uses the parts that do so: [`http`], [`service`], [`random`], and [`blobs`].
#![expect(
    clippy::disallowed_methods,
    reason = "chores measure real time; only the product's clock can be turned"
)]
#![expect(clippy::print_stdout, reason = "chores talk to the person who runs them")]

pub mod blobs;
pub mod crash;
pub mod crowd;
pub mod date;
pub mod flags;
pub mod http;
pub mod nightly;
pub mod openapi;
pub mod python;
pub mod random;
pub mod sdk;
pub mod servers;
pub mod service;
pub mod syncs;
pub mod test;
pub mod tidy;
pub mod workspace;
