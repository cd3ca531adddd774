//! `muster dlq`: shows the messages in the dead-letter queues and redrives them. A handler that gets a message a second time
//! finds its work done, so a second redrive does no harm.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::types::{Message as SqsMessage, MessageSystemAttributeName};
use chrono::DateTime;
use domain::snapshot::EventRef;
use runtime::messages::{Message, RefreshMessage, RunMessage, SubmitMessage, TrialMessage};
use runtime::queue::{Queue, REASON};
use store::key::ClubId;
use uuid::Uuid;

use super::installation::{self, Installation, InstallationArguments};
use super::{Failure, aws, block_on};
use crate::console;
use crate::report::count;

/// The examples in the help of `muster dlq`.
pub const EXAMPLES: &str = "\
Examples:
  muster dlq list
      Lists the messages in the dead-letter queues.
  muster dlq redrive --all
      Sends all of them back to their queues.";

/// Subcommands of `muster dlq`.
#[derive(Debug, clap::Subcommand)]
pub enum DlqCommand {
    /// List the messages in the dead-letter queues.
    #[command(after_help = "\
Examples:
  muster dlq list
      Lists them, each with its reason and with what it is about.
  muster dlq list --stack muster-prod.json
      Lists those of a deployed stack.")]
    List {
        #[command(flatten)]
        at: InstallationArguments,
    },
    /// Show one message in full.
    #[command(after_help = "\
Examples:
  muster dlq show 7f9c24e8-3b12-4fef-91e0-5b8f2d3a6c01
      Shows the message with this id of `muster dlq list`.")]
    Show {
        /// The id of the message.
        id: String,
        #[command(flatten)]
        at: InstallationArguments,
    },
    /// Send messages back to their queues. A second redrive does no harm.
    #[command(after_help = "\
Examples:
  muster dlq redrive 7f9c24e8-3b12-4fef-91e0-5b8f2d3a6c01
      Sends one message back to its queue.
  muster dlq redrive --all
      Sends all messages back.")]
    Redrive {
        /// The ids of the messages.
        #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<Uuid>,
        /// All messages.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: InstallationArguments,
    },
}

/// Visibility timeout of listed messages, in seconds: longer than a command usually takes.
const VISIBILITY_S: i32 = 30;
/// Maximum number of receives from a queue for one command.
const MAX_RECEIVES: usize = 1_000;

pub(super) fn run(command: &DlqCommand) -> Result<(), Failure> {
    block_on(async {
        match command {
            DlqCommand::List { at } => list(&at.open().await?).await,
            DlqCommand::Show { id, at } => show(&at.open().await?, id).await,
            DlqCommand::Redrive { ids, at, .. } => redrive(&at.open().await?, ids).await,
        }
    })
}

/// A message in a dead-letter queue, with the name of the queue.
struct DeadLetter {
    queue: &'static str,
    message: SqsMessage,
}

impl DeadLetter {
    fn id(&self) -> &str {
        self.message.message_id().unwrap_or_default()
    }

    fn body(&self) -> &str {
        self.message.body().unwrap_or_default()
    }

    fn reason(&self) -> &str {
        let reason = self.message.message_attributes().and_then(|a| a.get(REASON)).and_then(|a| a.string_value());
        reason.unwrap_or("its handler failed too often")
    }

    fn system_attribute(&self, name: &MessageSystemAttributeName) -> Option<&str> {
        self.message.attributes()?.get(name).map(String::as_str)
    }

    fn receives(&self) -> &str {
        self.system_attribute(&MessageSystemAttributeName::ApproximateReceiveCount).unwrap_or_default()
    }

    fn age(&self, installation: &Installation) -> String {
        let sent = self.system_attribute(&MessageSystemAttributeName::SentTimestamp).and_then(|ms| ms.parse().ok());
        let sent = sent.and_then(DateTime::from_timestamp_millis);
        sent.map_or_else(String::new, |sent| {
            let minutes = (installation.environment.clock().utc() - sent).num_minutes().max(0);
            format!("{}d {:02}h {:02}m", minutes / 1_440, minutes / 60 % 24, minutes % 60)
        })
    }

    /// The subject of the message, with names and ids; `unknown` if the message cannot be read.
    async fn subject(&self, installation: &Installation) -> Result<String, Failure> {
        let body = self.body();
        let submit = serde_json::from_str::<SubmitMessage>(body);
        let run = serde_json::from_str::<RunMessage>(body);
        let refresh = serde_json::from_str::<RefreshMessage>(body);
        let trial = serde_json::from_str::<TrialMessage>(body);
        let (club, mut words) = match (&submit, &run, &trial, &refresh) {
            (Ok(submit), ..) => (&submit.club, format!("group {} of approval {}", submit.group, submit.approval)),
            (_, Ok(run), ..) => (&run.club, format!("run {}", run.run)),
            (_, _, Ok(trial), _) => (&trial.club, format!("trial {}", trial.trial)),
            (_, _, _, Ok(refresh)) => (&refresh.club, "refresh".to_owned()),
            _ => return Ok("unknown".to_owned()),
        };
        words.push_str(&format!(" of club {}", club_with_name(installation, club).await?));
        if let Ok(submit) = &submit {
            let events = events_with_names(installation, club, submit.generations.keys().copied()).await?;
            words.push_str(&format!(": {}", events.join(", ")));
        }
        Ok(words.trim_end_matches(": ").to_owned())
    }
}

async fn list(installation: &Installation) -> Result<(), Failure> {
    let letters = dead_letters(installation).await?;
    let mut rows: Vec<[String; 6]> = Vec::new();
    for letter in &letters {
        rows.push([
            letter.id().to_owned(),
            letter.queue.to_owned(),
            letter.receives().to_owned(),
            letter.age(installation),
            letter.reason().to_owned(),
            letter.subject(installation).await?,
        ]);
    }
    if rows.is_empty() {
        return console::tell("There are no dead letters.\n");
    }
    console::say(&console::table(&["id", "queue", "received", "age", "reason", "about"], &rows))
}

async fn show(installation: &Installation, id: &str) -> Result<(), Failure> {
    let letters = dead_letters(installation).await?;
    let letter = letters.iter().find(|letter| letter.id() == id).ok_or_else(|| no_such_dead_letter(id))?;
    let (queue, receives, age) = (letter.queue, letter.receives(), letter.age(installation));
    let received = receives.parse().map_or_else(|_| receives.to_owned(), |times| count(times, "time"));
    console::tell(&format!(
        "id        {id}\nqueue     {queue}\nreceived  {received}\nage       {age}\nreason    {}\nabout     {}\n",
        letter.reason(),
        letter.subject(installation).await?,
    ))?;
    // The body is JSON for a program: it is not wrapped.
    console::say(&format!("body      {}\n", letter.body()))
}

/// Redrives the messages with these ids, or all of them if there are none.
async fn redrive(installation: &Installation, ids: &[Uuid]) -> Result<(), Failure> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let wants = |id: &str| ids.is_empty() || ids.iter().any(|wanted| wanted == id);
    let mut moved = move_back::<RunMessage>(installation, wants).await?;
    moved.extend(move_back::<TrialMessage>(installation, wants).await?);
    moved.extend(move_back::<SubmitMessage>(installation, wants).await?);
    moved.extend(move_back::<RefreshMessage>(installation, wants).await?);
    // A second redrive is not an error: the message is already in its queue.
    for id in ids.iter().filter(|id| !moved.contains(id)) {
        console::tell(&format!(
            "{id} is not in a dead-letter queue any more: it was sent back already, or never was there.\n"
        ))?;
    }
    console::tell(&format!("{} sent back.\n", count(moved.len(), "message")))
}

fn no_such_dead_letter(id: &str) -> Failure {
    Failure::Input(format!("no dead letter has the id {id}: `muster dlq list` shows the ids"))
}

/// All dead letters. They are made visible again at once.
async fn dead_letters(installation: &Installation) -> Result<Vec<DeadLetter>, Failure> {
    let mut letters = peek::<RunMessage>(installation, "run").await?;
    letters.extend(peek::<TrialMessage>(installation, "trial").await?);
    letters.extend(peek::<SubmitMessage>(installation, "submit").await?);
    letters.extend(peek::<RefreshMessage>(installation, "refresh").await?);
    Ok(letters)
}

/// The messages in a dead-letter queue. They are made visible again at once.
async fn peek<M: Message>(installation: &Installation, queue: &'static str) -> Result<Vec<DeadLetter>, Failure> {
    let dead = installation.dead_letters::<M>()?;
    let messages = receive_all(&dead).await?;
    for message in &messages {
        let change = dead.client().change_message_visibility().queue_url(dead.address()).visibility_timeout(0);
        // If this fails, the message becomes visible again after its timeout.
        _ = Box::pin(change.set_receipt_handle(message.receipt_handle.clone()).send()).await;
    }
    Ok(messages.into_iter().map(|message| DeadLetter { queue, message }).collect())
}

/// Moves the messages whose ids `wants` accepts from the dead-letter queue to their own queue: sends each one, then
/// deletes the dead letter. An interruption in between duplicates the message, which does no harm. Returns the ids of
/// the messages.
async fn move_back<M: Message>(
    installation: &Installation,
    wants: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Failure> {
    let dead = installation.dead_letters::<M>()?;
    let queue = installation.queue::<M>()?;
    let mut moved = Vec::new();
    for message in receive_all(&dead).await? {
        let id = message.message_id().unwrap_or_default();
        let handle = message.receipt_handle.clone();
        if wants(id) {
            let sent = queue.send_text(message.body().unwrap_or_default(), None, Duration::ZERO).await;
            sent.map_err(Failure::internal)?;
            let delete = dead.client().delete_message().queue_url(dead.address()).set_receipt_handle(handle);
            Box::pin(delete.send()).await.map_err(|e| aws::failure("the queue", e))?;
            moved.push(id.to_owned());
        } else {
            let change = dead.client().change_message_visibility().queue_url(dead.address()).visibility_timeout(0);
            _ = Box::pin(change.set_receipt_handle(handle).send()).await;
        }
    }
    Ok(moved)
}

/// Receives until no message is visible, at most [`MAX_RECEIVES`] times. Returns each message once.
async fn receive_all<M: Message>(queue: &Queue<M>) -> Result<Vec<SqsMessage>, Failure> {
    let mut all = Vec::new();
    for _ in 0..MAX_RECEIVES {
        let receive = queue.client().receive_message().queue_url(queue.address()).visibility_timeout(VISIBILITY_S);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let receive = receive.max_number_of_messages(10).wait_time_seconds(1).message_attribute_names("All");
        let answer = Box::pin(receive.send()).await.map_err(|e| aws::failure("the queue", e))?;
        if answer.messages().is_empty() {
            break;
        }
        all.extend(answer.messages.unwrap_or_default());
    }
    Ok(latest_of_each(all))
}

/// Each message once, with its latest receipt handle. A message that becomes visible again meanwhile is received again.
fn latest_of_each(received: Vec<SqsMessage>) -> Vec<SqsMessage> {
    let mut latest = Vec::new();
    let mut positions = BTreeMap::new();
    for message in received {
        let at = *positions.entry(message.message_id.clone()).or_insert(latest.len());
        if at == latest.len() {
            latest.push(message);
        } else {
            latest[at] = message;
        }
    }
    latest
}

/// The id and name of a club; only the id if the table does not have the club.
async fn club_with_name(installation: &Installation, club: &ClubId) -> Result<String, Failure> {
    if *club == installation.club {
        return Ok(installation.club_with_name());
    }
    let facts = installation.of_other(club).info().await?;
    Ok(facts.map_or_else(|| club.to_string(), |facts| installation::club_with_name(club, &facts.body)))
}

/// Maximum number of a message's events that are shown.
const MAX_EVENTS: usize = 5;

/// The numbers and names of some events; only the number of an event that the table does not have.
async fn events_with_names(
    installation: &Installation,
    club: &ClubId,
    refs: impl Iterator<Item = u64>,
) -> Result<Vec<String>, Failure> {
    let refs: Vec<EventRef> = refs.map(EventRef).collect();
    let shown_refs = &refs[..refs.len().min(MAX_EVENTS)];
    let found = installation.of_other(club).events_by_ref(shown_refs).await?;
    let names: BTreeMap<EventRef, String> =
        found.into_iter().map(|event| (event.body.facts.event_ref, event.body.facts.name)).collect();
    let mut words: Vec<String> = shown_refs
        .iter()
        .map(|event| {
            names.get(event).map_or_else(|| event.to_string(), |name| format!("{event} {}", console::plain(name)))
        })
        .collect();
    if refs.len() > MAX_EVENTS {
        words.push(format!("and {} more", refs.len() - MAX_EVENTS));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_received_again_counts_once_with_its_latest_handle() {
        let received = [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"), ("a", "5")]
            .map(|(id, handle)| SqsMessage::builder().message_id(id).receipt_handle(handle).build());
        let latest = latest_of_each(received.to_vec());
        let found: Vec<_> = latest.iter().map(|one| (one.message_id(), one.receipt_handle())).collect();
        assert_eq!(found, [(Some("a"), Some("5")), (Some("b"), Some("2")), (Some("c"), Some("4"))]);
    }
}
