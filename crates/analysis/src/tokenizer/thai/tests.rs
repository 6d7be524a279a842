//! Words with `|` between, as the JDK's iterator (17, `Locale("th")`) finds them.

use super::tokenize;

#[track_caller]
fn check(text: &str, expected: &str) {
    let (mut words, mut end) = (Vec::new(), 0);
    let length = tokenize(text, &mut |piece| {
        assert!(end <= piece.attributes.start);
        end = piece.attributes.end;
        words.push(piece.text.to_owned());
        Ok(())
    });
    assert_eq!(length, Ok(text.encode_utf16().count() as u32));
    assert_eq!(words.join("|"), expected, "{text}");
}

#[test]
fn words_of_the_dictionary() {
    check("ประเทศไทยเป็นประเทศ", "ประเทศ|ไทย|เป็น|ประเทศ");
    check("โรงแรมอยู่ใกล้สถานีรถไฟ", "โรงแรม|อยู่|ใกล้|สถานี|รถไฟ");
    check("ตากลมนั่งตากลม", "ตาก|ลม|นั่ง|ตาก|ลม");
    check("กรุงเทพฯมีรถไฟฟ้า", "กรุงเทพฯ|มี|รถไฟฟ้า");
    check("บ้าน ๆ ฯลฯ", "บ้าน|ๆ|ฯลฯ");
    check("เด็กๆไป จริงๆแล้ว", "เด็ก|ๆ|ไป|จริงๆ|แล้ว");
}

/// What begins with a sign is no word.
#[test]
fn letters_and_numbers() {
    check("ราคา1,500บาท ลด20%", "ราคา|1,500|บาท|ลด|20%");
    check("wi-fi demo.com can't a.b.c a..b", "wi-fi|demo.com|can't|a.b.c|a|b");
    check("3.14 $100 100% #5 .5 5a5 a5% 5%a", "3.14|100%|5a5|a5%|5%|a");
    check("-5 a-5 5-a 5'5 x\"y", "5|a|5|5|a|5'5|x\"y");
    check("๑,๒๓๔.๕๖ ๑๒๓abcกา กาabc กา-a", "๑,๒๓๔.๕๖|๑๒๓abc|กา|กา|abc|กา|a");
    check("ๆๆ 2ฯๆ abcๆX กๆ ค\u{e2f}", "ๆๆ|2ฯๆ|abcๆX|กๆ|ค|ฯ");
    check("東京カタカナひらがなー・ア e\u{301}a", "東京|カタカナ|ひらがなー|ア|e\u{301}a");
}

/// Words of other scripts with the signs of their vowels; marks that begin the text make no word of what is behind them.
#[test]
fn other_scripts() {
    check("किताबें ประเทศไทย বই, ಪುಸ್ತಕಗಳು-5", "किताबें|ประเทศ|ไทย|বই|ಪುಸ್ತಕಗಳು|5");
    check("है। 5। क5क।क क॥। a।b", "है।|5|क5क।|क|क॥|a।|b");
    check("x²½ Ⅷ a௲b ไทย\u{942}ก", "x²½|a௲b|ไทย\u{942}ก");
    check("\u{301}ab cd", "cd");
}

/// Letters that make no words: the same breaks as the JDK's where its rules alone decide; and an end in time.
#[test]
fn what_is_no_word_comes_to_an_end() {
    check("บ้านฆฆฆ", "บ้านฆฆฆ");
    for unit in ["ก", "ๆ", "ฯ", "ำ", "กา", "ฆ", "ตากลม", "เ", "กกขนา", "ฯล"]
    {
        let text = unit.repeat(20_000);
        let length = tokenize(&text, &mut |_| Ok(()));
        assert_eq!(length, Ok(text.encode_utf16().count() as u32));
    }
}
