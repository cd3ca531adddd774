//! Messages for the groups of an approval. A lost message does no harm: the table has the lines that are due, and the sweep
//! sends another message later.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::snapshot::EventRef;
use runtime::messages::{SubmitMessage, VERSION};
use runtime::queue::Queue;
use store::approvals::Approval;
use store::key::ClubId;

/// One message for each group of an approval that has lines to submit, with the generations of these lines.
pub fn messages(club: &ClubId, approval: &Approval, generations: &BTreeMap<EventRef, u32>) -> Vec<SubmitMessage> {
    let of_group = |group: u32| {
        let lines = approval.group(group).into_iter().map(|line| line.event);
        let generations: BTreeMap<u64, u32> =
            lines.filter_map(|event| Some((event.0, *generations.get(&event)?))).collect();
        let message =
            SubmitMessage { version: VERSION, club: club.clone(), approval: approval.id.clone(), group, generations };
        (!message.generations.is_empty()).then_some(message)
    };
    approval.groups().into_iter().filter_map(of_group).collect()
}

/// Sends messages that become visible after a delay; `false` if some were not sent.
pub async fn send(queue: &Queue<SubmitMessage>, messages: &[SubmitMessage], delay: Duration) -> bool {
    match queue.send(messages, delay).await {
        Ok(()) => true,
        Err(unsent) => {
            tracing::warn!(unsent = unsent.unsent, all = unsent.all, "{unsent}; the sweep sends them later");
            false
        }
    }
}
