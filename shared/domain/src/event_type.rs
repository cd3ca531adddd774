//! Event types: the table of rulebook section 1.

use std::fmt;

use crate::named::{schema_by_name, serde_by_name};
use crate::named_enum;

serde_by_name!(EventType, "not an event type of the rulebook");
serde_by_name!(JobTitle, "not a job title of the rulebook");
schema_by_name!(JobTitle, "JobTitle");

named_enum! {
    /// The type of an event, in the order of the table.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[allow(missing_docs)]
    pub enum EventType {
        JuicerProduction = "Juicer Production",
        JuicerSurvey = "Juicer Survey",
        JuicerDeepClean = "Juicer Deep Clean",
        DigitalSetup = "Digital Setup",
        DigitalRefresh = "Digital Refresh",
        Freeosk = "Freeosk",
        DigitalTeardown = "Digital Teardown",
        Core = "Core",
        Supervisor = "Supervisor",
        Digitals = "Digitals",
        Other = "Other",
    }
}

use EventType::{
    Core, DigitalRefresh, DigitalSetup, DigitalTeardown, Digitals, Freeosk, JuicerDeepClean, JuicerProduction,
    JuicerSurvey, Other, Supervisor,
};

/// Minimum length in minutes of a full-day event. Base, support and Survey events are never full-day.
pub const FULL_DAY_MINUTES: u32 = 480;

impl EventType {
    /// Default length in minutes.
    pub fn default_minutes(self) -> u32 {
        match self {
            JuicerProduction => 540,
            JuicerDeepClean => 240,
            Core => 390,
            Supervisor => 5,
            _ => 15,
        }
    }

    /// The type rank of S3; 1 comes first.
    pub fn rank(self) -> u32 {
        match self {
            JuicerProduction | JuicerSurvey | JuicerDeepClean => 1,
            DigitalSetup => 2,
            DigitalRefresh => 3,
            Freeosk => 4,
            DigitalTeardown => 5,
            Core => 6,
            Supervisor => 7,
            Digitals => 8,
            Other => 9,
        }
    }

    /// Whether it is Core, Juicer Production or Juicer Deep Clean.
    pub fn is_base(self) -> bool {
        self == Core || self.is_juicer_unit()
    }

    /// Whether it is the base event of a Juicer unit (H5): a Production (with its Survey, if it has one) or a Deep
    /// Clean.
    pub fn is_juicer_unit(self) -> bool {
        matches!(self, JuicerProduction | JuicerDeepClean)
    }

    /// Whether it is Supervisor or Juicer Survey: the follower of its pair, which goes where its leader goes.
    pub fn is_follower(self) -> bool {
        matches!(self, Supervisor | JuicerSurvey)
    }

    /// Whether it needs a base event on the same day, unless a Club Supervisor works it (H12).
    pub fn is_support(self) -> bool {
        matches!(self, Freeosk | Digitals | DigitalSetup | DigitalRefresh | DigitalTeardown | Supervisor)
    }

    /// Whether the table fixes the type to its start date. `Other` is fixed only if it is full-day.
    pub fn is_fixed_by_default(self, full_day: bool) -> bool {
        match self {
            JuicerProduction | DigitalSetup | DigitalRefresh | Freeosk | DigitalTeardown | Digitals => true,
            Other => full_day,
            _ => false,
        }
    }

    /// The kind of event in messages such as `Avery may not work full-day events`.
    pub fn kind_in_words(self, full_day: bool) -> &'static str {
        if full_day { "full-day events" } else { self.name() }
    }

    /// Detects the type from a project name and a length; the first match wins.
    pub fn detect(name: &str, minutes: Option<u32>) -> EventType {
        let name = name.to_uppercase();
        let has = |word: &str| name.contains(word);
        if has_word(&name, "CORE") {
            Core
        } else if has("DIGITAL") {
            match () {
                () if has("SETUP") => DigitalSetup,
                () if has("REFRESH") => DigitalRefresh,
                () if has("TEARDOWN") => DigitalTeardown,
                () => Digitals,
            }
        } else if has("JUICER DEEP CLEAN") {
            JuicerDeepClean
        } else if has("JUICE") && has("PRODUCTION-SPCLTY") {
            JuicerProduction
        } else if has("JUICE") && has("SURVEY-SPCLTY") {
            JuicerSurvey
        } else if has("SUPERVISO") || has("V2-SUPER") {
            Supervisor
        } else if has("FREEOSK") {
            Freeosk
        } else {
            match minutes {
                Some(360 | 390) => Core,
                Some(5) => Supervisor,
                Some(240) => JuicerDeepClean,
                _ => Other,
            }
        }
    }
}

/// Whether an upper-case name contains a word that is not next to another letter A-Z.
fn has_word(name: &str, word: &str) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_uppercase);
    let is_whole_word = |at: usize| {
        let (before, after) = (&name.as_bytes()[..at], &name.as_bytes()[at + word.len()..]);
        !is_letter(before.last()) && !is_letter(after.first())
    };
    name.match_indices(word).any(|(at, _)| is_whole_word(at))
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

named_enum! {
    /// A person's job title.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    #[allow(missing_docs)]
    pub enum JobTitle {
        LeadEventSpecialist = "Lead Event Specialist",
        ClubSupervisor = "Club Supervisor",
        JuicerBarista = "Juicer Barista",
        EventSpecialist = "Event Specialist",
    }
}

impl JobTitle {
    /// Whether it is Lead or Club Supervisor: they may hold the primary-lead rotation and work support events.
    pub fn is_lead_or_supervisor(self) -> bool {
        matches!(self, JobTitle::LeadEventSpecialist | JobTitle::ClubSupervisor)
    }

    /// Whether a person with this title may work an event of that type (the table's last column).
    pub fn may_work(self, juicer_trained: bool, kind: EventType, full_day: bool) -> bool {
        match kind {
            JuicerProduction | JuicerSurvey | JuicerDeepClean => {
                juicer_trained || matches!(self, JobTitle::JuicerBarista | JobTitle::ClubSupervisor)
            }
            Core => true,
            Other if full_day => self != JobTitle::ClubSupervisor,
            _ => self.is_lead_or_supervisor(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_word_decides_the_type() {
        let rows = [
            ("619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE", None, Core),
            ("Digital Core wall", Some(15), Core),
            ("7core7", None, Core),
            ("SCORECARD and core", None, Core),
            ("619044-SCORECARD", None, Other),
            ("Encore digital", None, Digitals),
            ("corE\u{e9}", None, Core),
            ("Encore", Some(390), Core),
            ("12-01 Digital Setup", None, DigitalSetup),
            ("digital refresh after setup", None, DigitalSetup),
            ("Digital refresh", None, DigitalRefresh),
            ("DIGITAL teardown", None, DigitalTeardown),
            ("Digital wall supervisor", None, Digitals),
            ("Juicer Deep Clean", None, JuicerDeepClean),
            ("11-25 9AM-Juice Production-SPCLTY", None, JuicerProduction),
            ("11-25 5PM-Juice Survey-SPCLTY", None, JuicerSurvey),
            ("Juice Production", None, Other),
            ("619044-Cherry - V2-Supervisor", None, Supervisor),
            ("x v2-super", None, Supervisor),
            ("Wk47-Freeosk-Kiosk", None, Freeosk),
            ("plain", Some(360), Core),
            ("plain", Some(390), Core),
            ("plain", Some(5), Supervisor),
            ("plain", Some(240), JuicerDeepClean),
            ("plain", Some(480), Other),
            ("", None, Other),
        ];
        for (name, minutes, kind) in rows {
            assert_eq!(EventType::detect(name, minutes), kind, "{name} {minutes:?}");
        }
    }

    #[test]
    fn a_title_may_work_the_types_of_the_tables_last_column() {
        use JobTitle::{ClubSupervisor, EventSpecialist, JuicerBarista, LeadEventSpecialist};
        let rows: [(EventType, bool, &[JobTitle]); 5] = [
            (JuicerProduction, false, &[JuicerBarista, ClubSupervisor]),
            (Core, false, &JobTitle::ALL),
            (Freeosk, false, &[LeadEventSpecialist, ClubSupervisor]),
            (Other, false, &[LeadEventSpecialist, ClubSupervisor]),
            (Other, true, &[LeadEventSpecialist, JuicerBarista, EventSpecialist]),
        ];
        for (kind, full_day, who) in rows {
            for title in JobTitle::ALL {
                assert_eq!(title.may_work(false, kind, full_day), who.contains(&title), "{title:?} {kind}");
            }
        }
        assert!(EventSpecialist.may_work(true, JuicerSurvey, false));
    }
}
