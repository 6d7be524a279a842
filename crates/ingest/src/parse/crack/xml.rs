//! The text of an XML document: that of its elements, one line each. Entities of the document's own are not resolved, so that
//! none can grow.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::fault::Fault;
use super::super::limits::XML_DEPTH_MAX;

/// What a document holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Document {
    pub(super) text: String,
    /// Its `xml:lang`, or nothing.
    pub(super) language: String,
}

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, Fault> {
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    let mut depth = 0_usize;
    let mut line = String::new();
    loop {
        match reader.read_event().map_err(|error| unprocessable(error.to_string()))? {
            Event::Start(element) => {
                depth += 1;
                if depth > XML_DEPTH_MAX {
                    return Err(unprocessable(format!(
                        "elements are nested deeper than {XML_DEPTH_MAX} levels"
                    )));
                }
                if depth == 1 {
                    document.language = language(&element);
                }
                end_line(&mut line, &mut document.text);
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                end_line(&mut line, &mut document.text);
            }
            Event::Empty(_) => end_line(&mut line, &mut document.text),
            Event::Text(part) => line.push_str(&part.xml10_content()),
            Event::CData(part) => line.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => push_reference(&reference, &mut line),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof if depth > 0 => {
                return Err(unprocessable("the document ends within an element".to_owned()));
            }
            Event::Eof => break,
        }
    }
    end_line(&mut line, &mut document.text);
    Ok(document)
}

/// Takes over a line if there is anything on it.
fn end_line(line: &mut String, text: &mut String) {
    let trimmed = line.trim();
    if !trimmed.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(trimmed);
    }
    line.clear();
}

fn push_reference(reference: &BytesRef<'_>, line: &mut String) {
    let name: &str = reference;
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        line.push(character);
    } else if let Some(text) = resolve_predefined_entity(name) {
        line.push_str(text);
    } else {
        line.push('&');
        line.push_str(name);
        line.push(';');
    }
}

fn language(element: &BytesStart<'_>) -> String {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.as_ref() == "xml:lang");
    found.map(|attribute| attribute.value.into_owned()).unwrap_or_default()
}

fn unprocessable(reason: String) -> Fault {
    Fault::Unprocessable { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str, expected: &str) {
        assert_eq!(read(xml).map(|document| document.text), Ok(expected.to_owned()), "{xml}");
    }

    #[test]
    fn elements_are_lines() {
        check("", "");
        check("<a/>", "");
        check("<a>x</a>", "x");
        check("<?xml version='1.0'?><a>\n <b>x &amp; &#233; y</b>\n <c k='v'>z</c>\n</a>", "x & é y\nz");
        check("<a><![CDATA[<b>]]></a>", "<b>");
        check("<a>x<!-- no --> y</a>", "x y");
        check("<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>", "&b;");
    }

    #[test]
    fn language_is_that_of_the_root() {
        assert_eq!(read("<a xml:lang='de'><b xml:lang='en'/></a>").unwrap().language, "de");
    }

    #[test]
    fn broken_documents_are_refused() {
        for xml in ["<a>", "<a></b>", "<a", "</a>", &"<a>".repeat(2_000)] {
            assert!(matches!(read(xml), Err(Fault::Unprocessable { .. })), "{xml:.20}");
        }
    }
}
