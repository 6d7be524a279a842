//! `/indexes`: definitions of indexes on the wire.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::{indexes, search::comma_separated};
use serde_json::{Map, Value};

use crate::app::definitions::{Entry, Put};
use crate::app::{App, change, status};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::accept::Metadata;
use crate::http::answer::Answer;

/// `POST /indexes`
pub(crate) async fn create(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    let new = indexes::Index::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let definitions = app.clone();
    let entry = change(move || definitions.definitions.create(&new)).await?;
    created(call, &entry)
}

/// `PUT /indexes('name')`
pub(crate) async fn create_or_update(app: &Arc<App>, mut call: Call) -> Result<Answer, Error> {
    let mut new = indexes::Index::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let name = call.captures.index();
    if new.name.is_empty() {
        name.clone_into(&mut new.name);
    } else if new.name != name {
        return Err(error::names_differ(&new.name, name));
    }
    let preconditions = std::mem::take(&mut call.preconditions);
    let definitions = app.clone();
    let put = change(move || definitions.definitions.create_or_update(&new, &preconditions)).await?;
    match put {
        Put::Created(entry) => created(&call, &entry),
        Put::Updated(entry) if call.prefers_representation == Some(true) => one(&call, &entry),
        // An update answers nothing unless it is asked to (`api.md` §1.4).
        Put::Updated(entry) => Ok(Answer { etag: Some(entry.etag.clone()), ..Answer::no_content() }),
    }
}

/// `GET /indexes('name')`
pub(crate) fn get(app: &App, call: &Call) -> Result<Answer, Error> {
    one(call, &*find(app, call)?)
}

/// `GET /indexes`
pub(crate) fn list(app: &App, call: &Call) -> Result<Answer, Error> {
    let selected = selected(call)?;
    let suffix = selected.as_ref().map(|names| format!("({})", names.join(","))).unwrap_or_default();
    let mut answer = annotated(call, &format!("/$metadata#indexes{suffix}"));
    let items = app.definitions.list().into_iter().map(|entry| {
        let mut members = entry.definition.members(call.version);
        match &selected {
            Some(names) => members.retain(|name, _| names.iter().any(|selected| selected == name)),
            None => drop(members.shift_insert(0, "@odata.etag".to_owned(), quoted(&entry.etag))),
        }
        Value::Object(members)
    });
    answer.insert("value".to_owned(), Value::Array(items.collect()));
    rendered(answer)
}

/// `DELETE /indexes('name')`
pub(crate) async fn delete(app: &Arc<App>, mut call: Call) -> Result<Answer, Error> {
    let preconditions = std::mem::take(&mut call.preconditions);
    let app = app.clone();
    change(move || app.definitions.delete(call.captures.index(), call.service(), &preconditions)).await?;
    Ok(Answer::no_content())
}

/// `GET /indexes('name')/search.stats`
pub(crate) async fn statistics(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let service = call.service().to_owned();
    let statistics = app
        .read(move |_| {
            let failed = |error| error::engine(&error, &entry.definition.name, &service);
            entry.index.statistics().map_err(failed)
        })
        .await?;
    let mut answer = annotated(call, &format!("/$metadata#{}.IndexStatistics", call.version.namespace()));
    answer.insert("documentCount".to_owned(), statistics.documents.into());
    answer.insert("storageSize".to_owned(), statistics.storage_bytes.into());
    answer.insert("vectorIndexSize".to_owned(), statistics.vector_bytes.into());
    rendered(answer)
}

/// `GET /lazuli/indexes/name`, ours.
pub(crate) async fn describe(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let body = status::describe(app, entry, call.service().to_owned()).await?;
    Ok(Answer::plain(StatusCode::OK, "application/json; charset=utf-8", body))
}

fn find(app: &App, call: &Call) -> Result<Arc<Entry>, Error> {
    let name = call.captures.index();
    app.definitions.get(name).ok_or_else(|| error::no_index(name, call.service()))
}

/// 201 with the definition and where it is.
fn created(call: &Call, entry: &Entry) -> Result<Answer, Error> {
    let (name, query) = (&entry.definition.name, call.raw_query());
    let location = format!("{}/indexes('{name}'){query}", call.base);
    Ok(Answer { status: StatusCode::CREATED, location: Some(location), ..one(call, entry)? })
}

/// 200 with the definition.
fn one(call: &Call, entry: &Entry) -> Result<Answer, Error> {
    let mut answer = annotated(call, "/$metadata#indexes/$entity");
    answer.insert("@odata.etag".to_owned(), quoted(&entry.etag));
    answer.append(&mut entry.definition.members(call.version));
    Ok(Answer { etag: Some(entry.etag.clone()), ..rendered(answer)? })
}

/// The members an answer begins with.
fn annotated(call: &Call, context: &str) -> Map<String, Value> {
    let mut members = Map::new();
    if call.metadata == Metadata::Minimal {
        members.insert("@odata.context".to_owned(), format!("{}{context}", call.base).into());
    }
    members
}

fn rendered(members: Map<String, Value>) -> Result<Answer, Error> {
    serde_json::to_vec(&members).map(Answer::json).map_err(error::internal)
}

fn quoted(etag: &str) -> Value {
    Value::from(format!("\"{etag}\""))
}

/// The names of `$select`, checked; none for everything.
fn selected(call: &Call) -> Result<Option<Vec<String>>, Error> {
    let names: Vec<String> =
        comma_separated(call.query.get("$select").unwrap_or_default()).map(str::to_owned).collect();
    if names.is_empty() || names.iter().any(|name| name == "*") {
        return Ok(None);
    }
    let known = indexes::Index::default().members(call.version);
    match names.iter().find(|name| !known.contains_key(*name)) {
        None => Ok(Some(names)),
        Some(unknown) => {
            Err(error::no_such_property(unknown, &format!("{}.IndexDefinition", call.version.namespace())))
        }
    }
}
