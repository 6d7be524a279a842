//! What each parsing mode makes of well-formed items (`indexers.md` §3.2).

use super::*;

#[test]
fn a_row_is_one_record() {
    let fields = json!({"id": "1", "b": null});
    let item = Item { id: "1".to_owned(), fields: fields.as_object().unwrap().clone(), content: None };
    let all = read_from(SourceType::AzureSql, item, &json!({}));
    assert_eq!(all, [Ok(Record::row("1".into(), fields.as_object().unwrap().clone()))]);
}

#[test]
fn records_share_the_metadata_of_their_item() {
    let all = read(
        blob("b.jsonl", b"{\"a\":1}\n{\"metadata_storage_name\":2}", &[9]),
        &json!({"parsingMode": "jsonLines"}),
    );
    let [Ok(first), Ok(second)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(first.get("a"), Some(&json!(1)));
    assert_eq!(first.get("Metadata_Storage_Name"), Some(&json!("b.jsonl")));
    assert_eq!(second.get("metadata_storage_name"), Some(&json!(2)), "hides that of the item");
    assert_eq!((first.ordinal, second.ordinal), (Some(1), Some(2)));
}

#[test]
fn json_is_one_object() {
    let mode = json!({"parsingMode": "json"});
    check(&mode, r#" {"a":{"b":[1,null]}} "#, json!([{"a": {"b": [1, null]}}]));
    check(&mode, "\u{FEFF}{\"a\":\"é\"}", json!([{"a": "é"}]));
    check(&mode, b"\xFF\xFE{\0}\0", json!([{}]));
}

#[test]
fn json_lines_are_objects() {
    let mode = json!({"parsingMode": "jsonLines"});
    check(&mode, "", json!([]));
    check(
        &mode,
        "{\"a\":1}\n{\"a\":2}\r\n\n  \n{\"a\":\"x\\ny\"}",
        json!([{"a": 1}, {"a": 2}, {"a": "x\ny"}]),
    );
    check(&mode, "\u{FEFF}{\"a\":1}\n", json!([{"a": 1}]));
    check(&mode, b"\xFE\xFF\0{\0}\0\n\0{\0}", json!([{}, {}]));
}

#[test]
fn json_arrays_are_found_at_their_root() {
    let root = |root: &str| json!({"parsingMode": "jsonArray", "documentRoot": root});
    let two = json!([{"a": 1}, {"b": [2]}]);
    let elements = r#"[{"a":1}, {"b":[2]}]"#;
    check(&json!({"parsingMode": "jsonArray"}), "[]", json!([]));
    check(&json!({"parsingMode": "jsonArray"}), " [ ] ", json!([]));
    check(&json!({"parsingMode": "jsonArray"}), elements, two.clone());
    check(&root("/"), format!("\u{FEFF} {elements} "), two.clone());
    check(&root("/level1/level2"), format!(r#"{{"level1":{{"level2":{elements}}}}}"#), two.clone());
    let nested = format!(
        r#"{{"x":[{{"level2":[{{}}]}}, "]", 1.5e3, null], "level\u0031":{{"y":"\"}}", "level2":{elements}, "z":{{}}}},
            "level1":{{"level2":[{{"late":1}}]}}, "n":true}}"#
    );
    check(&root("/level1/level2"), nested, two.clone());
    check(&root("/0/a~1b"), format!(r#"[{{"a/b":{elements}}}, {{"a/b":[{{}}]}}]"#), two.clone());
    check(&root("/1"), format!(r#"[[{{}}], {elements}, 3]"#), two);
}

#[test]
fn rows_are_named_by_their_header() {
    let mode = json!({"parsingMode": "delimitedText"});
    let row = json!({"id": "1", "datePublished": "2016-01-12", "tags": "azure-search,azure,cloud"});
    // Blanks as in the sample of the service's page.
    check(&mode, "id, datePublished, tags\n1, 2016-01-12, \"azure-search,azure,cloud\"\n", json!([row]));
    check(&mode, "id,datePublished,tags\r\n1,2016-01-12,\"azure-search,azure,cloud\"", json!([row]));
    check(&mode, "\u{FEFF}a,b\n1,2\n\n3,4\n", json!([{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]));
    check(&mode, "a,b\r1,2\r", json!([{"a": "1", "b": "2"}]));
    check(&mode, "a,b\n1\n,\n", json!([{"a": "1"}, {"a": "", "b": ""}]));
    check(&mode, "a\n\"x\"\"y\"\n\"1\n2\"\n\"\"\n", json!([{"a": "x\"y"}, {"a": "1\n2"}, {"a": ""}]));
    check(&mode, "a,b\nx \"y\" z , 2\t\n", json!([{"a": "x \"y\" z", "b": "2"}]));
    check(&mode, "a,,c\n1,2,3\n", json!([{"a": "1", "c": "3"}]));
    check(&mode, "a\n\" x \"\n", json!([{"a": " x "}]));
    check(&mode, b"a\n\xE9\n", json!([{"a": "\u{FFFD}"}]));
}

#[test]
fn rows_are_named_by_the_configuration() {
    let mode = json!({"parsingMode": "delimitedText", "delimitedTextHeaders": "id,datePublished,tags"});
    check(
        &mode,
        "1,2016-01-12,\"a,b\"\n",
        json!([{"id": "1", "datePublished": "2016-01-12", "tags": "a,b"}]),
    );
    let mode = json!({
        "parsingMode": "delimitedText", "delimitedTextHeaders": "x,y", "firstLineContainsHeaders": true,
        "delimitedTextDelimiter": "\t",
    });
    check(
        &mode,
        "a\tb\n1\t\t\n2\t \"3\" \n",
        json!(
            ["Could not parse document: The row has '3' values, but there are only '2' headers.", {"x": "2", "y": "3"}]
        ),
    );
}

#[test]
fn text_is_decoded() {
    check(&json!({"parsingMode": "text"}), "é\r\n", json!([{"content": "é\r\n"}]));
    check(&json!({"parsingMode": "text"}), "%PDF-", json!([{"content": "%PDF-"}]));
    check(&json!({"parsingMode": "text", "encoding": "windows-1252"}), b"\x80", json!([{"content": "€"}]));
}

#[test]
fn markdown_has_sections() {
    let mode = json!({"parsingMode": "markdown", "markdownHeaderDepth": "h1"});
    let all = read(blob("a.md", b"# A\nx\n# B\ny\n", &[4]), &mode);
    let [Ok(first), Ok(second)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        Value::Object(first.fields.clone()),
        json!({"content": "x\n", "sections": {"h1": "A"}, "ordinal_position": 1})
    );
    assert_eq!(second.ordinal, Some(2));
    let one = json!({"parsingMode": "markdown", "markdownParsingSubmode": "oneToOne"});
    let all = read(blob("a.md", b"# A\nx\n", &[4]), &one);
    assert_eq!(all[0].as_ref().unwrap().ordinal, None);
}

#[test]
fn metadata_goes_without_content() {
    let metadata = json!({"metadata_content_type": "text/plain", "metadata_content_encoding": "UTF-8"});
    check(&json!({"dataToExtract": "allMetadata"}), "x", json!([metadata]));
    check(&json!({"dataToExtract": "storageMetadata"}), "x", json!([{}]));
    check(&json!({"dataToExtract": "storageMetadata", "parsingMode": "jsonLines"}), "x", json!([{}]));
    check(
        &json!({}),
        "x",
        json!([
            {"metadata_content_type": "text/plain", "metadata_content_encoding": "UTF-8", "content": "x"}
        ]),
    );
}

#[test]
fn a_blob_without_content_has_its_metadata() {
    let blob = Item { content: None, ..blob("a.txt", b"", &[1]) };
    let all = read(blob, &json!({"parsingMode": "jsonLines"}));
    let [Ok(record)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((record.fields.len(), record.ordinal), (0, None));
    assert_eq!(record.get("metadata_storage_name"), Some(&json!("a.txt")));
}
