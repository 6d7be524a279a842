//! Analyzers against tokens of Apache Lucene.

#![expect(clippy::unwrap_used, reason = "tests")]

mod lucene;
mod properties;
