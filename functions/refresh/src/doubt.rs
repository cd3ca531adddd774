//! Whether to trust a list that lacks events which were open. A list that lacks everything that was known, or more than
//! half of the open events, withdraws nothing by itself: the next hour's list must agree, or a person must confirm it.
//!
//! A pure function of what was known, what is listed, and the doubt about the previous list.

use std::collections::BTreeSet;

use domain::snapshot::EventRef;
use store::reports::{ListDoubt, NEXT_LIST};
use store::stamp::Timestamp;

/// A list compared with what was known.
pub(crate) struct Compared<'a> {
    /// When it was read.
    pub now: Timestamp,
    /// Number of open events that it should list.
    pub open: usize,
    /// The open events that it lacks.
    pub gone: BTreeSet<EventRef>,
    /// Whether it has any event that was open or posted.
    pub has_any: bool,
    /// Whether it has this event.
    pub has: &'a dyn Fn(EventRef) -> bool,
    /// Whether it has rows without a number. Each may be any event that it lacks, so it withdraws nothing and agrees
    /// with no previous list.
    pub has_unnumbered: bool,
}

/// The events that a list withdraws, and the doubt about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListDecision {
    pub withdrawn: BTreeSet<EventRef>,
    pub doubt: Option<ListDoubt>,
}

impl Compared<'_> {
    /// Decides about the list, given the doubt about the previous list.
    pub fn judge(self, before: Option<&ListDoubt>) -> ListDecision {
        if !self.is_odd(self.open, self.gone.len()) {
            let withdrawn = if self.has_unnumbered { BTreeSet::new() } else { self.gone };
            return ListDecision { withdrawn, doubt: None };
        }
        // One event that is back proves the previous list wrong, but says nothing about this one.
        let Some(before) = before.filter(|before| !before.gone.iter().any(|event| (self.has)(*event))) else {
            return ListDecision { doubt: Some(self.doubted(self.open, &self.gone)), withdrawn: BTreeSet::new() };
        };
        let is_too_early = before.confirmed.is_none() && self.now < before.since.plus(NEXT_LIST);
        if self.has_unnumbered || is_too_early {
            return ListDecision { withdrawn: BTreeSet::new(), doubt: Some(before.clone()) };
        }
        let agreed: BTreeSet<EventRef> = before.gone.iter().copied().collect();
        let (withdrawn, rest): (BTreeSet<_>, BTreeSet<_>) = self.gone.iter().partition(|event| agreed.contains(event));
        let left = self.open - withdrawn.len();
        if self.is_odd(left, rest.len()) {
            return ListDecision { doubt: Some(self.doubted(left, &rest)), withdrawn };
        }
        ListDecision { withdrawn: self.gone, doubt: None }
    }

    /// Whether a list that lacks this many of the open events is doubted.
    fn is_odd(&self, open: usize, gone: usize) -> bool {
        gone > 0 && (!self.has_any || gone * 2 > open)
    }

    fn doubted(&self, open: usize, gone: &BTreeSet<EventRef>) -> ListDoubt {
        let gone = gone.iter().copied().collect();
        ListDoubt { since: self.now, gone, open, has_nothing: !self.has_any, confirmed: None }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use store::audit::Because;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let begin: chrono::DateTime<chrono::Utc> = "2026-11-23T07:00:00Z".parse().expect("a moment");
        Timestamp::from(begin).plus(TimeDelta::minutes(minutes))
    }

    fn refs(events: &[u64]) -> Vec<EventRef> {
        events.iter().map(|event| EventRef(*event)).collect()
    }

    /// Events 1 to `open` were open, and one event was posted if `posted`; the list has the events in `listed`.
    fn judge(minutes: i64, open: u64, posted: bool, listed: &[u64], before: Option<&ListDoubt>) -> ListDecision {
        judge_with(false, minutes, open, posted, listed, before)
    }

    fn judge_with(
        has_unnumbered: bool,
        minutes: i64,
        open: u64,
        posted: bool,
        listed: &[u64],
        before: Option<&ListDoubt>,
    ) -> ListDecision {
        let listed: BTreeSet<EventRef> = refs(listed).into_iter().collect();
        let gone = (1..=open).map(EventRef).filter(|event| !listed.contains(event)).collect::<BTreeSet<_>>();
        let has_any = posted || gone.len() < open as usize;
        let has = |event| listed.contains(&event);
        Compared { now: at(minutes), open: open as usize, gone, has_any, has: &has, has_unnumbered }.judge(before)
    }

    fn withdrawn(judged: &ListDecision) -> Vec<u64> {
        judged.withdrawn.iter().map(|event| event.0).collect()
    }

    #[test]
    fn a_list_is_doubted_that_lacks_everything_or_more_than_half_of_what_was_open() {
        for (open, posted, listed, expected) in [
            (4, true, &[1, 2, 3, 4][..], Some(&[][..])),
            (4, true, &[2, 3, 4], Some(&[1])),
            (4, true, &[3, 4], Some(&[1, 2])),
            (4, true, &[4], None),
            (4, true, &[], None),
            (4, false, &[], None),
            (1, true, &[], None),
            (2, true, &[2], Some(&[1])),
            (2, false, &[], None),
            (0, true, &[], Some(&[])),
            (0, false, &[], Some(&[])),
        ] {
            let judged = judge(0, open, posted, listed, None);
            assert_eq!(judged.doubt.is_none(), expected.is_some(), "{open} {listed:?}");
            assert_eq!(withdrawn(&judged), expected.unwrap_or_default(), "{open} {listed:?}");
            if let Some(doubt) = judged.doubt {
                assert_eq!(
                    (doubt.since, doubt.open, doubt.has_nothing),
                    (at(0), open as usize, !posted && listed.is_empty())
                );
            }
        }
    }

    #[test]
    fn a_doubted_list_is_believed_when_the_next_hours_agrees() {
        let doubt = judge(0, 4, true, &[4], None).doubt.expect("a doubt");
        assert_eq!(doubt.gone, refs(&[1, 2, 3]));
        // A second read within the hour does not count as the next list.
        let again = judge(10, 4, true, &[4], Some(&doubt));
        assert_eq!(again, ListDecision { withdrawn: BTreeSet::new(), doubt: Some(doubt.clone()) });
        let agreed = judge(60, 4, true, &[4], Some(&doubt));
        assert_eq!((withdrawn(&agreed), agreed.doubt), (vec![1, 2, 3], None));
    }

    #[test]
    fn an_event_that_is_back_ends_the_doubt_about_the_list_before() {
        let doubt = judge(0, 4, true, &[], None).doubt.expect("a doubt");
        let back = judge(60, 4, true, &[1, 2, 3, 4], Some(&doubt));
        assert_eq!((withdrawn(&back), back.doubt), (vec![], None));
        // It lacks so few that it is trusted by itself.
        let most = judge(60, 4, true, &[1, 2, 3], Some(&doubt));
        assert_eq!((withdrawn(&most), most.doubt), (vec![4], None));
        // It lacks too many, and others than the list before: a new doubt begins.
        let few = judge(60, 4, true, &[1], Some(&doubt)).doubt.expect("a doubt");
        assert_eq!((few.since, few.gone), (at(60), refs(&[2, 3, 4])));
    }

    #[test]
    fn what_both_lists_lack_is_withdrawn_and_the_rest_is_doubted_anew() {
        let doubt = judge(0, 9, true, &[6, 7, 8, 9], None).doubt.expect("a doubt");
        let judged = judge(60, 9, true, &[9], Some(&doubt));
        assert_eq!(withdrawn(&judged), [1, 2, 3, 4, 5]);
        assert_eq!(judged.doubt.expect("a doubt").gone, refs(&[6, 7, 8]));
        let judged = judge(60, 9, true, &[7, 8, 9], Some(&doubt));
        assert_eq!((withdrawn(&judged), judged.doubt), (vec![1, 2, 3, 4, 5, 6], None));
    }

    #[test]
    fn a_list_with_rows_without_a_number_withdraws_nothing_and_settles_no_doubt() {
        let doubt = judge(0, 4, true, &[4], None).doubt.expect("a doubt");
        let confirmed = ListDoubt { confirmed: Some(Because::new("dana", at(5), "right")), ..doubt.clone() };
        for (open, listed, before, expected) in [
            (4, &[2, 3, 4][..], None, None),
            (4, &[4], Some(&doubt), Some(&doubt)),
            (4, &[4], Some(&confirmed), Some(&confirmed)),
            (9, &[9], Some(&confirmed), Some(&confirmed)),
            (4, &[1, 2, 3], Some(&doubt), None),
        ] {
            let judged = judge_with(true, 60, open, true, listed, before);
            assert_eq!((withdrawn(&judged), judged.doubt.as_ref()), (vec![], expected), "{open} {listed:?}");
        }
    }

    #[test]
    fn a_person_who_confirms_need_not_wait() {
        let doubt = judge(0, 4, true, &[4], None).doubt.expect("a doubt");
        let doubt = ListDoubt { confirmed: Some(Because::new("dana", at(5), "right")), ..doubt };
        let judged = judge(10, 4, true, &[4], Some(&doubt));
        assert_eq!((withdrawn(&judged), judged.doubt), (vec![1, 2, 3], None));
    }
}
