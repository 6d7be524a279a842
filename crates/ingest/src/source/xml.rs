//! The listings of storage services, which are XML: one page as a tree of elements. Pages are small (their size is limited
//! when they are read), so nothing is gained by reading them as a stream.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements in elements; listings have six.
const DEPTH_MAX: usize = 32;

/// An element with its text and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// All text directly in it, as it is: blanks may be part of a value.
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// The first element of that name in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of that name in it.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of that name, if it has any.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }
}

/// The document's element, or what is wrong.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    // The real service begins its listings with a byte order mark.
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err("elements are nested too deep".into());
                }
                open.push(element(&start)?);
            }
            Event::Empty(empty) => {
                let element = element(&empty)?;
                innermost(&mut open)?.children.push(element);
            }
            Event::End(_) => {
                let closed = open.pop().unwrap_or_default();
                innermost(&mut open)?.children.push(closed);
            }
            Event::Text(text) => {
                innermost(&mut open)?.text += &text.xml_content(XmlVersion::Implicit1_0);
            }
            Event::CData(text) => innermost(&mut open)?.text += &text.xml_content(XmlVersion::Implicit1_0),
            Event::GeneralRef(reference) => innermost(&mut open)?.text += &resolved(&reference)?,
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(document), true) => {
            document.children.into_iter().next().ok_or_else(|| "there is no element".into())
        }
        _ => Err("an element is not closed".into()),
    }
}

fn innermost(open: &mut [Element]) -> Result<&mut Element, String> {
    open.last_mut().ok_or_else(|| "an element is closed that was not opened".into())
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() })
}

/// The text of `&amp;`, `&#10;` and the like.
fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let text = resolve_predefined_entity(&name).ok_or_else(|| format!("&{name}; is not known"))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_a_tree() {
        let xml = "\u{feff}<?xml version=\"1.0\"?><a x='1'><b> &lt;c&gt; &#x41;&amp; </b><c/><b><![CDATA[<d>]]></b></a>";
        let a = parse(xml.as_bytes()).unwrap();
        assert_eq!(a.attributes, [("x".to_owned(), "1".to_owned())]);
        let texts: Vec<&str> = a.all("b").map(|b| b.text.as_str()).collect();
        assert_eq!(texts, [" <c> A& ", "<d>"]);
        assert_eq!((a.text_of("c"), a.text_of("d")), (None, None));
    }

    #[test]
    fn what_is_no_listing_is_an_error() {
        let deep = "<a>".repeat(100);
        for xml in ["", "no xml", "<a><b></a>", "<a>", "</a>", "<a>&nbsp;</a>", deep.as_str()] {
            assert!(parse(xml.as_bytes()).is_err(), "{xml}");
        }
        assert!(parse(b"<a>\xff</a>").is_err());
    }
}
