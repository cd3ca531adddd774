//! Crossmark's numbers. Each kind has a type of its own, so that they cannot be mixed up.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text is not a Crossmark number, which consists of digits that are not all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Crossmark number: it consists of digits that are not all zero")]
pub struct NotANumber;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// The number itself.
            pub const fn get(self) -> u64 {
                self.0.get()
            }
        }

        impl TryFrom<u64> for $name {
            type Error = NotANumber;

            fn try_from(number: u64) -> Result<Self, NotANumber> {
                NonZeroU64::new(number).map(Self).ok_or(NotANumber)
            }
        }

        impl FromStr for $name {
            type Err = NotANumber;

            fn from_str(text: &str) -> Result<Self, NotANumber> {
                let text = text.trim();
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let number = if digits { text.parse::<u64>().ok() } else { None };
                Self::try_from(number.ok_or(NotANumber)?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

number! {
    /// An employee: `RepID`, 5 or 6 digits.
    RepId
}
number! {
    /// An event: `mPlanID`, 8 digits.
    PlanId
}
number! {
    /// A club's location: `LocationID` and `storeID`, 6 digits.
    LocationId
}
number! {
    /// A posted schedule: the scheduled event's `ID`, 8 digits. A schedule can only be taken back by this number.
    ScheduledEventId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_that_are_not_all_zero_are_a_number() {
        let check = |text: &str, expect: Option<u64>| {
            assert_eq!(text.parse::<PlanId>().ok().map(PlanId::get), expect, "{text:?}");
        };
        check("40000123", Some(40_000_123));
        check(" 40000123 ", Some(40_000_123));
        for text in ["", "0", "-1", "+7", "1.0", "4e7", "99999999999999999999", "US000123"] {
            check(text, None);
        }
    }

    #[test]
    fn a_number_is_stored_as_a_number() {
        let id = ScheduledEventId::try_from(55_000_001).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "55000001");
        assert_eq!(serde_json::from_str::<ScheduledEventId>("55000001").unwrap(), id);
        assert!(serde_json::from_str::<ScheduledEventId>("0").is_err());
    }
}
