//! Edits as runs share them: a branch has those of the run that it left, without a copy, however many branches and edits there are.

use std::fmt;
use std::sync::Arc;

use crate::run::timeline::Entry;

/// A list of edits by tick. A longer list shares the shorter one that it was made from.
#[derive(Clone, Default)]
pub struct Edits {
    last: Option<Arc<Node>>,
}

struct Node {
    entry: Entry,
    /// Edits up to this one.
    length: usize,
    before: Edits,
}

impl Edits {
    pub fn len(&self) -> usize {
        self.last.as_ref().map_or(0, |node| node.length)
    }

    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    pub fn push(&mut self, entry: Entry) {
        let before = std::mem::take(self);
        self.last = Some(Arc::new(Node { entry, length: before.len() + 1, before }));
    }

    /// Those up to a tick, this tick included.
    #[must_use]
    pub fn until(&self, tick: u64) -> Edits {
        self.before(|node| node.entry.tick <= tick)
    }

    /// The first so many.
    #[must_use]
    pub fn first(&self, count: usize) -> Edits {
        self.before(|node| node.length <= count)
    }

    /// The longest beginning whose last edit is one of these.
    fn before(&self, ends: impl Fn(&Node) -> bool) -> Edits {
        let mut at = self;
        while let Some(node) = at.last.as_ref().filter(|node| !ends(node)) {
            at = &node.before;
        }
        at.clone()
    }

    /// From the last to the first.
    fn backwards(&self) -> impl Iterator<Item = &Entry> {
        std::iter::successors(self.last.as_deref(), |node| node.before.last.as_deref()).map(|node| &node.entry)
    }

    pub fn to_vec(&self) -> Vec<Entry> {
        let mut all: Vec<Entry> = self.backwards().cloned().collect();
        all.reverse();
        all
    }
}

impl PartialEq for Edits {
    fn eq(&self, other: &Edits) -> bool {
        self.len() == other.len() && self.backwards().eq(other.backwards())
    }
}

impl fmt::Debug for Edits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.to_vec()).finish()
    }
}

impl Drop for Edits {
    /// One after the other: a list may be longer than the stack is deep.
    fn drop(&mut self) {
        let mut next = self.last.take();
        while let Some(mut node) = next.and_then(Arc::into_inner) {
            next = node.before.last.take();
        }
    }
}
