//! Pages that need no key: health, metrics, the CA. Not part of the service that Lazuli stands in for.

use std::sync::Arc;

use http::StatusCode;

use crate::app::{App, change, status};
use crate::error::{self, Error};
use crate::http::answer::Answer;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
/// Version 0.0.4 of the exposition format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
const PEM: &str = "application/x-pem-file";

/// One of these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// `/healthz`: the process answers.
    Alive,
    /// `/readyz`: requests can be served.
    Ready,
    /// `/metrics`
    Metrics,
    /// `/tls/ca.pem`
    Ca,
}

/// Answers a page.
pub(crate) async fn page(app: &Arc<App>, page: Page) -> Result<Answer, Error> {
    let app = app.clone();
    match page {
        Page::Alive => Ok(Answer::plain(StatusCode::OK, TEXT, "alive\n")),
        Page::Ready => {
            let (ready, body) = change(move || Ok(status::ready(&app))).await?;
            let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            Ok(Answer::plain(status, JSON, serde_json::to_vec(&body).map_err(error::internal)?))
        }
        Page::Metrics => {
            let page = change(move || Ok(status::metrics_page(&app))).await?;
            Ok(Answer::plain(StatusCode::OK, PROMETHEUS, page))
        }
        Page::Ca => match app.tls.ca_pem().map_err(error::internal)? {
            Some(pem) => Ok(Answer::plain(StatusCode::OK, PEM, pem)),
            None => Err(error::no_such_route("/tls/ca.pem")),
        },
    }
}
