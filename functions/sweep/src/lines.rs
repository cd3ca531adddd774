//! Lines that are overdue because their message was lost or delayed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use runtime::messages::{SubmitMessage, VERSION};
use store::TableError;
use store::cursor::{LARGEST_PAGE, ListError};
use store::key::LineKey;
use store::lead::Lead;
use store::states::{GroupKey, LineStatus, Submission};

use crate::ClubSweep;

/// A line that is overdue for less than this is left out, because its own message may still be on the way.
const MESSAGE_DELAY: TimeDelta = TimeDelta::seconds(60);

impl ClubSweep<'_> {
    /// Sends one message for each group with an overdue line. During a pause, only groups with lines that are too late get
    /// one: these lines then fail, instead of waiting through one pause after the other.
    pub(crate) async fn wake_lines(&mut self) {
        let pause_lead = match self.lead_during_pause().await {
            Ok(lead) => lead,
            Err(error) => return self.log_failure("the pause", &error),
        };
        let messages = match self.due_groups(pause_lead).await {
            Ok(groups) => groups.into_iter().map(|(group, generations)| self.message(group, generations)),
            Err(error) => return self.log_failure("due lines", &error),
        };
        let messages: Vec<SubmitMessage> = messages.collect();
        match self.submit_queue.send(&messages, Duration::ZERO).await {
            Ok(()) => self.swept.groups_woken += messages.len(),
            Err(unsent) => self.log_failure("messages", &unsent),
        }
    }

    /// During a pause, the lead time that decides which lines are too late; otherwise `None`.
    async fn lead_during_pause(&self) -> Result<Option<Lead>, TableError> {
        if self.club.submissions_pause(self.now).await?.is_none() {
            return Ok(None);
        }
        let (info, settings) = (self.club.info().await?, self.club.settings().await?.body);
        Ok(info.map(|info| Lead::new(info.body.time_zone, self.now.utc(), settings.lead_minutes)))
    }

    /// The groups of the overdue lines, with the generations of those lines by event. With the lead time of a pause, only
    /// approved lines that are too late.
    async fn due_groups(&self, pause_lead: Option<Lead>) -> Result<BTreeMap<GroupKey, BTreeMap<u64, u32>>, ListError> {
        let mut keys: BTreeSet<LineKey> = BTreeSet::new();
        let mut next = None;
        loop {
            let page = self.club.due_claims(self.now.plus(-MESSAGE_DELAY), next.as_ref(), LARGEST_PAGE).await?;
            keys.extend(page.items.into_iter().filter_map(|event| event.body.claim).map(|claim| claim.line));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let keys: Vec<LineKey> = keys.into_iter().collect();
        let mut groups: BTreeMap<GroupKey, BTreeMap<u64, u32>> = BTreeMap::new();
        for line in self.club.lines_by_key(&keys).await? {
            let status = line.body.state.status();
            let is_late = |lead: Lead| lead.too_late_for_next_step(&line.body).is_some();
            if pause_lead.is_some_and(|lead| status != LineStatus::Approved || !is_late(lead)) {
                continue;
            }
            // The messages of an unfinished approval are sent by whoever resumes it.
            let is_finished = |s: &Submission| !self.unfinished_approvals.contains(&s.group.approval);
            let submission = line.body.submission.filter(is_finished).filter(|_| status.is_in_flight());
            if let Some(submission) = submission {
                let generations = groups.entry(submission.group).or_default();
                generations.insert(line.body.key.event.0, submission.generation);
            }
        }
        Ok(groups)
    }

    fn message(&self, group: GroupKey, generations: BTreeMap<u64, u32>) -> SubmitMessage {
        let club = self.club.id().clone();
        SubmitMessage { version: VERSION, club, approval: group.approval, group: group.number, generations }
    }
}
