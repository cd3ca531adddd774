//! `muster dlq`: what lies in the dead-letter queues, and back to work with it. A message only says "look at this", so a
//! redrive harms nothing, however often it is pressed.

use std::time::Duration;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{Message as Received, MessageSystemAttributeName};
use chrono::DateTime;
use runtime::messages::{Message, RefreshMessage, RunMessage, SubmitMessage};
use runtime::queue::{Queue, REASON};
use uuid::Uuid;

use super::place::{Place, Where};
use super::{Failure, block_on};
use crate::console;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Order {
    /// List what lies there.
    List {
        #[command(flatten)]
        at: Where,
    },
    /// Show one message whole.
    Show {
        /// Its id.
        id: String,
        #[command(flatten)]
        at: Where,
    },
    /// Send messages back to their queue.
    Redrive {
        /// Their ids.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<Uuid>,
        /// All that lie there.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: Where,
    },
}

/// How long a message that is looked at stays out of sight of others. It must outlast one command.
const LOOK_S: i32 = 30;
/// No queue is read more often than this for one command.
const MOST_RECEIVES: usize = 1_000;

pub(super) fn run(order: &Order) -> Result<(), Failure> {
    block_on(async {
        match order {
            Order::List { at } => list(&at.open().await?).await,
            Order::Show { id, at } => show(&at.open().await?, id).await,
            Order::Redrive { ids, at, .. } => redrive(&at.open().await?, ids).await,
        }
    })
}

/// A dead letter, with what redrives it.
struct DeadLetter {
    queue: &'static str,
    message: Received,
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

    fn system(&self, name: &MessageSystemAttributeName) -> Option<&str> {
        self.message.attributes()?.get(name).map(String::as_str)
    }

    fn receives(&self) -> &str {
        self.system(&MessageSystemAttributeName::ApproximateReceiveCount).unwrap_or_default()
    }

    fn age(&self, place: &Place) -> String {
        let sent = self.system(&MessageSystemAttributeName::SentTimestamp).and_then(|ms| ms.parse().ok());
        let sent = sent.and_then(DateTime::from_timestamp_millis);
        sent.map_or_else(String::new, |sent| {
            let minutes = (place.environment.clock().utc() - sent).num_minutes().max(0);
            format!("{}d {:02}h {:02}m", minutes / 1_440, minutes / 60 % 24, minutes % 60)
        })
    }
}

async fn list(place: &Place) -> Result<(), Failure> {
    let letters = look(place).await?;
    let rows: Vec<[String; 6]> = letters
        .iter()
        .map(|letter| {
            let of = |text: &str| text.to_owned();
            let (queue, receives, age) = (of(letter.queue), of(letter.receives()), letter.age(place));
            [of(letter.id()), queue, receives, age, of(letter.reason()), of(letter.body())]
        })
        .collect();
    if rows.is_empty() {
        return console::say("There are no dead letters.\n");
    }
    console::say(&console::table(&["id", "queue", "received", "age", "reason", "body"], &rows))
}

async fn show(place: &Place, id: &str) -> Result<(), Failure> {
    let letters = look(place).await?;
    let letter = letters.iter().find(|letter| letter.id() == id).ok_or_else(|| unknown(id))?;
    let (queue, receives, age) = (letter.queue, letter.receives(), letter.age(place));
    console::say(&format!(
        "id        {id}\nqueue     {queue}\nreceived  {receives} times\nage       {age}\nreason    {}\nbody      {}\n",
        letter.reason(),
        letter.body()
    ))
}

/// Redrives the messages of these ids, or all of them for no id.
async fn redrive(place: &Place, ids: &[Uuid]) -> Result<(), Failure> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let wants = |id: &str| ids.is_empty() || ids.iter().any(|wanted| wanted == id);
    let mut moved = move_back::<RunMessage>(place, wants).await?;
    moved.extend(move_back::<SubmitMessage>(place, wants).await?);
    moved.extend(move_back::<RefreshMessage>(place, wants).await?);
    // Whoever presses twice wants the message back at work, where it is.
    for gone in ids.iter().filter(|id| !moved.contains(id)) {
        console::say(&format!(
            "{gone} does not lie there (any more): it is back at work already, or was never there.\n"
        ))?;
    }
    console::say(&format!("{} sent back to work.\n", moved.len()))
}

fn unknown(id: &str) -> Failure {
    Failure::Input(format!("no dead letter has the id {id}: muster dlq list shows them"))
}

/// All dead letters, in sight again at once.
async fn look(place: &Place) -> Result<Vec<DeadLetter>, Failure> {
    let mut letters = peek::<RunMessage>(place, "run").await?;
    letters.extend(peek::<SubmitMessage>(place, "submit").await?);
    letters.extend(peek::<RefreshMessage>(place, "refresh").await?);
    Ok(letters)
}

async fn peek<M: Message>(place: &Place, queue: &'static str) -> Result<Vec<DeadLetter>, Failure> {
    let dead = dead_letters::<M>(place)?;
    let messages = receive_all(&dead).await?;
    for message in &messages {
        let change = dead.client().change_message_visibility().queue_url(dead.address()).visibility_timeout(0);
        // One that stays out of sight comes back by itself.
        _ = Box::pin(change.set_receipt_handle(message.receipt_handle.clone()).send()).await;
    }
    Ok(messages.into_iter().map(|message| DeadLetter { queue, message }).collect())
}

/// Sends to the queue first and deletes then: what is cut off in between is done twice, which harms nothing.
async fn move_back<M: Message>(place: &Place, wants: impl Fn(&str) -> bool) -> Result<Vec<String>, Failure> {
    let dead = dead_letters::<M>(place)?;
    let queue = place.environment.queue::<M>().map_err(|e| Failure::Input(e.to_string()))?;
    let mut moved = Vec::new();
    for message in receive_all(&dead).await? {
        let id = message.message_id().unwrap_or_default();
        let handle = message.receipt_handle.clone();
        if wants(id) {
            let sent = queue.send_text(message.body().unwrap_or_default(), None, Duration::ZERO).await;
            sent.map_err(|e| Failure::Ours(e.to_string()))?;
            let delete = dead.client().delete_message().queue_url(dead.address()).set_receipt_handle(handle);
            Box::pin(delete.send()).await.map_err(|e| refused(&DisplayErrorContext(e)))?;
            moved.push(id.to_owned());
        } else {
            let change = dead.client().change_message_visibility().queue_url(dead.address()).visibility_timeout(0);
            _ = Box::pin(change.set_receipt_handle(handle).send()).await;
        }
    }
    Ok(moved)
}

fn dead_letters<M: Message>(place: &Place) -> Result<Queue<M>, Failure> {
    place.environment.dead_letters().map_err(|e| Failure::Input(e.to_string()))
}

/// Receives until nothing is in sight.
async fn receive_all<M: Message>(queue: &Queue<M>) -> Result<Vec<Received>, Failure> {
    let mut all = Vec::new();
    for _ in 0..MOST_RECEIVES {
        let receive = queue.client().receive_message().queue_url(queue.address()).visibility_timeout(LOOK_S);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let receive = receive.max_number_of_messages(10).wait_time_seconds(1).message_attribute_names("All");
        let answer = Box::pin(receive.send()).await.map_err(|e| refused(&DisplayErrorContext(e)))?;
        if answer.messages().is_empty() {
            break;
        }
        all.extend(answer.messages.unwrap_or_default());
    }
    Ok(all)
}

fn refused(error: &dyn std::fmt::Display) -> Failure {
    Failure::Ours(format!("the queue does not answer: {error}"))
}
