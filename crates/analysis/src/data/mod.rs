//! Tables and word lists.

mod ascii_folding;
mod char_properties;
mod classic_chars;
mod digits;
mod html_entities;
mod indic;
mod microsoft_stop_words;
mod packed;
mod stop_words;
mod top_level_domains;

pub(crate) use ascii_folding::ASCII_FOLDING;
pub(crate) use char_properties::CHAR_PROPERTIES;
pub(crate) use classic_chars::{CLASSIC_DIGITS, CLASSIC_LETTERS};
pub(crate) use digits::DIGIT_ZEROS;
pub(crate) use html_entities::HTML_ENTITIES;
pub(crate) use indic::{INDIC_COMPOSITIONS, JOINER, Scripts};
pub(crate) use microsoft_stop_words::microsoft_stop_words;
pub(crate) use packed::{Numbers, unpacked};
pub use stop_words::StopwordsList;
pub(crate) use stop_words::{CJK_STOP_WORDS, JAPANESE_STOP_WORDS, POLISH_STOP_WORDS};
pub(crate) use top_level_domains::{Suffixes, TOP_LEVEL_DOMAIN_MAX, top_level_domain};
