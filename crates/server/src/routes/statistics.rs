//! `/servicestats`, `/indexstats` and the statistics of one index.

use std::sync::Arc;

use lazuli_wire::statistics::IndexStatisticsSummary;

use super::answers::{annotated, rendered};
use super::indexes::find;
use super::listing::Listing;
use crate::app::definitions::Indexes;
use crate::app::{App, change, statistics};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::Answer;

/// `GET /indexes('name')/search.stats`
pub(crate) async fn of_index(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let service = call.service().to_owned();
    let sizes = app
        .read(move |_| {
            let failed = |error| error::engine(&error, entry.name(), &service);
            entry.life.index.statistics().map_err(failed)
        })
        .await?;
    let mut answer = annotated(call, &format!("{}.IndexStatistics", call.version.namespace()));
    answer.append(&mut statistics::on_the_wire(sizes).members(call.version));
    rendered(&answer)
}

/// `GET /servicestats`
pub(crate) async fn of_service(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    let measured = app.clone();
    // Indexes may have to be opened for this, so it is no job for the readers' pool.
    let statistics = change(move || Ok(statistics::of_service(&measured))).await?;
    let mut answer = annotated(call, &format!("{}.ServiceStatistics", call.version.namespace()));
    answer.append(&mut statistics.members(call.version));
    rendered(&answer)
}

/// `GET /indexstats`
pub(crate) async fn of_indexes(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    const TYPE: &str = "IndexStatisticsSummary";
    const MEMBERS: [&str; 4] = ["name", "documentCount", "storageSize", "vectorIndexSize"];
    let listing = Listing::of(call, TYPE, |name| MEMBERS.contains(&name))?;
    let page = listing.page(app.definitions.list::<Indexes>(), |entry| entry.name());
    let measured = change(move || {
        Ok(page.map(|entry| IndexStatisticsSummary {
            name: entry.name().to_owned(),
            statistics: statistics::on_the_wire(statistics::of_index(&entry)),
        }))
    });
    let page = measured.await?;
    let mut answer = annotated(call, &format!("Collection({}.{TYPE})", call.version.namespace()));
    page.render(&mut answer, |summary| summary.members(call.version));
    rendered(&answer)
}
