//! Why no analyzer can be built from a definition.

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A number beyond what the service allows.
    #[error("{option} must be between {min} and {max}")]
    OutOfRange {
        /// The option, as the service spells it.
        option: &'static str,
        /// The least value.
        min: u32,
        /// The greatest value.
        max: u32,
    },
}
