//! What the query string of a list asks for: which members and which part of the list.
//!
//! The service has no pages in its stable versions. 2026-05-01-preview has `$top`, `$skip` and `$count`; 2026-08-01-preview
//! has `search` with `searchType` and `pageSize`, and tells where the next page is (`api.md` §2.1).

use lazuli_wire::ApiVersion;
use lazuli_wire::search::comma_separated;
use serde_json::{Map, Value};

use super::answers::url_without;
use super::parameters::{flag, number, select};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::query::QueryString;

/// Most items of one page, whatever `pageSize` asks for. Ours; the service says only that it has a limit.
const PAGE_MAX: usize = 1000;
/// What the next page's URL says: the last name of this page, in hexadecimal digits so that nobody builds on it.
const CONTINUATION: &str = "$skiptoken";

/// OData's options that lists take; which of them a version has, [`Part`] knows.
pub(super) const OPTIONS: [&str; 4] = ["$select", "$top", "$skip", "$count"];

/// See the module.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The members of `$select`; none for all.
    selected: Option<Vec<String>>,
    part: Part,
    /// The URL of this request without its continuation.
    url: String,
}

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// 2026-05-01-preview.
    Numbered { skip: usize, top: Option<usize>, count: bool },
    /// 2026-08-01-preview: names that begin so and come after that one.
    Named { prefix: String, after: Option<String>, size: Option<usize> },
}

/// A part of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    /// How many there are in all, when asked for.
    count: Option<usize>,
    /// Where the next part is.
    next: Option<String>,
    selected: Option<Vec<String>>,
}

impl Listing {
    /// Reads the query string. `known` tells which members the items have, and `type_name` what they are called.
    pub(crate) fn of(call: &Call, type_name: &str, known: impl Fn(&str) -> bool) -> Result<Listing, Error> {
        let selected = comma_separated(select(&call.query).unwrap_or_default());
        let selected: Vec<String> = selected.map(str::to_owned).collect();
        let all = selected.is_empty() || selected.iter().any(|name| name == "*");
        let unknown = selected.iter().find(|name| *name != "*" && !known(name));
        if let Some(unknown) = unknown {
            let type_name = format!("{}.{type_name}", call.version.namespace());
            return Err(error::no_such_property(unknown, &type_name));
        }
        let part = Part::of(&call.query, call.version)?;
        let url = url_without(call, &[CONTINUATION]);
        Ok(Listing { selected: (!all).then_some(selected), part, url })
    }

    /// Whether only some members are asked for; then there is no `@odata.etag` either.
    pub(crate) fn selects(&self) -> bool {
        self.selected.is_some()
    }

    /// What stands behind the collection in `@odata.context`: `(name,fields)`.
    pub(crate) fn selected_suffix(&self) -> String {
        self.selected.as_ref().map(|names| format!("({})", names.join(","))).unwrap_or_default()
    }

    /// The part of `items`, which are sorted by name, that is asked for.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, name: impl Fn(&T) -> &str) -> Page<T> {
        let selected = self.selected.clone();
        match &self.part {
            Part::Numbered { skip, top, count } => {
                let count = count.then_some(items.len());
                let items = items.into_iter().skip(*skip).take(top.unwrap_or(usize::MAX)).collect();
                Page { items, count, next: None, selected }
            }
            Part::Named { prefix, after, size } => {
                items.retain(|item| {
                    let name = name(item);
                    name.starts_with(prefix) && after.as_ref().is_none_or(|after| name > after.as_str())
                });
                let size = size.unwrap_or(usize::MAX);
                let more = items.len() > size;
                items.truncate(size);
                let next = items.last().filter(|_| more).map(|last| self.next_url(name(last)));
                Page { items, count: None, next, selected }
            }
        }
    }

    fn next_url(&self, last: &str) -> String {
        let token: String = last.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("{}&{CONTINUATION}={token}", self.url)
    }
}

impl Part {
    fn of(query: &QueryString, version: ApiVersion) -> Result<Part, Error> {
        let named = ["search", "searchType", "pageSize", CONTINUATION];
        let numbered = ["$top", "$skip", "$count"];
        let has_named = version >= ApiVersion::V2026_08_01Preview;
        let has_numbered = version == ApiVersion::V2026_05_01Preview;
        let refused = named.iter().filter(|_| !has_named).chain(numbered.iter().filter(|_| !has_numbered));
        if let Some(name) = refused.into_iter().find(|name| query.get(name).is_some()) {
            return Err(error::parameter_not_in_version(name, version));
        }
        if has_numbered {
            let count = flag(query, "$count")?.unwrap_or(false);
            let skip = number(query, "$skip")?.unwrap_or(0);
            return Ok(Part::Numbered { skip, top: number(query, "$top")?, count });
        }
        match query.get("searchType") {
            None | Some("") => {}
            Some(word) if word.eq_ignore_ascii_case("prefix") => {}
            Some(other) => return Err(error::unknown_word("searchType", other, "'prefix'")),
        }
        let after = query.get(CONTINUATION).map(name_of).transpose()?;
        let size = match number(query, "pageSize")? {
            Some(0) => return Err(error::too_small("pageSize", 1)),
            size => size.map(|size| size.min(PAGE_MAX)),
        };
        // Names are written in lower case.
        let prefix = query.get("search").unwrap_or_default().to_ascii_lowercase();
        Ok(Part::Named { prefix, after, size })
    }
}

/// The name in a continuation of ours.
fn name_of(token: &str) -> Result<String, Error> {
    let pairs = token
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
    let bytes: Option<Vec<u8>> = pairs.collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| error::unknown_word(CONTINUATION, token, "those of this service's @odata.nextLink"))
}

impl<T> Page<T> {
    /// The same page of other items.
    pub(crate) fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        let Page { items, count, next, selected } = self;
        Page { items: items.into_iter().map(f).collect(), count, next, selected }
    }

    /// Writes the page behind what `answer` has already; `members` yields an item whole.
    pub(crate) fn render(self, answer: &mut Map<String, Value>, members: impl Fn(&T) -> Map<String, Value>) {
        if let Some(count) = self.count {
            answer.insert("@odata.count".to_owned(), count.into());
        }
        let items = self.items.iter().map(|item| {
            let mut members = members(item);
            if let Some(selected) = &self.selected {
                members.retain(|name, _| selected.iter().any(|selected| selected == name));
            }
            Value::Object(members)
        });
        answer.insert("value".to_owned(), Value::Array(items.collect()));
        if let Some(next) = self.next {
            answer.insert("@odata.nextLink".to_owned(), next.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGED: ApiVersion = ApiVersion::V2026_08_01Preview;
    const NUMBERED: ApiVersion = ApiVersion::V2026_05_01Preview;

    fn part(query: &str, version: ApiVersion) -> Result<Part, Error> {
        Part::of(&QueryString::parse(Some(query)).unwrap(), version)
    }

    /// The names of a page, and the query string of the next one.
    fn check(query: &str, version: ApiVersion, expected: &[&str], next: Option<&str>) {
        let (part, url) = (part(query, version).unwrap(), "url?x=1".to_owned());
        let listing = Listing { selected: None, part, url };
        let page = listing.page(vec!["a1", "a2", "b1", "b2", "b3"], |name| name);
        assert_eq!(page.items, expected, "{query}");
        assert_eq!(page.next.as_deref(), next.map(|next| format!("url?x=1&{next}")).as_deref(), "{query}");
    }

    #[test]
    fn pages_follow_one_another() {
        check("", PAGED, &["a1", "a2", "b1", "b2", "b3"], None);
        check("pageSize=2", PAGED, &["a1", "a2"], Some("$skiptoken=6132"));
        check("pageSize=2&$skiptoken=6132", PAGED, &["b1", "b2"], Some("$skiptoken=6232"));
        check("pageSize=2&$skiptoken=6232", PAGED, &["b3"], None);
        check("pageSize=5", PAGED, &["a1", "a2", "b1", "b2", "b3"], None);
        check("search=b&searchType=prefix", PAGED, &["b1", "b2", "b3"], None);
        check("search=B&pageSize=1", PAGED, &["b1"], Some("$skiptoken=6231"));
        // The last name of the page before is gone meanwhile.
        check("$skiptoken=6161", PAGED, &["b1", "b2", "b3"], None);
        check("$skip=1&$top=2", NUMBERED, &["a2", "b1"], None);
        check("$top=0", NUMBERED, &[], None);
    }

    #[test]
    fn versions_have_their_own_parameters() {
        let refused = |query, version| part(query, version).err().map(|error| error.message.clone());
        for (query, version) in [
            ("$top=1", PAGED),
            ("pageSize=1", NUMBERED),
            ("search=a", ApiVersion::V2026_04_01),
            ("$count=true", ApiVersion::V2020_06_30),
        ] {
            let message = refused(query, version).unwrap();
            assert!(
                message.ends_with(&format!("is not supported in the API version '{version}'.")),
                "{message}"
            );
        }
        assert!(refused("searchType=infix", PAGED).is_some());
        assert!(refused("searchType=Prefix", PAGED).is_none());
        assert_eq!(
            refused("pageSize=0", PAGED).as_deref(),
            Some("Value must be at least 1.\r\nParameter name: pageSize")
        );
        assert!(refused("$skiptoken=6g", PAGED).is_some());
        assert!(refused("pageSize=many", PAGED).is_some());
        assert!(refused("$skip=-1", NUMBERED).is_some());
    }
}
