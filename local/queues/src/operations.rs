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
        "CreateQueue" => on(queues, origin, body, queue::create).await,
        "GetQueueUrl" => on(queues, origin, body, queue::url).await,
        "ListQueues" => on(queues, origin, body, queue::list).await,
        "ListDeadLetterSourceQueues" => on(queues, origin, body, queue::list_sources).await,
        "GetQueueAttributes" => on(queues, origin, body, queue::describe).await,
        "SetQueueAttributes" => on(queues, origin, body, queue::change).await,
        "PurgeQueue" => on(queues, origin, body, queue::purge).await,
        "DeleteQueue" => on(queues, origin, body, queue::delete).await,
        "SendMessage" => on(queues, origin, body, send::one).await,
        "SendMessageBatch" => on(queues, origin, body, send::batch).await,
        "ReceiveMessage" => {
            let answer = receive::message(queues, Deserialize::deserialize(body)?, stop).await?;
            Ok(serde_json::to_value(answer)?)
        }
        "DeleteMessage" => on(queues, origin, body, receipt::delete).await,
        "DeleteMessageBatch" => on(queues, origin, body, receipt::delete_batch).await,
        "ChangeMessageVisibility" => on(queues, origin, body, receipt::change_visibility).await,
        "ChangeMessageVisibilityBatch" => on(queues, origin, body, receipt::change_visibility_batch).await,
        "StartMessageMoveTask" => on(queues, origin, body, moves::start).await,
        "ListMessageMoveTasks" => on(queues, origin, body, moves::list).await,
        "CancelMessageMoveTask" => on(queues, origin, body, moves::cancel).await,
        unknown => Err(Error::UnknownOperation(unknown.to_owned())),
    }
}

async fn on<T, A>(
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
