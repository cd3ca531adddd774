//! What is told to the people who watch: short messages to one topic, to which they subscribe by e-mail or whatever else.
//! Never a person's name, never a secret: nobody knows who reads along.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;

/// The setting that names the topic.
const TOPIC: &str = "MUSTER_NOTICES";
/// The longest subject that the service takes, in characters.
const LONGEST_SUBJECT: usize = 99;

/// The topic did not take a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the topic of notices does not answer: {0}")]
pub struct NotTold(String);

/// The topic.
pub struct Notices {
    client: Client,
    topic: String,
}

impl Notices {
    /// The topic that the environment names; none where it names none.
    pub fn of(environment: &crate::Environment) -> Option<Notices> {
        Some(Notices { client: environment.sns(), topic: environment.optional(TOPIC)? })
    }

    /// Tells everybody who subscribed. A subject is made to fit: plain ASCII on one short line.
    ///
    /// # Errors
    /// Where the service did not take it, as far as is known.
    pub async fn tell(&self, subject: &str, message: &str) -> Result<(), NotTold> {
        let subject: String = subject.chars().filter(|c| matches!(c, ' '..='~')).take(LONGEST_SUBJECT).collect();
        let publish = self.client.publish().topic_arn(&self.topic).subject(subject).message(message);
        Box::pin(publish.send()).await.map_err(|e| NotTold(DisplayErrorContext(e).to_string()))?;
        Ok(())
    }
}
