//! What the engine needs to be at work: a share of processor and memory that one run has at a time.

use std::sync::Arc;

/// A permit to solve. Clones are one permit; it is given back when the last of them is dropped. The engine's thread has
/// one of them until it ends, also where the watchdog has gone on without it.
#[derive(Clone)]
pub struct Permit(#[expect(dead_code, reason = "it is held, and nothing else")] Option<Arc<dyn Send + Sync>>);

impl Permit {
    /// The permit that this guard stands for.
    pub fn of(guard: impl Send + Sync + 'static) -> Permit {
        Permit(Some(Arc::new(guard)))
    }

    /// For whoever solves alone.
    pub fn none() -> Permit {
        Permit(None)
    }
}
