//! The documents of a segment that pass a filter, where they are known all at once: no document is asked.

use std::ops::ControlFlow;
use std::sync::Arc;

use lazuli_platform::cancel::Cancel;
use lazuli_query::filter::Filter;
use tantivy::DocId;

use super::documents::Documents;
use super::node::Node;
use super::open::only_text;
use super::terms::Terms;
use super::{Question, SegmentFilter};
use crate::error::EngineError;
use crate::snapshot::SegmentView;

/// How the documents that pass are found.
pub(crate) enum Passing<'a> {
    /// These do.
    Known(Known<'a>),
    /// They have to be asked.
    Asked(SegmentFilter<'a>),
}

/// Documents of a segment, deleted ones included.
pub(crate) struct Known<'a> {
    form: Form<'a>,
    view: &'a SegmentView,
    cancel: &'a Cancel,
}

enum Form<'a> {
    None,
    /// Those of one term, not read yet.
    Term(Terms<'a>),
    Set(Arc<Documents>),
}

impl<'a> Passing<'a> {
    /// [`SegmentFilter::open`], for a search that wants all documents that pass.
    pub(crate) fn open(
        question: &Question<'_>,
        view: &'a SegmentView,
        cancel: &'a Cancel,
    ) -> Result<Self, EngineError> {
        let known = |form| Self::Known(Known { form, view, cancel });
        if let Some(term) = Terms::of_one_value(question.whole.filter, view, cancel)? {
            return Ok(known(Form::Term(term)));
        }
        let filter = SegmentFilter::open(question, view, u64::MAX, cancel)?;
        Ok(match filter.root {
            Node::Always(false) => known(Form::None),
            Node::Set(documents) => known(Form::Set(documents)),
            Node::Always(true) | Node::Not(_) | Node::And(_) | Node::Or(_) | Node::Leaf(_) | Node::Any(_) => {
                Self::Asked(filter)
            }
        })
    }
}

impl<'a> Terms<'a> {
    /// The documents that pass a filter which asks for one string and nothing else.
    fn of_one_value(
        filter: &Filter,
        view: &'a SegmentView,
        cancel: &Cancel,
    ) -> Result<Option<Self>, EngineError> {
        match only_text(filter) {
            Some((field, values @ [_])) => Self::find(view, field, values, cancel).map(Some),
            Some(_) | None => Ok(None),
        }
    }
}

impl Known<'_> {
    /// How many of them are not deleted.
    pub(crate) fn count_alive(&self) -> Result<u64, EngineError> {
        match (&self.form, self.view.alive_words()) {
            (Form::None, _) => Ok(0),
            (Form::Term(term), None) => Ok(term.documents()),
            (Form::Set(documents), None) => Ok(u64::from(documents.count())),
            (Form::Set(documents), Some(alive)) => Ok(documents.count_among(alive)),
            (Form::Term(_), Some(_)) => {
                let mut count = 0;
                self.visit_alive(|_| {
                    count += 1;
                    ControlFlow::Continue(())
                })?;
                Ok(count)
            }
        }
    }

    /// Calls `visit` with those that are not deleted, in ascending order, until it breaks.
    pub(crate) fn visit_alive(
        &self,
        mut visit: impl FnMut(DocId) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let alive = self.view.alive();
        let visit = |document| match alive.is_none_or(|alive| alive.is_alive(document)) {
            true => visit(document),
            false => ControlFlow::Continue(()),
        };
        match &self.form {
            Form::None => Ok(()),
            Form::Term(term) => term.visit(self.cancel, visit),
            Form::Set(documents) => {
                documents.visit(visit);
                Ok(())
            }
        }
    }
}
