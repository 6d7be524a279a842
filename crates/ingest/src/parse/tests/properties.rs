//! Random items in random pieces: what is read is what was written, and no bytes are too strange.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A JSON value up to four levels deep, with all that a splitter could trip over in its strings.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        "[\\[\\]{}\",:\\\\ \ta-zé\u{1F600}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let members = vec(("[\\[\\]{}\",\\\\a-z]{0,4}", inner.clone()), 0..4);
        let object = members.prop_map(|members| Value::Object(members.into_iter().collect()));
        prop_oneof![vec(inner, 0..4).prop_map(Value::Array), object]
    })
}

fn object() -> impl Strategy<Value = Value> {
    vec(("[a-c\"]{0,3}", value()), 0..4).prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    vec(1_usize..40, 1..6)
}

/// The fields of every record; none may have failed.
fn fields(configuration: &Value, bytes: &[u8], pieces: &[usize]) -> Vec<Value> {
    let records = read(blob("a", bytes, pieces), configuration).into_iter();
    records.map(|record| Value::Object(record.unwrap().fields)).collect()
}

/// As people write rows: in quotes when they must be, or anyway.
fn written(rows: &[Vec<String>], always_quoted: bool, end: &str) -> String {
    let value = |value: &String| {
        let plain =
            !value.is_empty() && value.trim() == value && !value.contains(['"', ',', '\n', '\r', '\t']);
        if plain && !always_quoted { value.clone() } else { format!("\"{}\"", value.replace('"', "\"\"")) }
    };
    let row = |row: &Vec<String>| row.iter().map(value).collect::<Vec<_>>().join(",") + end;
    rows.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn elements_are_those_of_serde(elements in vec(object(), 0..6), pretty: bool, pieces in pieces()) {
        let text = if pretty { serde_json::to_string_pretty(&elements) } else { serde_json::to_string(&elements) };
        let found = fields(&json!({"parsingMode": "jsonArray"}), text.unwrap().as_bytes(), &pieces);
        // Through text, as numbers change in it.
        let expected: Vec<Value> = serde_json::from_str(&json!(elements).to_string()).unwrap();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn elements_below_a_root_are_found(around in object(), elements in vec(object(), 0..4), pieces in pieces()) {
        let mut document = around;
        document.as_object_mut().unwrap().insert("top".to_owned(), json!({"x": [[]], "items": elements, "y": "]"}));
        let mode = json!({"parsingMode": "jsonArray", "documentRoot": "/top/items"});
        let found = fields(&mode, document.to_string().as_bytes(), &pieces);
        let expected: Vec<Value> = serde_json::from_str(&json!(elements).to_string()).unwrap();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn lines_are_those_that_were_written(lines in vec(object(), 0..6), pieces in pieces()) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let found = fields(&json!({"parsingMode": "jsonLines"}), text.as_bytes(), &pieces);
        let expected: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn rows_are_those_that_were_written(
        rows in vec(vec("[a-z\", \t\r\né]{0,6}", 3), 0..6), quoted: bool, windows: bool, pieces in pieces(),
    ) {
        let text = written(&rows, quoted, if windows { "\r\n" } else { "\n" });
        let mode = json!({"parsingMode": "delimitedText", "delimitedTextHeaders": "a,b,c"});
        let expected: Vec<Value> = rows.iter().map(|row| json!({"a": row[0], "b": row[1], "c": row[2]})).collect();
        prop_assert_eq!(fields(&mode, text.as_bytes(), &pieces), expected);
    }

    #[test]
    fn no_text_is_too_strange(text in "[\\[\\]{}\",:\\\\ \r\n\ta1<>/&;#*=-]{0,60}", pieces in pieces()) {
        for mode in ["default", "text", "json", "jsonArray", "jsonLines", "delimitedText", "markdown"] {
            let whole = outcome(read(blob("a", text.as_bytes(), &[usize::MAX]), &json!({"parsingMode": mode})));
            let cut = outcome(read(blob("a", text.as_bytes(), &pieces), &json!({"parsingMode": mode})));
            prop_assert_eq!(whole, cut, "{}", mode);
        }
        for name in ["a.html", "a.xml"] {
            let _ = read(blob(name, text.as_bytes(), &pieces), &json!({}));
        }
    }
}
