//! Faults of deliveries, drawn from a seed, so that a drill can be repeated.
//!
//! Nothing here changes a message; the receive asks for a fate and applies it.

use serde::{Deserialize, Serialize};

/// Probabilities of faults. Each is between 0 (never) and 1, and is drawn for each message that a receive would hand
/// out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The same seed and the same calls give the same faults.
    pub seed: u64,
    /// A copy of the message with the same id can be received at once, whatever happens to the first one. This happens
    /// once in the message's life.
    pub duplicate: f64,
    /// The message is delayed for `delay_s` seconds instead of being handed out. This happens once in its life.
    pub delay: f64,
    /// Duration of `delay`, in seconds.
    pub delay_s: u32,
    /// A receive hands out visible messages in random order instead of the oldest first.
    pub reorder: f64,
    /// The answer is lost: the receive counts and the visibility timeout runs, but nobody gets the message.
    pub drop: f64,
    /// The message is deleted, but nobody got it.
    pub lose: f64,
}

/// What happens to one message that a receive would hand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    DeliveredTwice,
    HeldBack { delay_s: u32 },
    Dropped,
    Lost,
}

/// Faults that a message had before. They are not repeated, so that every drill ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Past {
    pub duplicated: bool,
    pub held_back: bool,
}

/// The current faults, and their random generator.
pub(crate) struct FaultRng {
    faults: Faults,
    generator: fastrand::Rng,
}

impl FaultRng {
    pub fn new(faults: Faults) -> Self {
        let generator = fastrand::Rng::with_seed(faults.seed);
        Self { faults, generator }
    }

    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Shuffles, if this receive is drawn to be out of order.
    pub fn order<T>(&mut self, messages: &mut [T]) {
        if self.hits(self.faults.reorder) {
            self.generator.shuffle(messages);
        }
    }

    /// Draws for one message. The number of draws is always the same, so that one probability does not affect the
    /// others.
    pub fn fate(&mut self, past: Past) -> Fate {
        let lost = self.hits(self.faults.lose);
        let dropped = self.hits(self.faults.drop);
        let held_back = self.hits(self.faults.delay);
        let twice = self.hits(self.faults.duplicate);
        if lost {
            Fate::Lost
        } else if dropped {
            Fate::Dropped
        } else if held_back && !past.held_back {
            Fate::HeldBack { delay_s: self.faults.delay_s }
        } else if twice && !past.duplicated {
            Fate::DeliveredTwice
        } else {
            Fate::Delivered
        }
    }

    fn hits(&mut self, share: f64) -> bool {
        self.generator.f64() < share
    }
}
