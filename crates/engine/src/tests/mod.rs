//! The engine from outside: definitions, batches and queries through its public face.

mod helper;
mod lifecycle;
mod model;
