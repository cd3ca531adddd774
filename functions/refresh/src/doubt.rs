//! Whether to trust a list that lacks open events. A list that lacks everything that was known, or more than half of the
//! open events, is doubted. It withdraws nothing by itself: a list that is read at least [`NEXT_LIST`] later must lack the
//! same events, or a person must confirm it.
//!
//! A pure function of what was known, what is listed, and the doubt about the previous list.

use std::collections::BTreeSet;

use domain::snapshot::EventRef;
use store::reports::{ListDoubt, NEXT_LIST};
use store::stamp::Timestamp;

/// A list compared with the known events.
pub(crate) struct ComparedList<'a> {
    /// When the list was read.
    pub now: Timestamp,
    /// Number of open events that the list should have.
    pub open: usize,
    /// The open events that the list lacks.
    pub gone: BTreeSet<EventRef>,
    /// Whether the list has any known event, open or posted.
    pub has_any: bool,
    /// Whether the list has an event.
    pub has: &'a dyn Fn(EventRef) -> bool,
    /// Whether the list has rows whose event number cannot be read. Each of them may be one of the missing events. So
    /// the list withdraws nothing, and does not confirm that the previous list was right.
    pub has_unreadable_numbers: bool,
}

/// The events that a list withdraws, and the doubt about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListDecision {
    pub withdrawn: BTreeSet<EventRef>,
    pub doubt: Option<ListDoubt>,
}

impl ComparedList<'_> {
    /// Decides which events are withdrawn, and whether the list is doubted, given the doubt about the previous list.
    pub fn decide(self, before: Option<&ListDoubt>) -> ListDecision {
        if !self.is_doubtful(self.open, self.gone.len()) {
            let withdrawn = if self.has_unreadable_numbers { BTreeSet::new() } else { self.gone };
            return ListDecision { withdrawn, doubt: None };
        }
        // If the list has one event that the previous list lacked, the previous list was wrong: the doubt begins anew.
        let Some(before) = before.filter(|before| !before.gone.iter().any(|event| (self.has)(*event))) else {
            return ListDecision { doubt: Some(self.new_doubt(self.open, &self.gone)), withdrawn: BTreeSet::new() };
        };
        let is_too_early = before.confirmed.is_none() && self.now < before.since.plus(NEXT_LIST);
        if self.has_unreadable_numbers || is_too_early {
            return ListDecision { withdrawn: BTreeSet::new(), doubt: Some(before.clone()) };
        }
        let agreed: BTreeSet<EventRef> = before.gone.iter().copied().collect();
        let (withdrawn, rest): (BTreeSet<_>, BTreeSet<_>) = self.gone.iter().partition(|event| agreed.contains(event));
        let left = self.open - withdrawn.len();
        if self.is_doubtful(left, rest.len()) {
            return ListDecision { doubt: Some(self.new_doubt(left, &rest)), withdrawn };
        }
        ListDecision { withdrawn: self.gone, doubt: None }
    }

    /// Whether a list that lacks `gone` of the `open` events is doubted.
    fn is_doubtful(&self, open: usize, gone: usize) -> bool {
        gone > 0 && (!self.has_any || gone * 2 > open)
    }

    fn new_doubt(&self, open: usize, gone: &BTreeSet<EventRef>) -> ListDoubt {
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

    /// The decision if events 1 to `open` were open, another event is posted and listed if `posted`, and the list has the
    /// events in `listed`.
    fn decide(minutes: i64, open: u64, posted: bool, listed: &[u64], before: Option<&ListDoubt>) -> ListDecision {
        decide_with(false, minutes, open, posted, listed, before)
    }

    fn decide_with(
        has_unreadable_numbers: bool,
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
        ComparedList { now: at(minutes), open: open as usize, gone, has_any, has: &has, has_unreadable_numbers }
            .decide(before)
    }

    fn withdrawn(decision: &ListDecision) -> Vec<u64> {
        decision.withdrawn.iter().map(|event| event.0).collect()
    }

    #[test]
    fn a_list_that_lacks_all_known_events_or_more_than_half_of_the_open_ones_is_doubted() {
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
            let decision = decide(0, open, posted, listed, None);
            assert_eq!(decision.doubt.is_none(), expected.is_some(), "{open} {listed:?}");
            assert_eq!(withdrawn(&decision), expected.unwrap_or_default(), "{open} {listed:?}");
            if let Some(doubt) = decision.doubt {
                assert_eq!(
                    (doubt.since, doubt.open, doubt.has_nothing),
                    (at(0), open as usize, !posted && listed.is_empty())
                );
            }
        }
    }

    #[test]
    fn a_doubted_list_is_trusted_when_a_list_at_least_half_an_hour_later_agrees() {
        let doubt = decide(0, 4, true, &[4], None).doubt.expect("a doubt");
        assert_eq!(doubt.gone, refs(&[1, 2, 3]));
        let again = decide(29, 4, true, &[4], Some(&doubt));
        assert_eq!(again, ListDecision { withdrawn: BTreeSet::new(), doubt: Some(doubt.clone()) });
        let agreed = decide(30, 4, true, &[4], Some(&doubt));
        assert_eq!((withdrawn(&agreed), agreed.doubt), (vec![1, 2, 3], None));
    }

    #[test]
    fn a_list_with_an_event_that_the_previous_list_lacked_ends_the_doubt_about_that_list() {
        let doubt = decide(0, 4, true, &[], None).doubt.expect("a doubt");
        let back = decide(60, 4, true, &[1, 2, 3, 4], Some(&doubt));
        assert_eq!((withdrawn(&back), back.doubt), (vec![], None));
        // The list lacks so few events that it is trusted by itself.
        let most = decide(60, 4, true, &[1, 2, 3], Some(&doubt));
        assert_eq!((withdrawn(&most), most.doubt), (vec![4], None));
        // The list lacks too many events, and other ones than the previous list: a new doubt begins.
        let few = decide(60, 4, true, &[1], Some(&doubt)).doubt.expect("a doubt");
        assert_eq!((few.since, few.gone), (at(60), refs(&[2, 3, 4])));
    }

    #[test]
    fn events_that_both_lists_lack_are_withdrawn_and_the_others_are_doubted_anew() {
        let doubt = decide(0, 9, true, &[6, 7, 8, 9], None).doubt.expect("a doubt");
        let decision = decide(60, 9, true, &[9], Some(&doubt));
        assert_eq!(withdrawn(&decision), [1, 2, 3, 4, 5]);
        assert_eq!(decision.doubt.expect("a doubt").gone, refs(&[6, 7, 8]));
        let decision = decide(60, 9, true, &[7, 8, 9], Some(&doubt));
        assert_eq!((withdrawn(&decision), decision.doubt), (vec![1, 2, 3, 4, 5, 6], None));
    }

    #[test]
    fn a_list_with_unreadable_event_numbers_withdraws_nothing_and_confirms_no_doubted_list() {
        let doubt = decide(0, 4, true, &[4], None).doubt.expect("a doubt");
        let confirmed = ListDoubt { confirmed: Some(Because::new("dana", at(5), "right")), ..doubt.clone() };
        for (open, listed, before, expected) in [
            (4, &[2, 3, 4][..], None, None),
            (4, &[4], Some(&doubt), Some(&doubt)),
            (4, &[4], Some(&confirmed), Some(&confirmed)),
            (9, &[9], Some(&confirmed), Some(&confirmed)),
            (4, &[1, 2, 3], Some(&doubt), None),
        ] {
            let decision = decide_with(true, 60, open, true, listed, before);
            assert_eq!((withdrawn(&decision), decision.doubt.as_ref()), (vec![], expected), "{open} {listed:?}");
        }
    }

    #[test]
    fn a_list_that_a_person_confirmed_is_trusted_at_once() {
        let doubt = decide(0, 4, true, &[4], None).doubt.expect("a doubt");
        let doubt = ListDoubt { confirmed: Some(Because::new("dana", at(5), "right")), ..doubt };
        let decision = decide(10, 4, true, &[4], Some(&doubt));
        assert_eq!((withdrawn(&decision), decision.doubt), (vec![1, 2, 3], None));
    }
}
