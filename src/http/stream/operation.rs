//! One subscription as it runs, whichever way its items are carried.

use super::document;
use crate::{
    graphql::{
        context::Caller,
        live::{Live, Progress},
    },
    http::{
        app::App,
        front::{Call, Complaint, Failure, Front},
        guard::{Judged, Summary},
    },
};
use async_graphql::{Request, Response, ServerError, Value, parser::types::OperationType};
use domain::Locale;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use service::env::fresh_id;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// What a subscription tells.
#[derive(Debug)]
pub enum Item {
    /// One item, and where it stands in the journal.
    Next(Box<Response>, Option<String>),
    /// It did not begin, or can't go on; nothing follows. `began` is false for a fault of the request.
    Failed {
        /// Why.
        errors: Vec<ServerError>,
        /// Whether the request was found good.
        began: bool,
    },
    /// There is no more.
    Complete,
}

/// A subscription that runs. It ends with [`Item::Failed`] or [`Item::Complete`].
pub struct Operation {
    front: Front,
    summary: Summary,
    call: Call,
    responses: BoxStream<'static, Response>,
    /// Of the last item.
    cursor: Option<String>,
    progress: Progress,
    over: bool,
}

/// A request that was found to be a subscription that may run.
pub struct Prepared {
    request: Request,
    summary: Summary,
    call: Call,
}

/// Judges a request.
///
/// # Errors
/// What the guard refuses, and all that is no subscription.
pub fn prepare(
    app: &App,
    mut request: Request,
    locale: Locale,
    after: Option<&str>,
) -> Result<Prepared, Failure> {
    let Judged { mut document, summary } = app.front().judge(&mut request, locale)?;
    if summary.operation != OperationType::Subscription {
        let message = Complaint::SubscriptionsOnly.message(locale);
        return Err(Failure::new("OPERATION_NOT_ALLOWED", message));
    }
    let invalid = |complaint: Complaint| Failure::new("GRAPHQL_VALIDATION_FAILED", complaint.message(locale));
    if summary.root_fields.iter().any(|field| field.starts_with("__")) {
        return Err(invalid(Complaint::RootMeta));
    }
    let name = request.operation_name.clone();
    document::write_out(&mut document, name.as_deref())
        .map_err(|at| invalid(Complaint::RootFragment).at(at))?;
    if let Some(after) = after {
        document::begin_after(&mut request, &mut document, name.as_deref(), after);
    }
    document::select_cursor(&mut document, name.as_deref());
    // A copy has no room to spare, and is kept as long as the stream is open.
    request.set_parsed_query(document.clone());
    Ok(Prepared { request, summary, call: Call { locale, request_id: fresh_id() } })
}

impl Prepared {
    /// Runs it for somebody connected.
    ///
    /// # Errors
    /// UNAUTHENTICATED and FORBIDDEN, where he may not use the root field at all.
    pub fn run(self, app: &App, live: Live, address: String) -> Result<Operation, Failure> {
        let Self { request, summary, call } = self;
        let caller = Arc::new(Caller::new(Some(live.authenticated())));
        let context = app.enter(caller, &summary, call, address)?;
        let progress = Progress::default();
        let request = request.data(context).data(live).data(progress.clone());
        let responses = app.streams.execute(request);
        let front = app.front().clone();
        Ok(Operation { front, summary, call, responses, cursor: None, progress, over: false })
    }
}

impl Operation {
    /// The cursor of the last item.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// How far it has come.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    fn settle(&mut self, mut response: Response) -> Item {
        // The stream itself has failed, not a field of an item.
        let broken =
            response.data == Value::Null && response.errors.iter().any(|error| error.path.len() <= 1);
        let cursor = document::take_cursor(&mut response.data);
        let began = self.front.settle(&mut response, &self.summary, &self.call);
        if !began || (broken && !response.errors.is_empty()) {
            return self.failed(response.errors, began);
        }
        if let Some(cursor) = &cursor {
            response.extensions.insert("cursor".to_owned(), Value::from(cursor.as_str()));
            if self.cursor.is_some() {
                // Told with the first.
                response.extensions.remove("cost");
            }
            self.cursor = Some(cursor.clone());
        }
        Item::Next(Box::new(response), cursor)
    }

    /// An end with errors, which tell where to go on.
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
        // The panic hook has logged what it was; this line tells for which request.
        tracing::error!(request_id = %self.call.request_id, "the subscription panicked");
        let message = Complaint::Internal.message(self.call.locale);
        let failure = Failure::new("INTERNAL_SERVER_ERROR", message)
            .with("requestId", self.call.request_id.to_string());
        self.failed(vec![failure.error()], true)
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
