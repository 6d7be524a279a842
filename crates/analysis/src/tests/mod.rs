//! Analyzers against tokens of Apache Lucene.

mod chains;
mod lucene;
mod properties;
