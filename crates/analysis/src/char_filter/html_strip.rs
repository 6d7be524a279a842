//! `html_strip`: tags and comments taken out of a text, entities turned into what they stand for (Lucene's
//! `HTMLStripCharFilter`).
//!
//! Tags of words within a line (`<b>`) leave nothing behind, all others, also unknown ones, an end of line; scripts and
//! styles go with what they enclose. What only looks like the beginning of a tag or an entity stays: the text is then read
//! on from where the likeness ended.

mod tags;

use super::{Changed, utf16_len};
use crate::budget::Budget;
use crate::corrections::Corrections;
use crate::data::HTML_ENTITIES;
use crate::error::AnalysisError;

use tags::{Element, Name, Tags};

/// The text without its markup; None when it has none.
pub(super) fn apply(text: &str, budget: &Budget) -> Result<Changed, AnalysisError> {
    if !text.contains(['<', '&']) {
        return Ok(None);
    }
    let mut strip = Strip::new(text, budget);
    while let Some(at) = strip.next_markup() {
        strip.keep_until(at);
        if text.as_bytes().get(at) == Some(&b'&') { strip.entity(at) } else { strip.markup(at)? }
    }
    strip.keep_until(text.len());
    Ok(Some((strip.out, strip.corrections)))
}

/// The filter at work on one text.
struct Strip<'t> {
    text: &'t str,
    /// What was read before this byte is done with.
    at: usize,
    out: String,
    out_units: u32,
    corrections: Corrections,
    tags: Tags<'t>,
}

impl<'t> Strip<'t> {
    fn new(text: &'t str, budget: &'t Budget) -> Self {
        let out = String::with_capacity(text.len());
        let tags = Tags::new(text, budget);
        Self { text, at: 0, out, out_units: 0, corrections: Corrections::default(), tags }
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn next_markup(&self) -> Option<usize> {
        self.rest(self.at).find(['<', '&']).map(|ahead| self.at + ahead)
    }

    /// Hands on the text up to there as it is.
    fn keep_until(&mut self, end: usize) {
        let kept = self.text.get(self.at..end).unwrap_or_default();
        self.out.push_str(kept);
        self.out_units += utf16_len(kept);
        self.at = end;
    }

    /// Puts something else in the place of the text up to `end`.
    fn replace_until(&mut self, end: usize, with: &str) {
        let removed = utf16_len(self.text.get(self.at..end).unwrap_or_default());
        let put = utf16_len(with);
        self.corrections.replace(self.out_units, removed, put);
        self.out.push_str(with);
        self.out_units += put;
        self.at = end;
    }

    /// What `&` begins.
    fn entity(&mut self, at: usize) {
        let rest = self.rest(at + 1);
        if let Some((c, len)) = surrogate_pair(rest) {
            return self.replace_until(at + 1 + len, c.encode_utf8(&mut [0; 4]));
        }
        let (found, likeness) = match rest.strip_prefix('#') {
            Some(number) => (numeric(number).map(|(c, len)| (c, len + 1)), 2),
            None => (named(rest).map(|(c, len)| (Some(c), len)), 1),
        };
        let Some((c, len)) = found else { return self.keep_until(at + likeness) };
        let end = at + 1 + len;
        match (c, self.rest(end).chars().next()) {
            (Some(c), Some(';')) => self.replace_until(end + 1, c.encode_utf8(&mut [0; 4])),
            // At the end of the text the semicolon may be missing.
            (Some(c), None) => self.replace_until(end, c.encode_utf8(&mut [0; 4])),
            (Some(_) | None, _) => self.keep_until(end),
        }
    }

    /// What `<` begins.
    fn markup(&mut self, at: usize) -> Result<(), AnalysisError> {
        match self.text.as_bytes().get(at + 1) {
            Some(b'!') => self.declaration(at),
            Some(b'/') => self.end_tag(at),
            Some(b'?') => self.processing_instruction(at),
            Some(_) => return self.start_tag(at),
            None => self.keep_until(at + 1),
        }
        Ok(())
    }

    /// `<!…>`, a comment, or what is marked to be text.
    fn declaration(&mut self, at: usize) {
        let rest = self.rest(at + 2);
        if rest.starts_with("--") {
            let end = tags::comment_end(self.text, at + 4);
            return self.replace_until(end.unwrap_or(self.text.len()), "");
        }
        if let Some(raw) = rest.strip_prefix("[CDATA[") {
            self.replace_until(self.text.len() - raw.len(), "");
            let Some(end) = raw.find("]]>") else { return self.keep_until(self.text.len()) };
            self.keep_until(self.at + end);
            return self.replace_until(self.at + 3, "");
        }
        match self.tags.next_close(at) {
            Some(close) => self.replace_until(close + 1, ""),
            None => self.keep_until(self.text.len()),
        }
    }

    /// `<?…?>`, which may also end in `/>`.
    fn processing_instruction(&mut self, at: usize) {
        let close = self.tags.next_close(at);
        let ends =
            |close: usize| close > at + 2 && matches!(self.text.as_bytes().get(close - 1), Some(b'/' | b'?'));
        match close.filter(|close| ends(*close)) {
            Some(close) => self.replace_until(close + 1, ""),
            None => self.keep_until(at + 1),
        }
    }

    fn end_tag(&mut self, at: usize) {
        let name_at = tags::after_space(self.text, at + 2);
        let Some(Name { end, inline }) = tags::name(self.text, name_at) else {
            return self.keep_until(name_at);
        };
        let close = tags::after_space(self.text, end);
        match self.text.as_bytes().get(close) {
            Some(b'>') => self.replace_until(close + 1, if inline { "" } else { "\n" }),
            // Lucene takes what the end of the text cuts off for a tag, unless white space follows the name.
            None if close == end => self.replace_until(end, ""),
            Some(_) | None => self.keep_until(end),
        }
    }

    fn start_tag(&mut self, at: usize) -> Result<(), AnalysisError> {
        let name_at = tags::after_space(self.text, at + 1);
        if let Some((element, end)) = self.tags.element(name_at)? {
            let end = match element {
                Element::Break => Some(end),
                Element::Script => tags::raw_end(self.text, end, "script"),
                Element::Style => tags::raw_end(self.text, end, "style"),
            };
            match end {
                Some(end) => self.replace_until(end, "\n"),
                None => self.replace_until(self.text.len(), ""),
            }
            return Ok(());
        }
        let Some(Name { end, inline }) = tags::name(self.text, name_at) else {
            self.keep_until(name_at);
            return Ok(());
        };
        match self.tags.tail(end)? {
            Some(close) => self.replace_until(close, if inline { "" } else { "\n" }),
            None if end == self.text.len() => self.replace_until(end, ""),
            None => self.keep_until(end),
        }
        Ok(())
    }
}

/// A character by its name, the longest that there is.
fn named(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 8;
    let name = text.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    (1..=name).rev().find_map(|len| {
        let known = HTML_ENTITIES.binary_search_by_key(&text.get(..len)?, |(name, _)| name).ok()?;
        Some((HTML_ENTITIES.get(known)?.1, len))
    })
}

/// A character by its number, behind the `#`; without one if there is no such character, which then stays as it is.
fn numeric(text: &str) -> Option<(Option<char>, usize)> {
    let (prefix, radix, longest) = match text.as_bytes().first()? {
        b'x' | b'X' => (1, 16, 5),
        _ => (0, 10, 7),
    };
    let digits = text.get(prefix..)?;
    let len = digits.chars().take_while(|c| c.is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let value = u32::from_str_radix(digits.get(..len)?, radix).ok().filter(|_| len <= longest);
    let c = value.filter(|value| *value <= u32::from(char::MAX));
    Some((c.map(|value| char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)), prefix + len))
}

/// A character beyond U+FFFF by the numbers of its two surrogates, behind the first `&`.
fn surrogate_pair(text: &str) -> Option<(char, usize)> {
    const NUMBER: usize = 6; // #xD83D or #55357
    let high = surrogate(text.get(..NUMBER)?)?;
    let second = text.get(NUMBER..)?.strip_prefix(";&")?;
    let low = surrogate(second.get(..NUMBER)?)?;
    second.get(NUMBER..)?.strip_prefix(';')?;
    let c = char::decode_utf16([high, low]).next()?.ok()?;
    Some((c, 2 * NUMBER + 3))
}

/// The number of a surrogate as four hexadecimal or five decimal digits.
fn surrogate(text: &str) -> Option<u16> {
    let number = text.strip_prefix('#')?;
    match number.strip_prefix(['x', 'X']) {
        Some(digits) if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u16::from_str_radix(digits, 16).ok()
        }
        None if number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_markup_takes_no_quadratic_time() {
        for part in [
            "<",
            "</",
            "<!",
            "<!--",
            "<?",
            "&",
            "&#",
            "<a ",
            "<a onclick='",
            "<script>",
            "<![CDATA[",
            "</ ",
            "<a <!--#",
        ] {
            assert!(apply(&part.repeat(1 << 18), &Budget::default()).is_ok(), "{part}");
        }
    }
}
