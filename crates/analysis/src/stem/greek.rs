//! Georgios Ntais's stemmer for Greek ("Development of a Stemmer for the Greek Language", 2006), as Lucene's `GreekStemmer`
//! applies it to words in lower case without accents, all sigmas written `σ`.
//!
//! Twenty-two rules run one after another. Most cut an ending and put part of it back when what is left is in a list.

use super::rules::{self, Rule as Ending, ends_with_any};
use super::{character, ends_with, replace_end};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 4 {
        return;
    }
    let before = word.len();
    rules::first(word, IRREGULAR);
    for rule in NOUNS {
        rule.apply(word);
    }
    if word.len() != 5 || !rules::first(word, &[(0, &["αγαμε"], "αγαμ")]) {
        rules::first(word, FIRST_PLURAL_PAST);
        FIRST_PLURAL.apply(word);
    }
    rules::first(word, THIRD_PLURAL_PAST).then(|| put_back_agan(word));
    THIRD_PLURAL.apply(word);
    rules::first(word, &[(5, &["ησετε"], "")]);
    SECOND_PLURAL.apply(word);
    strip_participle(word);
    // Lucene looks for `-ιομαστε` only where this one fails, so never.
    MIDDLE_FIRST_PLURAL.apply(word);
    for rule in MIDDLE_SECOND_PLURAL {
        rule.apply(word);
    }
    rules::first(word, &[(6, &["ηθηκεσ"], ""), (5, &["ηθηκα", "ηθηκε"], "")]);
    for rule in VERBS {
        rule.apply(word);
    }
    rules::first(word, &[(5, &["ματων", "ματοσ"], "μα"), (4, &["ματα"], "μα")]);
    if word.len() == before {
        rules::first(word, LAST_RESORT);
    }
    rules::first(word, COMPARATIVES);
}

/// What is left of `έτραγαν`, `έτσαγαν`.
fn put_back_agan(word: &mut Vec<u16>) {
    if is_any(word, &["τρ", "τσ"]) {
        replace_end(word, 0, "αγαν");
    }
}

/// `-οντασ`, `-ωντασ`.
fn strip_participle(word: &mut Vec<u16>) {
    if rules::first(word, &[(5, &["οντασ", "ωντασ"], "")]) {
        if is_any(word, &["αρχ"]) {
            replace_end(word, 0, "οντ");
        }
        if ends_with(word, "κρε") {
            replace_end(word, 0, "ωντ");
        }
    }
}

fn is_any(word: &[u16], words: &[&str]) -> bool {
    words.iter().any(|one| one.encode_utf16().eq(word.iter().copied()))
}

/// Cuts an ending, and puts part of it back after certain stems.
struct Rule {
    cuts: &'static [Ending],
    back: &'static str,
    /// The stems after which `back` returns: whole ones, ends of them, last vowels.
    words: &'static [&'static str],
    endings: &'static [&'static str],
    vowels: &'static str,
    /// Exceptions to that.
    but_words: &'static [&'static str],
    but_endings: &'static [&'static str],
}

impl Rule {
    fn apply(&self, word: &mut Vec<u16>) {
        if !rules::first(word, self.cuts) {
            return;
        }
        let is_listed = is_any(word, self.words)
            || ends_with_any(word, self.endings)
            || word.last().is_some_and(|last| self.vowels.contains(character(*last)));
        let is_exempt = is_any(word, self.but_words) || ends_with_any(word, self.but_endings);
        if is_listed && !is_exempt {
            replace_end(word, 0, self.back);
        }
    }
}

/// Rules 1 to 6.
const NOUNS: &[Rule] = &[
    Rule {
        cuts: &[(4, &["αδεσ", "αδων"], "")],
        back: "αδ",
        words: &[],
        endings: &[""],
        vowels: "",
        but_words: &[],
        but_endings: &["οκ", "μαμ", "μαν", "μπαμπ", "πατερ", "γιαγι", "νταντ", "κυρ", "θει", "πεθερ"],
    },
    Rule {
        cuts: &[(4, &["εδεσ", "εδων"], "")],
        back: "εδ",
        words: &[],
        endings: &["οπ", "ιπ", "εμπ", "υπ", "γηπ", "δαπ", "κρασπ", "μιλ"],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(5, &["ουδεσ", "ουδων"], "")],
        back: "ουδ",
        words: &[],
        endings: &[
            "αρκ",
            "καλιακ",
            "πεταλ",
            "λιχ",
            "πλεξ",
            "σκ",
            "σ",
            "φλ",
            "φρ",
            "βελ",
            "λουλ",
            "χν",
            "σπ",
            "τραγ",
            "φε",
        ],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(3, &["εωσ", "εων"], "")],
        back: "ε",
        words: &["θ", "δ", "ελ", "γαλ", "ν", "π", "ιδ", "παρ"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(2, &["ια"], ""), (3, &["ιου", "ιων"], "")],
        back: "ι",
        words: &[],
        endings: &[],
        vowels: "αεηιουω",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(3, &["ικα", "ικο"], ""), (4, &["ικου", "ικων"], "")],
        back: "ικ",
        words: &[
            "αλ",
            "αδ",
            "ενδ",
            "αμαν",
            "αμμοχαλ",
            "ηθ",
            "ανηθ",
            "αντιδ",
            "φυσ",
            "βρωμ",
            "γερ",
            "εξωδ",
            "καλπ",
            "καλλιν",
            "καταδ",
            "μουλ",
            "μπαν",
            "μπαγιατ",
            "μπολ",
            "μποσ",
            "νιτ",
            "ξικ",
            "συνομηλ",
            "πετσ",
            "πιτσ",
            "πικαντ",
            "πλιατσ",
            "ποστελν",
            "πρωτοδ",
            "σερτ",
            "συναδ",
            "τσαμ",
            "υποδ",
            "φιλον",
            "φυλοδ",
            "χασ",
        ],
        endings: &[],
        vowels: "αεηιουω",
        but_words: &[],
        but_endings: &[],
    },
];

/// Before rule 7.
const FIRST_PLURAL_PAST: &[Ending] =
    &[(7, &["ηθηκαμε"], ""), (6, &["ουσαμε"], ""), (5, &["αγαμε", "ησαμε", "ηκαμε"], "")];

/// Rule 7.
const FIRST_PLURAL: Rule = Rule {
    cuts: &[(3, &["αμε"], "")],
    back: "αμ",
    words: &["αναπ", "αποθ", "αποκ", "αποστ", "βουβ", "ξεθ", "ουλ", "πεθ", "πικρ", "ποτ", "σιχ", "χ"],
    endings: &[],
    vowels: "",
    but_words: &[],
    but_endings: &[],
};

/// Before rule 8; Lucene asks for a length only with the first of each size.
const THIRD_PLURAL_PAST: &[Ending] = &[
    (8, &["ιουντανε"], ""),
    (7, &["ιοντανε"], ""),
    (0, &["ουντανε", "ηθηκανε"], ""),
    (6, &["ιοτανε"], ""),
    (0, &["οντανε", "ουσανε"], ""),
    (5, &["αγανε"], ""),
    (0, &["ησανε", "οτανε", "ηκανε"], ""),
];

/// Rule 8.
const THIRD_PLURAL: Rule = Rule {
    cuts: &[(3, &["ανε"], "")],
    back: "αν",
    words: &[
        "βετερ",
        "βουλκ",
        "βραχμ",
        "γ",
        "δραδουμ",
        "θ",
        "καλπουζ",
        "καστελ",
        "κορμορ",
        "λαοπλ",
        "μωαμεθ",
        "μ",
        "μουσουλμ",
        "ν",
        "ουλ",
        "π",
        "πελεκ",
        "πλ",
        "πολισ",
        "πορτολ",
        "σαρακατσ",
        "σουλτ",
        "τσαρλατ",
        "ορφ",
        "τσιγγ",
        "τσοπ",
        "φωτοστεφ",
        "χ",
        "ψυχοπλ",
        "αγ",
        "ορφ",
        "γαλ",
        "γερ",
        "δεκ",
        "διπλ",
        "αμερικαν",
        "ουρ",
        "πιθ",
        "πουριτ",
        "σ",
        "ζωντ",
        "ικ",
        "καστ",
        "κοπ",
        "λιχ",
        "λουθηρ",
        "μαιντ",
        "μελ",
        "σιγ",
        "σπ",
        "στεγ",
        "τραγ",
        "τσαγ",
        "φ",
        "ερ",
        "αδαπ",
        "αθιγγ",
        "αμηχ",
        "ανικ",
        "ανοργ",
        "απηγ",
        "απιθ",
        "ατσιγγ",
        "βασ",
        "βασκ",
        "βαθυγαλ",
        "βιομηχ",
        "βραχυκ",
        "διατ",
        "διαφ",
        "ενοργ",
        "θυσ",
        "καπνοβιομηχ",
        "καταγαλ",
        "κλιβ",
        "κοιλαρφ",
        "λιβ",
        "μεγλοβιομηχ",
        "μικροβιομηχ",
        "νταβ",
        "ξηροκλιβ",
        "ολιγοδαμ",
        "ολογαλ",
        "πενταρφ",
        "περηφ",
        "περιτρ",
        "πλατ",
        "πολυδαπ",
        "πολυμηχ",
        "στεφ",
        "ταβ",
        "τετ",
        "υπερηφ",
        "υποκοπ",
        "χαμηλοδαπ",
        "ψηλοταβ",
    ],
    endings: &[],
    vowels: "αεηιοω",
    but_words: &[],
    but_endings: &[],
};

/// Rule 9.
const SECOND_PLURAL: Rule = Rule {
    cuts: &[(3, &["ετε"], "")],
    back: "ετ",
    words: &[
        "αβαρ",
        "βεν",
        "εναρ",
        "αβρ",
        "αδ",
        "αθ",
        "αν",
        "απλ",
        "βαρον",
        "ντρ",
        "σκ",
        "κοπ",
        "μπορ",
        "νιφ",
        "παγ",
        "παρακαλ",
        "σερπ",
        "σκελ",
        "συρφ",
        "τοκ",
        "υ",
        "δ",
        "εμ",
        "θαρρ",
        "θ",
    ],
    endings: &[
        "οδ",
        "αιρ",
        "φορ",
        "ταθ",
        "διαθ",
        "σχ",
        "ενδ",
        "ευρ",
        "τιθ",
        "υπερθ",
        "ραθ",
        "ενθ",
        "ροθ",
        "σθ",
        "πυρ",
        "αιν",
        "συνδ",
        "συν",
        "συνθ",
        "χωρ",
        "πον",
        "βρ",
        "καθ",
        "ευθ",
        "εκθ",
        "νετ",
        "ρον",
        "αρκ",
        "βαρ",
        "βολ",
        "ωφελ",
    ],
    vowels: "αεηιοω",
    but_words: &[],
    but_endings: &[],
};

/// Rule 11.
const MIDDLE_FIRST_PLURAL: Rule = Rule {
    cuts: &[(6, &["ομαστε"], "")],
    back: "ομαστ",
    words: &["ον"],
    endings: &[],
    vowels: "",
    but_words: &[],
    but_endings: &[],
};

/// Rule 12.
const MIDDLE_SECOND_PLURAL: &[Rule] = &[
    Rule {
        cuts: &[(5, &["ιεστε"], "")],
        back: "ιεστ",
        words: &["π", "απ", "συμπ", "ασυμπ", "ακαταπ", "αμεταμφ"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(4, &["εστε"], "")],
        back: "εστ",
        words: &["αλ", "αρ", "εκτελ", "ζ", "μ", "ξ", "παρακαλ", "αρ", "προ", "νισ"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
];

/// Rules 13 to 19.
const VERBS: &[Rule] = &[
    Rule {
        cuts: &[(4, &["ηκεσ"], ""), (3, &["ηκα", "ηκε"], "")],
        back: "ηκ",
        words: &["διαθ", "θ", "παρακαταθ", "προσθ", "συνθ"],
        endings: &["σκωλ", "σκουλ", "ναρθ", "σφ", "οθ", "πιθ"],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(5, &["ουσεσ"], ""), (4, &["ουσα", "ουσε"], "")],
        back: "ουσ",
        words: &[
            "φαρμακ",
            "χαδ",
            "αγκ",
            "αναρρ",
            "βρομ",
            "εκλιπ",
            "λαμπιδ",
            "λεχ",
            "μ",
            "πατ",
            "ρ",
            "λ",
            "μεδ",
            "μεσαζ",
            "υποτειν",
            "αμ",
            "αιθ",
            "ανηκ",
            "δεσποζ",
            "ενδιαφερ",
            "δε",
            "δευτερευ",
            "καθαρευ",
            "πλε",
            "τσα",
        ],
        endings: &[
            "ποδαρ",
            "βλεπ",
            "πανταχ",
            "φρυδ",
            "μαντιλ",
            "μαλλ",
            "κυματ",
            "λαχ",
            "ληγ",
            "φαγ",
            "ομ",
            "πρωτ",
        ],
        vowels: "αεηιουω",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(4, &["αγεσ"], ""), (3, &["αγα", "αγε"], "")],
        back: "αγ",
        words: &[
            "αβαστ",
            "πολυφ",
            "αδηφ",
            "παμφ",
            "ρ",
            "ασπ",
            "αφ",
            "αμαλ",
            "αμαλλι",
            "ανυστ",
            "απερ",
            "ασπαρ",
            "αχαρ",
            "δερβεν",
            "δροσοπ",
            "ξεφ",
            "νεοπ",
            "νομοτ",
            "ολοπ",
            "ομοτ",
            "προστ",
            "προσωποπ",
            "συμπ",
            "συντ",
            "τ",
            "υποτ",
            "χαρ",
            "αειπ",
            "αιμοστ",
            "ανυπ",
            "αποτ",
            "αρτιπ",
            "διατ",
            "εν",
            "επιτ",
            "κροκαλοπ",
            "σιδηροπ",
            "λ",
            "ναυ",
            "ουλαμ",
            "ουρ",
            "π",
            "τρ",
            "μ",
        ],
        endings: &["οφ", "πελ", "χορτ", "λλ", "σφ", "ρπ", "φρ", "πρ", "λοχ", "σμην"],
        vowels: "",
        but_words: &["ψοφ", "ναυλοχ"],
        but_endings: &["κολλ"],
    },
    Rule {
        cuts: &[(4, &["ησου"], ""), (3, &["ησε", "ησα"], "")],
        back: "ησ",
        words: &["ν", "χερσον", "δωδεκαν", "ερημον", "μεγαλον", "επταν"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(4, &["ηστε"], "")],
        back: "ηστ",
        words: &["ασβ", "σβ", "αχρ", "χρ", "απλ", "αειμν", "δυσχρ", "ευχρ", "κοινοχρ", "παλιμψ"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(6, &["ησουνε", "ηθουνε"], ""), (4, &["ουνε"], "")],
        back: "ουν",
        words: &["ν", "ρ", "σπι", "στραβομουτσ", "κακομουτσ", "εξων"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
    Rule {
        cuts: &[(6, &["ησουμε", "ηθουμε"], ""), (4, &["ουμε"], "")],
        back: "ουμ",
        words: &["παρασουσ", "φ", "χ", "ωριοπλ", "αζ", "αλλοσουσ", "ασουσ"],
        endings: &[],
        vowels: "",
        but_words: &[],
        but_endings: &[],
    },
];

/// Rule 0.
const IRREGULAR: &[Ending] = &[
    (9, &["καθεστωτοσ", "καθεστωτων"], "καθεστ"),
    (8, &["γεγονοτοσ", "γεγονοτων"], "γεγον"),
    (8, &["καθεστωτα"], "καθεστ"),
    (7, &["τατογιου", "τατογιων"], "τατο"),
    (7, &["γεγονοτα"], "γεγον"),
    (7, &["καθεστωσ"], "καθεστ"),
    (6, &["σκαγιου", "σκαγιων"], "σκα"),
    (0, &["ολογιου", "ολογιων"], "ολο"),
    (0, &["κρεατοσ", "κρεατων"], "κρε"),
    (0, &["περατοσ", "περατων"], "περ"),
    (0, &["τερατοσ", "τερατων"], "τερ"),
    (6, &["τατογια"], "τατο"),
    (6, &["γεγονοσ"], "γεγον"),
    (5, &["φαγιου", "φαγιων"], "φα"),
    (5, &["σογιου", "σογιων"], "σο"),
    (5, &["σκαγια"], "σκα"),
    (5, &["ολογια"], "ολο"),
    (5, &["κρεατα"], "κρε"),
    (5, &["περατα"], "περ"),
    (5, &["τερατα"], "τερ"),
    (4, &["φαγια"], "φα"),
    (4, &["σογια"], "σο"),
    (4, &["φωτοσ", "φωτων"], "φω"),
    (4, &["κρεασ"], "κρε"),
    (4, &["περασ"], "περ"),
    (4, &["τερασ"], "τερ"),
    (3, &["φωτα"], "φω"),
    (2, &["φωσ"], "φω"),
];

/// Rule 21, for words that no rule made shorter.
const LAST_RESORT: &[Ending] = &[
    (9, &["ιοντουσαν"], ""),
    (8, &["ιομασταν", "ιοσασταν", "ιουμαστε", "οντουσαν"], ""),
    (
        7,
        &[
            "ιεμαστε",
            "ιεσαστε",
            "ιομουνα",
            "ιοσαστε",
            "ιοσουνα",
            "ιουνται",
            "ιουνταν",
            "ηθηκατε",
            "ομασταν",
            "οσασταν",
            "ουμαστε",
        ],
        "",
    ),
    (
        6,
        &[
            "ιομουν",
            "ιονταν",
            "ιοσουν",
            "ηθειτε",
            "ηθηκαν",
            "ομουνα",
            "οσαστε",
            "οσουνα",
            "ουνται",
            "ουνταν",
            "ουσατε",
        ],
        "",
    ),
    (
        5,
        &[
            "αγατε",
            "ιεμαι",
            "ιεται",
            "ιεσαι",
            "ιοταν",
            "ιουμα",
            "ηθεισ",
            "ηθουν",
            "ηκατε",
            "ησατε",
            "ησουν",
            "ομουν",
            "ονται",
            "ονταν",
            "οσουν",
            "ουμαι",
            "ουσαν",
        ],
        "",
    ),
    (
        4,
        &[
            "αγαν", "αμαι", "ασαι", "αται", "ειτε", "εσαι", "εται", "ηδεσ", "ηδων", "ηθει", "ηκαν", "ησαν",
            "ησει", "ησεσ", "ομαι", "οταν",
        ],
        "",
    ),
    (3, &["αει", "εισ", "ηθω", "ησω", "ουν", "ουσ"], ""),
    (2, &["αν", "ασ", "αω", "ει", "εσ", "ησ", "οι", "οσ", "ου", "υσ", "ων"], ""),
    (1, &["α", "ε", "η", "ι", "ο", "υ", "ω"], ""),
];

/// Rule 22.
const COMPARATIVES: &[Ending] =
    &[(0, &["εστερ", "εστατ"], ""), (0, &["οτερ", "οτατ", "υτερ", "υτατ", "ωτερ", "ωτατ"], "")];
