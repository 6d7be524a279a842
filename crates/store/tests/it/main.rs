//! The stores through their public face, on real files.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod support;

mod documents;
mod groups;
mod model;
mod purge;

mod catalog;

mod crash;
mod damage;
mod full;
mod hammer;
