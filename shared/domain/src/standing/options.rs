//! Ways out of a finding (rulebook section 10): changes that a manager may make, each evaluated on the whole club.
//!
//! # What is offered
//!
//! A way out is kept only if
//!
//! - the finding goes, and no new finding appears in any week from today's on. If the finding remains with fewer of its
//!   events, and so under another id, it is not gone. If another finding remains like this, that is not a new one; such
//!   a way out counts it ([`WayOut::shrinks`]) and is offered only if all others take something back;
//! - no hard rule is newly broken, judged as if everything posted were new. Schedules that are gone (canceled, expired,
//!   no longer listed) count here until they are taken back;
//! - it breaks no rule of a run, except H1, H2 and H15, which are replaced by the right of a manager: a posted schedule
//!   that has not begun may go to another time of its window from today on. Neither time may be on a locked day, and
//!   the new time not on a holiday. The person must be available for the start that is posted.
//!
//! # The score difference
//!
//! The score of rulebook section 5 with the change, minus the score with everything posted as it stands. Both are
//! scores of a run that plans from today on ([`Snapshot::from_today`]), without a call-out. In the club of that run
//! H15 lets every posted Core change, and open events that the finding names, and their partners, may be placed
//! automatically (`auto`). A posted event with another employee or day is *moved*, one taken back is *dropped*, an open
//! one is *new*. A change of the start or block alone leaves the schedule standing, and a change of a rotation moves
//! nothing: both score 0. [`checker::gain`](crate::checker::gain) computes the difference; [`ScoredClub`] recomputes
//! it.
//!
//! Nothing is solved. The same input always gives the same answer.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use self::aims::Aims;
use self::candidates::Candidate;
use self::evaluator::{Evaluator, WayOutEdit, run_club};
use self::look::{GoneSchedules, Look, NewPosting};
use super::{Finding, FindingId, Rule};
use crate::calendar::plus_days;
use crate::named_enum;
use crate::rules::Violation;
use crate::snapshot::{EventRef, Outside, Snapshot};

mod aims;
mod candidates;
mod change;
mod evaluator;
mod look;
mod scored;
#[cfg(test)]
mod tests;
mod words;

pub use change::{Change, PostedAt, WayOutId, apply};
pub use scored::ScoredClub;

/// Maximum number of ways out. The one that changes nothing counts too.
pub const MAX_WAYS_OUT: usize = 8;

/// If fewer ways out than this take nothing back, combined changes of person and time are tried too.
const ENOUGH_WITHOUT_TAKE_BACK: usize = 3;

/// The order in which the best of each kind is chosen. Kinds that change least come first, so that a larger change with
/// the same effect is not offered.
const CHOSEN_FIRST: [WayOutKind; 6] = [
    WayOutKind::Place,
    WayOutKind::Rotation,
    WayOutKind::TakeBack,
    WayOutKind::Give,
    WayOutKind::Move,
    WayOutKind::Trade,
];

/// Maximum number of changes that are evaluated to find the nearest one.
const NEAREST_LOOKS: usize = 60;

named_enum! {
    /// The kind of a way out. The order of the variants breaks ties.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum WayOutKind {
        /// Somebody else works the schedule.
        Give = "give",
        /// The schedule is worked at another time, possibly by somebody else.
        Move = "move",
        /// Two schedules trade their people or their days.
        Trade = "trade",
        /// An open event is placed.
        Place = "place",
        /// Somebody else holds a rotation on that day.
        Rotation = "rotation",
        /// The schedule is taken back.
        TakeBack = "take_back",
        /// Nothing changes.
        Leave = "leave",
    }
}

/// A way out of a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct WayOut {
    /// The id, derived from the changes.
    pub id: WayOutId,
    /// The kind.
    pub kind: WayOutKind,
    /// What changes, in order of ref; empty for `Leave`.
    pub changes: Vec<Change>,
    /// What to do, for a person: `Give it to Rosa Kettle, same time`.
    pub text: String,
    /// The score afterwards minus the score before, in points.
    pub points: f64,
    /// Number of findings that go, this one included; 0 for `Leave`.
    pub removes: usize,
    /// Number of other findings that remain with fewer events, and so under another id.
    pub shrinks: usize,
}

/// A rule that the nearest change breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// The rule.
    pub rule: Rule,
    /// How the rule would be broken, for a person.
    pub text: String,
}

/// The change that comes closest to a way out, if there is no way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// The kind.
    pub kind: WayOutKind,
    /// What would change, in order of ref.
    pub changes: Vec<Change>,
    /// What the change does and why it is not possible: `Give it to Ana, same time: Ana would work 7 days in … (H9)`.
    pub text: String,
    /// The rules that the change breaks, each once, in order.
    pub broken: Vec<BrokenRule>,
}

/// The ways out of a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The finding.
    pub finding: Finding,
    /// At most [`MAX_WAYS_OUT`], ordered by score difference, the best first. The last one is `Leave`.
    pub options: Vec<WayOut>,
    /// The nearest change, if only `Leave` is offered and if there is such a change.
    pub nearest: Option<Nearest>,
}

/// The ways out of a finding in any week from today's on; `None` if there is no finding with that id.
///
/// The best of each kind is chosen first, then the best of the others.
pub fn options(snapshot: &Snapshot, outside: &Outside, id: &FindingId) -> Option<Options> {
    let all = super::look(snapshot, outside, |_| true);
    let finding = all.iter().find(|finding| finding.id == *id)?.clone();
    let last = last_day(snapshot);
    let look = Look::new(snapshot, outside, GoneSchedules::NotPosted, last);
    let look_with_gone = Look::new(snapshot, outside, GoneSchedules::Posted, last);
    let run = run_club(snapshot, &may_be_placed(&look, &finding));
    let mut evaluator = Evaluator::find(snapshot, outside, look, look_with_gone, &run, id)?;
    let mut search = Search::new(&mut evaluator);
    search.run();
    let Search { kept, rest, .. } = search;
    let mut options: Vec<WayOut> =
        kept.into_iter().filter_map(|scored| way_out(&evaluator, &scored, &all, &finding)).collect();
    let nearest = if options.is_empty() { nearest(&mut evaluator, &rest, &all) } else { None };
    options.push(leave());
    Some(Options { finding, options, nearest })
}

fn last_day(snapshot: &Snapshot) -> NaiveDate {
    plus_days(snapshot.today, snapshot.settings.horizon_days().into())
}

/// The events that the finding names, and their partners.
fn may_be_placed(look: &Look, finding: &Finding) -> Vec<EventRef> {
    let club = look.club();
    let partner = |r: &EventRef| club.find(*r).and_then(|e| club.event(e).partner).map(|p| club.event(p).event_ref);
    finding.refs.iter().copied().chain(finding.refs.iter().filter_map(partner)).collect()
}

fn leave() -> WayOut {
    let (kind, changes) = (WayOutKind::Leave, Vec::new());
    let id = WayOutId::of(kind.name(), &changes);
    WayOut { id, kind, changes, text: words::LEAVE.to_owned(), points: 0.0, removes: 0, shrinks: 0 }
}

/// A candidate with its score difference and the rules of a run that it breaks.
#[derive(Debug, Clone)]
struct ScoredCandidate {
    candidate: Candidate,
    points: f64,
    broken: Vec<Violation>,
    /// Whether it is a way out; `None` until it was checked.
    check: Option<WayOutCheck>,
}

/// Whether a candidate is a way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayOutCheck {
    /// The candidate is a way out.
    Whole,
    /// The candidate is a way out, but other findings remain with fewer events.
    Shrinks,
    /// The candidate is not a way out.
    No,
}

/// The search for the ways out to offer.
struct Search<'b, 'a> {
    evaluator: &'b mut Evaluator<'a>,
    aims: Aims,
    /// The ways out that are offered, the best first.
    kept: Vec<ScoredCandidate>,
    /// The candidates that are not offered.
    rest: Vec<ScoredCandidate>,
}

impl<'b, 'a> Search<'b, 'a> {
    fn new(evaluator: &'b mut Evaluator<'a>) -> Self {
        let aims = Aims::of(evaluator);
        Search { evaluator, aims, kept: Vec::new(), rest: Vec::new() }
    }

    fn run(&mut self) {
        let first = candidates::single_changes(self.evaluator, &self.aims);
        self.take(first);
        if self.kept_without_take_backs() < ENOUGH_WITHOUT_TAKE_BACK {
            let more = candidates::with_other_person_and_time(self.evaluator, &self.aims);
            self.take(more);
        }
        if self.kept_without_take_backs() == 0 {
            let mut more = candidates::all_at_once(self.evaluator, &self.aims);
            let steps = self.one_by_one();
            more.extend(candidates::tidy(self.evaluator, &self.aims, steps));
            self.take(more);
        }
        if self.kept_without_take_backs() == 0 {
            let rest = std::mem::take(&mut self.rest);
            self.choose(rest, WayOutCheck::Shrinks);
        }
        self.kept.sort_by(compare);
    }

    /// The number of kept ways out that take nothing back.
    fn kept_without_take_backs(&self) -> usize {
        self.kept.iter().filter(|scored| scored.candidate.kind != WayOutKind::TakeBack).count()
    }

    /// Scores new candidates and keeps the best of them.
    fn take(&mut self, mut candidates: Vec<Candidate>) {
        candidates.retain(|c| self.kept.iter().chain(&self.rest).all(|known| known.candidate.edit != c.edit));
        let scored = candidates.into_iter().filter_map(|c| score(self.evaluator, c)).collect();
        self.choose(scored, WayOutCheck::Whole);
    }

    /// Keeps the best of each kind, then the best of the others.
    fn choose(&mut self, mut scored: Vec<ScoredCandidate>, wanted: WayOutCheck) {
        scored.sort_by(compare);
        let mut is_chosen = vec![false; scored.len()];
        for kind in CHOSEN_FIRST {
            if self.kept.len() + 1 < MAX_WAYS_OUT && self.kept.iter().all(|kept| kept.candidate.kind != kind) {
                let of_kind = scored.iter_mut().enumerate().filter(|(_, s)| s.candidate.kind == kind);
                let best = of_kind.map(|(i, s)| (i, self.keep(s, wanted))).find(|(_, kept)| *kept);
                best.into_iter().for_each(|(i, _)| is_chosen[i] = true);
            }
        }
        for (i, mut scored) in scored.into_iter().enumerate() {
            if !is_chosen[i] && (self.kept.len() + 1 >= MAX_WAYS_OUT || !self.keep(&mut scored, wanted)) {
                self.rest.push(scored);
            }
        }
    }

    /// Keeps a candidate if it is a way out and adds something. One that contains all changes of a kept one, or has the
    /// same text, adds nothing.
    fn keep(&mut self, scored: &mut ScoredCandidate, wanted: WayOutCheck) -> bool {
        let is_more = |kept: &ScoredCandidate| match (&kept.candidate.edit, &scored.candidate.edit) {
            (WayOutEdit::Schedules(less), WayOutEdit::Schedules(more)) => {
                less.iter().all(|new_posting| more.contains(new_posting))
            }
            _ => false,
        };
        if !scored.broken.is_empty() || scored.check == Some(WayOutCheck::No) || self.kept.iter().any(is_more) {
            return false;
        }
        let evaluator = &mut *self.evaluator;
        let checked = *scored.check.get_or_insert_with(|| check(evaluator, &scored.candidate.edit));
        let text = words::sentence(self.evaluator, &scored.candidate);
        if checked != wanted || self.kept.iter().any(|kept| words::sentence(self.evaluator, &kept.candidate) == text) {
            return false;
        }
        self.kept.push(scored.clone());
        true
    }

    /// Combines gives and moves one after the other, as long as each reduces the finding, until it is gone.
    fn one_by_one(&mut self) -> Vec<Candidate> {
        let mut steps: Vec<(WayOutKind, Vec<NewPosting>)> = Vec::new();
        self.rest.sort_by(compare);
        for Candidate { kind, edit } in self.rest.iter().map(|scored| &scored.candidate) {
            if let (WayOutKind::Give | WayOutKind::Move, WayOutEdit::Schedules(new_postings)) = (kind, edit) {
                steps.push((*kind, new_postings.clone()));
            }
        }
        let mut all: Vec<NewPosting> = Vec::new();
        let mut rest = self.evaluator.issue().refs.len();
        loop {
            let before = rest;
            for (kind, new_postings) in &steps {
                if new_postings.iter().any(|new_posting| all.iter().any(|known| known.event == new_posting.event)) {
                    continue;
                }
                let more = self.evaluator.with_new_blocks(all.iter().chain(new_postings).copied().collect());
                let left = self.evaluator.remaining_events(&more);
                let edit = WayOutEdit::Schedules(more.clone());
                if left >= rest || self.evaluator.effect(&edit).is_none_or(|effect| !effect.broken.is_empty()) {
                    continue;
                }
                if left == 0 {
                    return vec![Candidate { kind: *kind, edit }];
                }
                (all, rest) = (more, left);
            }
            if rest == before {
                return Vec::new();
            }
        }
    }
}

fn score(evaluator: &mut Evaluator, candidate: Candidate) -> Option<ScoredCandidate> {
    let effect = evaluator.effect(&candidate.edit)?;
    Some(ScoredCandidate { candidate, points: effect.points, broken: effect.broken, check: None })
}

/// Compares by score difference, the best first, then by number of changes, kind, and the changes themselves.
fn compare(one: &ScoredCandidate, other: &ScoredCandidate) -> std::cmp::Ordering {
    let new_postings = |scored: &ScoredCandidate| match &scored.candidate.edit {
        WayOutEdit::Schedules(new_postings) => (new_postings.clone(), String::new()),
        WayOutEdit::Rotation(exception) => (Vec::new(), exception.employee_id.0.clone()),
    };
    let by_points = other.points.total_cmp(&one.points);
    let size = |scored: &ScoredCandidate| new_postings(scored).0.len();
    by_points
        .then_with(|| size(one).cmp(&size(other)))
        .then(one.candidate.kind.cmp(&other.candidate.kind))
        .then_with(|| new_postings(one).cmp(&new_postings(other)))
}

/// Checks whether an edit is a way out.
fn check(evaluator: &mut Evaluator, edit: &WayOutEdit) -> WayOutCheck {
    if !evaluator.may_remove_finding(edit) {
        return WayOutCheck::No;
    }
    let objections = evaluator.objections_to(edit);
    match (objections.against.is_empty(), objections.shrunk.is_empty()) {
        (true, true) => WayOutCheck::Whole,
        (true, false) => WayOutCheck::Shrinks,
        (false, _) => WayOutCheck::No,
    }
}

/// The way out as it is offered. A full look at the changed snapshot confirms it and counts the findings that go.
fn way_out(evaluator: &Evaluator, scored: &ScoredCandidate, before: &[Finding], finding: &Finding) -> Option<WayOut> {
    let (kind, changes) = (scored.candidate.kind, evaluator.changes(&scored.candidate.edit));
    let (snapshot, outside) = apply(evaluator.snapshot, evaluator.outside, &changes);
    let FindingChanges { gone, new, shrunk } =
        FindingChanges::between(before, &super::look(&snapshot, &outside, |_| true));
    let text = words::sentence(evaluator, &scored.candidate);
    let id = WayOutId::of(kind.name(), &changes);
    let (removes, shrinks, points) = (gone.len(), shrunk.len(), scored.points);
    let is_way_out = gone.contains(&finding.id) && new.is_empty();
    is_way_out.then_some(WayOut { id, kind, changes, text, points, removes, shrinks })
}

/// What changes of the club make of its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingChanges {
    /// The findings that are gone.
    pub gone: Vec<FindingId>,
    /// The findings that are new.
    pub new: Vec<FindingId>,
    /// The findings that remain with fewer of their events, and so under another id: neither gone nor new. These are
    /// their ids before the change.
    pub shrunk: Vec<FindingId>,
}

impl FindingChanges {
    /// The changes between the findings of a club before and after.
    pub fn between(before: &[Finding], after: &[Finding]) -> FindingChanges {
        let ids = |findings: Vec<&Finding>| findings.into_iter().map(|finding| finding.id.clone()).collect();
        let (known, found): (BTreeSet<_>, BTreeSet<_>) =
            (before.iter().map(|f| &f.id).collect(), after.iter().map(|f| &f.id).collect());
        let new = after.iter().filter(|f| !known.contains(&f.id) && !before.iter().any(|of| is_rest(f, of)));
        let missing = before.iter().filter(|f| !found.contains(&f.id));
        let (shrunk, gone) = missing.partition(|f| after.iter().any(|rest| is_rest(rest, f)));
        FindingChanges { gone: ids(gone), new: ids(new.collect()), shrunk: ids(shrunk) }
    }
}

/// Whether a finding is the remainder of another: the same except for events that it no longer names.
fn is_rest(finding: &Finding, of: &Finding) -> bool {
    let place = |f: &Finding| (f.rule, f.when, f.employee_id.clone());
    let has_events = !finding.refs.is_empty() && finding.refs.len() < of.refs.len();
    has_events && place(finding) == place(of) && finding.refs.iter().all(|r| of.refs.contains(r))
}

/// Among the changes that remove the finding, the one that breaks the fewest rules.
fn nearest(evaluator: &mut Evaluator, rest: &[ScoredCandidate], before: &[Finding]) -> Option<Nearest> {
    let mut order: Vec<&ScoredCandidate> = rest.iter().filter(|s| s.candidate.kind != WayOutKind::TakeBack).collect();
    order.sort_by(|one, other| one.broken.len().cmp(&other.broken.len()).then_with(|| compare(one, other)));
    let mut best: Option<(usize, &ScoredCandidate)> = None;
    let mut looks = 0;
    for scored in order {
        let known = scored.broken.len();
        if looks >= NEAREST_LOOKS || best.is_some_and(|(fewest, _)| fewest <= known.max(1)) {
            break;
        }
        if !evaluator.may_remove_finding(&scored.candidate.edit) {
            continue;
        }
        looks += 1;
        let against = evaluator.objections_to(&scored.candidate.edit).against;
        if against.contains(&evaluator.target) {
            continue;
        }
        let mut rules: Vec<Rule> = scored.broken.iter().map(|v| Rule::Hard(v.rule)).collect();
        rules.extend(against.into_iter().map(|(rule, _)| rule));
        rules.sort_unstable();
        rules.dedup();
        if best.is_none_or(|(fewest, _)| rules.len() < fewest) {
            best = Some((rules.len(), scored));
        }
    }
    let (_, scored) = best?;
    let changes = evaluator.changes(&scored.candidate.edit);
    let broken = broken_rules(evaluator, scored, &changes, before);
    let against: Vec<String> = broken.iter().map(|b| format!("{} ({})", b.text, b.rule.id())).collect();
    let text = format!("{}: {}", words::sentence(evaluator, &scored.candidate), against.join("; "));
    Some(Nearest { kind: scored.candidate.kind, changes, text, broken })
}

/// The rules that a change breaks, each once with its text.
fn broken_rules(
    evaluator: &mut Evaluator,
    scored: &ScoredCandidate,
    changes: &[Change],
    before: &[Finding],
) -> Vec<BrokenRule> {
    let club = evaluator.club();
    let of_run = scored.broken.iter().map(|v| BrokenRule { rule: Rule::Hard(v.rule), text: v.words(club) });
    let (snapshot, outside) = apply(evaluator.snapshot, evaluator.outside, changes);
    let after = super::look(&snapshot, &outside, |_| true);
    let is_known = |f: &Finding, known: &Finding| known.id == f.id || is_rest(f, known);
    let new = after.into_iter().filter(|f| !before.iter().any(|known| is_known(f, known)));
    let of_look = new.map(|f| BrokenRule { rule: f.rule, text: f.text });
    let objections = evaluator.objections_to(&scored.candidate.edit).against.into_iter();
    let of_objections = objections.map(|(rule, _)| BrokenRule { rule, text: rule.title().to_owned() });
    let mut broken: Vec<BrokenRule> = Vec::new();
    for one in of_run.chain(of_look).chain(of_objections) {
        if broken.iter().all(|known| known.rule != one.rule) {
            broken.push(one);
        }
    }
    broken.sort_by_key(|b| b.rule);
    broken
}
