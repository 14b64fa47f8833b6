//! The shelf between trainer and screen: room for one snapshot. Whoever does not take it costs neither time nor memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::snapshot::Snapshot;

#[derive(Default)]
pub struct Shelf {
    snapshot: Mutex<Option<Arc<Snapshot>>>,
    full: AtomicBool,
}

impl Shelf {
    /// Whether the last snapshot has been taken.
    pub fn is_free(&self) -> bool {
        !self.full.load(Ordering::Acquire)
    }

    pub fn put(&self, snapshot: Arc<Snapshot>) {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
        self.full.store(true, Ordering::Release);
    }

    pub fn take(&self) -> Option<Arc<Snapshot>> {
        if self.is_free() {
            return None;
        }
        let taken = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.full.store(false, Ordering::Release);
        taken
    }
}
