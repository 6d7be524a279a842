//! The words of options and the names of components that exist without being defined (`api.md` §3.3, its enumerations).

/// Tokenizers that need no definition.
#[rustfmt::skip]
pub(super) const TOKENIZERS: &[&str] = &[
    "classic", "edgeNGram", "keyword_v2", "letter", "lowercase", "microsoft_language_tokenizer",
    "microsoft_language_stemming_tokenizer", "nGram", "path_hierarchy_v2", "pattern", "standard_v2", "uax_url_email",
    "whitespace",
];

/// Token filters that need no definition.
#[rustfmt::skip]
pub(super) const TOKEN_FILTERS: &[&str] = &[
    "arabic_normalization", "apostrophe", "asciifolding", "cjk_bigram", "cjk_width", "classic", "common_grams",
    "edgeNGram_v2", "elision", "german_normalization", "hindi_normalization", "indic_normalization", "keyword_repeat",
    "kstem", "length", "limit", "lowercase", "nGram_v2", "persian_normalization", "phonetic", "porter_stem",
    "reverse", "scandinavian_normalization", "scandinavian_folding", "shingle", "snowball", "sorani_normalization",
    "stemmer", "stopwords", "trim", "truncate", "unique", "uppercase", "word_delimiter",
];

/// Character filters that need no definition.
#[rustfmt::skip]
pub(super) const CHAR_FILTERS: &[&str] = &[
    "html_strip",
];

/// Normalizers that need no definition.
#[rustfmt::skip]
pub(super) const NORMALIZERS: &[&str] = &[
    "asciifolding", "elision", "lowercase", "standard", "uppercase",
];

/// Token filters that a normalizer may name: those that yield one token for one token.
#[rustfmt::skip]
pub(super) const NORMALIZER_TOKEN_FILTERS: &[&str] = &[
    "arabic_normalization", "asciifolding", "cjk_width", "elision", "german_normalization", "hindi_normalization",
    "indic_normalization", "persian_normalization", "scandinavian_normalization", "scandinavian_folding",
    "sorani_normalization", "lowercase", "uppercase",
];

/// `tokenChars`
#[rustfmt::skip]
pub(super) const TOKEN_CHARACTERS: &[&str] = &[
    "letter", "digit", "whitespace", "punctuation", "symbol",
];

/// `flags`
#[rustfmt::skip]
pub(super) const REGEX_FLAGS: &[&str] = &[
    "CANON_EQ", "CASE_INSENSITIVE", "COMMENTS", "DOTALL", "LITERAL", "MULTILINE", "UNICODE_CASE", "UNIX_LINES",
];

/// `ignoreScripts`
#[rustfmt::skip]
pub(super) const CJK_SCRIPTS: &[&str] = &[
    "han", "hiragana", "katakana", "hangul",
];

/// `encoder`
#[rustfmt::skip]
pub(super) const PHONETIC_ENCODERS: &[&str] = &[
    "metaphone", "doubleMetaphone", "soundex", "refinedSoundex", "caverphone1", "caverphone2", "cologne", "nysiis",
    "koelnerPhonetik", "haasePhonetik", "beiderMorse",
];

/// `language` of the Microsoft tokenizer.
#[rustfmt::skip]
pub(super) const MICROSOFT_LANGUAGES: &[&str] = &[
    "bangla", "bulgarian", "catalan", "chineseSimplified", "chineseTraditional", "croatian", "czech", "danish",
    "dutch", "english", "french", "german", "greek", "gujarati", "hindi", "icelandic", "indonesian", "italian",
    "japanese", "kannada", "korean", "malay", "malayalam", "marathi", "norwegianBokmaal", "polish", "portuguese",
    "portugueseBrazilian", "punjabi", "romanian", "russian", "serbianCyrillic", "serbianLatin", "slovenian",
    "spanish", "swedish", "tamil", "telugu", "thai", "ukrainian", "urdu", "vietnamese",
];

/// `language` of the stemming Microsoft tokenizer.
#[rustfmt::skip]
pub(super) const MICROSOFT_STEMMING_LANGUAGES: &[&str] = &[
    "arabic", "bangla", "bulgarian", "catalan", "croatian", "czech", "danish", "dutch", "english", "estonian",
    "finnish", "french", "german", "greek", "gujarati", "hebrew", "hindi", "hungarian", "icelandic", "indonesian",
    "italian", "kannada", "latvian", "lithuanian", "malay", "malayalam", "marathi", "norwegianBokmaal", "polish",
    "portuguese", "portugueseBrazilian", "punjabi", "romanian", "russian", "serbianCyrillic", "serbianLatin",
    "slovak", "slovenian", "spanish", "swedish", "tamil", "telugu", "turkish", "ukrainian", "urdu",
];

/// `language` of the Snowball filter.
#[rustfmt::skip]
pub(super) const SNOWBALL_LANGUAGES: &[&str] = &[
    "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "german2",
    "hungarian", "italian", "kp", "lovins", "norwegian", "porter", "portuguese", "romanian", "russian", "spanish",
    "swedish", "turkish",
];

/// `language` of the stemmer filter.
#[rustfmt::skip]
pub(super) const STEMMER_LANGUAGES: &[&str] = &[
    "arabic", "armenian", "basque", "brazilian", "bulgarian", "catalan", "czech", "danish", "dutch", "dutchKp",
    "english", "lightEnglish", "minimalEnglish", "possessiveEnglish", "porter2", "lovins", "finnish", "lightFinnish",
    "french", "lightFrench", "minimalFrench", "galician", "minimalGalician", "german", "german2", "lightGerman",
    "minimalGerman", "greek", "hindi", "hungarian", "lightHungarian", "indonesian", "irish", "italian",
    "lightItalian", "sorani", "latvian", "norwegian", "lightNorwegian", "minimalNorwegian", "lightNynorsk",
    "minimalNynorsk", "portuguese", "lightPortuguese", "minimalPortuguese", "portugueseRslp", "romanian", "russian",
    "lightRussian", "spanish", "lightSpanish", "swedish", "lightSwedish", "turkish",
];

/// `stopwordsList`
#[rustfmt::skip]
pub(super) const STOPWORDS_LISTS: &[&str] = &[
    "arabic", "armenian", "basque", "brazilian", "bulgarian", "catalan", "czech", "danish", "dutch", "english",
    "finnish", "french", "galician", "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian",
    "latvian", "norwegian", "persian", "portuguese", "romanian", "russian", "sorani", "spanish", "swedish", "thai",
    "turkish",
];
