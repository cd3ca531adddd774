//! The attributes of a queue: their limits, defaults and wire format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

/// The names and values of attributes in requests and answers.
pub(crate) type AttributeMap = BTreeMap<String, String>;

/// The settings of a queue, stored as JSON in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub visibility_timeout_s: u32,
    pub delay_s: u32,
    pub retention_s: u32,
    pub receive_wait_s: u32,
    pub maximum_message_bytes: u32,
    pub redrive: Option<RedrivePolicy>,
    #[serde(rename = "allows")]
    pub allow_policy: Option<RedriveAllowPolicy>,
    /// Attributes that are stored and returned but have no effect here: permissions and encryption.
    inert: AttributeMap,
}

/// The dead-letter queue for messages that were received too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedrivePolicy {
    pub dead_letter_target_arn: String,
    #[serde(deserialize_with = "number_or_text")]
    pub max_receive_count: u32,
}

/// The queues that may name this queue as their dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "redrivePermission", deny_unknown_fields)]
pub(crate) enum RedriveAllowPolicy {
    AllowAll,
    DenyAll,
    #[serde(rename_all = "camelCase")]
    ByQueue {
        source_queue_arns: Vec<String>,
    },
}

/// Maximum size of a message, body and attributes, in bytes.
pub(crate) const MAXIMUM_MESSAGE_BYTES: u32 = 1_048_576;
/// Maximum visibility timeout, in seconds.
pub(crate) const MAXIMUM_VISIBILITY_TIMEOUT_S: u32 = 43_200;
/// Maximum delay, in seconds.
pub(crate) const MAXIMUM_DELAY_S: u32 = 900;
/// Maximum wait of a receive for its first message, in seconds.
pub(crate) const MAXIMUM_WAIT_S: u32 = 20;

/// The message for requests for a FIFO queue.
pub(crate) const NO_FIFO: &str = "There are no FIFO queues in this stand-in.";

const INERT: [&str; 4] = ["Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];
const FIFO_ONLY: [&str; 4] = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

impl Default for Settings {
    fn default() -> Self {
        Self {
            visibility_timeout_s: 30,
            delay_s: 0,
            retention_s: 345_600,
            receive_wait_s: 0,
            maximum_message_bytes: MAXIMUM_MESSAGE_BYTES,
            redrive: None,
            allow_policy: None,
            inert: AttributeMap::new(),
        }
    }
}

impl Settings {
    /// These settings, with the given attributes changed.
    pub fn with(mut self, given: &AttributeMap) -> Result<Self, Error> {
        for (name, value) in given {
            self.set(name, value)?;
        }
        Ok(self)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "VisibilityTimeout" => self.visibility_timeout_s = number(name, value, 0, MAXIMUM_VISIBILITY_TIMEOUT_S)?,
            "DelaySeconds" => self.delay_s = number(name, value, 0, MAXIMUM_DELAY_S)?,
            "MessageRetentionPeriod" => self.retention_s = number(name, value, 60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => self.receive_wait_s = number(name, value, 0, MAXIMUM_WAIT_S)?,
            "MaximumMessageSize" => {
                self.maximum_message_bytes = number(name, value, 1_024, MAXIMUM_MESSAGE_BYTES)?;
            }
            "RedrivePolicy" => self.redrive = policy(name, value)?,
            "RedriveAllowPolicy" => self.allow_policy = policy(name, value)?,
            inert if INERT.contains(&inert) => {
                self.inert.insert(name.to_owned(), value.to_owned());
            }
            fifo if FIFO_ONLY.contains(&fifo) => {
                return Err(Error::UnsupportedOperation(NO_FIFO));
            }
            unknown => return Err(Error::InvalidAttributeName(unknown.to_owned())),
        }
        if let Some(redrive) = &self.redrive
            && !(1..=1_000).contains(&redrive.max_receive_count)
        {
            return Err(Error::value("RedrivePolicy", "maxReceiveCount must be between 1 and 1000."));
        }
        Ok(())
    }

    /// The settings in the wire format. Policies are included only if they were set.
    pub fn to_map(&self) -> AttributeMap {
        let mut map = self.inert.clone();
        map.insert("VisibilityTimeout".into(), self.visibility_timeout_s.to_string());
        map.insert("DelaySeconds".into(), self.delay_s.to_string());
        map.insert("MessageRetentionPeriod".into(), self.retention_s.to_string());
        map.insert("ReceiveMessageWaitTimeSeconds".into(), self.receive_wait_s.to_string());
        map.insert("MaximumMessageSize".into(), self.maximum_message_bytes.to_string());
        if let Some(redrive) = &self.redrive {
            map.insert("RedrivePolicy".into(), text(redrive));
        }
        if let Some(allow_policy) = &self.allow_policy {
            map.insert("RedriveAllowPolicy".into(), text(allow_policy));
        }
        map
    }
}

impl RedriveAllowPolicy {
    /// Whether the queue with this ARN may send its dead letters here.
    pub fn allows(&self, source_arn: &str) -> bool {
        match self {
            Self::AllowAll => true,
            Self::DenyAll => false,
            Self::ByQueue { source_queue_arns } => source_queue_arns.iter().any(|arn| arn == source_arn),
        }
    }
}

/// Whether this is the name of an attribute that may be requested.
pub(crate) fn is_queue_attribute(name: &str) -> bool {
    const COMPUTED: [&str; 7] = [
        "All",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "CreatedTimestamp",
        "LastModifiedTimestamp",
        "QueueArn",
    ];
    const SETTABLE: [&str; 7] = [
        "DelaySeconds",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "VisibilityTimeout",
    ];
    COMPUTED.contains(&name) || SETTABLE.contains(&name) || INERT.contains(&name) || FIFO_ONLY.contains(&name)
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, Error> {
    match value.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(Error::value(name, format!("It must be a number between {least} and {most}."))),
    }
}

/// Reads a policy, which is JSON in a string. An empty string removes the policy.
fn policy<T: for<'de> Deserialize<'de>>(name: &str, value: &str) -> Result<Option<T>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(value).map(Some).map_err(|cause| Error::value(name, cause.to_string()))
}

fn text(policy: &impl Serialize) -> String {
    serde_json::to_value(policy).unwrap_or(Value::Null).to_string()
}

fn number_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}
