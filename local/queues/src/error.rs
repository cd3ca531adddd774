//! The errors of operations, and their wire format.

use thiserror::Error as ThisError;

/// A refused or failed operation. The text is the message that the caller reads.
#[derive(Debug, ThisError)]
pub enum Error {
    /// No queue has this name or URL.
    #[error("The specified queue does not exist.")]
    QueueDoesNotExist,
    /// A queue with this name exists and has other attributes.
    #[error("A queue already exists with the same name and a different value for attribute {0}.")]
    QueueNameExists(String),
    /// The text is not a receipt handle of this queue.
    #[error("The input receipt handle is invalid.")]
    ReceiptHandleIsInvalid,
    /// The message is not in flight with this receiver any more, so its visibility timeout cannot be changed.
    #[error("The specified message isn't in flight.")]
    MessageNotInflight,
    /// A batch without entries.
    #[error("There should be at least one entry in the request.")]
    EmptyBatchRequest,
    /// A batch of more than ten entries.
    #[error("Maximum number of entries per request are 10. You have sent {0}.")]
    TooManyEntriesInBatchRequest(usize),
    /// Two entries of a batch share an id.
    #[error("Id {0} repeated.")]
    BatchEntryIdsNotDistinct(String),
    /// An entry's id has invalid characters, or too many.
    #[error(
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
    )]
    InvalidBatchEntryId,
    /// The bodies and attributes of a batch are too long in total.
    #[error("Batch requests cannot be longer than {limit} bytes. You have sent {sent} bytes.")]
    BatchRequestTooLong {
        /// The limit, in bytes.
        limit: usize,
        /// The length of the batch, in bytes.
        sent: usize,
    },
    /// An unknown attribute of a queue or message.
    #[error("Unknown Attribute {0}.")]
    InvalidAttributeName(String),
    /// A queue attribute that is out of range or malformed.
    #[error("Invalid value for the parameter {name}. Reason: {reason}")]
    InvalidAttributeValue {
        /// The name of the attribute.
        name: String,
        /// Why the value is refused.
        reason: String,
    },
    /// A body with characters that XML 1.0 does not allow.
    #[error(
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    )]
    InvalidMessageContents,
    /// A parameter that is out of range; this includes a message that is too long.
    #[error("{0}")]
    InvalidParameterValue(String),
    /// A required parameter is missing.
    #[error("The request must contain the parameter {0}.")]
    MissingParameter(&'static str),
    /// The queue was purged within the last 60 seconds.
    #[error("Only one PurgeQueue operation on {0} is allowed every 60 seconds.")]
    PurgeQueueInProgress(String),
    /// A move task, or a queue that it names, does not exist.
    #[error("{0}")]
    ResourceNotFound(&'static str),
    /// The request is for a FIFO queue, which the service supports, but this stand-in does not.
    #[error("{0}")]
    UnsupportedOperation(&'static str),
    /// This stand-in has no operation with this name.
    #[error("This stand-in has no operation {0}.")]
    UnknownOperation(String),
    /// The request is not the JSON that the operation reads.
    #[error("The request could not be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The database cannot be read or written. Over the wire, the caller gets only this message, and the cause is logged.
    #[error("The queues could not be read or written.")]
    Storage(#[from] rusqlite::Error),
    /// An operation was interrupted and had no effect.
    #[error("The operation was interrupted.")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Whose fault an error is: the sender's of the request, or this server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtFault {
    Sender,
    Receiver,
}

impl Error {
    /// An attribute's value is refused for this reason.
    pub(crate) fn value(name: &str, reason: impl Into<String>) -> Self {
        Self::InvalidAttributeValue { name: name.to_owned(), reason: reason.into() }
    }

    /// A parameter is refused for this reason, in the words of the service.
    pub(crate) fn parameter(name: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        Self::InvalidParameterValue(format!("Value {value} for parameter {name} is invalid. Reason: {reason}"))
    }

    /// The `__type` of the JSON protocol, and the code of the older query protocol that SDKs read from a header.
    pub(crate) fn codes(&self) -> (&'static str, &'static str) {
        match self {
            Self::QueueDoesNotExist => ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
            Self::QueueNameExists(_) => ("QueueNameExists", "QueueAlreadyExists"),
            Self::ReceiptHandleIsInvalid => ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
            Self::MessageNotInflight => ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
            Self::EmptyBatchRequest => ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
            Self::TooManyEntriesInBatchRequest(_) => {
                ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
            }
            Self::BatchEntryIdsNotDistinct(_) => {
                ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
            }
            Self::InvalidBatchEntryId => ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"),
            Self::BatchRequestTooLong { .. } => ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
            Self::InvalidAttributeName(_) => ("InvalidAttributeName", "InvalidAttributeName"),
            Self::InvalidAttributeValue { .. } => ("InvalidAttributeValue", "InvalidAttributeValue"),
            Self::InvalidMessageContents => ("InvalidMessageContents", "InvalidMessageContents"),
            Self::InvalidParameterValue(_) => ("InvalidParameterValueException", "InvalidParameterValue"),
            Self::MissingParameter(_) => ("MissingRequiredParameterException", "MissingParameter"),
            Self::PurgeQueueInProgress(_) => ("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"),
            Self::ResourceNotFound(_) => ("ResourceNotFoundException", "ResourceNotFoundException"),
            Self::UnsupportedOperation(_) => ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
            Self::UnknownOperation(_) => ("UnknownOperationException", "InvalidAction"),
            Self::Malformed(_) => ("SerializationException", "MalformedInput"),
            Self::Storage(_) | Self::Interrupted(_) => ("InternalFailure", "InternalFailure"),
        }
    }

    /// Whether this is the fault of the sender or of this server.
    pub(crate) fn at_fault(&self) -> AtFault {
        match self {
            Self::Storage(_) | Self::Interrupted(_) => AtFault::Receiver,
            _ => AtFault::Sender,
        }
    }
}
