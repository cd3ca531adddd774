//! Approvals that are written into the table directly, without the desk.

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use store::approvals::{Approval, ChosenLine};
use store::audit::Because;
use store::key::{ApprovalId, ProposalKey};

use crate::TestClub;

impl TestClub {
    /// Writes an approval record of lines, each with its group, to be sent after `delay_s` seconds. Does not process the
    /// approval.
    pub async fn record(
        &self,
        id: ApprovalId,
        proposal: &ProposalKey,
        lines: impl IntoIterator<Item = (u64, u32)>,
        delay_s: i64,
        because: Because,
    ) -> Approval {
        let all_lines = self.club().lines(proposal, self.now()).await.expect("lines");
        let chosen = lines.into_iter().map(|(event, group)| {
            let line = all_lines.iter().find(|line| line.body.key.event.0 == event).expect("a line");
            ChosenLine::new(EventRef(event), line.version, group)
        });
        let mut approval = Approval::new(id, proposal.clone(), chosen.collect(), because);
        approval.first_attempt_at = self.now().plus(TimeDelta::seconds(delay_s));
        self.club().record_approval(&approval).await.expect("recorded");
        approval
    }

    /// Processes an approval to its end. All lines of its record must be approved.
    pub async fn process_approval(&self, id: &ApprovalId) {
        let progress = self.club().process_approval(id, self.now()).await.expect("processed");
        assert_eq!(progress.refused, Vec::new());
        assert!(progress.finished, "the approval {id} is not finished");
    }

    /// Marks the messages of an approval as sent, without sending them.
    pub async fn announce(&self, id: &ApprovalId) {
        self.club().mark_approval_announced(id).await.expect("announced");
    }

    /// Records Pat's approval `a-1` of lines at their current versions. Does not process the approval.
    pub async fn record_approval_of(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let id = ApprovalId::parse("a-1").expect("an id");
        let because = self.because_of("pat@club.example", "approved");
        self.record(id, proposal, events.iter().copied().zip(0..), 0, because).await.id
    }

    /// Records the approval of [`Self::record_approval_of`], processes it, and marks its messages as sent.
    pub async fn approve_directly(&self, proposal: &ProposalKey, events: &[u64]) {
        let id = self.record_approval_of(proposal, events).await;
        self.process_approval(&id).await;
        self.announce(&id).await;
    }
}
