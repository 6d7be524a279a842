//! The text of an HTML page, and what its head says: the tokens of the standard's tokenizer, without building a tree and with
//! a limit of attributes ([`super::tags`]), so that no page costs more than its length.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::super::limits::TEXT_UNITS_MAX;
use super::tags::{self, Whereabouts};

/// What a page holds. What is not there is empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) text: String,
    pub(super) language: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) keywords: String,
}

/// Reads a page. Every text is one: HTML has no errors that stop a reader.
pub(super) fn read(text: &str) -> Page {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    tags::feed(text, &tokenizer);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

#[derive(Default)]
struct Reader(RefCell<State>);

#[derive(Default)]
struct State {
    page: Page,
    /// In an element whose text is not shown.
    hidden: Option<&'static str>,
    /// In an element whose text has no tags.
    raw: Option<&'static str>,
    declarations: u64,
    in_title: bool,
    preformatted: u32,
    /// What stands between the last character and the next one.
    gap: Gap,
}

#[derive(Default, Clone, Copy, PartialEq, PartialOrd)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
}

/// Elements whose text is not shown, and what the tokenizer has to know of what is in them.
const HIDDEN: [(&str, Option<RawKind>); 6] = [
    ("script", Some(RawKind::ScriptData)),
    ("style", Some(RawKind::Rawtext)),
    ("noembed", Some(RawKind::Rawtext)),
    ("noframes", Some(RawKind::Rawtext)),
    ("iframe", Some(RawKind::Rawtext)),
    ("template", None),
];

/// Elements that stand on a line with other text. Every other one begins a new line.
const INLINE: [&str; 34] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
];

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => state.tag(&tag),
            Token::CharacterTokens(text) => {
                state.characters(&text);
                TokenSinkResult::Continue
            }
            Token::DoctypeToken(_) | Token::CommentToken(_) => {
                state.declarations += 1;
                TokenSinkResult::Continue
            }
            Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => TokenSinkResult::Continue,
        }
    }
}

impl Whereabouts for Reader {
    fn raw(&self) -> Option<&'static str> {
        self.0.borrow().raw
    }

    fn declarations(&self) -> u64 {
        self.0.borrow().declarations
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if !starts {
            // Where tags are text, the only one that is none is the end of that.
            self.raw = None;
        }
        if let Some(hidden) = self.hidden {
            if !starts && name == hidden {
                self.hidden = None;
            }
            return TokenSinkResult::Continue;
        }
        if let Some((hidden, raw)) = HIDDEN.iter().find(|(hidden, _)| *hidden == name) {
            if !starts {
                return TokenSinkResult::Continue;
            }
            self.hidden = Some(hidden);
            self.raw = raw.map(|_| *hidden);
            return raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
        }
        match name {
            "title" => self.in_title = starts,
            "meta" if starts => self.meta(tag),
            "html" if starts => self.page.language = attribute(tag, "lang").unwrap_or_default(),
            "pre" | "textarea" if starts => self.preformatted += 1,
            "pre" | "textarea" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
        match name {
            name if INLINE.contains(&name) => {}
            "td" | "th" | "option" => self.widen(Gap::Blank),
            _ => self.widen(Gap::Line),
        }
        if let Some(raw) = ["title", "textarea"].into_iter().find(|raw| starts && *raw == name) {
            self.raw = Some(raw);
            return TokenSinkResult::RawData(RawKind::Rcdata);
        }
        TokenSinkResult::Continue
    }

    fn meta(&mut self, tag: &Tag) {
        let (Some(name), Some(content)) = (attribute(tag, "name"), attribute(tag, "content")) else { return };
        let place = match name.to_ascii_lowercase().as_str() {
            "description" => &mut self.page.description,
            "keywords" => &mut self.page.keywords,
            _ => return,
        };
        *place = content.trim().to_owned();
    }

    fn widen(&mut self, gap: Gap) {
        if self.gap < gap {
            self.gap = gap;
        }
    }

    fn characters(&mut self, text: &str) {
        if self.in_title {
            self.page.title.push_str(text);
            return;
        }
        // Longer text is cut off later; until then it need not grow beyond what is kept.
        if self.hidden.is_some() || self.page.text.len() > 4 * TEXT_UNITS_MAX {
            return;
        }
        for character in text.chars() {
            match character {
                '\n' if self.preformatted > 0 => self.widen(Gap::Line),
                ' ' | '\t' | '\n' | '\r' | '\x0C' if self.preformatted == 0 => self.widen(Gap::Blank),
                character => self.push(character),
            }
        }
    }

    fn push(&mut self, character: char) {
        let text = &mut self.page.text;
        match std::mem::take(&mut self.gap) {
            Gap::None => {}
            _ if text.is_empty() => {}
            Gap::Blank => text.push(' '),
            Gap::Line => text.push('\n'),
        }
        text.push(character);
    }

    fn finish(mut self) -> Page {
        self.page.title = self.page.title.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        self.page
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let mut attributes = tag.attrs.iter();
    attributes.find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(read(html).text, expected, "{html}");
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        check("", "");
        check("plain", "plain");
        check("<p>a</p>\n\n<p>b<br>c", "a\nb\nc");
        check("a <b>b</b>c  d", "a bc d");
        check("<ul><li>a<li>b</ul>", "a\nb");
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
        check("&lt;p&gt; &eacute;&#233;&nbsp;&unknown;", "<p> éé\u{A0}&unknown;");
        check("<pre>a  b\n c</pre>", "a  b\n c");
        check("<!-- no --><template><p>no</template>yes", "yes");
        check("<script>if (a < b) { '</p>' }</script>x<style>p{}</style>", "x");
        check("<title>no</title>yes", "yes");
        check("<textarea>a <b>", "a <b>");
        check("<iframe><p>no</p></iframe>", "");
    }

    #[test]
    fn broken_pages_are_read_as_far_as_they_go() {
        check("<p", "");
        check("a<script>never closed", "a");
        check("<p>a</b></i></p></p>b", "a\nb");
        check("a\0b", "ab");
        check(&"<div>".repeat(100_000), "");
    }

    fn attributes(count: usize) -> String {
        (0..count).map(|n| format!(" a{n}=\"> {n}\"")).collect()
    }

    /// What comes behind the attributes that are read would be seen if it were read.
    #[test]
    fn a_tag_costs_no_more_than_its_length() {
        let many = attributes(20_000);
        let page = read(&format!("a<html lang=de{many}>b</p{many}>c<html{many} lang=fr>d<p{many}"));
        assert_eq!((page.text.as_str(), page.language.as_str()), ("a\nb\nc\nd", ""));
        assert_eq!(read(&format!("<html lang=de{many}>")).language, "de");
        let few = attributes(tags::ATTRIBUTES_MAX - 1);
        assert_eq!(read(&format!("<html{few} lang=de>")).language, "de");
        check(&format!("<textarea>a<p{many}</textarea{many}>b"), &format!("a<p{many}\nb"));
    }

    #[test]
    fn what_looks_like_a_long_tag_is_left_as_it_is() {
        let many = attributes(200);
        check(&format!("a<!-- <p{many} -->b"), "ab");
        check(&format!("a<script>'<p{many}'</script>b"), "ab");
        check("a<!--><b>b</b><!---><!doctype html>c<?x <p d='>e</>f</ g>h<![CDATA[i]]>j", "abcefhj");
        check(&format!("a < b{many}"), &format!("a < b{many}"));
    }

    #[test]
    fn long_pages_are_read_in_pieces() {
        let text = "é".repeat(tags::PIECE_BYTES);
        check(&format!("x<p>{text}</p>"), &format!("x\n{text}"));
    }
}
