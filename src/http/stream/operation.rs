//! One running subscription, independent of the transport.

use super::document;
use crate::http::{
    app::App,
    budget::Remaining,
    front::{Admitted, Call, Front, HttpError, Paid},
    guard::Summary,
};
use async_graphql::{
    Request, Response, ServerError, Value,
    parser::types::{ExecutableDocument, OperationType},
};
use domain::{ErrorCode, Key, Locale};
use futures_util::{Stream, StreamExt, stream::BoxStream};
use graphql::{
    context::Caller,
    live::{Live, Progress},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// An item of a subscription.
#[derive(Debug)]
pub enum Item {
    /// A response and its cursor.
    Next(Box<Response>, Option<String>),
    /// The subscription did not begin or can't continue; nothing follows.
    Failed {
        /// The errors.
        errors: Vec<ServerError>,
        /// Whether execution had begun.
        began: bool,
    },
    /// The end.
    Complete,
}

/// A running subscription. It ends with [`Item::Failed`] or [`Item::Complete`].
pub struct Operation {
    front: Front,
    summary: Summary,
    budget: Option<Remaining>,
    call: Call,
    responses: BoxStream<'static, Response>,
    /// The cursor of the last item.
    cursor: Option<String>,
    progress: Progress,
    over: bool,
}

/// Where a subscription starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After<'a> {
    /// At the start that the document gives.
    Own,
    /// After this cursor; the document's own start is ignored.
    Exactly(&'a str),
    /// After this cursor or after the document's own cursor, whichever is later.
    AtLeast(&'a str),
}

/// A checked request for a subscription.
pub struct Prepared {
    request: Request,
    summary: Summary,
    call: Call,
}

/// Checks a request.
///
/// # Errors
/// A document that the guard refuses, or that is not a subscription.
pub fn prepare(
    app: &App,
    mut request: Request,
    locale: Locale,
    after: After<'_>,
) -> Result<Prepared, HttpError> {
    let (document, summary) = app.front().judge(&mut request, locale)?;
    if summary.operation != OperationType::Subscription {
        return Err(HttpError::new(ErrorCode::OperationNotAllowed, Key::SubscriptionsOnly, locale));
    }
    Ok(Prepared::new(request, document, summary, Call::new(locale), after))
}

impl Prepared {
    /// Prepares a checked document.
    #[must_use]
    pub fn new(
        mut request: Request,
        mut document: ExecutableDocument,
        summary: Summary,
        call: Call,
        after: After<'_>,
    ) -> Self {
        match after {
            After::Own => {}
            After::Exactly(after) => document::begin_after(&mut document, after),
            After::AtLeast(after) => document::begin_not_before(&mut document, &request.variables, after),
        }
        document::select_cursor(&mut document);
        // Copies the document, which is kept while the stream is open, because the copy has no spare capacity.
        request.set_parsed_query(document.clone());
        Self { request, summary, call }
    }

    /// Runs the subscription for a connection.
    ///
    /// # Errors
    /// UNAUTHENTICATED or FORBIDDEN if the reader may not use the root field at all.
    pub fn run(self, app: &App, live: Live, address: String) -> Result<Operation, HttpError> {
        let Self { request, summary, call } = self;
        let caller = Arc::new(Caller::new(Some(live.authenticated())));
        let Admitted { request, budget, .. } = app.admit(request, caller, &summary, call, address)?;
        let progress = Progress::default();
        let request = request.data(live).data(progress.clone());
        let responses = app.streams.execute(request);
        let front = app.front().clone();
        Ok(Operation { front, summary, budget, call, responses, cursor: None, progress, over: false })
    }
}

impl Operation {
    /// The cursor of the last item.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The position up to which the subscription has read the journal and delivered items.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    fn settle(&mut self, mut response: Response) -> Item {
        // The stream itself failed, not a field of an item.
        let broken =
            response.data == Value::Null && response.errors.iter().any(|error| error.path.len() <= 1);
        let cursor = document::take_cursor(&mut response.data);
        let paid = Paid { summary: &self.summary, budget: self.budget };
        let began = self.front.settle(&mut response, &paid, &self.call);
        if !began || (broken && !response.errors.is_empty()) {
            return self.failed(response.errors, began);
        }
        if let Some(cursor) = &cursor {
            response.extensions.insert("cursor".to_owned(), Value::from(cursor.as_str()));
            if self.cursor.is_some() {
                // Only the first item has the cost.
                response.extensions.remove("cost");
            }
            self.cursor = Some(cursor.clone());
        }
        Item::Next(Box::new(response), cursor)
    }

    /// Ends the subscription with errors that contain the cursor to resume after.
    fn failed(&mut self, mut errors: Vec<ServerError>, began: bool) -> Item {
        self.over = true;
        if let Some(cursor) = &self.cursor {
            for error in &mut errors {
                let extensions = error.extensions.get_or_insert_default();
                if extensions.get("cursor").is_none() {
                    extensions.set("cursor", cursor.as_str());
                }
            }
        }
        Item::Failed { errors, began }
    }

    fn panicked(&mut self) -> Item {
        // The panic hook has logged the panic; this line names the request.
        tracing::error!(request_id = %self.call.request_id, "the subscription panicked");
        self.failed(vec![HttpError::internal(self.call).error()], true)
    }
}

impl Stream for Operation {
    type Item = Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let polled = catch_unwind(AssertUnwindSafe(|| self.responses.poll_next_unpin(context)));
        Poll::Ready(Some(match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(response))) => self.settle(response),
            Ok(Poll::Ready(None)) => {
                self.over = true;
                Item::Complete
            }
            Err(_) => self.panicked(),
        }))
    }
}
