//! Analyzers against tokens of Apache Lucene.

mod chains;
mod definitions;
mod filters;
mod lucene;
mod properties;
