//! What each parsing mode says of items that are not what they should be, and what it lets pass.

use super::*;

#[test]
fn json_that_is_none() {
    let mode = json!({"parsingMode": "json"});
    let error = |text: &str| format!("Could not parse document: {text}");
    check(&mode, "[1]", json!([error("A JSON object was expected, but 'an array' was found.")]));
    let [Err(text)] = &found(&mode, b"{\"a\":")[..] else { panic!("no error") };
    assert!(text.starts_with("Could not parse document: Invalid JSON. "), "{text}");
    assert!(matches!(&found(&mode, b"")[..], [Err(_)]));
    assert!(matches!(&found(&mode, "[".repeat(100_000).as_bytes())[..], [Err(_)]));
}

#[test]
fn a_line_spoils_no_other_line() {
    let all =
        found(&json!({"parsingMode": "jsonLines"}), b"{\"a\":1}\nnonsense\n[]\n{\"a\":\"\xE9\"}\n{\"a\":2}");
    let [Ok(_), Err(second), Err(third), Err(_), Ok(last)] = &all[..] else { panic!("{all:?}") };
    assert!(second.starts_with("Could not parse document: Invalid JSON. "), "{second}");
    assert_eq!(third, "Could not parse document: A JSON object was expected, but 'an array' was found.");
    assert_eq!(last["a"], 2);
}

#[test]
fn errors_of_a_line_name_it() {
    let all = read(blob("b.json", b"{}\nx", &[100]), &json!({"parsingMode": "jsonLines"}));
    let Err(error) = &all[1] else { panic!("{all:?}") };
    assert_eq!(error.id, "https://a/c/b.json;2");
    assert_eq!(error.link.as_deref(), Some("https://go.microsoft.com/fwlink/?linkid=2049388"));
}

#[test]
fn lines_and_elements_have_a_limit() {
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(RECORD_BYTES_MAX));
    let refused = "Could not parse document: A single entity of the document is larger than the maximum of '16777216' \
                   bytes.";
    let check = |mode: Value, text: String| {
        let all = outcome(read(blob("a", text.as_bytes(), &[65_536]), &mode));
        assert_eq!(all[0], Err(refused.to_owned()));
        assert_eq!(all.len(), 2);
        assert!(all[1].is_ok(), "the next one is read");
    };
    check(json!({"parsingMode": "jsonLines"}), format!("{large}\n{{}}"));
    check(json!({"parsingMode": "jsonArray"}), format!("[{large},{{}}]"));
    check(json!({"parsingMode": "delimitedText", "delimitedTextHeaders": "a"}), format!("{large}\n1\n"));
}

#[test]
fn an_array_is_read_as_far_as_it_is_json() {
    let mode = json!({"parsingMode": "jsonArray"});
    let cases = [
        ("[{\"a\":1}, 5, {\"a\":2}]", "oeo"),
        ("[{\"a\":1}, {\"a\":}, {\"a\":2}]", "oe"),
        ("[{\"a\":1} {\"a\":2}]", "oe"),
        ("[{\"a\":1},]", "oe"),
        ("[,{\"a\":1}]", "e"),
        ("[{\"a\":1}", "oe"),
        ("[{\"a\":[1}]", "e"),
        ("[{\"a\":1}]]", "oe"),
        ("[{\"a\":1}] x", "oe"),
        ("[{\"a\":1}}", "oe"),
        ("", "e"),
        ("5", "e"),
        ("{}", "e"),
        ("{\"a\" 1}", "e"),
        ("{\"a\":}", "e"),
        ("{a:1}", "e"),
        ("{\"a\":1,}", "e"),
        ("\"", "e"),
    ];
    for (text, expected) in cases {
        let all = found(&mode, text.as_bytes());
        let outcomes: String = all.iter().map(|outcome| if outcome.is_ok() { 'o' } else { 'e' }).collect();
        assert_eq!(outcomes, expected, "{text}: {all:?}");
    }
    let deep = format!("[{}", "[".repeat(1_000));
    let expected = "Could not parse document: The JSON is nested deeper than the maximum of '127' levels.";
    check(&mode, deep, json!([expected]));
}

#[test]
fn no_array_where_the_root_says() {
    for text in ["{}", "{\"a\":{}}", "{\"a\":{\"b\":1}}", "{\"a\":[1]}", "{\"a\":5}", "[]"] {
        check(
            &json!({"parsingMode": "jsonArray", "documentRoot": "/a/b"}),
            text,
            json!(["Could not parse document: Cannot find a JSON array at the document root '/a/b'."]),
        );
    }
}

#[test]
fn a_row_spoils_no_other_row() {
    let mode = json!({"parsingMode": "delimitedText"});
    let error = |text: &str| format!("Could not parse document: {text}");
    check(&mode, "", json!([error("The delimited text has no header line.")]));
    check(
        &mode,
        "a,b\n1,2,3\n4,5\n",
        json!([
            error("The row has '3' values, but there are only '2' headers."), {"a": "4", "b": "5"}
        ]),
    );
    check(
        &mode,
        "a,b\n1,\"2\"x\n4,5\n",
        json!([
            error("The row has text after the closing quote of value '2'."), {"a": "4", "b": "5"}
        ]),
    );
    check(&mode, "a,b\n1,\"2\n", json!([error("The row has a quoted value that is never closed.")]));
    check(
        &mode,
        ",".repeat(2_000),
        json!([error("The delimited text has more than the maximum of '1000' columns.")]),
    );
}

#[test]
fn large_items_fail_or_lose_their_content() {
    let large = || {
        let mut item = blob("a.txt", b"x", &[1]);
        let size = Some(DOCUMENT_BYTES_MAX + 1);
        item.content = Some(Box::new(Memory { bytes: Bytes::from_static(b"x"), pieces: vec![1], size }));
        item
    };
    let all = outcome(read(large(), &json!({})));
    let sentence = "Document is '256000001' bytes, which exceeds the maximum size '256000000' bytes for document \
                    extraction for your current service tier.";
    let message = "Could not extract content or metadata from your document";
    assert_eq!(all, [Err(format!("{message}: {sentence}"))]);
    let all = read(large(), &json!({"indexStorageMetadataOnlyForOversizedDocuments": true}));
    let [Ok(record)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(record.fields, Map::new());
    assert_eq!(record.get("metadata_storage_name"), Some(&json!("a.txt")));
    assert_eq!(record.warnings[0].message, message);
    assert_eq!(record.warnings[0].details.as_deref(), Some(sentence));
    let lines = read(large(), &json!({"parsingMode": "delimitedText"}));
    assert_eq!(lines, [], "what is read row by row has no limit: a header without rows");
}

#[test]
fn other_formats_fail_or_lose_their_content() {
    let sentence = "Document has unsupported content type 'image/png'";
    let all = outcome(read(blob("a.png", b"x", &[1]), &json!({})));
    assert_eq!(all, [Err(format!("Could not extract content or metadata from your document: {sentence}"))]);
    let all = read(blob("a.png", b"x", &[1]), &json!({"failOnUnsupportedContentType": false}));
    let [Ok(record)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(record.warnings[0].details.as_deref(), Some(sentence));
    let broken = |configuration: Value| read(blob("a.xml", b"<a>", &[1]), &configuration);
    assert!(matches!(&broken(json!({}))[..], [Err(_)]));
    assert!(matches!(&broken(json!({"failOnUnprocessableDocument": false}))[..], [Ok(_)]));
}

#[test]
fn long_text_is_cut_off_with_a_warning() {
    let text = "x".repeat(TEXT_UNITS_MAX + 1);
    let all = read(blob("a.txt", text.as_bytes(), &[usize::MAX]), &json!({"parsingMode": "text"}));
    let [Ok(record)] = &all[..] else { panic!("no record") };
    assert_eq!(record.fields["content"].as_str().unwrap().len(), TEXT_UNITS_MAX);
    assert_eq!(record.warnings[0].message, "Truncated extracted text to 4,000,000 characters");
}

#[test]
fn text_that_may_be_utf16_has_a_warning() {
    let all = read(blob("a.txt", b"h\0e\0l\0l\0o\0", &[3]), &json!({"parsingMode": "text"}));
    let [Ok(record)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(
        record.warnings[0].message,
        "Document text appears to be UTF-16 encoded, but is missing a byte order mark"
    );
}
