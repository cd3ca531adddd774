//! The times of day that a club may set (rulebook sections 6 and 8): arrivals of the Core blocks, and starts by name.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::calendar::clock;
use crate::named_enum;

/// The arrival times of the eight Core blocks in minutes since midnight, in ascending order (equal times allowed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals([u32; Arrivals::BLOCKS]);

impl Arrivals {
    /// Number of shift blocks of a day.
    pub const BLOCKS: usize = 8;

    /// The arrivals of blocks 1 to 8; `None` if they are not in ascending order.
    pub fn new(minutes: [u32; Self::BLOCKS]) -> Option<Self> {
        minutes.is_sorted().then_some(Arrivals(minutes))
    }

    /// The arrival of a block, 1 to 8, in minutes since midnight.
    pub fn of(&self, block: u8) -> u32 {
        self.0[usize::from(block - 1)]
    }

    /// Whether they are the rulebook's defaults.
    pub(super) fn are_default(&self) -> bool {
        *self == Arrivals::default()
    }

    /// All arrivals, in order of the blocks.
    pub fn all(&self) -> &[u32; Self::BLOCKS] {
        &self.0
    }
}

impl Default for Arrivals {
    /// 10:15, 10:45, 11:15 and 11:45, two blocks each.
    fn default() -> Self {
        Arrivals([615, 615, 645, 645, 675, 675, 705, 705])
    }
}

impl Serialize for Arrivals {
    /// A list of eight times, `HH:MM`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.map(clock))
    }
}

named_enum! {
    /// A start time that the setting `starts` may replace.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    #[allow(missing_docs)]
    pub enum StartName {
        JuicerProduction = "Juicer Production",
        JuicerSurvey = "Juicer Survey",
        JuicerDeepClean = "Juicer Deep Clean",
        Supervisor = "Supervisor",
        Other = "Other",
        FullDayOther = "Full-day Other",
        /// First slot of the day's sequence of Setups, Refreshes and Digitals.
        DigitalSetup = "Digital Setup",
        /// First slot of the evening's sequence of Teardowns.
        DigitalTeardown = "Digital Teardown",
        /// Start of the early Freeosk of a day: its Setups, otherwise its Refreshes.
        FreeoskFirst = "Freeosk first",
        /// Start of all other Freeosk.
        Freeosk = "Freeosk",
    }
}

use StartName::{
    DigitalSetup, DigitalTeardown, Freeosk, FreeoskFirst, FullDayOther, JuicerDeepClean, JuicerProduction,
    JuicerSurvey, Other, Supervisor,
};

impl StartName {
    /// The rulebook's default, in minutes since midnight.
    fn default_minute(self) -> u32 {
        match self {
            JuicerProduction | JuicerDeepClean | FullDayOther => 9 * 60,
            FreeoskFirst => 10 * 60,
            DigitalSetup => 10 * 60 + 15,
            Supervisor | Other | Freeosk => 12 * 60,
            JuicerSurvey | DigitalTeardown => 17 * 60,
        }
    }
}

/// The start times of everything but Core, in minutes since midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts([u32; StartName::ALL.len()]);

impl Default for Starts {
    fn default() -> Self {
        Starts(StartName::ALL.map(StartName::default_minute))
    }
}

impl Starts {
    /// The start with this name, in minutes since midnight.
    pub fn of(&self, name: StartName) -> u32 {
        self.0[name as usize]
    }

    /// Whether they are the rulebook's defaults.
    pub(super) fn are_default(&self) -> bool {
        *self == Starts::default()
    }

    /// The same starts with one of them replaced.
    #[must_use]
    pub fn with(mut self, name: StartName, minute: u32) -> Self {
        self.0[name as usize] = minute;
        self
    }
}

impl Serialize for Starts {
    /// Writes the starts that differ from the defaults, `HH:MM` by name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in StartName::ALL.into_iter().filter(|name| self.of(*name) != name.default_minute()) {
            map.serialize_entry(name.name(), &clock(self.of(name)))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_start_is_found_by_its_name_and_set_by_it() {
        for (i, name) in StartName::ALL.into_iter().enumerate() {
            assert_eq!(name as usize, i);
            assert_eq!(StartName::named(name.name()), Some(name));
            assert_eq!(Starts::default().with(name, 1).of(name), 1);
        }
    }
}
