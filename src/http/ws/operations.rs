//! The subscriptions of one socket.

use crate::http::stream::{Item, Operation};
use futures_util::{
    Stream, StreamExt,
    stream::{AbortHandle, Abortable, SelectAll},
};
use graphql::live::Progress;
use service::journal::Position;
use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The running subscriptions as one stream. It polls only subscriptions that are ready, each once in a round, so that a
/// busy one does not delay the others.
#[derive(Default)]
pub(super) struct Operations {
    running: SelectAll<Abortable<Named>>,
    by_id: HashMap<Arc<str>, (AbortHandle, Progress)>,
}

/// An item of one subscription.
pub(super) struct OperationItem {
    pub(super) id: Arc<str>,
    pub(super) item: Item,
}

impl Operations {
    pub(super) fn count(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn start(&mut self, id: String, operation: Operation) {
        let id: Arc<str> = id.into();
        let (handle, registration) = AbortHandle::new_pair();
        self.by_id.insert(id.clone(), (handle, operation.progress().clone()));
        self.running.push(Abortable::new(Named { id, operation }, registration));
    }

    /// Stops a subscription at the client's request, without a reply. An unknown id is ignored, because its
    /// subscription has ended.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some((handle, _)) = self.by_id.remove(id) {
            handle.abort();
        }
    }

    /// The position after which all subscriptions can resume, once their items are sent.
    pub(super) fn progress(&self) -> Option<Position> {
        Progress::resume_after(self.by_id.values().map(|(_, progress)| progress))
    }

    /// The next item; `None` without a running subscription. The last item of a subscription frees its id.
    pub(super) async fn next(&mut self) -> Option<OperationItem> {
        let next = self.running.next().await?;
        if !matches!(next.item, Item::Next(..)) {
            self.by_id.remove(&next.id);
        }
        Some(next)
    }
}

struct Named {
    id: Arc<str>,
    operation: Operation,
}

impl Stream for Named {
    type Item = OperationItem;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<OperationItem>> {
        let next = self.operation.poll_next_unpin(context);
        next.map(|item| item.map(|item| OperationItem { id: self.id.clone(), item }))
    }
}
