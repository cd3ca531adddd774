//! Messages for a manager about the submission of a line. They name no people; an event is named by its number.

use domain::snapshot::EventRef;
use store::lines::Line;
use store::states::{AttemptEnd, Step};

/// Crossmark refused the call of a step.
pub(crate) fn refused(step: Step, said: &str) -> String {
    match step {
        Step::Delete => format!("Crossmark refused to take the old schedule back: {said}"),
        Step::Schedule | Step::Restore => format!("Crossmark refused the schedule: {said}"),
    }
}

/// The attempts are used up.
pub(crate) fn exhausted(tries: u32, last: &str) -> String {
    format!("{tries} attempts failed; the last one: {last}")
}

/// The event could not be read before the call, in any attempt.
pub(crate) fn never_read(tries: u32, last: &str) -> String {
    format!("it was not sent, because its event could not be read {tries} times at Crossmark; the last error: {last}")
}

/// A dependency of the line failed.
pub(crate) fn dependency_failed(event: EventRef) -> String {
    format!("it was not sent, because it needs event {event}, which was not accepted or was taken back")
}

/// It is unknown whether the call of a step took effect.
pub(crate) fn conflict(step: Step, found: &str) -> String {
    let (call, was) = match step {
        Step::Delete => ("taking the old schedule back", "gone"),
        Step::Schedule => ("scheduling", "there"),
        Step::Restore => ("scheduling the old placement again", "there"),
    };
    format!(
        "it is unknown whether {call} took effect, and the read-back does not show that the schedule is {was}: {found}"
    )
}

/// The old placement was restored.
pub(crate) fn restored(line: &Line) -> String {
    format!("the old placement is scheduled again, because the new one failed: {}", why_not_moved(line))
}

/// The old placement is taken back, the new one failed, and so did the restore.
pub(crate) fn restore_failed(line: &Line, why: &str) -> String {
    format!(
        "the old placement is taken back. The new one failed: {}. Scheduling the old one again failed too: {why}",
        why_not_moved(line)
    )
}

/// The old placement is taken back, the new one failed, and it is unknown whether the restore took effect.
pub(crate) fn restore_unknown(line: &Line, found: &str) -> String {
    format!(
        "the old placement is taken back. The new one failed: {}. It is unknown whether the old one was scheduled again: {found}",
        why_not_moved(line)
    )
}

/// The old placement is taken back, the new one failed or was not sent, and no restore was tried.
pub(crate) fn restore_not_tried(line: &Line, why: &str) -> String {
    let first = why_not_moved(line);
    if first == why {
        return format!("the old placement is taken back, and the new one was not sent: {why}");
    }
    format!("the old placement is taken back. The new one failed: {first}. The old one was not scheduled again: {why}")
}

/// The old placement is taken back, and it is unknown whether the new one is there.
pub(crate) fn move_unknown(why: &str) -> String {
    format!("the old placement is taken back, and the new one is not known to be there: {why}")
}

/// Why the new placement of a move failed: how its last call ended.
fn why_not_moved(line: &Line) -> &str {
    let mut attempts = line.submission.iter().flat_map(|s| &s.attempts);
    let last = attempts.rfind(|a| a.step == Step::Schedule).and_then(|a| a.end.as_ref());
    match last {
        Some((_, AttemptEnd::NotTaken { words } | AttemptEnd::Refused { words } | AttemptEnd::Unknown { words })) => {
            words
        }
        Some((_, AttemptEnd::Done { .. })) | None => "it is not known why",
    }
}
