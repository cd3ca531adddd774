//! The list of operations: maps the names and the JSON of requests to the functions that perform them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::store::{Queues, Tx};
use crate::{moves, queue, receipt, receive, send};

/// The input of an operation, and the address at which the caller reached this server. URLs in the answer begin with the
/// address.
pub(crate) struct Request<T> {
    pub origin: String,
    pub input: T,
}

/// The empty answer of an operation.
#[derive(Debug, Serialize)]
pub(crate) struct Done {}

/// Performs one operation. `stop` ends a long poll early, with an empty answer.
pub(crate) async fn call(
    queues: &Queues,
    origin: &str,
    operation: &str,
    body: Value,
    stop: impl Future<Output = ()>,
) -> Result<Value, Error> {
    match operation {
        "CreateQueue" => in_transaction(queues, origin, body, queue::create).await,
        "GetQueueUrl" => in_transaction(queues, origin, body, queue::url).await,
        "ListQueues" => in_transaction(queues, origin, body, queue::list).await,
        "ListDeadLetterSourceQueues" => in_transaction(queues, origin, body, queue::list_sources).await,
        "GetQueueAttributes" => in_transaction(queues, origin, body, queue::describe).await,
        "SetQueueAttributes" => in_transaction(queues, origin, body, queue::change).await,
        "PurgeQueue" => in_transaction(queues, origin, body, queue::purge).await,
        "DeleteQueue" => in_transaction(queues, origin, body, queue::delete).await,
        "SendMessage" => in_transaction(queues, origin, body, send::one).await,
        "SendMessageBatch" => in_transaction(queues, origin, body, send::batch).await,
        "ReceiveMessage" => {
            let answer = receive::message(queues, Deserialize::deserialize(body)?, stop).await?;
            Ok(serde_json::to_value(answer)?)
        }
        "DeleteMessage" => in_transaction(queues, origin, body, receipt::delete).await,
        "DeleteMessageBatch" => in_transaction(queues, origin, body, receipt::delete_batch).await,
        "ChangeMessageVisibility" => in_transaction(queues, origin, body, receipt::change_visibility).await,
        "ChangeMessageVisibilityBatch" => in_transaction(queues, origin, body, receipt::change_visibility_batch).await,
        "StartMessageMoveTask" => in_transaction(queues, origin, body, moves::start).await,
        "ListMessageMoveTasks" => in_transaction(queues, origin, body, moves::list).await,
        "CancelMessageMoveTask" => in_transaction(queues, origin, body, moves::cancel).await,
        unknown => Err(Error::UnknownOperation(unknown.to_owned())),
    }
}

async fn in_transaction<T, A>(
    queues: &Queues,
    origin: &str,
    body: Value,
    work: fn(&Tx<'_>, Request<T>) -> Result<A, Error>,
) -> Result<Value, Error>
where
    T: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let request = Request { origin: origin.to_owned(), input: T::deserialize(body)? };
    let answer = queues.transact(move |tx| work(tx, request)).await?;
    Ok(serde_json::to_value(answer)?)
}
