//! What sources of rows have in common.

pub(in crate::source) mod configuration;
pub(in crate::source) mod soft_delete;
