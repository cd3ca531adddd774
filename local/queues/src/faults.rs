//! Faults of deliveries, drawn from a seed, so that a drill can be repeated. A receive draws the fate of each message from
//! here and applies it.

use serde::{Deserialize, Serialize};

/// The faults of deliveries. Probabilities are from 0 to 1. `reorder` is drawn once for each receive, the other faults once for
/// each message that the receive would deliver. A delivery has at most one of these other faults: if several are drawn, the
/// first in the order `lose`, `drop`, `delay`, `duplicate`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The seed of the random generator. The same seed and the same calls give the same faults.
    pub seed: u64,
    /// Probability that the message is delivered and a copy of it with the same id can be received at once, independently of
    /// the message. This happens at most once to a message.
    pub duplicate: f64,
    /// Probability that the message is delayed for `delay_s` seconds instead of being delivered. This happens at most once to a
    /// message.
    pub delay: f64,
    /// Duration of `delay`, in seconds.
    pub delay_s: u32,
    /// Probability that a receive delivers visible messages in random order instead of the oldest first.
    pub reorder: f64,
    /// Probability that the receiver does not get the message, although the receive counts and the visibility timeout
    /// runs.
    pub drop: f64,
    /// Probability that the message is deleted without being delivered.
    pub lose: f64,
}

/// What happens to a message that a receive would deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    DeliveredTwice,
    Delayed { delay_s: u32 },
    Dropped,
    Lost,
}

/// Whether a message was duplicated or delayed before. Neither is repeated, so that every drill ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PastFaults {
    pub duplicated: bool,
    pub delayed: bool,
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

    /// Draws whether this receive delivers out of order, and shuffles the messages if it does.
    pub fn shuffle_if_drawn<T>(&mut self, messages: &mut [T]) {
        if self.hits(self.faults.reorder) {
            self.generator.shuffle(messages);
        }
    }

    /// Draws the fate of a message. The number of draws is always the same, so that one probability does not affect the other
    /// faults.
    pub fn draw_fate(&mut self, past: PastFaults) -> Fate {
        let lost = self.hits(self.faults.lose);
        let dropped = self.hits(self.faults.drop);
        let delayed = self.hits(self.faults.delay);
        let twice = self.hits(self.faults.duplicate);
        if lost {
            Fate::Lost
        } else if dropped {
            Fate::Dropped
        } else if delayed && !past.delayed {
            Fate::Delayed { delay_s: self.faults.delay_s }
        } else if twice && !past.duplicated {
            Fate::DeliveredTwice
        } else {
            Fate::Delivered
        }
    }

    fn hits(&mut self, probability: f64) -> bool {
        self.generator.f64() < probability
    }
}
