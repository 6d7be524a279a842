//! The engine from outside: definitions, batches and queries through its public face.

pub(crate) mod corpus;
mod filters;
mod helper;
mod lengths;
mod lifecycle;
mod model;
