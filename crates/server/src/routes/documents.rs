//! `/indexes('name')/docs`: documents and searches on the wire.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::documents::IndexingResults;
use lazuli_wire::search::{SearchRequest, comma_separated};

use super::answers::url_without;
use super::parameters::select;
use crate::app::definitions::{Entry, Indexes};
use crate::app::search::{Frame, NextLink};
use crate::app::{App, documents, search};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::accept::Metadata;
use crate::http::answer::{Answer, Content};

/// `POST /indexes('name')/docs/search.index`
pub(crate) async fn index(app: &App, call: Call) -> Result<Answer, Error> {
    let entry = find(app, &call)?;
    let value = documents::write(app, &entry, call.body.clone(), call.version, call.service()).await?;
    let all_done = value.iter().all(|result| result.status);
    let mut body = Vec::with_capacity(80 * value.len() + 256);
    begin(&call, &format!("Collection({}.IndexResult)", call.version.namespace()), &mut body);
    let results = serde_json::to_vec(&IndexingResults { value }).map_err(error::internal)?;
    body.extend(results.into_iter().skip(1));
    let status = if all_done { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok(Answer { status, ..Answer::json(body) })
}

/// `GET /indexes('name')/docs('key')`
pub(crate) async fn lookup(app: &App, call: Call) -> Result<Answer, Error> {
    let entry = find(app, &call)?;
    let select = select(&call.query).map(str::to_owned);
    let shown: Vec<&str> = comma_separated(select.as_deref().unwrap_or("*")).collect();
    let shown = if shown.is_empty() { "*".to_owned() } else { shown.join(",") };
    let (key, service) = (call.captures.key().to_owned(), call.service().to_owned());
    let members =
        documents::lookup(app, entry, key, select, service).await?.ok_or_else(error::no_document)?;
    let mut body = Vec::with_capacity(members.len() + 256);
    begin(&call, &format!("docs({shown})/$entity"), &mut body);
    if members.is_empty() && body.last() == Some(&b',') {
        body.pop();
    }
    body.extend_from_slice(&members);
    body.push(b'}');
    Ok(Answer::json(body))
}

/// `GET /indexes('name')/docs/$count`
pub(crate) async fn count(app: &App, call: Call) -> Result<Answer, Error> {
    let entry = find(app, &call)?;
    let count = documents::count(app, entry, call.service().to_owned()).await?;
    Ok(Answer::ok(Content::Count(count)))
}

/// `POST /indexes('name')/docs/search.post.search`
pub(crate) async fn search_post(app: &App, call: Call) -> Result<Answer, Error> {
    let entry = find(app, &call)?;
    let request = SearchRequest::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let next = NextLink::Post(url_without(&call, &[]));
    search::search(app, entry, request, frame(&call, next)).await.map(Answer::json)
}

/// `GET /indexes('name')/docs`
pub(crate) async fn search_get(app: &App, call: Call) -> Result<Answer, Error> {
    let entry = find(app, &call)?;
    let request = SearchRequest::from_query(call.query.iter(), call.version)
        .map_err(|error| error::query_parameter(&error))?;
    let next = NextLink::Get(url_without(&call, &["$skip", "$top"]));
    search::search(app, entry, request, frame(&call, next)).await.map(Answer::json)
}

fn find(app: &App, call: &Call) -> Result<Arc<Entry<Indexes>>, Error> {
    let name = call.captures.name();
    app.definitions
        .find(name, call.version)
        .ok_or_else(|| error::no_index_for_documents(name, call.service()))
}

fn frame(call: &Call, next: NextLink) -> Frame {
    let context = (call.metadata != Metadata::None).then(|| context(call, "docs(*)"));
    Frame { context, next, service: call.service().to_owned() }
}

fn context(call: &Call, what: &str) -> String {
    format!("{}/indexes('{}')/$metadata#{what}", call.base, call.captures.name())
}

/// The opening brace, and `@odata.context` with its comma unless the client asked for none.
fn begin(call: &Call, what: &str, body: &mut Vec<u8>) {
    body.push(b'{');
    if call.metadata != Metadata::None {
        body.extend_from_slice(b"\"@odata.context\":");
        // Writing a string into memory cannot fail.
        let _ = serde_json::to_writer(&mut *body, &context(call, what));
        body.push(b',');
    }
}
