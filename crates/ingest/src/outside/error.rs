//! Why a call to the outside came to nothing.

use std::error::Error;

use hyper_util::client::legacy;

use crate::source::SourceError;

/// Why there is no answer, or none that can be used. Texts are for people and name hosts, never paths or queries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutsideError {
    /// The rules of this service forbid the address.
    #[error("Connections to '{host}' are not allowed: it is a link-local address or a metadata service.")]
    Forbidden {
        /// As it was named.
        host: String,
    },
    /// The address is none, or the request cannot be made of what was given.
    #[error("{0}")]
    Address(String),
    /// A setting of the way out cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The name has no address, or nobody listens there.
    #[error("Unable to connect to '{host}': {why}.")]
    Unreachable {
        /// As it was named.
        host: String,
        /// The system's words.
        why: String,
    },
    /// There is no server of this name.
    #[error("Unable to connect to '{host}': there is no host of this name.")]
    Unknown {
        /// As it was named.
        host: String,
    },
    /// The server does not prove who it is, or speaks no TLS.
    #[error("Unable to make a secure connection to '{host}': {why}.")]
    Untrusted {
        /// As it was named.
        host: String,
        /// What TLS found.
        why: String,
    },
    /// Nothing came for too long. The text is the subject of the sentence.
    #[error("{0} took too long.")]
    TimedOut(String),
    /// The connection broke, or what came is no HTTP.
    #[error("The answer of the server could not be read: {0}.")]
    Broken(String),
    /// The answer is larger than what was asked for can be.
    #[error("The answer of the server is larger than {bytes_max} bytes.")]
    TooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// A redirect that is not followed.
    #[error("{0}")]
    Redirect(String),
}

impl OutsideError {
    /// Whether the same call may go well a moment later.
    pub fn transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut(_) | Self::Broken(_) => true,
            Self::Forbidden { .. }
            | Self::Unknown { .. }
            | Self::Address(_)
            | Self::Settings(_)
            | Self::Untrusted { .. }
            | Self::TooLarge { .. }
            | Self::Redirect(_) => false,
        }
    }

    /// What the HTTP client says; our own connector's errors are unpacked from it.
    pub(super) fn from_client(host: &str, error: &legacy::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        let mut innermost = String::new();
        while let Some(error) = cause {
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            innermost = error.to_string();
            cause = error.source();
        }
        Self::Broken(format!("'{host}': {innermost}"))
    }
}

impl From<OutsideError> for SourceError {
    fn from(error: OutsideError) -> Self {
        let text = error.to_string();
        if error.transient() { Self::Transient(text) } else { Self::Broken(text) }
    }
}
