//! `markdown`: sections by headers, as documents of their own (`oneToMany`) or as objects within one (`oneToOne`).
//!
//! Headers are those of CommonMark, with `#` or underlined, that stand in no list or quote: a `#` in fenced code is text. The
//! content of a section is the raw Markdown up to the next header; blank lines around it are not part of it. In the
//! service's documented examples it keeps its last line end as a document (`"Content for section 1.\r\n"`) and loses it
//! within one.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::limits::{HEADERS_BYTES_MAX, SECTIONS_MAX};

/// How sections become documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submode {
    /// A document per section.
    OneToMany,
    /// One document.
    OneToOne,
}

/// A header and what follows it; the text before the first header is a section of level 0.
struct Section {
    level: u8,
    name: String,
    /// Where in the text.
    content: Range<usize>,
}

/// Documents of the sections that have content, made as they are asked for: each has the names of all headers it is under.
pub(super) struct Sections {
    text: String,
    sections: std::vec::IntoIter<Section>,
    names: Names,
    ordinal: u64,
}

/// The headers that a section is under, by level.
struct Names(Vec<String>);

/// One record per section that has content. `depth`: headers of a lower level are text.
pub(super) fn one_to_many(text: String, depth: u8) -> Result<Sections, Fault> {
    let sections = sections(&text, depth)?;
    let (mut names, mut bytes) = (Names::new(depth), 0);
    for section in &sections {
        names.enter(section);
        bytes += names.0.iter().map(String::len).sum::<usize>();
        if bytes > HEADERS_BYTES_MAX {
            return Err(Fault::HeadersTooLong);
        }
    }
    Ok(Sections { text, sections: sections.into_iter(), names: Names::new(depth), ordinal: 0 })
}

impl Iterator for Sections {
    type Item = Map<String, Value>;

    fn next(&mut self) -> Option<Map<String, Value>> {
        for section in self.sections.by_ref() {
            self.names.enter(&section);
            let content = without_blank_lines(content(&self.text, &section));
            if content.is_empty() {
                continue;
            }
            self.ordinal += 1;
            let named = self.names.0.iter().zip(1..).map(|(name, level)| (format!("h{level}"), json!(name)));
            let mut record = Map::new();
            record.insert("content".to_owned(), json!(content));
            record.insert("sections".to_owned(), Value::Object(named.collect()));
            record.insert("ordinal_position".to_owned(), json!(self.ordinal));
            return Some(record);
        }
        None
    }
}

impl Names {
    fn new(depth: u8) -> Names {
        Names(vec![String::new(); usize::from(depth)])
    }

    /// A header takes the place of the one of its level and ends those below.
    fn enter(&mut self, section: &Section) {
        let Some(level) = usize::from(section.level).checked_sub(1) else { return };
        for (below, name) in self.0.iter_mut().enumerate().skip(level) {
            name.clear();
            if below == level {
                name.push_str(&section.name);
            }
        }
    }
}

fn content<'a>(text: &'a str, section: &Section) -> &'a str {
    text.get(section.content.clone()).unwrap_or_default()
}

/// The whole as one record.
pub(super) fn one_to_one(text: &str, depth: u8) -> Result<Map<String, Value>, Fault> {
    let sections = sections(text, depth)?;
    let mut headed = sections.into_iter().filter(|section| section.level > 0).enumerate().peekable();
    let mut record = Map::new();
    record.insert("document_content".to_owned(), json!(text));
    record.insert("sections".to_owned(), Value::Array(nested(text, &mut headed, 0)));
    Ok(record)
}

/// The sections below a level, each with those below it; the recursion is as deep as there are levels.
fn nested(
    text: &str,
    sections: &mut std::iter::Peekable<impl Iterator<Item = (usize, Section)>>,
    above: u8,
) -> Vec<Value> {
    let mut values = Vec::new();
    while let Some((at, section)) = sections.next_if(|(_, section)| section.level > above) {
        values.push(json!({
            "header_level": format!("h{}", section.level),
            "header_name": section.name,
            "content": without_blank_lines(content(text, &section)).trim_end_matches(['\r', '\n']),
            "ordinal_position": at + 1,
            "sections": nested(text, sections, section.level),
        }));
    }
    values
}

fn sections(text: &str, depth: u8) -> Result<Vec<Section>, Fault> {
    let headers = headers(text, depth)?;
    let mut sections = Vec::with_capacity(headers.len() + 1);
    let mut before = (0, String::new(), 0);
    for (level, name, range) in headers {
        sections.push(Section { level: before.0, name: before.1, content: before.2..range.start });
        before = (level, name, range.end);
    }
    sections.push(Section { level: before.0, name: before.1, content: before.2..text.len() });
    Ok(sections)
}

/// Level, name and lines of each header, in order.
fn headers(text: &str, depth: u8) -> Result<Vec<(u8, String, Range<usize>)>, Fault> {
    let mut headers = Vec::new();
    let mut containers = 0_u32;
    let mut current: Option<(u8, String, Range<usize>)> = None;
    // What stands between `---` lines at the top is no header.
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if containers == 0 && number(level) <= depth => {
                current = Some((number(level), String::new(), whole_lines(text, &range)));
            }
            Event::End(TagEnd::Heading(_)) if current.is_some() => {
                headers.extend(current.take());
                if headers.len() > SECTIONS_MAX {
                    return Err(Fault::TooManySections);
                }
            }
            Event::Start(_) if current.is_none() => containers += 1,
            Event::End(_) if current.is_none() => containers = containers.saturating_sub(1),
            Event::Text(part) | Event::Code(part) | Event::InlineHtml(part) => {
                if let Some((_, name, _)) = &mut current {
                    name.push_str(&part);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, name, _)) = &mut current {
                    name.push(' ');
                }
            }
            Event::Start(_)
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }
    Ok(headers)
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// From the beginning of the header's first line to the end of its last, line end included.
fn whole_lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let header = text.get(range.clone()).unwrap_or_default();
    let end = if header.ends_with('\n') {
        range.end
    } else {
        let after = text.get(range.end..).unwrap_or_default();
        range.end + after.find('\n').map_or(after.len(), |at| at + 1)
    };
    start..end
}

/// Leaves out blank lines at the beginning and the end; the last line keeps its end.
fn without_blank_lines(content: &str) -> &str {
    let is_blank = |line: &&str| line.trim().is_empty();
    let lines = || content.split_inclusive('\n');
    let leading: usize = lines().take_while(is_blank).map(str::len).sum();
    let trailing: usize = lines().rev().take_while(is_blank).map(str::len).sum();
    content.get(leading..content.len().saturating_sub(trailing)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the service's page, with the line ends of its author.
    const SAMPLE: &str = "# Section 1\r\nContent for section 1.\r\n\r\n## Subsection 1.1\r\nContent for subsection \
                          1.1.\r\n\r\n# Section 2\r\nContent for section 2.\r\n";

    fn documents(text: &str, depth: u8) -> Vec<Map<String, Value>> {
        one_to_many(text.to_owned(), depth).unwrap().collect()
    }

    #[test]
    fn sections_become_documents_as_on_the_services_page() {
        let records = documents(SAMPLE, 2);
        let expected = json!([
            {"content": "Content for section 1.\r\n", "sections": {"h1": "Section 1", "h2": ""}, "ordinal_position": 1},
            {"content": "Content for subsection 1.1.\r\n", "sections": {"h1": "Section 1", "h2": "Subsection 1.1"},
             "ordinal_position": 2},
            {"content": "Content for section 2.\r\n", "sections": {"h1": "Section 2", "h2": ""}, "ordinal_position": 3},
        ]);
        assert_eq!(json!(records), expected);
    }

    #[test]
    fn sections_become_objects_as_on_the_services_page() {
        let record = one_to_one(SAMPLE, 6).unwrap();
        let expected = json!({
            "document_content": SAMPLE,
            "sections": [
                {"header_level": "h1", "header_name": "Section 1", "content": "Content for section 1.",
                 "ordinal_position": 1, "sections": [
                    {"header_level": "h2", "header_name": "Subsection 1.1", "content": "Content for subsection 1.1.",
                     "ordinal_position": 2, "sections": []}]},
                {"header_level": "h1", "header_name": "Section 2", "content": "Content for section 2.",
                 "ordinal_position": 3, "sections": []}],
        });
        assert_eq!(json!(record), expected);
    }

    /// Contents and lowest headers of the sections.
    fn check(text: &str, depth: u8, expected: &[(&str, &str)]) {
        let records = documents(text, depth);
        let found: Vec<(String, String)> = records
            .iter()
            .map(|record| {
                let names = record["sections"].as_object().unwrap();
                assert_eq!(names.len(), usize::from(depth));
                let name = names.values().rev().find(|name| *name != "").cloned().unwrap_or_default();
                (name.as_str().unwrap_or_default().to_owned(), record["content"].as_str().unwrap().to_owned())
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn only_headers_split() {
        check("", 6, &[]);
        check("no header", 6, &[("", "no header")]);
        check("before\n# A\nafter\n", 6, &[("", "before\n"), ("A", "after\n")]);
        check("# A\n```\n# no header\n```\n", 6, &[("A", "```\n# no header\n```\n")]);
        check("# A\n    # code\n", 6, &[("A", "    # code\n")]);
        check("> # quoted\n\n- # listed\n", 6, &[("", "> # quoted\n\n- # listed\n")]);
        check(
            "Under\nlined\n===\ntext\n\nLower\n---\nmore",
            6,
            &[("Under lined", "text\n"), ("Lower", "more")],
        );
        check("# A *b* `c` [d](e) ##\nx", 6, &[("A b c d", "x")]);
        check("#no header\n", 6, &[("", "#no header\n")]);
        check("---\ntitle: T\n---\n# A\nx", 6, &[("", "---\ntitle: T\n---\n"), ("A", "x")]);
    }

    #[test]
    fn headers_are_not_copied_beyond_measure() {
        let sections = 100;
        let text = |bytes: usize| format!("# {}\n{}", "a".repeat(bytes), "## b\nc\n".repeat(sections));
        // The first header stands above all sections, its own among them, and the second ones are a byte each.
        let fits = (HEADERS_BYTES_MAX - sections) / (sections + 1);
        assert_eq!(documents(&text(fits), 2).len(), sections);
        assert!(matches!(one_to_many(text(fits + 1), 2), Err(Fault::HeadersTooLong)));
        assert!(one_to_one(&text(fits + 1), 2).is_ok(), "each stands there once");
    }

    #[test]
    fn headers_below_the_depth_are_text() {
        check("# A\nx\n## B\ny\n", 1, &[("A", "x\n## B\ny\n")]);
    }

    #[test]
    fn headers_without_content_make_no_document() {
        check("# A\n\n## B\n\ny\n\n\n# C\n", 6, &[("B", "y\n")]);
    }

    #[test]
    fn a_higher_header_forgets_the_lower_ones() {
        let records = documents("# A\n### B\nx\n## C\ny\n", 3);
        assert_eq!(records[0]["sections"], json!({"h1": "A", "h2": "", "h3": "B"}));
        assert_eq!(records[1]["sections"], json!({"h1": "A", "h2": "C", "h3": ""}));
    }

    #[test]
    fn skipped_levels_are_not_made_up() {
        let record = one_to_one("# A\n### B\n## C\n", 6).unwrap();
        let inner = &record["sections"][0]["sections"];
        assert_eq!(inner[0]["header_level"], "h3");
        assert_eq!(inner[1]["header_level"], "h2");
        assert_eq!(inner[1]["content"], "");
    }
}
