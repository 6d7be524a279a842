//! A small judged set per family of languages: words that must find each other, and words that must not.

use std::collections::HashSet;

use crate::predefined;

fn forms(language: &str, word: &str) -> HashSet<String> {
    let analyzer = predefined(&format!("{language}.microsoft")).unwrap().analyzer;
    analyzer.tokens(word).into_iter().map(|token| token.text).collect()
}

/// Each word of a group finds the others, and none of the words behind `/`.
#[track_caller]
fn check(language: &str, groups: &[&str]) {
    let found = |one: &str, other: &str| !forms(language, one).is_disjoint(&forms(language, other));
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
    check("nl", &["boek boeken / boer"]);
    check("da", &["bil biler bilen bilerne / bi"]);
    check("nb", &["bil biler bilen bilene / by"]);
    check("sv", &["flicka flickor flickorna / flik"]);
    check("is", &["hestur hestar hestinum / hús", "kona konur"]);
}

#[test]
fn romance_forms_meet() {
    check("fr", &["cheval chevaux / cheveu", "l'école écoles", "parler parlé parlait / partir"]);
    check("es", &["casa casas / cama", "hablar hablando hablaron / hallar"]);
    check("it", &["gatto gatti / gita", "parlare parlando / partire"]);
    check("pt-PT", &["gato gatos / galo", "falar falando / faltar"]);
    check("pt-BR", &["livro livros / letra"]);
    check("ro", &["casă case casele / cal"]);
    check("ca", &["gat gats", "parlar parlant"]);
}

#[test]
fn slavic_and_baltic_forms_meet() {
    check("ru", &["книга книги книгу книгой / книжный"]);
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
    check("fi", &["talo talot talossa / tulo"]);
    check("et", &["raamat raamatut / ratas"]);
    check("hu", &["ház házak házban / hol"]);
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
        &["東京都 東京 / 大阪", "行く 行った 行きます / 来る", "サーバー サーバ", "国際空港 空港 / 港湾"],
    );
    check("th", &["ห้องสมุด ในห้องสมุด / ห้อง"]);
    check("ko", &["한국어 한국 / 일본"]);
    check("vi", &["Việt việt / viết"]);
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
