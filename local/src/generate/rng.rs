//! The only source of random numbers: a seeded generator, so that one seed gives one club on every machine.

use std::ops::RangeInclusive;

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded generator with the draws that this module needs.
pub(super) struct SeededRng(ChaCha8Rng);

impl SeededRng {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// `true` with a probability of `percent` in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent.min(100), 100)
    }

    /// An integer of the range, both ends included.
    pub(super) fn number(&mut self, range: RangeInclusive<i64>) -> i64 {
        self.0.random_range(range)
    }

    /// An index of a list of this length; 0 for an empty list.
    pub(super) fn below(&mut self, length: usize) -> usize {
        self.0.random_range(0..length.max(1))
    }

    /// An element of a fixed list.
    pub(super) fn pick<T: Copy, const N: usize>(&mut self, list: &[T; N]) -> T {
        list[self.below(N)]
    }

    /// An element of a list; `None` if the list is empty.
    pub(super) fn any<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        list.choose(&mut self.0).copied()
    }

    /// An element of a fixed list, drawn by its weight.
    pub(super) fn weighted<T: Copy, const N: usize>(&mut self, table: &[(u32, T); N]) -> T {
        let mut throw = self.0.random_range(0..table.iter().map(|row| row.0).sum::<u32>().max(1));
        for &(weight, value) in table {
            if throw < weight {
                return value;
            }
            throw -= weight;
        }
        table[N - 1].1
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }
}
