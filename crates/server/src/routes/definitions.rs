//! The five operations that every kind of definition has: create, create or update, get, list, delete.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::{ApiVersion, JsonError};
use serde_json::{Map, Value};

use super::answers::{annotated, query_without, rendered};
use super::listing::Listing;
use super::parameters::flag;
use crate::app::definitions::{Asked, Entry, Kind, Put};
use crate::app::{App, change};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::Answer;
use crate::http::prefer::Preference;

/// How a kind of definition looks on the wire.
pub(crate) trait Resource: Kind<Definition: Default> {
    /// Its type in the namespace of an api-version, for sentences.
    const TYPE: &'static str;
    /// Whether clients see its ETag; if not, they may still know it and name it in `If-Match`.
    const SHOWS_ETAG: bool = true;

    /// Reads the body of a create or update request.
    fn parse(body: &[u8], version: ApiVersion) -> Result<Self::Definition, JsonError>;

    /// Its members in an answer, in the service's order.
    fn members(definition: &Self::Definition, version: ApiVersion) -> Map<String, Value>;

    /// The definition that `GET` of `name` shows. Only indexes have other names.
    fn find(app: &App, call: &Call, name: &str) -> Option<Arc<Entry<Self>>> {
        let _ = call;
        app.definitions.get(name)
    }
}

/// `POST /collection`
pub(crate) async fn create<R: Resource>(app: &Arc<App>, mut call: Call) -> Result<Answer, Error> {
    let new = R::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let (app, asked) = (app.clone(), asked(&mut call)?);
    let entry = change(move || app.definitions.create::<R>(new, &asked)).await?;
    created(&call, &entry)
}

/// `PUT /collection('name')`
pub(crate) async fn create_or_update<R: Resource>(app: &Arc<App>, mut call: Call) -> Result<Answer, Error> {
    let new = R::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let (app, asked, name) = (app.clone(), asked(&mut call)?, call.captures.name().to_owned());
    let put = change(move || app.definitions.create_or_update::<R>(&name, new, &asked)).await?;
    match put {
        Put::Created(entry) => created(&call, &entry),
        Put::Updated(entry) => match call.preference {
            Some(Preference::Representation) => one(&call, &entry),
            // An update answers nothing unless it is asked to (`api.md` §1.4).
            Some(Preference::Minimal) | None => Ok(Answer { etag: etag(&entry), ..Answer::no_content() }),
        },
    }
}

/// `GET /collection('name')`
pub(crate) fn get<R: Resource>(app: &App, call: &Call) -> Result<Answer, Error> {
    let name = call.captures.name();
    let entry = R::find(app, call, name).ok_or_else(|| R::missing(name, call.service()))?;
    one(call, &entry)
}

/// `GET /collection`
pub(crate) fn list<R: Resource>(app: &App, call: &Call) -> Result<Answer, Error> {
    let known = R::members(&R::Definition::default(), call.version);
    let listing = Listing::of(call, R::TYPE, |name| known.contains_key(name))?;
    let mut answer = annotated(call, &format!("{}{}", R::COLLECTION, listing.selected_suffix()));
    let page = listing.page(app.definitions.list::<R>(), |entry| entry.name());
    page.render(&mut answer, |entry| {
        let mut members = R::members(&entry.definition, call.version);
        if R::SHOWS_ETAG && !listing.selects() {
            members.shift_insert(0, "@odata.etag".to_owned(), quoted(&entry.etag));
        }
        members
    });
    rendered(&answer)
}

/// `DELETE /collection('name')`
pub(crate) async fn delete<R: Resource>(app: &Arc<App>, mut call: Call) -> Result<Answer, Error> {
    let (app, asked) = (app.clone(), asked(&mut call)?);
    change(move || app.definitions.delete::<R>(call.captures.name(), &asked)).await?;
    Ok(Answer::no_content())
}

fn asked(call: &mut Call) -> Result<Asked, Error> {
    Ok(Asked {
        service: call.service().to_owned(),
        version: call.version,
        allow_downtime: flag(&call.query, "allowIndexDowntime")?.unwrap_or(false),
        preconditions: std::mem::take(&mut call.preconditions),
    })
}

/// 201 with the definition and where it is.
fn created<R: Resource>(call: &Call, entry: &Entry<R>) -> Result<Answer, Error> {
    let location = format!("{}/{}('{}'){}", call.base, R::COLLECTION, entry.name(), query_without(call, &[]));
    Ok(Answer { status: StatusCode::CREATED, location: Some(location), ..one(call, entry)? })
}

/// 200 with the definition.
fn one<R: Resource>(call: &Call, entry: &Entry<R>) -> Result<Answer, Error> {
    let mut answer = annotated(call, &format!("{}/$entity", R::COLLECTION));
    if R::SHOWS_ETAG {
        answer.insert("@odata.etag".to_owned(), quoted(&entry.etag));
    }
    answer.append(&mut R::members(&entry.definition, call.version));
    Ok(Answer { etag: etag(entry), ..rendered(&answer)? })
}

fn etag<R: Resource>(entry: &Entry<R>) -> Option<String> {
    R::SHOWS_ETAG.then(|| entry.etag.clone())
}

fn quoted(etag: &str) -> Value {
    Value::from(format!("\"{etag}\""))
}
