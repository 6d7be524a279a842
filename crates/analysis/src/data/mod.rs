//! Tables and word lists.

mod ascii_folding;
mod char_properties;
mod digits;
mod indic;
mod stop_words;

pub(crate) use ascii_folding::ASCII_FOLDING;
pub(crate) use char_properties::CHAR_PROPERTIES;
pub(crate) use digits::DIGIT_ZEROS;
pub(crate) use indic::{INDIC_COMPOSITIONS, JOINER, Scripts};
pub use stop_words::StopwordsList;
pub(crate) use stop_words::{CJK_STOP_WORDS, POLISH_STOP_WORDS};
