//! The closed table of phrases: those that name the rows of the score, and those that say by how much a weight changes.

use domain::rules::SoftName;

use super::reading::Amount::{self, Times, To};

/// The largest weight (rulebook section 8).
pub const LARGEST_WEIGHT: f64 = 5.0;
/// The factor of *more*.
pub const MORE: f64 = 1.5;
/// The factor of *less*.
pub const LESS: f64 = 0.67;

/// The phrases that name each row of the score.
pub const SUBJECTS: [(SoftName, &[&str]); SoftName::COUNT] = [
    (
        SoftName::Scheduled,
        &[
            "placed",
            "placing",
            "place",
            "placing events",
            "events placed",
            "placed events",
            "number of events",
            "getting events worked",
            "filling",
            "coverage",
            "scheduled",
        ],
    ),
    (
        SoftName::Urgency,
        &[
            "due soon",
            "due date",
            "due dates",
            "due",
            "deadline",
            "deadlines",
            "urgency",
            "urgent",
            "urgent events",
            "what is due soon",
            "what is urgent",
        ],
    ),
    (
        SoftName::TypeRank,
        &["type", "types", "type order", "order of types", "event types", "event type", "kinds of events", "type rank"],
    ),
    (
        SoftName::Rotation,
        &[
            "rotation",
            "rotations",
            "rota",
            "named person",
            "day person",
            "juicer rotation",
            "lead rotation",
            "juicer and lead",
            "rotation people",
        ],
    ),
    (
        SoftName::SupervisorMisuse,
        &[
            "supervisor off floor",
            "keep supervisor free",
            "keep supervisor off core",
            "supervisors off core",
            "sparing supervisors",
            "keeping supervisors on the floor",
        ],
    ),
    (
        SoftName::SupervisorStaffing,
        &[
            "supervised",
            "supervision",
            "supervising",
            "who supervises",
            "supervisor checks",
            "supervisor events",
            "supervisor staffing",
            "supervisors supervising",
        ],
    ),
    (
        SoftName::LeadBlock1,
        &[
            "lead opens",
            "lead opening",
            "lead first",
            "lead in first block",
            "lead block 1",
            "block 1",
            "first block",
            "opening",
            "lead opens day",
        ],
    ),
    (
        SoftName::LeadDaily,
        &[
            "usual person",
            "usual people",
            "daily tasks",
            "daily work",
            "lead daily",
            "leads on daily tasks",
            "usual roles",
            "usual role",
            "juice work to juicers",
            "freeosk",
            "digitals",
        ],
    ),
    (
        SoftName::Fairness,
        &[
            "fair spread",
            "fair",
            "fairness",
            "fairly",
            "evenly",
            "equal share",
            "equal shares",
            "share of core",
            "sharing",
            "sharing core",
            "even share",
            "same number of core",
            "equal hours",
        ],
    ),
    (SoftName::DuplicateProduct, &["variety", "different products"]),
    (
        SoftName::DayBalance,
        &[
            "even days",
            "even week",
            "even weeks",
            "busy days",
            "balance of days",
            "day balance",
            "balanced days",
            "balance",
            "balanced week",
            "core spread over week",
            "spread over week",
        ],
    ),
    (
        SoftName::Bump,
        &["keep posted", "keep posted ones", "posted ones", "what is posted", "keeping posted schedules", "stability"],
    ),
    (
        SoftName::Affinity,
        &[
            "good fit",
            "fit",
            "affinity",
            "experience",
            "preferences",
            "strengths",
            "skills",
            "what suits people",
            "has worked this well",
            "who knows product",
            "history",
            "worked it before",
        ],
    ),
    (
        SoftName::Earliness,
        &[
            "early",
            "earliness",
            "earlier days",
            "early days",
            "finishing early",
            "waiting",
            "waiting days",
            "sooner",
            "as early as possible",
        ],
    ),
    (
        SoftName::Ledger,
        &[
            "owed core",
            "ledger",
            "owed",
            "debts",
            "earlier weeks",
            "fairness over weeks",
            "catching up",
            "who had too few",
            "past weeks",
        ],
    ),
    (
        SoftName::Wish,
        &[
            "asked for",
            "what i asked for",
            "what people asked for",
            "wishes",
            "wish",
            "refusals",
            "decisions",
            "placed by hand",
            "my edits",
            "what i placed by hand",
            "by hand",
        ],
    ),
];

/// The phrases that name what a row of the score keeps rare. If a text asks for less of it, the row's weight grows, unless
/// the text says that it *matters* less.
pub const AVOIDED: [(SoftName, &[&str]); 3] = [
    (
        SoftName::SupervisorMisuse,
        &[
            "supervisor on core",
            "supervisor doing core",
            "club supervisor on core",
            "supervisors on core",
            "core by supervisors",
            "supervisor misuse",
        ],
    ),
    (
        SoftName::DuplicateProduct,
        &[
            "same product twice",
            "same product",
            "double product",
            "duplicate product",
            "duplicate products",
            "duplicates",
            "repeats",
            "repeated product",
        ],
    ),
    (
        SoftName::Bump,
        &[
            "moves",
            "move",
            "moving",
            "moving people",
            "moving posted",
            "moving posted ones",
            "moving posted schedules",
            "moves posted one",
            "moves of posted ones",
            "moved posted ones",
            "changes to posted",
            "posted moves",
            "swaps",
            "bump",
            "bumps",
        ],
    ),
];

/// Phrases that name a row of the score and the change of its weight together.
pub const PHRASES: [(&str, SoftName, Amount); 21] = [
    ("place more events", SoftName::Scheduled, Times(MORE)),
    ("place as many events as possible", SoftName::Scheduled, Times(MORE)),
    ("less hurry", SoftName::Urgency, Times(LESS)),
    ("more hurry", SoftName::Urgency, Times(MORE)),
    ("spread core evenly", SoftName::Fairness, Times(MORE)),
    ("spread core more evenly", SoftName::Fairness, Times(MORE)),
    ("more evenly", SoftName::Fairness, Times(MORE)),
    ("fairer", SoftName::Fairness, Times(MORE)),
    ("move fewer posted ones", SoftName::Bump, Times(MORE)),
    ("move nothing", SoftName::Bump, To(LARGEST_WEIGHT)),
    ("moves are fine", SoftName::Bump, Times(LESS)),
    ("moving is fine", SoftName::Bump, Times(LESS)),
    ("allow more moves", SoftName::Bump, Times(LESS)),
    ("more even days", SoftName::DayBalance, Times(MORE)),
    ("evener days", SoftName::DayBalance, Times(MORE)),
    ("earlier", SoftName::Earliness, Times(MORE)),
    ("plan earlier", SoftName::Earliness, Times(MORE)),
    ("later is fine", SoftName::Earliness, Times(LESS)),
    ("waiting is fine", SoftName::Earliness, Times(LESS)),
    ("supervisor stays on floor", SoftName::SupervisorMisuse, Times(MORE)),
    ("keep supervisor on floor", SoftName::SupervisorMisuse, Times(MORE)),
];

/// A phrase that says by how much a weight changes.
pub struct Direction {
    /// The phrase.
    pub phrase: &'static str,
    /// By how much the weight changes.
    pub amount: Amount,
    /// Whether the phrase says how much the named thing *matters*. Otherwise it says how much of the named thing there
    /// should be.
    pub is_about_importance: bool,
}

const fn importance(phrase: &'static str, amount: Amount) -> Direction {
    Direction { phrase, amount, is_about_importance: true }
}

const fn quantity(phrase: &'static str, amount: Amount) -> Direction {
    Direction { phrase, amount, is_about_importance: false }
}

/// The phrases that say by how much a weight changes. A phrase is before every phrase that it contains.
pub const DIRECTIONS: [Direction; 49] = [
    importance("do not care about", To(0.0)),
    importance("don't care about", To(0.0)),
    importance("dont care about", To(0.0)),
    importance("do not matter", To(0.0)),
    importance("does not matter", To(0.0)),
    importance("don't matter", To(0.0)),
    importance("doesn't matter", To(0.0)),
    importance("no longer follow", To(0.0)),
    importance("do not follow", To(0.0)),
    importance("don't follow", To(0.0)),
    importance("regardless of", To(0.0)),
    importance("never mind", To(0.0)),
    importance("leave out", To(0.0)),
    importance("switch off", To(0.0)),
    importance("forget", To(0.0)),
    importance("ignore", To(0.0)),
    quantity("not at all", To(0.0)),
    importance("as usual", To(1.0)),
    importance("back to usual", To(1.0)),
    importance("back to normal", To(1.0)),
    importance("normal again", To(1.0)),
    importance("usual again", To(1.0)),
    importance("like before", To(1.0)),
    importance("normally", To(1.0)),
    importance("reset", To(1.0)),
    importance("most of all", To(LARGEST_WEIGHT)),
    importance("above all", To(LARGEST_WEIGHT)),
    quantity("as much as possible", To(LARGEST_WEIGHT)),
    quantity("twice as much", Times(2.0)),
    quantity("half as much", Times(0.5)),
    quantity("many fewer", Times(0.5)),
    quantity("many more", Times(2.0)),
    quantity("a little more", Times(1.25)),
    quantity("a little less", Times(0.8)),
    quantity("a bit more", Times(1.25)),
    quantity("a bit less", Times(0.8)),
    quantity("slightly more", Times(1.25)),
    quantity("slightly less", Times(0.8)),
    quantity("a lot more", Times(2.0)),
    quantity("a lot less", Times(0.5)),
    quantity("much more", Times(2.0)),
    quantity("much less", Times(0.5)),
    quantity("far more", Times(2.0)),
    quantity("far less", Times(0.5)),
    quantity("double", Times(2.0)),
    quantity("halve", Times(0.5)),
    quantity("fewer", Times(LESS)),
    quantity("more", Times(MORE)),
    quantity("less", Times(LESS)),
];

/// Words that show that a text is about how much something matters.
pub const IMPORTANCE: [&str; 9] =
    ["matter", "matters", "count", "counts", "weigh", "weighs", "important", "importance", "care"];

/// Words that do not help to find the row.
pub const FILLERS: [&str; 45] = [
    "please",
    "i",
    "we",
    "want",
    "would",
    "like",
    "should",
    "shall",
    "must",
    "to",
    "the",
    "a",
    "an",
    "be",
    "is",
    "are",
    "it",
    "that",
    "this",
    "matter",
    "matters",
    "count",
    "counts",
    "weigh",
    "weighs",
    "care",
    "about",
    "follow",
    "make",
    "let",
    "for",
    "importance",
    "important",
    "really",
    "just",
    "on",
    "of",
    "in",
    "so",
    "our",
    "with",
    "value",
    "strictly",
    "closely",
    "strongly",
];
