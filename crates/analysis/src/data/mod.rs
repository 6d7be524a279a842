//! Tables and word lists.

mod char_properties;
mod stop_words;

pub(crate) use char_properties::CHAR_PROPERTIES;
pub(crate) use stop_words::{ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS};
