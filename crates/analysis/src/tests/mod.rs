//! Analyzers against tokens of Apache Lucene.

mod cases;
mod chains;
mod definitions;
mod filters;
mod hostile;
mod lucene;
mod properties;
