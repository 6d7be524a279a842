//! Searching a snapshot.
