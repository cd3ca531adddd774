//! The confidence interval of a rate.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// A rate of fewer cases than this is not reliable, so pages show it in a pale colour.
pub const MIN_RELIABLE: u32 = 20;
/// Level of confidence.
const LEVEL: f64 = 0.8;

/// A rate with its count and its 80 % range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The observed rate, 0 to 1.
    pub rate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Number of cases behind the rate.
    pub n: u32,
}

impl Interval {
    /// Whether there are too few cases for a reliable rate.
    pub fn is_pale(&self) -> bool {
        self.n < MIN_RELIABLE
    }
}

/// Wilson's score interval of a rate; `None` for a count of 0.
pub fn interval(successes: u32, n: u32) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let (rate, count) = (f64::from(successes) / f64::from(n), f64::from(n));
    let z = Normal::standard().inverse_cdf(0.5 + LEVEL / 2.0);
    let damping = 1.0 + z * z / count;
    let middle = (rate + z * z / (2.0 * count)) / damping;
    let reach = z / damping * (rate * (1.0 - rate) / count + z * z / (4.0 * count * count)).sqrt();
    // Rounding must not push an end past the rate when that is 0 or 1.
    let (low, high) = ((middle - reach).clamp(0.0, rate), (middle + reach).clamp(rate, 1.0));
    Some(Interval { rate, low, high, n })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons_score_intervals() {
        // The solutions of (rate - q)^2 = z^2 q (1 - q) / n with z = 1.2816.
        for (successes, n, low, high) in [
            (0, 10, 0.0, 0.141_0),
            (10, 10, 0.859_0, 1.0),
            (14, 15, 0.801_3, 0.979_8),
            (5, 10, 0.312_2, 0.687_8),
            (900, 1_000, 0.887_3, 0.911_6),
        ] {
            let found = interval(successes, n).expect("a range");
            let near = |a: f64, b: f64| (a - b).abs() < 5e-4;
            assert!(near(found.low, low) && near(found.high, high), "{successes} of {n}: {found:?}");
        }
        assert_eq!(interval(0, 0), None);
    }

    #[test]
    fn a_rate_of_fewer_than_twenty_is_pale() {
        assert!(interval(19, 19).expect("a range").is_pale());
        assert!(!interval(19, 20).expect("a range").is_pale());
    }
}
