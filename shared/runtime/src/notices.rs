//! Notices to people: short messages to one SNS topic, to which people subscribe by e-mail or otherwise. A notice must
//! not contain names of people or secrets, because the topic does not restrict who reads it.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;

/// The setting with the ARN of the topic.
const TOPIC: &str = "MUSTER_NOTICES";
/// The service's maximum length of a subject, in characters.
const LONGEST_SUBJECT: usize = 99;

/// The topic did not accept a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the notice was not sent: {0}")]
pub struct NoticeNotSent(String);

/// The topic.
pub struct Notices {
    client: Client,
    topic: String,
}

impl Notices {
    /// The topic of the environment; `None` if no topic is set.
    pub fn of(environment: &crate::Environment) -> Option<Notices> {
        Some(Notices { client: environment.sns(), topic: environment.optional(TOPIC)? })
    }

    /// Publishes a message. The subject is shortened to one line of plain ASCII.
    ///
    /// # Errors
    /// [`NoticeNotSent`] if the service did not confirm the message.
    pub async fn publish(&self, subject: &str, message: &str) -> Result<(), NoticeNotSent> {
        let subject: String = subject.chars().filter(|c| matches!(c, ' '..='~')).take(LONGEST_SUBJECT).collect();
        let publish = self.client.publish().topic_arn(&self.topic).subject(subject).message(message);
        Box::pin(publish.send()).await.map_err(|e| NoticeNotSent(DisplayErrorContext(e).to_string()))?;
        Ok(())
    }
}
