//! Filters over small indexes: tables worked out by hand, and random ones answered again by reading every document.

mod helper;
mod naive;

mod cached;
mod collections;
mod fields;
mod random;
mod speed;
mod stopping;
