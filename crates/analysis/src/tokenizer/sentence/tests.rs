//! Sentences as the JDK finds them.

use super::ends;

/// Sentences as the JDK's iterator finds them (17, `Locale.ROOT`), with `|` between.
#[test]
fn sentences_of_the_jdk() {
    for marked in [
        "我爱你。|他走了。|好",
        "a. b",
        "a. |B",
        "3.14 is. 5",
        "what? |yes! |no",
        "“他说。”|她走了",
        "（好。）|走",
        "Hi.\n|You",
        "Hi\nYou",
        "Hi\u{2029}|You",
        "好！！？|走",
        "好…走",
        "好. |走",
        "好.走",
        "Hi.) |You",
        "Hi. |\"You",
        "1. 2",
        "abc. |(Xyz",
        "x. |中",
        "x.  é",
        "x．y",
        "a.\t|B",
        "。。。",
        "a.\"|B",
        "a.)B",
        "a.|(B",
        "a.\"|(b",
        "a. |\u{964}|y",
        "a!\n\u{2029}| b",
        "a.\u{301} |B",
        "好，走；来：去",
    ] {
        let text: Vec<u16> = marked.replace('|', "").encode_utf16().collect();
        let (mut expected, mut units) = (Vec::new(), 0);
        for part in marked.split('|') {
            units += part.encode_utf16().count();
            expected.push(units);
        }
        assert_eq!(ends(&text), expected, "{marked}");
    }
}
