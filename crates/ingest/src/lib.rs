//! One indexer at work: changes come from a source, are parsed into records and mapped to documents, and go to an index by
//! the one write path.
//!
//! ```text
//! due? ──▶ Source ──changes──▶ records ──▶ Mapping ──actions──▶ Target ──acknowledged──▶ mark remembered
//!          source              parse       map                  (the service's upload)   store
//! ```
//!
//! The order is the promise: the mark that says where a source goes on is stored only when everything before it is
//! acknowledged, so a run that is killed at any moment is repeated from a place before what it lost.
//!
//! Only this crate opens connections to the outside.

#![allow(
    clippy::result_large_err,
    reason = "one error for a document is as large as what it says, and documents are larger"
)]

pub mod outside;
pub mod source;

pub mod parse;

pub mod map;

pub mod mapper;

pub mod target;

pub mod origin;

pub mod run;

pub mod state;

pub mod schedule;

pub mod worker;

mod task;
