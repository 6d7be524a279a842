use super::{Budget, Groups, JavaRegex, RegexFlags, Replacement};
use crate::error::AnalysisError;

fn matches(pattern: &str, flags: RegexFlags, text: &str) -> Result<Vec<String>, AnalysisError> {
    let regex = JavaRegex::new(pattern, flags).unwrap();
    let (mut budget, mut groups, mut from, mut found) =
        (Budget::for_text(text), Groups::default(), 0, Vec::new());
    while regex.find(text, from, &mut budget, &mut groups)? {
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
    regex.find("word", 0, &mut Budget::for_text("word"), &mut groups).unwrap();
    for (replacement, expected) in
        [("$2$1", "ordw"), ("${first}-\\$1", "w-$1"), ("$23", "ord3"), ("$0", "word")]
    {
        let mut out = String::new();
        Replacement::new(replacement, &regex).unwrap().append("word", &groups, &mut out).unwrap();
        assert_eq!(out, expected, "{replacement}");
    }
    for bad in ["$", "\\", "$3", "${last}", "$x"] {
        assert!(Replacement::new(bad, &regex).is_err(), "{bad}");
    }
}
