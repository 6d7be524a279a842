use super::{Groups, JavaRegex, RegexFlags, Replacement};
use crate::budget::Budget;
use crate::char_filter::Room;
use crate::error::AnalysisError;

/// What a text has to itself.
fn budget(text: &str) -> Budget {
    let budget = Budget::default();
    budget.add_for(text);
    budget
}

fn matches(pattern: &str, flags: RegexFlags, text: &str) -> Result<Vec<String>, AnalysisError> {
    let regex = JavaRegex::new(pattern, flags).unwrap();
    let (budget, mut groups, mut from, mut found) = (budget(text), Groups::default(), 0, Vec::new());
    while regex.find(text, from, &budget, &mut groups)? {
        let (start, end) = groups.get(0).unwrap();
        found.push(text[start..end].to_owned());
        from = if start == end { end + text[end..].chars().next().map_or(1, char::len_utf8) } else { end };
    }
    Ok(found)
}

/// All matches in the text, by hand from the documentation of `java.util.regex.Pattern`.
#[test]
fn finds_what_java_finds() {
    let check = |pattern: &str, text: &str, expected: &[&str]| {
        assert_eq!(matches(pattern, RegexFlags::default(), text).unwrap(), expected, "{pattern}");
    };
    check(r"\w+", "été a1_b", &["t", "a1_b"]);
    check(r"(?i)ÀB", "Àb àb", &["Àb"]);
    check(r"(?iu)ÀB", "Àb àb", &["Àb", "àb"]);
    check(r"a|ab", "abab", &["a", "a"]);
    check(r"(?:a|ab)(?=c)", "abc ac", &["ab", "a"]);
    check(r"(?<=\$)\d+", "$12 34 $5", &["12", "5"]);
    check(r"(?<!a{1,2})b", "ab b aab", &["b"]);
    check(r"(?<=a|ab)c", "abc ac bc", &["c", "c"]);
    check(r"(?<!Mr|Mrs)\.", "Mr. Mrs. x.", &["."]);
    check(r"(?<=a(?=bc))b", "ab abc", &["b"]);
    check(r"(?<=\bab$?)c", "abc xabc", &["c"]);
    check(r"(a+)b\1", "aabaa aba", &["aabaa", "aba"]);
    check(r"(?<x>[ab])\k<x>", "ab bb", &["bb"]);
    check(r"a++a|b", "aaab", &["b"]);
    check(r"(?>a|ab)c", "abc ac", &["ac"]);
    check(r"[a-z&&[^m-p]]+", "almost", &["al", "st"]);
    check(r"[^a&&b]", "ab", &["a", "b"]);
    check(r"\Q.*\E+", "a.***b", &[".***"]);
    check(r"x{2,3}?", "xxxxx", &["xx", "xx"]);
    check(r"(?:ab){2}", "ababab", &["abab"]);
    check(r"(a*)*b", "aab b", &["aab", "b"]);
    check(r"\p{javaLowerCase}+\p{Lu}\p{IsHan}", "éàÉ漢", &["éàÉ漢"]);
    check(r"a$", "a\n", &["a"]);
    check(r"(?m)^\w$", "a\r\nb\nc", &["a", "b", "c"]);
    check(r"\bé", "é né", &["é"]);
    check(r"a.c", "a\nc abc", &["abc"]);
    check(r"\x41\u0042\x{1F600}\uD83D\uDE00", "AB😀😀", &["AB😀😀"]);
    check("(?x) a b # c", "ab", &["ab"]);
    check(r"[]a]", "]a", &["]", "a"]);
}

/// What `java.util.regex` of JDK 17 answers: each match, with what its groups are behind it.
#[rustfmt::skip]
const OF_JAVA: &[(&str, &str, &[&str])] = &[
    (r"(a|b\1)+", "aba", &["aba(ba)"]),
    (r"(a\1?){3}", "aaaaaa", &["aaaaaa(aaa)"]),
    (r"(?:(a)|b\1)+", "abaab", &["abaa(a)"]),
    (r"(ab|c\1)*", "abcabab", &["abcabab(ab)", "(-)"]),
    (r"(\w)(?:\1|x(\w)\2)+", "aaxbbacc", &["aaxbba(a,b)", "cc(c,-)"]),
    (r"(a*)\1", "aaaa", &["aaaa(aa)", "()"]),
    (r"(a*?)\1b", "aaaab", &["aaaab(aa)"]),
    (r"((a)|(b))+\2", "abaaba", &["abaaba(b,a,b)"]),
    (r"(?:(x)|(y)|z)+\1", "xyzxy", &["xyzx(x,y)"]),
    (r"(?i)(ab)\1", "abAB Abab", &["abAB(ab)", "Abab(Ab)"]),
    (r"(?<n>\w)\k<n>(?!\k<n>)", "aa bbb cc", &["aa(a)", "bb(b)", "cc(c)"]),
    (r"(.)(.)\2\1", "abba xyyx noon abab", &["abba(a,b)", "xyyx(x,y)", "noon(n,o)"]),
    (r"(\w+) \1", "the the cat cat sat", &["the the(the)", "cat cat(cat)"]),
    (r"\b(\w+)\b(?=.*\b\1\b)", "one two one two three", &["one(one)", "two(two)"]),
    (r"(?=(\w+))\1:", "ab: abc:", &["ab:(ab)", "abc:(abc)"]),
    (r"(?=(a+))a*b\1", "baaabac", &["aba(a)"]),
    (r"(?!(a)b)\w\1?", "abac", &["ba(a)", "c(-)"]),
    (r"(?<=(a))b\1", "aba bba", &["ba(a)"]),
    (r"(?<=(\w)(\d))x\2", "a1x1 b2x1", &["x1(a,1)"]),
    (r"(?<!(a))b", "ab bb", &["b(a)", "b(-)"]),
    (r"(?<=a|ab)c", "xabcy", &["c"]),
    (r"(?<!Mr|Mrs)\.", "Mr. A. Mrs. B.", &[".", "."]),
    (r"(?<=co|com)x", "acomx cox", &["x", "x"]),
    (r"(?<=(?:a|ab)(?:b|c))d", "xabcd abd acd", &["d", "d", "d"]),
    (r"(?<=a(?=b))b", "xabcy", &["b"]),
    (r"(?<=foo\b)b", "foobar foo", &[]),
    (r"(?<=^|,)[^,]*(?=,|$)", "a,,b,c", &["a", "", "b", "c"]),
    (r"(?<!\d)(\d{3})(?!\d)", "123 1234 x456y", &["123(123)", "456(456)"]),
    (r"(?<=(?<!x)a)b", "ab xab", &["b"]),
    (r"(?<!(?<=x)a)b", "ab xab", &["b"]),
    (r"(?=.*\d)(?=.*[a-z])\w{4,}", "abcd a1bc 12345", &["abcd", "a1bc"]),
    (r"(?!.*foo)^\w+", "barfo", &["barfo"]),
    (r"(?<=[^a-z])(?=[A-Z])|(?<=[a-z])(?=[A-Z])", "fooBar", &[""]),
    (r"(?<=[a-z])(?=[A-Z])\w", "fooBarBaz", &["B", "B"]),
    (r"(?>(a+))b\1", "aabaa aab", &["aabaa(aa)"]),
    (r"(?>a|ab)(?<=b)c?", "abc", &[]),
    (r"(a)?b(?=\1)", "ab b aba", &["ab(a)"]),
    (r"(?:(a)|(b)|(c))*", "abcab", &["abcab(a,b,c)", "(-,-,-)"]),
    (r"(?:(a)?b)+", "abb", &["abb(a)"]),
    (r"(?:(a)|b)*?c", "abc bc", &["abc(a)", "bc(-)"]),
    (r"((\w)\2)+", "aabbc", &["aabb(bb,b)"]),
    (r"((a|ab)(c|bcd))(d*)", "abcd", &["abcd(abcd,a,bcd,)"]),
    (r"(a+|b+|c\1)*", "aabbcbb", &["aabbcbb(cbb)", "(-)"]),
    (r"(?=(a|ab))\1c", "abc ac", &["ac(a)"]),
    (r"(x?)(y?)\1\2", "xyxy xx", &["xyxy(x,y)", "(,)", "xx(x,)", "(,)"]),
    (r"(?<=\r)\n|(?<=(.))\n", "a\r\nb\n", &["\n(a)", "\n(b)"]),
    (r"(?m)(?<=^)(\w)(?=\w*$)", "ab\ncd", &["a(a)", "c(c)"]),
    (r"(?s)(?<=a.)b", "a\nb", &["b"]),
    (r"(\w)++\1", "aabb", &[]),
    (r"(?:(\w)\1?+)+", "aabc", &["aabc(c)"]),
    (r"([ab])*\1", "abab", &[]),
    (r"([ab]*?)\1c", "ababc", &["ababc(ab)"]),
    (r"(?<!^)(?<!\s)(?=\p{Lu})", "OneTwo Three", &[""]),
    (r"(?=(\w{2}))\w", "abcd", &["a(ab)", "b(bc)", "c(cd)"]),
    (r"(?<=(\w{2}))\w", "abcd", &["c(ab)", "d(bc)"]),
    (r"(?!a)(?!b)\w(?<!d)", "abcde", &["c", "e"]),
    (r"(?:a(?=b)|ab(?=c))c?", "abc ab", &["a", "a"]),
];

#[test]
fn groups_and_look_arounds_are_as_in_java() {
    for &(pattern, text, expected) in OF_JAVA {
        let regex = JavaRegex::new(pattern, RegexFlags::default()).unwrap();
        let (budget, mut groups) = (budget(text), Groups::default());
        let (mut from, mut found) = (0, Vec::new());
        while regex.find(text, from, &budget, &mut groups).unwrap() {
            let shown = |group| groups.get(group).map_or("-", |(start, end)| &text[start..end]);
            let captured: Vec<_> = (1..=regex.groups()).map(shown).collect();
            let captured =
                if captured.is_empty() { String::new() } else { format!("({})", captured.join(",")) };
            found.push(format!("{}{captured}", shown(0)));
            let (start, end) = groups.get(0).unwrap();
            from = super::next_start(text, start, end);
        }
        assert_eq!(found, expected, "{pattern}");
    }
}

#[test]
fn refuses_what_it_does_not_know() {
    let deep = format!("{}{}", "(".repeat(200), ")".repeat(200));
    let (large, nothing) = ("((a{500}){500}){500}", "(?:(?:(?:(?:){1000}){1000}){1000}){1000}");
    for pattern in [
        "(",
        ")",
        "*",
        "a{",
        "[a",
        r"\q",
        r"\p{Nothing}",
        "(?<=a*)b",
        r"\1",
        "a**?+b{2000}",
        &deep,
        large,
        nothing,
    ] {
        assert!(JavaRegex::new(pattern, RegexFlags::default()).is_err(), "{pattern}");
    }
}

/// A definition may have many patterns, and each of them is compiled while no other definition can be changed.
#[test]
fn patterns_stay_small() {
    let refused = |pattern: &str| JavaRegex::new(pattern, RegexFlags::default()).unwrap_err().what;
    assert_eq!(refused(&"x".repeat(10_001)), "pattern is too long");
    assert_eq!(refused(&r"\pL".repeat(3_000)), "pattern is too large");
    assert_eq!(refused(&format!("(?iu)[{}]", r"[^\pL]".repeat(1_600))), "pattern is too large");
    assert!(JavaRegex::new(&"x".repeat(10_000), RegexFlags::default()).is_ok());
    assert!(JavaRegex::new(&format!("[{}]", r"\pL".repeat(3_000)), RegexFlags::default()).is_ok());
    // 4 000 instructions of two sets with 650 ranges each.
    let repeated = JavaRegex::new(r"(?:\p{L}\p{L}){2}{1000}", RegexFlags::default()).unwrap();
    assert!(repeated.bytes() < 500_000, "{}", repeated.bytes());
}

/// Steps are nearly all in proportion to the text, so that a document costs the same however many texts it is.
#[test]
fn budgets_are_in_proportion() {
    let list: Vec<String> = (0..400).map(|number| format!("word{number}x")).collect();
    let list = format!(r"\b(?:{})\b", list.join("|"));
    let lines = |line: &str| line.repeat(500);
    for (pattern, text) in [
        (".*x", "a".repeat(1_000)),
        (".*x", lines(&format!("{}\n", "a".repeat(100)))),
        (&list, lines("the word7x and the word399x ")),
        (r"\s*,\s*", lines("one, two ,  three")),
        (r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", lines("someHTTPServer")),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lines("write to some.one@example.org now ")),
    ] {
        assert!(matches(pattern, RegexFlags::default(), &text).is_ok(), "{pattern}");
    }
    let slow = Err(AnalysisError::PatternTooSlow);
    assert_eq!(matches("(x+x+)+y", RegexFlags::default(), &"x".repeat(20)), slow);
    assert_eq!(matches(".*x", RegexFlags::default(), &"a".repeat(10_000)), slow);
}

/// What takes Java years, or its whole stack, ends soon with an error.
#[test]
fn catastrophes_are_stopped() {
    let slow = Err(AnalysisError::PatternTooSlow);
    let a = "a".repeat(5000);
    assert_eq!(matches("(a+)+b", RegexFlags::default(), &a), slow);
    assert_eq!(matches("(a|aa)+$", RegexFlags::default(), &format!("{a}b")), slow);
    assert_eq!(matches("(?:a|b)*c", RegexFlags::default(), &"ab".repeat(1_000_000)), slow);
    assert_eq!(matches(r"\b", RegexFlags::default(), &"\u{301}".repeat(200_000)), slow);
}

#[test]
fn replaces_as_java_does() {
    let regex = JavaRegex::new(r"(?<first>\w)(\w*)", RegexFlags::default()).unwrap();
    let mut groups = Groups::default();
    regex.find("word", 0, &budget("word"), &mut groups).unwrap();
    for (replacement, expected) in
        [("$2$1", "ordw"), ("${first}-\\$1", "w-$1"), ("$23", "ord3"), ("$0", "word")]
    {
        let mut out = String::new();
        Replacement::new(replacement, &regex)
            .unwrap()
            .append("word", &groups, Room::OF_TEXT, &mut out)
            .unwrap();
        assert_eq!(out, expected, "{replacement}");
    }
    for bad in ["$", "\\", "$3", "${last}", "$x"] {
        assert!(Replacement::new(bad, &regex).is_err(), "{bad}");
    }
}
