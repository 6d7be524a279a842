//! A small judged set per family of languages: words that must find each other, and words that must not.

mod everyday;

use std::collections::HashSet;

use crate::{Analyzer, predefined};

/// Whether a search for one word finds a text of the other.
fn finds(language: &str, searched: &str, text: &str) -> bool {
    let found = predefined(&format!("{language}.microsoft")).unwrap();
    let texts = |analyzer: &Analyzer, of: &str| -> HashSet<String> {
        analyzer.tokens(of).into_iter().map(|token| token.text).collect()
    };
    !texts(&found.search_analyzer, searched).is_disjoint(&texts(&found.analyzer, text))
}

/// Each word of a group finds the others, and none of the words behind `/`.
#[track_caller]
fn check(language: &str, groups: &[&str]) {
    let found = |one: &str, other: &str| finds(language, one, other);
    let mut wrong = Vec::new();
    for group in groups {
        let (family, strangers) = group.split_once('/').unwrap_or((group, ""));
        for one in family.split_whitespace() {
            wrong.extend(
                family.split_whitespace().filter(|other| !found(one, other)).map(|other| (one, other)),
            );
            wrong.extend(
                strangers.split_whitespace().filter(|other| found(one, other)).map(|other| (one, other)),
            );
        }
    }
    assert!(wrong.is_empty(), "{language}: {wrong:?}");
}

#[test]
fn english_forms_meet() {
    check(
        "en",
        &[
            "foot feet / food fetter",
            "write wrote written writes writing / wrong",
            "box boxes / boxer",
            "city cities / cite",
            "leaf leaves / leave",
            "study studies studied studying / student",
            "mouse mice Mouse's / house",
            "bring brought brings bringing / bought",
            "run runs running ran / runner",
            "child children / chill",
            "hotel hotels hotel's / hot",
            "hope hoped hoping hopes / hop hopping",
            "story stories / store stores",
            "nation nations / national",
            "university universities / universe universal",
            "analysis analyses / analytic",
            "good better best / bad worse",
        ],
    );
}

#[test]
fn germanic_forms_meet() {
    check("de", &["Haus Häuser Hauses / Hose", "Buch Bücher / Bucht", "gehen gehe / sehen"]);
    check("de", &["Frau Frauen / Frost", "suchen suche suchst / Sache", "rot rote roter rotes / Rat"]);
    check(
        "nl",
        &[
            "boek boeken / boer",
            "werken werkt werkte gewerkt / wekken",
            "paard paarden / paar",
            "huis huizen / huid",
        ],
    );
    check("da", &["bil biler bilen bilerne / bi", "arbejde arbejder arbejdet / arbejdsom"]);
    check("nb", &["bil biler bilen bilene / by", "jente jenter jentene / jern"]);
    check("sv", &["flicka flickor flickorna / flik", "hund hundar hunden hundarna / hundra"]);
    check("is", &["hestur hestar hestinum / hús", "kona konur"]);
}

#[test]
fn romance_forms_meet() {
    check("fr", &["cheval chevaux / cheveu", "l'école écoles", "parler parlé parlait / partir"]);
    check("fr", &["maison maisons / mais", "petit petite petits petites / pot"]);
    check("es", &["niño niños niña / nido", "libro libros / liebre"]);
    check("it", &["casa case / cosa", "libro libri / labbro"]);
    check("es", &["casa casas / cama", "hablar hablando hablaron / hallar"]);
    check("it", &["gatto gatti / gita", "parlare parlando / partire"]);
    check("pt-PT", &["gato gatos / galo"]);
    check("pt-BR", &["livro livros / letra"]);
    check("ro", &["casă case casele / cal"]);
    check("ca", &["gat gats", "parlar parlant"]);
}

#[test]
fn slavic_and_baltic_forms_meet() {
    check("ru", &["книга книги книгу книгой / книжный", "читать читал читала читали / чистить"]);
    check("uk", &["книга книги книгу книгою / кінь", "місто міста містом"]);
    check("pl", &["książka książki / księżyc"]);
    check("cs", &["město města městem / most"]);
    check("sk", &["mesto mesta mestom mestami / most"]);
    check("sl", &["mesto mesta mestom mestih / most"]);
    check("hr", &["grad grada gradom / građa"]);
    check("sr-latin", &["knjiga knjige knjigu / konj"]);
    check("sr-cyrillic", &["књига књиге књигу / коњ"]);
    check("bg", &["град градове градът / гора"]);
    check("lt", &["namas namai namo / naktis"]);
    check("lv", &["māja mājas mājām / mācīt"]);
}

#[test]
fn uralic_turkic_and_greek_forms_meet() {
    check("fi", &["talo talot talossa / tulo", "auto autot autossa autoja / autio"]);
    check("et", &["raamat raamatut / ratas"]);
    check("hu", &["ház házak házban / hol", "könyv könyvek könyvet / kő"]);
    check("tr", &["kitap kitaplar kitabı / kitle", "İSTANBUL istanbul"]);
    check("el", &["δρόμος δρόμοι / βίος", "βιβλία βιβλίου"]);
}

#[test]
fn semitic_forms_meet() {
    check("ar", &["كتاب الكتاب / كلب"]);
    check("he", &["ספר ספרים הספר / ילד", "ילד ילדים"]);
}

#[test]
fn forms_of_india_and_pakistan_meet() {
    check("hi", &["किताब किताबें किताबों / कपड़ा"]);
    check("bn", &["বই বইয়ের / বাড়ি", "মানুষ মানুষের মানুষকে"]);
    check("gu", &["છોકરો છોકરી છોકરાને / પુસ્તક"]);
    check("kn", &["ಪುಸ್ತಕ ಪುಸ್ತಕಗಳು ಪುಸ್ತಕದ / ಮನೆ"]);
    check("ml", &["കുട്ടി കുട്ടികൾ / മരം"]);
    check("mr", &["पुस्तक पुस्तके पुस्तकात / घर"]);
    check("pa", &["ਕਿਤਾਬ ਕਿਤਾਬਾਂ / ਘਰ"]);
    check("ta", &["புத்தகம் புத்தகங்கள் / வீடு"]);
    check("te", &["పుస్తకం పుస్తకాలు / ఇల్లు"]);
    check("ur", &["کتاب کتابیں کتابوں / گھر"]);
}

#[test]
fn forms_of_malay_meet() {
    check("id", &["buku bukunya / batu", "makan makanan dimakan"]);
    check("ms", &["buku bukunya / batu"]);
}

#[test]
fn scripts_without_spaces_are_searchable_by_parts() {
    check("zh-Hans", &["北京大学 大学 / 中学"]);
    check("zh-Hant", &["臺灣大學 大學 / 中學"]);
    check(
        "ja",
        &[
            "東京都 東京 / 大阪",
            "行く 行った 行きます / 来る",
            "食べた 食べる 食べます / 飲む",
            "サーバー サーバ",
            "国際空港 空港 / 港湾",
        ],
    );
    check("th", &["ห้องสมุด ในห้องสมุด / ห้อง"]);
    check("ko", &["한국어 한국 / 일본"]);
    check("vi", &["Việt việt / viết"]);
}

/// Each text before `:` is found by the words behind it, and not by those behind `/`.
#[track_caller]
fn check_parts(language: &str, texts: &[&str]) {
    for text in texts {
        let (text, words) = text.split_once(": ").unwrap();
        let (parts, strangers) = words.split_once('/').unwrap_or((words, ""));
        for part in parts.split_whitespace() {
            assert!(finds(language, part, text), "{language}: {part} does not find {text}");
        }
        for stranger in strangers.split_whitespace() {
            assert!(!finds(language, stranger, text), "{language}: {stranger} finds {text}");
        }
    }
}

#[test]
fn compounds_are_found_by_their_parts() {
    check_parts(
        "de",
        &[
            "Kinderbett: Bett Betten Kind Kinder Kinderbetten / Rabatt",
            "Arbeitsplätze: Arbeit Platz Arbeitsplatz / Plätzchen",
            "Hochhäuser: Haus Häuser Hochhaus / Hose",
            "Donaudampfschifffahrt: Donau Dampf Schiff Fahrt / Affe",
            "Flughafen: Flug / Ugha",
        ],
    );
    check_parts(
        "nl",
        &["afvalwaterzuivering: afval water zuivering / val", "boekenkasten: boek kast boekenkast"],
    );
    check_parts("da", &["sommerhuset: sommer hus sommerhus / mus", "fodboldkampe: fod bold kamp"]);
    check_parts("nb", &["sommerhytter: sommer hytte sommerhytte", "fiskebåten: fisk båt båter / bot"]);
    check_parts(
        "sv",
        &["fotbollsmatch: boll fot match / mat", "sommarstugor: sommar stuga sommarstuga / stig"],
    );
    check_parts("fi", &["kirjakauppa: kirja kauppa / kauppias", "työpöytä: työ pöytä"]);
    check_parts(
        "et",
        &[
            "raamatukogu: raamatukogu",
            "lauaarvuti: lauaarvuti",
            "koolimaja: kool maja",
            "õhtusöök: söök õhtu",
        ],
    );
    check_parts("hu", &["virágbolt: virág bolt", "vasútállomás: vasútállomás", "kórházban: kórház"]);
}

/// A search for a compound is not one for its parts, and what only looks like one is not taken apart.
#[test]
fn compounds_find_themselves() {
    check_parts("de", &["Bett: Betten / Kinderbett Arbeit", "Arbeit und Platz: Arbeit Platz / Arbeitsplatz"]);
    check_parts("de", &["Buchstaben: Buchstabe / Stab Buch", "Verein: Vereine / rein", "Hauses: Haus / Ei"]);
    check_parts("de", &["Gartens: Garten / Art", "Belege: Beleg / Lege", "Stadtteil: Stadt Teil / Tee"]);
    check_parts("nl", &["koffer: koffers / koe", "standaarden: standaard / aarde"]);
    check_parts("sv", &["konsterna: konst / son", "handlar: handla / lår"]);
}

fn tokens(language: &str, text: &str) -> Vec<(String, u32, u32, u32)> {
    let analyzer = predefined(&format!("{language}.microsoft")).unwrap().analyzer;
    let tokens = analyzer.tokens(text).into_iter();
    tokens.map(|token| (token.text, token.start, token.end, token.position)).collect()
}

fn token(text: &str, start: u32, end: u32, position: u32) -> (String, u32, u32, u32) {
    (text.to_owned(), start, end, position)
}

/// wire.md §10: the stem stands beside the word at the same position; stop words leave gaps.
#[test]
fn base_forms_stand_beside_words() {
    let expected =
        [token("mice", 4, 8, 1), token("mous", 4, 8, 1), token("cost", 9, 13, 2), token("$", 14, 15, 3)];
    assert_eq!(tokens("en", "The mice cost $5")[..4], expected);
}

/// What is recorded of the service (analysis.md §8): `hotel ❤ heart`.
#[test]
fn emoji_are_no_words() {
    assert_eq!(tokens("en", "hotel ❤ heart"), [token("hotel", 0, 5, 0), token("heart", 8, 13, 1)]);
}

#[test]
fn hyphenated_words_come_whole_and_in_parts() {
    let found = tokens("en", "😀 Wi-Fi\u{2011}router, x - ray");
    let expected = [
        token("wi-fi\u{2011}router", 3, 15, 0),
        token("wi", 3, 5, 0),
        token("fi", 6, 8, 1),
        token("router", 9, 15, 2),
        token("ray", 21, 24, 4),
    ];
    assert_eq!(found, expected);
}
