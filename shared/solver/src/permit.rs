//! A permit to run the engine, so that one run at a time uses the processor and the memory.

use std::sync::Arc;

/// A permit to solve. Clones share one permit, which is released when the last of them is dropped. The engine's thread
/// keeps a clone until it ends, even if the run has continued without it.
#[derive(Clone)]
pub struct Permit(#[expect(dead_code, reason = "dropping it releases the permit")] Option<Arc<dyn Send + Sync>>);

impl Permit {
    /// A permit that holds this guard.
    pub fn of(guard: impl Send + Sync + 'static) -> Permit {
        Permit(Some(Arc::new(guard)))
    }

    /// A permit without a guard, for a process with one solve.
    pub fn none() -> Permit {
        Permit(None)
    }
}
