//! Analyzers against tokens of Apache Lucene.

mod lucene;
mod properties;
