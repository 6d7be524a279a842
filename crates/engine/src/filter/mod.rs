//! Which documents of a segment pass a filter.

#[cfg_attr(not(test), expect(dead_code, reason = "filters and orders come next"))]
pub(crate) mod geo;
