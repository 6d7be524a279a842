//! Names and addresses of the internet, read as the grammar of Lucene's `UAX29URLEmailTokenizer` has them. All of them are
//! ASCII; each function takes the text from some place on, and answers where what it looks for ends.

use core::net::Ipv6Addr;

use crate::data::{Suffixes, TOP_LEVEL_DOMAIN_MAX, top_level_domain};

/// What a host name that needs no scheme before it ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostKind {
    /// An IP address, which the grammar has beside every list of top-level domains.
    Address,
    /// A top-level domain.
    Domain(Suffixes),
}

/// Hands `found` the end of each host name that the text begins with, and its kind.
pub(super) fn strict_hosts(text: &[u8], mut found: impl FnMut(usize, HostKind)) {
    if let Some(end) = bracketed_address(text) {
        return found(end, HostKind::Address);
    }
    ipv4_addresses(text, |end| found(end, HostKind::Address));
    domains(text, |end, suffixes| found(end, HostKind::Domain(suffixes)));
}

/// A complete URL that the text begins with, whether it names its scheme or not; the longest.
pub(super) fn url(text: &[u8]) -> Option<usize> {
    let scheme_end = |scheme: &[u8]| {
        let begins = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        begins.then_some(scheme.len())
    };
    if let Some(end) = scheme_end(b"http://").or_else(|| scheme_end(b"https://")) {
        let host = authority(text, end)?;
        return Some(http_tail(text, host));
    }
    if let Some(end) = scheme_end(b"ftp://") {
        let path = file_path(text, authority(text, end)?)?;
        let typed = text.get(path..path + 7).is_some_and(|option| {
            let (name, value) = option.split_at(6);
            name.eq_ignore_ascii_case(b";type=")
                && matches!(value.to_ascii_lowercase().as_slice(), b"a" | b"i" | b"d")
        });
        return Some(fragment(text, if typed { path + 7 } else { path }));
    }
    if let Some(end) = scheme_end(b"file://") {
        let host = loose_host(text, end).unwrap_or(end);
        return Some(fragment(text, file_path(text, host)?));
    }
    // Without a scheme there must be something behind the host, which thereby is the whole of what looks like one.
    let mut longest = None;
    strict_hosts(text, |host, _| {
        let end = http_tail(text, host);
        if end > host {
            longest = longest.max(Some(end));
        }
    });
    longest
}

/// The longest e-mail address that the text begins with.
pub(super) fn email(text: &[u8]) -> Option<usize> {
    let domain = local_part(text)? + 1;
    let rest = text.get(domain..)?;
    if rest.first() == Some(&b'[') {
        return Some(domain + literal(rest)?);
    }
    let mut longest = None;
    domains(rest, |end, _| longest = longest.max(Some(domain + end)));
    longest
}

/// Where the `@` is that ends the local part of an e-mail address.
fn local_part(text: &[u8]) -> Option<usize> {
    let (mut at, mut in_atoms, mut label_begins, mut label_ended) = (0, false, true, false);
    loop {
        match *text.get(at)? {
            b'@' if in_atoms || label_ended => return Some(at),
            b'"' if label_begins => {
                at += quoted(text.get(at..)?)?;
                (in_atoms, label_begins, label_ended) = (false, false, true);
                continue;
            }
            b'.' if label_ended => (label_begins, label_ended) = (true, false),
            byte if is_atom(byte) && (in_atoms || label_begins) => {
                label_begins = byte == b'.' && in_atoms; // a dot is both: an atom, and what stands between labels
                in_atoms = true;
            }
            _ => return None,
        }
        at += 1;
    }
}

/// Whether the byte may stand in the local part of an e-mail address without quotes.
pub(super) fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*'..=b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

/// A string in double quotes.
fn quoted(text: &[u8]) -> Option<usize> {
    enclosed(text, |byte| !matches!(byte, b'"' | 0x7f))
}

/// A host in brackets, whatever it says.
fn literal(text: &[u8]) -> Option<usize> {
    enclosed(text, |byte| !matches!(byte, b'[' | b']')).filter(|end| text.get(end - 1) == Some(&b']'))
}

/// What stands between the first byte and the next one that does not belong inside; there, a backslash may stand before
/// any byte, and white space that ends lines nowhere else.
fn enclosed(text: &[u8], inside: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = 1;
    loop {
        match *text.get(at)? {
            b'\\' => {
                text.get(at + 1).filter(|byte| byte.is_ascii())?;
                at += 2;
            }
            0 | b'\t' | b'\n' | b'\r' | 0x80.. => return None,
            byte if inside(byte) => at += 1,
            b'"' | b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Labels with a top-level domain at their end: hands `found` each end and the list that it is of.
fn domains(text: &[u8], mut found: impl FnMut(usize, Suffixes)) {
    let mut label = 0;
    while let Some(len) = text.get(label..).and_then(label_len) {
        if label > 0 {
            top_level_domains(text, label, &mut found);
        }
        let end = label + len;
        let ends_well = text.get(end.saturating_sub(1)).is_some_and(u8::is_ascii_alphanumeric);
        if text.get(end) != Some(&b'.') || !ends_well {
            break;
        }
        label = end + 1;
    }
}

/// The bytes of a label, hyphens at its end included.
fn label_len(text: &[u8]) -> Option<usize> {
    text.first().filter(|byte| byte.is_ascii_alphanumeric())?;
    let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
    Some(text.iter().position(ends).unwrap_or(text.len()))
}

/// The top-level domains that a label begins with, each also with the dot behind it that stands for the root.
fn top_level_domains(text: &[u8], label: usize, found: &mut impl FnMut(usize, Suffixes)) {
    let mut name = String::with_capacity(TOP_LEVEL_DOMAIN_MAX);
    for (end, byte) in text.iter().enumerate().skip(label).take(TOP_LEVEL_DOMAIN_MAX) {
        if !byte.is_ascii_alphanumeric() && *byte != b'-' {
            break;
        }
        name.push(char::from(byte.to_ascii_lowercase()));
        if let Some(suffixes) = top_level_domain(&name) {
            found(end + 1, suffixes);
            if text.get(end + 1) == Some(&b'.') {
                found(end + 2, suffixes);
            }
        }
    }
}

/// Hands `found` the end of each IPv4 address.
fn ipv4_addresses(text: &[u8], mut found: impl FnMut(usize)) {
    let mut at = 0;
    for number in 0..4 {
        let digits = text.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
        let is_octet = |len: usize| {
            let value = text.get(at..at + len).and_then(|digits| std::str::from_utf8(digits).ok());
            value.and_then(|digits| digits.parse::<u16>().ok()).is_some_and(|value| value < 256)
        };
        if number == 3 {
            (1..=digits.min(3)).filter(|len| is_octet(*len)).for_each(|len| found(at + len));
        } else if (1..=3).contains(&digits) && is_octet(digits) && text.get(at + digits) == Some(&b'.') {
            at += digits + 1;
        } else {
            break;
        }
    }
}

/// An IPv6 address in brackets.
fn bracketed_address(text: &[u8]) -> Option<usize> {
    const LONGEST: usize = 47; // eight groups of four, or six and an IPv4 address
    text.first().filter(|byte| **byte == b'[')?;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b']')?;
    let address = text.get(1..end).and_then(|address| std::str::from_utf8(address).ok())?;
    let groups = match address.rsplit_once(':') {
        Some((before, last)) if last.contains('.') => {
            let mut whole = false;
            ipv4_addresses(last.as_bytes(), |end| whole |= end == last.len());
            whole.then(|| format!("{before}:0:0"))? // its zeros in front are no concern of the parser's
        }
        Some(_) | None => address.to_owned(),
    };
    groups.parse::<Ipv6Addr>().ok().map(|_| end + 1)
}

/// A login if there is one, a host of any name, and a port if there is one.
fn authority(text: &[u8], from: usize) -> Option<usize> {
    let host =
        login(text, from).and_then(|host| loose_host(text, host)).or_else(|| loose_host(text, from))?;
    Some(port(text, host))
}

/// A name, and perhaps a password, before an `@`.
fn login(text: &[u8], from: usize) -> Option<usize> {
    let segment = |from| while_in(text, from, |byte| is_unreserved(byte) || is_sub_delimiter(byte));
    let mut end = segment(from);
    if text.get(end) == Some(&b':') {
        end = segment(end + 1);
    }
    (text.get(end) == Some(&b'@')).then_some(end + 1)
}

/// Labels of any name, or an address in brackets.
fn loose_host(text: &[u8], from: usize) -> Option<usize> {
    if let Some(end) = bracketed_address(text.get(from..)?) {
        return Some(from + end);
    }
    let (mut end, mut at) = (None, from);
    while let Some(len) = text.get(at..).and_then(label_len) {
        let hyphens = text.iter().take(at + len).rev().take_while(|byte| **byte == b'-').count();
        end = Some(at + len - hyphens);
        if hyphens > 0 || text.get(at + len) != Some(&b'.') {
            break;
        }
        at += len + 1;
    }
    end
}

/// Port, path, query and fragment, as far as they are there.
fn http_tail(text: &[u8], host: usize) -> usize {
    let is_path = |byte| is_unreserved(byte) || matches!(byte, b'/' | b';' | b':' | b'@' | b'&' | b'=');
    let mut end = port(text, host);
    if text.get(end) == Some(&b'/') {
        end = while_in(text, end, is_path);
    }
    if text.get(end) == Some(&b'?') {
        end = while_in(text, end + 1, is_query);
    }
    fragment(text, end)
}

/// The path of a file.
fn file_path(text: &[u8], from: usize) -> Option<usize> {
    text.get(from).filter(|byte| **byte == b'/')?;
    Some(while_in(text, from, |byte| {
        is_unreserved(byte) || matches!(byte, b'/' | b'?' | b':' | b'@' | b'&' | b'=')
    }))
}

fn port(text: &[u8], from: usize) -> usize {
    let digits = text.iter().skip(from + 1).take(5).take_while(|byte| byte.is_ascii_digit()).count();
    if text.get(from) == Some(&b':') && digits > 0 { from + 1 + digits } else { from }
}

fn fragment(text: &[u8], from: usize) -> usize {
    if text.get(from) == Some(&b'#') { while_in(text, from + 1, is_query) } else { from }
}

/// The end of the bytes of some sort, and of bytes written as `%` and two digits.
fn while_in(text: &[u8], from: usize, sort: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        let encoded = byte == b'%'
            && text.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        if encoded {
            at += 3;
        } else if sort(byte) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&'..=b',' | b';' | b'=')
}

fn is_query(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b':' | b'@' | b'/' | b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of each text is the address, read off the grammar by hand.
    #[test]
    fn addresses_end_where_the_grammar_says() {
        for (text, expected) in [
            ("joe@example.org ", Some("joe@example.org")),
            ("a.\"b c\".d@x.com", Some("a.\"b c\".d@x.com")),
            ("a\"b\"@x.com", None),
            ("a@[1.2.3.4]", Some("a@[1.2.3.4]")),
            ("a@b.txt", None),
            ("a@b.community", Some("a@b.community")),
            ("a@b.comx", Some("a@b.com")),
        ] {
            assert_eq!(email(text.as_bytes()).and_then(|end| text.get(..end)), expected, "{text}");
        }
        for (text, expected) in [
            ("http://u:p@host:80/a,b", Some("http://u:p@host:80/a")),
            ("HTTPS://a-?q=1#f,", Some("HTTPS://a")),
            ("ftp://h/x;type=A", Some("ftp://h/x;type=A")),
            ("file:///etc/hosts", Some("file:///etc/hosts")),
            ("example.org/", Some("example.org/")),
            ("example.org", None),
            ("[::1]:80", Some("[::1]:80")),
            ("1.2.3.4:123456/", Some("1.2.3.4:12345")),
        ] {
            assert_eq!(url(text.as_bytes()).and_then(|end| text.get(..end)), expected, "{text}");
        }
    }
}
