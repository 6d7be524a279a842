//! Every method and path the service answers, in one table, and what answers it.
//!
//! A pattern is matched against the segments of [`crate::path`], so a row stands for both spellings of a path. `{…}` takes
//! any segment, `**` the rest. A segment that was written as `('…')` never matches a word, so `docs('search')` is a
//! document's key. The first row that fits wins: words stand before `{…}`.

mod aliases;
mod analyze;
mod answers;
mod data_sources;
mod definitions;
pub(crate) mod documents;
mod indexers;
mod indexers_at_work;
pub(crate) mod indexes;
mod listing;
mod parameters;
pub(crate) mod service;
mod statistics;
mod synonym_maps;

use std::sync::Arc;

use http::Method;
use lazuli_catalog::tiers::RatedOperation;
use lazuli_wire::since::{ALWAYS, Since, operations};

use self::definitions::Resource;
use self::parameters::check_options;
use crate::app::App;
use crate::app::definitions::{Aliases, DataSources, Indexers, Indexes, SynonymMaps};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::Answer;
use crate::http::auth::Scope;
use crate::path::Segment;
use crate::routes::service::Page;

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// The method, or none for all of them.
    method: Option<Method>,
    /// See the module's comment. Also the name of the route in metrics and logs.
    pub(crate) pattern: &'static str,
    /// The least key it needs.
    pub(crate) scope: Scope,
    /// The api-versions that have it.
    since: Since,
    /// What answers it.
    pub(crate) operation: Operation,
}

impl Row {
    fn takes(&self, method: &Method) -> bool {
        self.method.as_ref().is_none_or(|own| own == method || (self.has_head() && method == Method::HEAD))
    }

    /// Our own pages: load balancers ask whether they are there. What the service answers to HEAD is not known.
    fn has_head(&self) -> bool {
        matches!(self.operation, Operation::Page(_))
    }

    const fn since(mut self, since: Since) -> Row {
        self.since = since;
        self
    }
}

/// What a row leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// One of our own pages that need no key.
    Page(Page),
    /// One of the five operations on definitions.
    Define(Collection, Verb),
    IndexStatistics,
    IndexStatisticsSummaries,
    ServiceStatistics,
    Analyze,
    DescribeIndex,
    SearchGet,
    SearchPost,
    IndexDocuments,
    CountDocuments,
    LookupDocument,
    RunIndexer,
    ResetIndexer,
    ResetDocuments,
    ResyncIndexer,
    IndexerStatus,
    /// Something of the service's that we do not have yet, with its verb.
    NotYet(&'static str),
}

/// The kinds of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Indexes,
    SynonymMaps,
    Aliases,
    DataSources,
    Indexers,
}

/// What is done with a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    List,
    Create,
    Get,
    CreateOrUpdate,
    Delete,
}

/// The whole surface.
pub(crate) static TABLE: &[Row] = &[
    // Ours, open to everybody who can reach the port.
    get("healthz", Scope::Open, Operation::Page(Page::Alive)),
    get("readyz", Scope::Open, Operation::Page(Page::Ready)),
    get("metrics", Scope::Open, Operation::Page(Page::Metrics)),
    get("tls/ca.pem", Scope::Open, Operation::Page(Page::Ca)),
    // Indexes.
    get("indexes", Scope::Admin, Operation::Define(Collection::Indexes, Verb::List)),
    post("indexes", Scope::Admin, Operation::Define(Collection::Indexes, Verb::Create)),
    get("indexes/{index}", Scope::Admin, Operation::Define(Collection::Indexes, Verb::Get)),
    put("indexes/{index}", Scope::Admin, Operation::Define(Collection::Indexes, Verb::CreateOrUpdate)),
    delete("indexes/{index}", Scope::Admin, Operation::Define(Collection::Indexes, Verb::Delete)),
    get("indexes/{index}/search.stats", Scope::Admin, Operation::IndexStatistics),
    get("indexes/{index}/stats", Scope::Admin, Operation::IndexStatistics),
    post("indexes/{index}/search.analyze", Scope::Admin, Operation::Analyze).since(operations::ANALYZE),
    post("indexes/{index}/analyze", Scope::Admin, Operation::Analyze).since(operations::ANALYZE),
    // Documents.
    get("indexes/{index}/docs", Scope::Query, Operation::SearchGet),
    post("indexes/{index}/docs/search.post.search", Scope::Query, Operation::SearchPost),
    post("indexes/{index}/docs/search", Scope::Query, Operation::SearchPost),
    post("indexes/{index}/docs/search.index", Scope::Admin, Operation::IndexDocuments),
    post("indexes/{index}/docs/index", Scope::Admin, Operation::IndexDocuments),
    get("indexes/{index}/docs/$count", Scope::Query, Operation::CountDocuments),
    get("indexes/{index}/docs/search.suggest", Scope::Query, Operation::NotYet("Suggestions are")),
    get("indexes/{index}/docs/suggest", Scope::Query, Operation::NotYet("Suggestions are")),
    post("indexes/{index}/docs/search.post.suggest", Scope::Query, Operation::NotYet("Suggestions are")),
    post("indexes/{index}/docs/suggest", Scope::Query, Operation::NotYet("Suggestions are")),
    get("indexes/{index}/docs/search.autocomplete", Scope::Query, Operation::NotYet("Autocomplete is"))
        .since(operations::AUTOCOMPLETE),
    get("indexes/{index}/docs/autocomplete", Scope::Query, Operation::NotYet("Autocomplete is"))
        .since(operations::AUTOCOMPLETE),
    post("indexes/{index}/docs/search.post.autocomplete", Scope::Query, Operation::NotYet("Autocomplete is"))
        .since(operations::AUTOCOMPLETE),
    post("indexes/{index}/docs/autocomplete", Scope::Query, Operation::NotYet("Autocomplete is"))
        .since(operations::AUTOCOMPLETE),
    get("indexes/{index}/docs/{key}", Scope::Query, Operation::LookupDocument),
    // Other definitions.
    get("synonymmaps", Scope::Admin, Operation::Define(Collection::SynonymMaps, Verb::List))
        .since(operations::SYNONYM_MAPS),
    post("synonymmaps", Scope::Admin, Operation::Define(Collection::SynonymMaps, Verb::Create))
        .since(operations::SYNONYM_MAPS),
    get("synonymmaps/{name}", Scope::Admin, Operation::Define(Collection::SynonymMaps, Verb::Get))
        .since(operations::SYNONYM_MAPS),
    put("synonymmaps/{name}", Scope::Admin, Operation::Define(Collection::SynonymMaps, Verb::CreateOrUpdate))
        .since(operations::SYNONYM_MAPS),
    delete("synonymmaps/{name}", Scope::Admin, Operation::Define(Collection::SynonymMaps, Verb::Delete))
        .since(operations::SYNONYM_MAPS),
    get("aliases", Scope::Admin, Operation::Define(Collection::Aliases, Verb::List))
        .since(operations::ALIASES),
    post("aliases", Scope::Admin, Operation::Define(Collection::Aliases, Verb::Create))
        .since(operations::ALIASES),
    get("aliases/{name}", Scope::Admin, Operation::Define(Collection::Aliases, Verb::Get))
        .since(operations::ALIASES),
    put("aliases/{name}", Scope::Admin, Operation::Define(Collection::Aliases, Verb::CreateOrUpdate))
        .since(operations::ALIASES),
    delete("aliases/{name}", Scope::Admin, Operation::Define(Collection::Aliases, Verb::Delete))
        .since(operations::ALIASES),
    // What crawls.
    get("datasources", Scope::Admin, Operation::Define(Collection::DataSources, Verb::List))
        .since(operations::INDEXERS),
    post("datasources", Scope::Admin, Operation::Define(Collection::DataSources, Verb::Create))
        .since(operations::INDEXERS),
    get("datasources/{name}", Scope::Admin, Operation::Define(Collection::DataSources, Verb::Get))
        .since(operations::INDEXERS),
    put("datasources/{name}", Scope::Admin, Operation::Define(Collection::DataSources, Verb::CreateOrUpdate))
        .since(operations::INDEXERS),
    delete("datasources/{name}", Scope::Admin, Operation::Define(Collection::DataSources, Verb::Delete))
        .since(operations::INDEXERS),
    get("indexers", Scope::Admin, Operation::Define(Collection::Indexers, Verb::List))
        .since(operations::INDEXERS),
    post("indexers", Scope::Admin, Operation::Define(Collection::Indexers, Verb::Create))
        .since(operations::INDEXERS),
    get("indexers/{name}", Scope::Admin, Operation::Define(Collection::Indexers, Verb::Get))
        .since(operations::INDEXERS),
    put("indexers/{name}", Scope::Admin, Operation::Define(Collection::Indexers, Verb::CreateOrUpdate))
        .since(operations::INDEXERS),
    delete("indexers/{name}", Scope::Admin, Operation::Define(Collection::Indexers, Verb::Delete))
        .since(operations::INDEXERS),
    post("indexers/{name}/search.run", Scope::Admin, Operation::RunIndexer).since(operations::INDEXERS),
    post("indexers/{name}/run", Scope::Admin, Operation::RunIndexer).since(operations::INDEXERS),
    post("indexers/{name}/search.reset", Scope::Admin, Operation::ResetIndexer).since(operations::INDEXERS),
    post("indexers/{name}/reset", Scope::Admin, Operation::ResetIndexer).since(operations::INDEXERS),
    get("indexers/{name}/search.status", Scope::Admin, Operation::IndexerStatus).since(operations::INDEXERS),
    get("indexers/{name}/status", Scope::Admin, Operation::IndexerStatus).since(operations::INDEXERS),
    post("indexers/{name}/search.resetdocs", Scope::Admin, Operation::ResetDocuments)
        .since(operations::RESET_PARTS),
    post("indexers/{name}/resetdocs", Scope::Admin, Operation::ResetDocuments).since(operations::RESET_PARTS),
    post("indexers/{name}/search.resync", Scope::Admin, Operation::ResyncIndexer).since(operations::RESYNC),
    post("indexers/{name}/resync", Scope::Admin, Operation::ResyncIndexer).since(operations::RESYNC),
    // Statistics.
    get("servicestats", Scope::Admin, Operation::ServiceStatistics).since(operations::SERVICE_STATISTICS),
    get("indexstats", Scope::Admin, Operation::IndexStatisticsSummaries)
        .since(operations::INDEX_STATISTICS_SUMMARY),
    // Extensions of ours (design.md §2).
    get("lazuli/indexes/{index}", Scope::Admin, Operation::DescribeIndex),
    // The service has these; we do not yet, and say so whatever is asked of them.
    any("skillsets/**", Operation::NotYet("Skillsets are")).since(operations::SKILLSETS),
    any("knowledgebases/**", Operation::NotYet("Knowledge bases are")).since(operations::KNOWLEDGE_BASES),
    any("knowledgesources/**", Operation::NotYet("Knowledge sources are"))
        .since(operations::KNOWLEDGE_SOURCES),
];

const fn row(method: Option<Method>, pattern: &'static str, scope: Scope, operation: Operation) -> Row {
    Row { method, pattern, scope, since: ALWAYS, operation }
}

const fn get(pattern: &'static str, scope: Scope, operation: Operation) -> Row {
    row(Some(Method::GET), pattern, scope, operation)
}

const fn post(pattern: &'static str, scope: Scope, operation: Operation) -> Row {
    row(Some(Method::POST), pattern, scope, operation)
}

const fn put(pattern: &'static str, scope: Scope, operation: Operation) -> Row {
    row(Some(Method::PUT), pattern, scope, operation)
}

const fn delete(pattern: &'static str, scope: Scope, operation: Operation) -> Row {
    row(Some(Method::DELETE), pattern, scope, operation)
}

const fn any(pattern: &'static str, operation: Operation) -> Row {
    row(None, pattern, Scope::Admin, operation)
}

/// The row for a request and what its `{…}` took, in order.
pub(crate) fn find(method: &Method, path: Vec<Segment>) -> Result<(&'static Row, Captures), Error> {
    let fitting = || TABLE.iter().filter(|row| fits(row.pattern, &path));
    if let Some(row) = fitting().find(|row| row.takes(method)) {
        return Ok((row, Captures::of(row.pattern, path)));
    }
    let methods = |row: &'static Row| [row.method.as_ref(), row.has_head().then_some(&Method::HEAD)];
    let mut allow: Vec<&str> = fitting().flat_map(methods).flatten().map(Method::as_str).collect();
    allow.dedup();
    if allow.is_empty() {
        let words: Vec<&str> = path.iter().map(|segment| segment.text.as_str()).collect();
        return Err(error::no_such_route(&format!("/{}", words.join("/"))));
    }
    Err(error::wrong_method(method, allow.join(", ")))
}

fn fits(pattern: &str, path: &[Segment]) -> bool {
    let mut path = path.iter();
    for part in pattern.split('/') {
        if part == "**" {
            return true;
        }
        let Some(segment) = path.next() else { return false };
        let fits = is_capture(part) || (!segment.quoted && segment.text == part);
        if !fits {
            return false;
        }
    }
    path.next().is_none()
}

fn is_capture(part: &str) -> bool {
    part.starts_with('{')
}

/// Leads a request to what answers it.
pub(crate) async fn dispatch(app: &Arc<App>, row: &Row, call: Call) -> Result<Answer, Error> {
    if !row.since.covers(call.version) {
        let segment = row.pattern.split('/').rfind(|part| !is_capture(part) && *part != "**");
        return Err(error::route_not_in_version(segment.unwrap_or_default(), call.version));
    }
    if let Some(taken) = options(row.operation) {
        check_options(&call.query, taken)?;
    }
    if let Some(rated) = rated(row.operation) {
        app.quotas.admit(rated)?;
    }
    match row.operation {
        Operation::Page(page) => service::page(app, page).await,
        Operation::Define(Collection::Indexes, verb) => define::<Indexes>(app, verb, call).await,
        Operation::Define(Collection::SynonymMaps, verb) => define::<SynonymMaps>(app, verb, call).await,
        Operation::Define(Collection::Aliases, verb) => define::<Aliases>(app, verb, call).await,
        Operation::Define(Collection::DataSources, verb) => define::<DataSources>(app, verb, call).await,
        Operation::Define(Collection::Indexers, verb) => define::<Indexers>(app, verb, call).await,
        Operation::IndexStatistics => statistics::of_index(app, &call).await,
        Operation::IndexStatisticsSummaries => statistics::of_indexes(app, &call).await,
        Operation::ServiceStatistics => statistics::of_service(app, &call).await,
        Operation::Analyze => analyze::analyze(app, call).await,
        Operation::DescribeIndex => indexes::describe(app, &call).await,
        Operation::SearchGet => documents::search_get(app, call).await,
        Operation::SearchPost => documents::search_post(app, call).await,
        Operation::IndexDocuments => documents::index(app, call).await,
        Operation::CountDocuments => documents::count(app, call).await,
        Operation::LookupDocument => documents::lookup(app, call).await,
        Operation::RunIndexer => indexers_at_work::run(app, &call).await,
        Operation::ResetIndexer => indexers_at_work::reset(app, &call).await,
        Operation::ResetDocuments => indexers_at_work::reset_documents(app, &call).await,
        Operation::ResyncIndexer => indexers_at_work::resync(app, &call),
        Operation::IndexerStatus => indexers_at_work::status(app, &call),
        Operation::NotYet(what) => Err(error::not_yet(what)),
    }
}

/// The OData options that an operation takes from the query string; none if it looks itself.
fn options(operation: Operation) -> Option<&'static [&'static str]> {
    match operation {
        Operation::SearchGet | Operation::Page(_) | Operation::NotYet(_) => None,
        Operation::Define(_, Verb::List) | Operation::IndexStatisticsSummaries => Some(&listing::OPTIONS),
        Operation::LookupDocument => Some(&["$select"]),
        Operation::Define(_, Verb::Create | Verb::Get | Verb::CreateOrUpdate | Verb::Delete)
        | Operation::IndexStatistics
        | Operation::ServiceStatistics
        | Operation::Analyze
        | Operation::DescribeIndex
        | Operation::SearchPost
        | Operation::IndexDocuments
        | Operation::CountDocuments
        | Operation::RunIndexer
        | Operation::ResetIndexer
        | Operation::ResetDocuments
        | Operation::ResyncIndexer
        | Operation::IndexerStatus => Some(&[]),
    }
}

/// What the tier limits the rate of.
fn rated(operation: Operation) -> Option<RatedOperation> {
    match operation {
        Operation::Define(Collection::Indexes, verb) => Some(match verb {
            Verb::List => RatedOperation::ListIndexes,
            Verb::Create => RatedOperation::CreateIndex,
            Verb::Get => RatedOperation::GetIndex,
            Verb::CreateOrUpdate => RatedOperation::PutIndex,
            Verb::Delete => RatedOperation::DeleteIndex,
        }),
        Operation::ServiceStatistics => Some(RatedOperation::ServiceStatistics),
        Operation::Define(
            Collection::SynonymMaps | Collection::Aliases | Collection::DataSources | Collection::Indexers,
            _,
        )
        | Operation::Page(_)
        | Operation::IndexStatistics
        | Operation::IndexStatisticsSummaries
        | Operation::Analyze
        | Operation::DescribeIndex
        | Operation::SearchGet
        | Operation::SearchPost
        | Operation::IndexDocuments
        | Operation::CountDocuments
        | Operation::LookupDocument
        | Operation::RunIndexer
        | Operation::ResetIndexer
        | Operation::ResetDocuments
        | Operation::ResyncIndexer
        | Operation::IndexerStatus
        | Operation::NotYet(_) => None,
    }
}

/// One of the five operations on a kind of definition.
async fn define<R: Resource>(app: &Arc<App>, verb: Verb, call: Call) -> Result<Answer, Error> {
    match verb {
        Verb::List => definitions::list::<R>(app, &call),
        Verb::Create => definitions::create::<R>(app, call).await,
        Verb::Get => definitions::get::<R>(app, &call),
        Verb::CreateOrUpdate => definitions::create_or_update::<R>(app, call).await,
        Verb::Delete => definitions::delete::<R>(app, call).await,
    }
}

/// What the `{…}` of a pattern took.
#[derive(Debug, Default)]
pub(crate) struct Captures {
    taken: Vec<String>,
}

impl Captures {
    fn of(pattern: &str, path: Vec<Segment>) -> Captures {
        let taken = pattern.split('/').zip(path).filter(|(part, _)| is_capture(part));
        Captures { taken: taken.map(|(_, segment)| segment.text).collect() }
    }

    /// `{index}` or `{name}`, the first of every pattern that has one.
    pub(crate) fn name(&self) -> &str {
        self.taken.first().map_or("", String::as_str)
    }

    /// `{key}`, the second.
    pub(crate) fn key(&self) -> &str {
        self.taken.get(1).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use lazuli_wire::ApiVersion;

    use super::*;
    use crate::path::split;

    fn find_at(method: &str, path: &str) -> Result<(&'static Row, Captures), Error> {
        find(&method.parse().unwrap(), split(path).unwrap())
    }

    fn check(method: &str, path: &str, operation: Operation, captures: &[&str]) {
        let (row, found) = find_at(method, path).unwrap();
        assert_eq!(row.operation, operation, "{method} {path}");
        assert_eq!(found.taken, captures, "{method} {path}");
    }

    fn refused(method: &str, path: &str, status: u16) {
        assert_eq!(find_at(method, path).unwrap_err().status.as_u16(), status, "{method} {path}");
    }

    #[test]
    fn both_spellings_lead_to_the_same_operation() {
        check(
            "PUT",
            "/datasources('d')",
            Operation::Define(Collection::DataSources, Verb::CreateOrUpdate),
            &["d"],
        );
        check("POST", "/indexers('x')/search.run", Operation::RunIndexer, &["x"]);
        check("GET", "/indexers/x/status", Operation::IndexerStatus, &["x"]);
        check("DELETE", "/indexers/x", Operation::Define(Collection::Indexers, Verb::Delete), &["x"]);
        check("GET", "/indexes", Operation::Define(Collection::Indexes, Verb::List), &[]);
        check("PUT", "/indexes('a')", Operation::Define(Collection::Indexes, Verb::CreateOrUpdate), &["a"]);
        check("PUT", "/indexes/a", Operation::Define(Collection::Indexes, Verb::CreateOrUpdate), &["a"]);
        check("GET", "/indexes('a')/docs", Operation::SearchGet, &["a"]);
        check("POST", "/indexes('a')/docs/search.post.search", Operation::SearchPost, &["a"]);
        check("POST", "/indexes/a/docs/search", Operation::SearchPost, &["a"]);
        check("POST", "//indexes('a')/docs/search.index", Operation::IndexDocuments, &["a"]);
        check("GET", "/indexes('a')/docs/$count", Operation::CountDocuments, &["a"]);
        check("GET", "/indexes/a/docs/%24count", Operation::CountDocuments, &["a"]);
    }

    #[test]
    fn keys_are_not_functions() {
        check("GET", "/indexes('a')/docs('$count')", Operation::LookupDocument, &["a", "$count"]);
        check("GET", "/indexes('docs')/docs('search')", Operation::LookupDocument, &["docs", "search"]);
        check("GET", "/indexes/a/docs/suggest", Operation::NotYet("Suggestions are"), &["a"]);
    }

    #[test]
    fn what_is_not_there_yet_is_named_whatever_is_asked() {
        check("POST", "/knowledgebases('k')/retrieve", Operation::NotYet("Knowledge bases are"), &[]);
        check("DELETE", "/skillsets/s", Operation::NotYet("Skillsets are"), &[]);
    }

    #[test]
    fn rows_know_their_versions() {
        let has = |method, path, version| find_at(method, path).unwrap().0.since.covers(version);
        assert!(has("GET", "/indexes", ApiVersion::V2015_02_28));
        assert!(!has("GET", "/aliases", ApiVersion::V2025_09_01));
        assert!(has("PUT", "/aliases('a')", ApiVersion::V2026_04_01));
        assert!(!has("GET", "/indexstats", ApiVersion::V2026_04_01));
        assert!(!has("POST", "/knowledgebases('k')/retrieve", ApiVersion::V2024_07_01));
        assert!(!has("POST", "/indexes/i/docs/autocomplete", ApiVersion::V2017_11_11));
    }

    #[test]
    fn our_own_pages_answer_head() {
        check("HEAD", "/healthz", Operation::Page(Page::Alive), &[]);
        check("HEAD", "/readyz", Operation::Page(Page::Ready), &[]);
        refused("HEAD", "/indexes", 405);
        let error = find_at("POST", "/healthz").unwrap_err();
        assert_eq!(error.allow.as_deref(), Some("GET, HEAD"));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        refused("GET", "/", 404);
        refused("GET", "/index", 404);
        refused("GET", "/indexes/a/b", 404);
        refused("GET", "/Indexes", 404);
        refused("PATCH", "/indexes/a", 405);
        refused("POST", "/indexes/a", 405);
        refused("DELETE", "/indexes/a/docs/k", 405);
        let error = find_at("PATCH", "/indexes/a").unwrap_err();
        assert_eq!(error.allow.as_deref(), Some("GET, PUT, DELETE"));
    }
}
