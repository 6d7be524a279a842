//! The replacement of a match: `$1`, `${name}`, `\` before a character that means itself (`Matcher.appendReplacement`).

use super::{Groups, JavaRegex, PatternError};
use crate::char_filter::Room;
use crate::error::AnalysisError;

/// A replacement that fits its pattern.
#[derive(Debug)]
pub(crate) struct Replacement {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Group(usize),
}

impl Replacement {
    pub(crate) fn new(replacement: &str, regex: &JavaRegex) -> Result<Self, PatternError> {
        let chars: Vec<char> = replacement.chars().collect();
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            at += 1;
            let error = |what| PatternError { what, at };
            match c {
                '\\' => {
                    text.push(*chars.get(at).ok_or(error("character to be escaped is missing"))?);
                    at += 1;
                }
                '$' => {
                    let (group, len) = group(chars.get(at..).unwrap_or_default(), regex).map_err(error)?;
                    parts.extend([Part::Text(std::mem::take(&mut text)), Part::Group(group)]);
                    at += len;
                }
                _ => text.push(c),
            }
        }
        parts.push(Part::Text(text));
        Ok(Self { parts })
    }

    /// Appends what a match of `text` becomes.
    pub(crate) fn append(
        &self,
        text: &str,
        groups: &Groups,
        room: Room,
        out: &mut String,
    ) -> Result<(), AnalysisError> {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => room.append(out, text),
            Part::Group(group) => {
                let place = groups.get(*group);
                room.append(out, place.and_then(|(start, end)| text.get(start..end)).unwrap_or_default())
            }
        })
    }
}

/// The group that is named behind a `$`, and how many characters name it.
fn group(rest: &[char], regex: &JavaRegex) -> Result<(usize, usize), &'static str> {
    if rest.first() == Some(&'{') {
        let name: String = rest.iter().skip(1).take_while(|c| **c != '}').collect();
        let known = regex.group_named(&name).ok_or("no group of that name")?;
        return Ok((known, name.chars().count() + 2));
    }
    let digits: Vec<usize> = rest.iter().map_while(|c| c.to_digit(10)).map(|digit| digit as usize).collect();
    let Some((first, more)) = digits.split_first() else { return Err("illegal group reference") };
    if *first > regex.groups() {
        return Err("no group of that number");
    }
    let (mut group, mut len) = (*first, 1);
    for digit in more {
        let longer = group * 10 + digit;
        if longer > regex.groups() {
            break;
        }
        (group, len) = (longer, len + 1);
    }
    Ok((group, len))
}
