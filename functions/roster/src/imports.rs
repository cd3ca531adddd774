//! Imports of files into a club. The first request previews the changes; the same file with the preview's digest saves
//! them.

mod events;
mod facts;

use std::sync::Arc;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Code, Params, RouteError, Segment, invalid_query};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use chrono::TimeDelta;
use desk::facts::{Days, Effect, Placements};
use desk::{ClubCache, Desk};
use domain::json::quoted;
use domain::snapshot::EmployeeId;
use files::FileRefused;
use files::import::{Import, Imported, Mapping, WrongCell, read, wrong_rows};
use files::preview::{ChangedField, Preview};
use files::record::{Column, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::documents::ClubDocuments;
use store::stamp::Timestamp;
use store::uploads::{OpenUpload, UploadedRow, Uploads};
use store::upstream::EventUpdate;
use store::{Club, Stored, Table};
use utoipa::{IntoParams, ToSchema};

use crate::facts::has_employee;

/// The kind of a file's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// People.
    Employees,
    /// Weekly availability, and overrides for a span of days.
    Availability,
    /// Days off.
    TimeOff,
    /// Events, in the format of `WorkBankVisits`, an export of the program that Muster replaces.
    Visits,
    /// Posted schedules, in the format of `CalendarSchedule`, an export of the program that Muster replaces.
    Schedules,
}

impl ImportKind {
    /// The name in the table and in the audit trail.
    fn name(self) -> &'static str {
        match self {
            ImportKind::Employees => "employees",
            ImportKind::Availability => "availability",
            ImportKind::TimeOff => "time_off",
            ImportKind::Visits => "visits",
            ImportKind::Schedules => "schedules",
        }
    }
}

/// The kind of file in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ImportPath {
    #[param(inline)]
    kind: ImportKind,
}

/// How a file is read, and whether it is saved.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The digest of the preview to save. Without it, nothing is saved.
    #[param(max_length = 64)]
    save: Option<String>,
    /// What to do with rows that the club has with other values.
    #[serde(default)]
    #[param(inline, required = false)]
    existing: ImportExisting,
    /// The heading of the file for each column, as a JSON object: `{"employee_id": "Emp #"}`. The mapping is remembered
    /// when a load begins. Without a mapping, the remembered one applies.
    #[param(max_length = 4000)]
    mapping: Option<String>,
}

/// What to do with rows that the club has with other values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ImportExisting {
    /// The rows take the values of the file.
    #[default]
    Update,
    /// The rows stay as they are.
    Keep,
}

/// What a file would change, or has changed.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub struct ImportView {
    success: bool,
    /// Whether the file was saved.
    saved: bool,
    kind: ImportKind,
    /// The digest of the preview. Send it as `save` with the same file, mapping and `existing`.
    digest: String,
    /// Number of rows that the club does not have.
    new: usize,
    /// Number of rows that differ from what the club has; 0 with `existing=keep`.
    changed: usize,
    /// Number of rows that stay as they are: equal ones and, with `existing=keep`, those that differ.
    unchanged: usize,
    /// Number of rows that cannot be used.
    wrong: usize,
    /// The new and changed rows; the first 200.
    rows: Vec<RowView>,
    /// The cells that cannot be used; the first 500.
    wrong_cells: Vec<WrongCellView>,
    /// The schedules that the new and changed rows conflict with; `null` for a file of events or posted schedules, and if
    /// there is nothing to write.
    effect: Option<Effect>,
    /// A load of a file of this kind that is running, or that ended before all rows were written; `null` if there is none.
    /// To continue it, preview that file again and save that preview.
    interrupted: Option<ImportInterrupted>,
}

/// A row that would be written.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportRow)]
struct RowView {
    /// The subject of the row: a person's id, with the days of a span, or an event's number.
    of: String,
    /// Whether the club already has the row.
    known: bool,
    fields: Vec<FieldView>,
}

/// A column of a row that would change.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportField)]
struct FieldView {
    column: String,
    old: String,
    new: String,
}

/// A cell that makes its row unusable.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportWrongCell)]
struct WrongCellView {
    row: u32,
    column: String,
    found: String,
    expected: String,
}

/// A load that is running, or that ended before all rows were written.
#[derive(Serialize, ToSchema)]
struct ImportInterrupted {
    by: String,
    at: String,
    /// Number of rows known to be written; for events, up to 240 more may be.
    done: u32,
    /// Number of rows to write.
    rows: u32,
    /// Whether that load is of this same file.
    same_file: bool,
}

/// Maximum number of rows in an answer. Further rows are only counted.
const MAX_ROWS: usize = 200;
/// Maximum number of wrong cells in an answer.
const MAX_CELLS: usize = 500;
/// Number of events after which the load's progress is stored.
const EVENTS_PER_PROGRESS: usize = 240;
/// Maximum number of loads of one kind of file that a club begins within an hour.
const MAX_AN_HOUR: usize = 20;

api::errors! {
    /// Why a file is not loaded.
    ImportErrors: FileRefused, StaleVersion, TooManyImports;
}

/// Loads a file of people, availability, days off, events or posted schedules: CSV or XLSX, optionally compressed with
/// gzip.
///
/// Without `save`, the answer is a preview and nothing is saved. With the digest of that preview, the same file is
/// saved; the answer is 409 if the club, the file or an option has changed since the preview. It is also 409 if something
/// changes during the load; the rows that were already written stay. A wrong row does not affect the other rows. If
/// nothing else has changed, loading the same file again changes nothing. To continue an interrupted load, preview its
/// file again and save that preview.
#[utoipa::path(
    post,
    path = "/api/imports/{kind}",
    operation_id = "importFile",
    tag = "files",
    params(ImportPath, ImportQuery),
    request_body(content = Vec<u8>, description = "CSV or XLSX of at most 4 MiB", content_type = "application/octet-stream"),
    responses((status = 200, body = ImportView), RouteError<ImportErrors>),
)]
pub async fn import(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    State(cache): State<Arc<ClubCache>>,
    Segment(ImportPath { kind }): Segment<ImportPath>,
    Params(ImportQuery { save, existing, mapping }): Params<ImportQuery>,
    file: Bytes,
) -> Result<Json<ImportView>, RouteError<ImportErrors>> {
    if file.is_empty() {
        return Err(ApiError::new(Code::BodyMissing, "the request has no body: expected a CSV or XLSX file").into());
    }
    let club = club_caller.of(&table);
    let (club_documents, uploads) = tokio::try_join!(club.club_documents(), club.uploads(kind.name()))?;
    club_documents.zone()?;
    let mapping = mapping_of(mapping.as_deref(), &uploads.body)?;
    let plan = match kind {
        ImportKind::Employees => facts::employees(rows_of(&file, &mapping)?, &club_documents),
        ImportKind::Availability => facts::availability(rows_of(&file, &mapping)?, &club_documents),
        ImportKind::TimeOff => facts::time_off(rows_of(&file, &mapping)?, &club_documents),
        ImportKind::Visits => events::plan_of_events(rows_of(&file, &mapping)?, &club_documents, &club).await?,
        ImportKind::Schedules => events::plan_of_schedules(rows_of(&file, &mapping)?, &club_documents, &club).await?,
    };
    let plan = if existing == ImportExisting::Keep { plan.without_changed_rows() } else { plan };
    let digest = plan.digest(&mapping);
    let effect = plan.effect(Desk { club, cache: &cache }, club_documents, club_caller.now).await?;
    let Some(save) = save else { return Ok(Json(plan.view(kind, digest, &uploads.body, false, effect))) };
    if save != digest {
        let message = "the club, the file or an option has changed since the preview: preview the file again";
        return Err(ApiError::new(Code::StaleVersion, message).with(json!({"digest": digest})).into());
    }
    let uploads = begin(&club, &club_caller, uploads, &plan, mapping).await?;
    let because = club_caller.because(format!("file of {} loaded", kind.name().replace('_', " ")));
    let mut uploads = club.write_uploaded(uploads, &plan.documents, &because).await?;
    for chunk in plan.updates.chunks(EVENTS_PER_PROGRESS) {
        let applied = club.apply_updates(chunk).await?;
        // A row that no run could read is among the wrong cells, so `unusable` should be empty.
        let missed = applied.overtaken + applied.unusable.len();
        if missed > 0 {
            let events = if missed == 1 { "1 event was".to_owned() } else { format!("{missed} events were") };
            let message = format!("{events} changed during the load: preview the file again");
            return Err(ApiError::new(Code::StaleVersion, message).into());
        }
        if let Some(open) = &mut uploads.body.open {
            open.done += chunk.len() as u32;
        }
        uploads = club.put_uploads(uploads).await?;
    }
    uploads.body.open = None;
    let uploads = club.put_uploads(uploads).await?;
    Ok(Json(plan.view(kind, digest, &uploads.body, true, effect)))
}

/// Records that a load begins, or begins again after an interruption.
///
/// # Errors
/// 429 if the club has begun too many loads of this kind within an hour.
async fn begin(
    club: &Club<'_>,
    club_caller: &ClubCaller<Manager>,
    mut uploads: Stored<Uploads>,
    plan: &LoadPlan,
    mapping: Mapping,
) -> Result<Stored<Uploads>, ApiError> {
    let hour_ago = club_caller.now.plus(-TimeDelta::hours(1));
    uploads.body.begun.retain(|at| *at > hour_ago);
    if uploads.body.begun.len() >= MAX_AN_HOUR {
        let next = uploads.body.begun.first().map_or(club_caller.now, |first| first.plus(TimeDelta::hours(1)));
        let message =
            format!("{MAX_AN_HOUR} loads of this kind of file were begun within an hour: the next may begin at {next}");
        return Err(ApiError::new(Code::TooManyImports, message).until(next));
    }
    uploads.body.begun.push(club_caller.now);
    uploads.body.mapping = mapping;
    uploads.body.open = Some(OpenUpload {
        file: plan.file.clone(),
        rows: (plan.documents.len() + plan.updates.len()) as u32,
        done: 0,
        because: club_caller.because("file loaded"),
    });
    Ok(club.put_uploads(uploads).await?)
}

/// The mapping of a request, otherwise the remembered one.
fn mapping_of(text: Option<&str>, remembered: &Uploads) -> Result<Mapping, ApiError> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(remembered.mapping.clone()) };
    serde_json::from_str(text)
        .map_err(|error| invalid_query(format!("mapping is not a JSON object from columns to headings: {error}")))
}

/// The rows of a file.
///
/// # Errors
/// 422 if the file is refused.
fn rows_of<R: Import>(file: &Bytes, mapping: &Mapping) -> Result<Imported<R>, ApiError> {
    read(file, mapping).map_err(|refused: FileRefused| {
        let details = match &refused {
            FileRefused::MissingColumns(columns) => json!({"reason": refused.code(), "columns": columns}),
            FileRefused::RepeatedColumn(column) => json!({"reason": refused.code(), "columns": [column]}),
            FileRefused::UnknownField(field) => json!({"reason": refused.code(), "columns": [field]}),
            FileRefused::BrokenQuotes(row) | FileRefused::TooManyColumns(row) => {
                json!({"reason": refused.code(), "row": row})
            }
            _ => json!({"reason": refused.code()}),
        };
        ApiError::new(Code::FileRefused, refused.to_string()).with(details)
    })
}

/// What loading a file would change in a club.
pub struct LoadPlan {
    /// The file's digest.
    file: String,
    /// The rows to write, in the API's representation: the new ones, then the changed ones.
    row_views: Vec<RowView>,
    unchanged: usize,
    wrong_cells: Vec<WrongCell>,
    /// For a file of facts: the document to write for each row of `row_views`.
    documents: Vec<UploadedRow>,
    /// For a file of events: the event to write for each row of `row_views`.
    updates: Vec<EventUpdate>,
    /// The version that is replaced for each row of `row_views`; 0 for a new row.
    versions: Vec<u64>,
}

impl LoadPlan {
    /// The plan of a preview, with its rows for the answer but without the documents, events and versions to write.
    /// `subject` gives the subject of a row.
    fn new<R: Import>(preview: &Preview<R>, subject: impl Fn(&R) -> String) -> LoadPlan {
        let new = preview.new.iter().map(|row| {
            let cells = R::COLUMNS.iter().zip(row.cells()).filter(|(_, cell)| !cell.is_blank());
            let field = |(column, cell): (&Column, Value<'_>)| FieldView {
                column: column.heading.to_owned(),
                old: String::new(),
                new: cell.to_string(),
            };
            RowView { of: subject(row), known: false, fields: cells.map(field).collect() }
        });
        let changed = preview.changed.iter().map(|changed| {
            let field = |field: &ChangedField| FieldView {
                column: field.column.to_owned(),
                old: field.old.clone(),
                new: field.new.clone(),
            };
            RowView { of: subject(&changed.new), known: true, fields: changed.fields.iter().map(field).collect() }
        });
        LoadPlan {
            file: preview.digest.to_string(),
            row_views: new.chain(changed).collect(),
            unchanged: preview.unchanged.len(),
            wrong_cells: preview.wrong_cells.clone(),
            documents: Vec::new(),
            updates: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// The plan with the new rows only: rows that would change what the club has are left out, and count as unchanged.
    /// New rows are before changed ones in every list.
    fn without_changed_rows(mut self) -> LoadPlan {
        let new = self.row_views.iter().filter(|row| !row.known).count();
        self.unchanged += self.row_views.len() - new;
        self.row_views.truncate(new);
        self.documents.truncate(new);
        self.updates.truncate(new);
        self.versions.truncate(new);
        self
    }

    /// The digest of the preview: of the file, the mapping, the versions that are replaced, and the changes.
    fn digest(&self, mapping: &Mapping) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.file);
        for (column, heading) in mapping {
            hash.update(format!("\0{column}\0{heading}"));
        }
        for (row, version) in self.row_views.iter().zip(&self.versions) {
            hash.update(format!("\0{}\0{version}", row.of));
            for FieldView { column, old, new } in &row.fields {
                hash.update(format!("\0{column}\0{old}\0{new}"));
            }
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The schedules that the documents conflict with; `None` without any.
    async fn effect(
        &self,
        desk: Desk<'_>,
        club_documents: ClubDocuments,
        now: Timestamp,
    ) -> Result<Option<Effect>, ApiError> {
        if self.documents.is_empty() {
            return Ok(None);
        }
        let changed = facts::with_rows(&club_documents, &self.documents);
        let placements = Placements::read::<ApiError>(desk, club_documents, Days::ALL, now).await?;
        Ok(Some(placements.effect(&changed)?))
    }

    fn view(
        self,
        kind: ImportKind,
        digest: String,
        uploads: &Uploads,
        saved: bool,
        effect: Option<Effect>,
    ) -> ImportView {
        let interrupted = uploads.open.as_ref().map(|open| ImportInterrupted {
            by: open.because.who.display_name().to_owned(),
            at: open.because.at.to_string(),
            done: open.done,
            rows: open.rows,
            same_file: open.file == self.file,
        });
        let changed = self.row_views.iter().filter(|row| row.known).count();
        ImportView {
            success: true,
            saved,
            kind,
            digest,
            new: self.row_views.len() - changed,
            changed,
            unchanged: self.unchanged,
            wrong: wrong_rows(&self.wrong_cells),
            rows: self.row_views.into_iter().take(MAX_ROWS).collect(),
            wrong_cells: self.wrong_cells.into_iter().take(MAX_CELLS).map(WrongCellView::from).collect(),
            effect,
            interrupted,
        }
    }
}

impl From<WrongCell> for WrongCellView {
    fn from(WrongCell { row, column, found, expected }: WrongCell) -> WrongCellView {
        WrongCellView { row, column, found, expected }
    }
}

/// The fault of a row: the heading of the column, what was found there, and what was expected.
type RowFault = (&'static str, String, String);

/// Leaves out the rows in which `fault_of` finds a fault, and adds each fault to the wrong cells.
fn without_faulty_rows<R: Import>(mut imported: Imported<R>, fault_of: impl Fn(&R) -> Option<RowFault>) -> Imported<R> {
    let mut wrong = Vec::new();
    imported.rows.retain(|(number, row)| match fault_of(row) {
        None => true,
        Some((column, found, expected)) => {
            let found = quoted(&found);
            wrong.push(WrongCell { row: *number, column: column.to_owned(), found, expected });
            false
        }
    });
    imported.wrong_cells.extend(wrong);
    imported.wrong_cells.sort_by_key(|cell| cell.row);
    imported
}

/// The fault of a row whose id no employee of the club has; `None` if an employee has it.
fn employee_fault(club_documents: &ClubDocuments, id: &EmployeeId) -> Option<RowFault> {
    (!has_employee(club_documents, id)).then(|| unknown_employee(id))
}

/// The fault of a row with an id that no employee of the club has.
fn unknown_employee(id: &EmployeeId) -> RowFault {
    ("Employee ID", id.0.clone(), "the id of one of the club's people".to_owned())
}
