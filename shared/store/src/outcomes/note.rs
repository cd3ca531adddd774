//! Notes: the data of a line that its entries in the audit trail keep. Lines expire after the club's retention (by
//! default three weeks) and the trail after 13 months, so outcomes, the ledger and roll-ups must be computable from the
//! trail alone.

use domain::event_type::EventType;
use domain::outcome::{Alternative, Approval, Cause, Happened};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::events::Place;
use crate::key::LineKey;
use crate::lines::{LeavingCause, Line, LineKind, Reasons};
use crate::states::LineStatus;

/// The note of a line in an entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineNote {
    /// The generation of its submission; 0 before the first.
    pub generation: u32,
    /// What happened to the line, if it counts for the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<Happened>,
    /// The line as it was then; `None` for entries from after its acceptance, when the line may have expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<LineFacts>,
}

/// The part of a line that outcomes are made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineFacts {
    /// The type of its event.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The length of its event in minutes.
    pub minutes: u32,
    /// The kind of the line.
    pub kind: LineKind,
    /// Whether a person wrote it by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// Where it was placed originally ([`Line::original`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Place>,
    /// Where it is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The posted schedule that it moves or takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// Why that schedule leaves its place.
    #[serde(default)]
    pub left: LeavingCause,
}

impl LineFacts {
    fn of(line: &Line) -> LineFacts {
        LineFacts {
            event_type: line.event.event_type(),
            minutes: line.event.minutes(),
            kind: line.kind,
            by_hand: line.by_hand,
            original: line.original.clone(),
            place: line.place.clone(),
            from: line.from.as_ref().map(|old| old.place.clone()),
            left: line.left,
        }
    }
}

impl LineNote {
    /// The note of a line to which this happened.
    pub(crate) fn of(line: &Line, happened: Option<Happened>) -> LineNote {
        let generation = line.submission.as_ref().map_or(0, |submission| submission.generation);
        LineNote { generation, happened, facts: Some(LineFacts::of(line)) }
    }
}

/// A line whose schedule was sent from here and accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLine {
    /// The line.
    pub key: LineKey,
    /// The generation of its submission.
    pub generation: u32,
    /// The version that the line got by its acceptance.
    pub version: u64,
}

/// What may happen to the schedule of an accepted line afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterAcceptance {
    Completed,
    NoShow,
    TakenBack,
    CalledOut,
}

impl SentLine {
    /// The audit entry for what happened to the line after it was accepted.
    pub(crate) fn entry(&self, what: AfterAcceptance, because: &Because) -> Entry {
        let (to, happened) = match what {
            AfterAcceptance::Completed => ("completed", Happened::Completed),
            AfterAcceptance::NoShow => ("no_show", Happened::NoShow),
            AfterAcceptance::TakenBack => ("taken_back", Happened::TakenBack),
            AfterAcceptance::CalledOut => ("called_out", Happened::CallOut),
        };
        let note = LineNote { generation: self.generation, happened: Some(happened), facts: None };
        let states = (Some(LineStatus::ApiSubmitted.name()), to);
        let entry = Entry::new(Subject::Line(self.key.clone()), self.version + 1, states, because);
        Entry { line: Some(Box::new(note)), ..entry }
    }
}

/// The note of a person's edit: the new place, the cause, and the alternative that the run had found. `None` for a line
/// that takes a schedule back. An edit that leaves a line without a place has a note too, because it undoes the earlier
/// ones.
pub(crate) fn note_of_edit(line: &Line, cause: Cause, reasons: Option<&Reasons>) -> Option<LineNote> {
    if line.kind == LineKind::Dropped {
        return None;
    }
    let Some(place) = line.place.as_ref() else { return Some(LineNote::of(line, None)) };
    let runner_up = reasons.and_then(|reasons| reasons.why.runner_up.as_ref());
    let alternatives = runner_up.map(|other| Alternative {
        employee_id: other.employee_id.clone(),
        date: other.date,
        points_lost: other.points_lost,
    });
    let (employee_id, date) = (place.employee_id.clone(), place.start.date());
    let alternatives = alternatives.into_iter().collect();
    Some(LineNote::of(line, Some(Happened::Changed { employee_id, date, cause, alternatives })))
}

/// The note of the approval of a line; `lines` is the number of lines in the approval.
pub(crate) fn note_of_approval(line: &Line, lines: usize) -> LineNote {
    let approval = if lines == 1 { Approval::Alone } else { Approval::InBulk };
    LineNote::of(line, Some(Happened::Approved { approval }))
}

/// The entry with a note of the changed line, if the change counts for an outcome.
pub(crate) fn with_note(entry: &Entry, line: &Line) -> Entry {
    if entry.line.is_some() {
        return entry.clone();
    }
    let from = entry.from.as_deref().unwrap_or_default();
    let happened = match (from, entry.to.as_str()) {
        ("approved", "proposed" | "user_edited") | ("api_failed", "approved") => None,
        (_, "rejected") => Some(Happened::Rejected { reason: Some(entry.because.why.clone()) }),
        (_, "api_submitted") => Some(Happened::Accepted),
        _ => return entry.clone(),
    };
    Entry { line: Some(Box::new(LineNote::of(line, happened))), ..entry.clone() }
}
