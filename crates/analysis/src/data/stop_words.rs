//! Stop lists as Lucene's analyzers carry them (Apache License 2.0; those of Snowball are BSD, see NOTICE), one file each:
//! words with white space between.

/// The lists that a definition can name in `stopwordsList`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopwordsList {
    /// `arabic`
    Arabic,
    /// `armenian`
    Armenian,
    /// `basque`
    Basque,
    /// `brazilian`
    Brazilian,
    /// `bulgarian`
    Bulgarian,
    /// `catalan`
    Catalan,
    /// `czech`
    Czech,
    /// `danish`
    Danish,
    /// `dutch`
    Dutch,
    /// `english`
    English,
    /// `finnish`
    Finnish,
    /// `french`
    French,
    /// `galician`
    Galician,
    /// `german`
    German,
    /// `greek`
    Greek,
    /// `hindi`
    Hindi,
    /// `hungarian`
    Hungarian,
    /// `indonesian`
    Indonesian,
    /// `irish`
    Irish,
    /// `italian`
    Italian,
    /// `latvian`
    Latvian,
    /// `norwegian`
    Norwegian,
    /// `persian`
    Persian,
    /// `portuguese`
    Portuguese,
    /// `romanian`
    Romanian,
    /// `russian`
    Russian,
    /// `sorani`
    Sorani,
    /// `spanish`
    Spanish,
    /// `swedish`
    Swedish,
    /// `thai`
    Thai,
    /// `turkish`
    Turkish,
}

impl StopwordsList {
    /// Every list, in the order of their names.
    pub const ALL: [Self; 31] = [
        Self::Arabic,
        Self::Armenian,
        Self::Basque,
        Self::Brazilian,
        Self::Bulgarian,
        Self::Catalan,
        Self::Czech,
        Self::Danish,
        Self::Dutch,
        Self::English,
        Self::Finnish,
        Self::French,
        Self::Galician,
        Self::German,
        Self::Greek,
        Self::Hindi,
        Self::Hungarian,
        Self::Indonesian,
        Self::Irish,
        Self::Italian,
        Self::Latvian,
        Self::Norwegian,
        Self::Persian,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Sorani,
        Self::Spanish,
        Self::Swedish,
        Self::Thai,
        Self::Turkish,
    ];

    /// The list's name in a definition.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arabic => "arabic",
            Self::Armenian => "armenian",
            Self::Basque => "basque",
            Self::Brazilian => "brazilian",
            Self::Bulgarian => "bulgarian",
            Self::Catalan => "catalan",
            Self::Czech => "czech",
            Self::Danish => "danish",
            Self::Dutch => "dutch",
            Self::English => "english",
            Self::Finnish => "finnish",
            Self::French => "french",
            Self::Galician => "galician",
            Self::German => "german",
            Self::Greek => "greek",
            Self::Hindi => "hindi",
            Self::Hungarian => "hungarian",
            Self::Indonesian => "indonesian",
            Self::Irish => "irish",
            Self::Italian => "italian",
            Self::Latvian => "latvian",
            Self::Norwegian => "norwegian",
            Self::Persian => "persian",
            Self::Portuguese => "portuguese",
            Self::Romanian => "romanian",
            Self::Russian => "russian",
            Self::Sorani => "sorani",
            Self::Spanish => "spanish",
            Self::Swedish => "swedish",
            Self::Thai => "thai",
            Self::Turkish => "turkish",
        }
    }

    /// The words, with white space between.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Arabic => include_str!("stop_words/arabic.txt"),
            Self::Armenian => include_str!("stop_words/armenian.txt"),
            Self::Basque => include_str!("stop_words/basque.txt"),
            Self::Brazilian => include_str!("stop_words/brazilian.txt"),
            Self::Bulgarian => include_str!("stop_words/bulgarian.txt"),
            Self::Catalan => include_str!("stop_words/catalan.txt"),
            Self::Czech => include_str!("stop_words/czech.txt"),
            Self::Danish => include_str!("stop_words/danish.txt"),
            Self::Dutch => include_str!("stop_words/dutch.txt"),
            Self::English => include_str!("stop_words/english.txt"),
            Self::Finnish => include_str!("stop_words/finnish.txt"),
            Self::French => include_str!("stop_words/french.txt"),
            Self::Galician => include_str!("stop_words/galician.txt"),
            Self::German => include_str!("stop_words/german.txt"),
            Self::Greek => include_str!("stop_words/greek.txt"),
            Self::Hindi => include_str!("stop_words/hindi.txt"),
            Self::Hungarian => include_str!("stop_words/hungarian.txt"),
            Self::Indonesian => include_str!("stop_words/indonesian.txt"),
            Self::Irish => include_str!("stop_words/irish.txt"),
            Self::Italian => include_str!("stop_words/italian.txt"),
            Self::Latvian => include_str!("stop_words/latvian.txt"),
            Self::Norwegian => include_str!("stop_words/norwegian.txt"),
            Self::Persian => include_str!("stop_words/persian.txt"),
            Self::Portuguese => include_str!("stop_words/portuguese.txt"),
            Self::Romanian => include_str!("stop_words/romanian.txt"),
            Self::Russian => include_str!("stop_words/russian.txt"),
            Self::Sorani => include_str!("stop_words/sorani.txt"),
            Self::Spanish => include_str!("stop_words/spanish.txt"),
            Self::Swedish => include_str!("stop_words/swedish.txt"),
            Self::Thai => include_str!("stop_words/thai.txt"),
            Self::Turkish => include_str!("stop_words/turkish.txt"),
        }
    }
}

/// What `CJKAnalyzer` removes: the English words and some letters.
pub(crate) const CJK_STOP_WORDS: &str = include_str!("stop_words/cjk.txt");

/// What `JapaneseAnalyzer` removes.
pub(crate) const JAPANESE_STOP_WORDS: &str = include_str!("stop_words/japanese.txt");

/// What `PolishAnalyzer` removes.
pub(crate) const POLISH_STOP_WORDS: &str = include_str!("stop_words/polish.txt");

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::StopwordsList;

    /// The lists as a program read them from Lucene's analyzers.
    #[test]
    fn lists_are_those_of_lucene() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/reference/analysis-data/stopwords_lucene.json"
        );
        let Ok(file) = std::fs::read_to_string(path) else {
            println!("skipped: no reference data beside the repository");
            return;
        };
        let lists: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(lists.as_object().unwrap().len(), StopwordsList::ALL.len());
        for list in StopwordsList::ALL {
            let expected = lists[list.name()].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
            let words: HashSet<&str> = list.words().split_whitespace().collect();
            assert_eq!(words, expected.collect::<HashSet<&str>>(), "{}", list.name());
        }
    }
}
