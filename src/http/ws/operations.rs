//! The subscriptions of one socket.

use crate::{
    graphql::live::Progress,
    http::stream::{Item, Operation},
};
use futures_util::{
    Stream, StreamExt,
    stream::{AbortHandle, Abortable, SelectAll},
};
use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// All of them together are one stream, which asks only those that have something, each once in a round: a busy one
/// does not keep the others from being heard.
#[derive(Default)]
pub(super) struct Operations {
    running: SelectAll<Abortable<Named>>,
    by_id: HashMap<Arc<str>, (AbortHandle, Progress)>,
}

/// What one of them tells.
pub(super) struct Told {
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

    /// Ends one at the client's wish: nothing more is heard of it. One that is not there has ended by itself.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some((handle, _)) = self.by_id.remove(id) {
            handle.abort();
        }
    }

    /// The number after which all of them go on, if what they told was sent.
    pub(super) fn progress(&self) -> Option<i64> {
        Progress::resume_after(self.by_id.values().map(|(_, progress)| progress))
    }

    /// What the next of them tells; none where there is none. Its id is free again with its last word.
    pub(super) async fn next(&mut self) -> Option<Told> {
        let told = self.running.next().await?;
        if !matches!(told.item, Item::Next(..)) {
            self.by_id.remove(&told.id);
        }
        Some(told)
    }
}

struct Named {
    id: Arc<str>,
    operation: Operation,
}

impl Stream for Named {
    type Item = Told;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Told>> {
        let next = self.operation.poll_next_unpin(context);
        next.map(|item| item.map(|item| Told { id: self.id.clone(), item }))
    }
}
