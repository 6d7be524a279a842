//! Tables and word lists.

mod stop_words;

pub(crate) use stop_words::{ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS};
