//! Lines that are due and that no message woke: the message was lost, or waits behind one that was.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use runtime::messages::{SubmitMessage, VERSION};
use store::cursor::{LARGEST_PAGE, ListError};
use store::key::LineKey;
use store::states::GroupKey;

use crate::Broom;

/// A line that is due for less than this has its own message on the way.
const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(60);

impl Broom<'_> {
    /// Sends one message for each group with a line that somebody must look at. While submissions pause there is nothing
    /// to be done for any.
    pub(crate) async fn wake_lines(&mut self) {
        match self.club.submissions_pause(self.now).await {
            Ok(None) => {}
            Ok(Some(_)) => return,
            Err(error) => return self.failed("the pause", &error),
        }
        let messages = match self.due_groups().await {
            Ok(groups) => groups.into_iter().map(|(group, generations)| self.message(group, generations)),
            Err(error) => return self.failed("due lines", &error),
        };
        let messages: Vec<SubmitMessage> = messages.collect();
        match self.queue.send(&messages, Duration::ZERO).await {
            Ok(()) => self.swept.groups_woken += messages.len(),
            Err(unsent) => self.failed("messages", &unsent),
        }
    }

    /// The groups of the lines that are due, with the generations of those lines.
    async fn due_groups(&self) -> Result<BTreeMap<GroupKey, BTreeMap<u64, u32>>, ListError> {
        let mut keys: BTreeSet<LineKey> = BTreeSet::new();
        let mut next = None;
        loop {
            let page = self.club.due_claims(self.now.plus(-ON_ITS_WAY), next.as_ref(), LARGEST_PAGE).await?;
            keys.extend(page.items.into_iter().filter_map(|event| event.body.claim).map(|claim| claim.line));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let keys: Vec<LineKey> = keys.into_iter().collect();
        let mut groups: BTreeMap<GroupKey, BTreeMap<u64, u32>> = BTreeMap::new();
        for line in self.club.lines_by_key(&keys).await? {
            if let Some(submission) = line.body.submission.filter(|_| line.body.state.status().is_in_flight()) {
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
