//! `POST /api/employees/{employee_id}/forget`: replaces a person who no longer works here by a pseudonym in everything
//! that is stored of the club. `store::erasure` says which copies may keep the name until they expire.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::identity::{Admin, ClubCaller};
use api::{ApiError, Code, RouteError, Segment};
use axum::Json;
use axum::extract::State;
use desk::DeskError;
use desk::forget::{ErasureObstacle, ForgetError, forget};
use domain::snapshot::EmployeeId;
use serde::Serialize;
use serde_json::json;
use store::Table;
use store::erasure::ErasureError;
use utoipa::ToSchema;

use crate::facts::people::EmployeePath;

/// The time after which a request ends although the erasure is not finished. The next request continues.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// The progress of an erasure.
#[derive(Serialize, ToSchema)]
pub struct Forgotten {
    success: bool,
    /// Whether the erasure is finished. If not, repeat the request to continue it, with a new `Idempotency-Key`.
    finished: bool,
    /// The pseudonym that replaces the person's id.
    employee_id: EmployeeId,
    /// The pseudonym that replaces the person's name.
    name: String,
    /// Number of items changed so far.
    changed: u64,
}

api::errors! {
    /// Why a person is not erased.
    ForgetErrors: EmployeeWorks, ErasureUnderWay, RunOpen, UnknownEmployee;
}

/// Erases a person who no longer works here: a random pseudonym replaces their id and name in every document, line,
/// run, archived snapshot, outcome, feed and audit entry.
///
/// The erasure cannot be undone. It is refused while the person works here or has open lines or schedules, which the
/// details name. A request ends after about 15 seconds, finished or not. If `finished` is `false`, repeat the request
/// to continue, without an `Idempotency-Key` or with a new one: a repeat with the same key gets the stored answer.
/// After the erasure, the id is unknown.
#[utoipa::path(
    post,
    path = "/api/employees/{employee_id}/forget",
    operation_id = "forgetEmployee",
    tag = "facts",
    params(EmployeePath),
    responses((status = 200, body = Forgotten), RouteError<ForgetErrors>),
)]
pub async fn forget_employee(
    club_caller: ClubCaller<Admin>,
    State(table): State<Arc<Table>>,
    Segment(EmployeePath { employee_id }): Segment<EmployeePath>,
) -> Result<Json<Forgotten>, RouteError<ForgetErrors>> {
    let began = Instant::now();
    let because = club_caller.because("erased on request");
    let progress = forget(club_caller.of(&table), &employee_id, &because, || began.elapsed() > TIME_LIMIT);
    let progress = progress.await.map_err(refused)?;
    Ok(Json(Forgotten {
        success: true,
        finished: progress.finished,
        employee_id: progress.pseudonym.id,
        name: progress.pseudonym.name,
        changed: progress.changed,
    }))
}

fn refused(error: ForgetError) -> ApiError {
    let message = error.to_string();
    match error {
        ForgetError::StillWorks => ApiError::new(Code::EmployeeWorks, message),
        ForgetError::Open(open) => {
            let obstacle =
                |of: &ErasureObstacle| json!({"event_ref_num": of.event, "date": of.date, "what": of.what.name()});
            let open: Vec<_> = open.iter().map(obstacle).collect();
            ApiError::new(Code::EmployeeWorks, message).with(json!({"open": open}))
        }
        ForgetError::Erasure(ErasureError::NoEmployee) => ApiError::new(Code::UnknownEmployee, message),
        ForgetError::Erasure(ErasureError::OtherUnderWay) => ApiError::new(Code::ErasureUnderWay, message),
        ForgetError::Erasure(ErasureError::RunAtWork { run }) => {
            ApiError::new(Code::RunOpen, message).with(json!({"run_id": run}))
        }
        ForgetError::Erasure(ErasureError::Table(error)) => error.into(),
        ForgetError::Desk(DeskError::Table(error)) => error.into(),
        ForgetError::Desk(DeskError::List(error)) => error.into(),
        ForgetError::Desk(DeskError::Snapshot(error)) => error.into(),
        ForgetError::Desk(error) => ApiError::internal(error),
    }
}
