//! Imports of files into a club. The first request previews the changes; the same file with the preview's digest saves
//! them.

mod events;
mod facts;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Code, Params, RouteError, Segment, invalid_query};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use chrono::TimeDelta;
use files::FileRefused;
use files::import::{Import, Imported, Mapping, WrongCell, read};
use files::preview::Preview;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::documents::ClubDocuments;
use store::uploads::{OpenUpload, UploadedRow, Uploads};
use store::upstream::EventUpdate;
use store::{Club, Stored, Table};
use utoipa::{IntoParams, ToSchema};

/// The kind of a file's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportKind)]
pub enum Kind {
    /// People.
    Employees,
    /// Usual weeks, and other hours for a span of days.
    Availability,
    /// Days off.
    TimeOff,
    /// Events, as the predecessor's `WorkBankVisits` lists them.
    Visits,
    /// Posted schedules, as the predecessor's `CalendarSchedule` lists them.
    Schedules,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Employees => "employees",
            Kind::Availability => "availability",
            Kind::TimeOff => "time_off",
            Kind::Visits => "visits",
            Kind::Schedules => "schedules",
        }
    }
}

/// Which kind of file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichImport {
    #[param(inline)]
    kind: Kind,
}

/// How a file is read, and whether it is saved.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The digest of the preview to save. Without it, nothing is saved.
    #[param(max_length = 64)]
    save: Option<String>,
    /// What to do with rows that the club has with other values.
    #[serde(default)]
    #[param(inline, required = false)]
    existing: Existing,
    /// The heading of the file for each column, as a JSON object: `{"employee_id": "Emp #"}`. It is remembered when the
    /// file is saved. Without it, the remembered mapping applies.
    #[param(max_length = 4000)]
    mapping: Option<String>,
}

/// What to do with rows that the club already has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportExisting)]
enum Existing {
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
    kind: Kind,
    /// The digest of the preview. Send it as `save` with the same file.
    digest: String,
    /// Number of rows that the club does not have.
    new: usize,
    /// Number of rows that differ from what the club has.
    changed: usize,
    /// Number of rows that equal what the club has.
    unchanged: usize,
    /// Number of rows that cannot be used.
    wrong: usize,
    /// The new and changed rows; the first 200.
    rows: Vec<RowView>,
    /// The cells that cannot be used; the first 500.
    wrong_cells: Vec<WrongView>,
    /// An earlier load of a file of this kind that was interrupted; `null` if there is none. Sending that file again
    /// continues the load.
    interrupted: Option<Interrupted>,
}

/// A row that would be written.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportRow)]
struct RowView {
    /// What the row is about: a person's id or an event's number.
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
struct WrongView {
    row: u32,
    column: String,
    found: String,
    expected: String,
}

/// A load that was interrupted.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportInterrupted)]
struct Interrupted {
    by: String,
    at: String,
    done: u32,
    rows: u32,
    /// Whether the interrupted load was of this same file.
    same_file: bool,
}

/// Maximum rows that are shown; more are only counted.
const MOST_ROWS: usize = 200;
/// Maximum wrong cells that are shown.
const MOST_CELLS: usize = 500;
/// Number of events after which the load's progress is stored.
const UPDATES_PER_NOTE: usize = 240;
/// Maximum files of one kind that a club loads within an hour.
const MOST_AN_HOUR: usize = 20;

api::errors! {
    /// Why a file is not loaded.
    ImportErrors: FileRefused, StaleVersion, TooManyImports;
}

/// Loads a file of people, availability, days off, events or posted schedules: CSV or XLSX, optionally compressed with
/// gzip.
///
/// Without `save`, the answer is a preview and nothing is saved. With the digest of that preview, the same file is
/// saved; the answer is 409 if the club, the file or an option has changed since. A wrong row does not affect the other
/// rows. Loading the same file twice changes nothing. Sending the file of an interrupted load again continues it.
#[utoipa::path(
    post,
    path = "/api/imports/{kind}",
    operation_id = "importFile",
    tag = "files",
    params(WhichImport, Wanted),
    request_body(content = Vec<u8>, description = "CSV or XLSX of at most 4 MiB", content_type = "application/octet-stream"),
    responses((status = 200, body = ImportView), RouteError<ImportErrors>),
)]
pub async fn import(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    Segment(WhichImport { kind }): Segment<WhichImport>,
    Params(wanted): Params<Wanted>,
    file: Bytes,
) -> Result<Json<ImportView>, RouteError<ImportErrors>> {
    if file.is_empty() {
        return Err(ApiError::new(Code::BodyMissing, "the request has no body: expected a CSV or XLSX file").into());
    }
    let club = club_caller.of(&table);
    let (club_documents, uploads) = tokio::try_join!(club.club_documents(), club.uploads(kind.name()))?;
    club_documents.zone()?;
    let mapping = mapping_of(wanted.mapping.as_deref(), &uploads.body)?;
    let plan = match kind {
        Kind::Employees => facts::employees(opened(&file, &mapping)?, &club_documents),
        Kind::Availability => facts::availability(opened(&file, &mapping)?, &club_documents),
        Kind::TimeOff => facts::time_off(opened(&file, &mapping)?, &club_documents),
        Kind::Visits => events::visits(opened(&file, &mapping)?, &club_documents, &club).await?,
        Kind::Schedules => events::schedules(opened(&file, &mapping)?, &club_documents, &club).await?,
    };
    let plan = if wanted.existing == Existing::Keep { plan.without_known() } else { plan };
    let digest = plan.digest(&mapping);
    let Some(save) = wanted.save else { return Ok(Json(plan.view(kind, digest, &uploads.body, false))) };
    if save != digest {
        let message = "the club, the file or a choice is another than in the preview: look at the new one";
        return Err(ApiError::new(Code::StaleVersion, message).with(json!({"digest": digest})).into());
    }
    let uploads = begin(&club, &club_caller, uploads, &plan, mapping).await?;
    let because = club_caller.because(format!("file of {} loaded", kind.name().replace('_', " ")));
    let mut uploads = club.write_uploaded(uploads, &plan.rows, &because).await?;
    for chunk in plan.updates.chunks(UPDATES_PER_NOTE) {
        let applied = club.apply_updates(chunk).await?;
        let missed = applied.overtaken + applied.unusable.len();
        if missed > 0 {
            let message = format!("{missed} events were changed meanwhile: look at the new preview of the same file");
            return Err(ApiError::new(Code::StaleVersion, message).into());
        }
        if let Some(open) = &mut uploads.body.open {
            open.done += chunk.len() as u32;
        }
        uploads = club.put_uploads(uploads).await?;
    }
    uploads.body.open = None;
    let uploads = club.put_uploads(uploads).await?;
    Ok(Json(plan.view(kind, digest, &uploads.body, true)))
}

/// Records that a load begins or continues.
async fn begin(
    club: &Club<'_>,
    club_caller: &ClubCaller<Manager>,
    mut uploads: Stored<Uploads>,
    plan: &Plan,
    mapping: Mapping,
) -> Result<Stored<Uploads>, ApiError> {
    let hour_ago = club_caller.now.plus(-TimeDelta::hours(1));
    uploads.body.begun.retain(|at| *at > hour_ago);
    if uploads.body.begun.len() >= MOST_AN_HOUR {
        let next = uploads.body.begun.first().map_or(club_caller.now, |first| first.plus(TimeDelta::hours(1)));
        let message = format!("{MOST_AN_HOUR} such files were loaded within an hour: the next may be at {next}");
        return Err(ApiError::new(Code::TooManyImports, message).until(next));
    }
    uploads.body.begun.push(club_caller.now);
    uploads.body.mapping = mapping;
    uploads.body.open = Some(OpenUpload {
        file: plan.file.clone(),
        rows: (plan.rows.len() + plan.updates.len()) as u32,
        done: 0,
        because: club_caller.because("file loaded"),
    });
    Ok(club.put_uploads(uploads).await?)
}

fn mapping_of(said: Option<&str>, known: &Uploads) -> Result<Mapping, ApiError> {
    let Some(said) = said.filter(|said| !said.trim().is_empty()) else { return Ok(known.mapping.clone()) };
    let read: BTreeMap<String, String> = serde_json::from_str(said)
        .map_err(|error| invalid_query(format!("mapping is no JSON object of column to heading: {error}")))?;
    Ok(read)
}

fn opened<R: Import>(file: &Bytes, mapping: &Mapping) -> Result<Imported<R>, ApiError> {
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
pub struct Plan {
    /// The file's digest.
    file: String,
    shown: Vec<RowView>,
    unchanged: usize,
    wrong: Vec<WrongCell>,
    /// Documents to write, one for each of `shown` where the file has facts.
    rows: Vec<UploadedRow>,
    /// Events to write, one for each of `shown` where the file has events.
    updates: Vec<EventUpdate>,
    /// The versions that are replaced, one for each of `shown`; 0 for a new row.
    versions: Vec<u64>,
}

impl Plan {
    fn of<R: Import>(preview: &Preview<R>, of: impl Fn(&R) -> String) -> Plan {
        let new = preview.new.iter().map(|row| {
            let cells = R::COLUMNS.iter().zip(row.cells());
            let said = cells.filter(|(_, cell)| !cell.is_blank());
            let field = |(column, cell): (&files::record::Column, files::record::Value<'_>)| FieldView {
                column: column.heading.to_owned(),
                old: String::new(),
                new: cell.to_string(),
            };
            RowView { of: of(row), known: false, fields: said.map(field).collect() }
        });
        let changed = preview.changed.iter().map(|changed| {
            let field = |field: &files::preview::ChangedField| FieldView {
                column: field.column.to_owned(),
                old: field.old.clone(),
                new: field.new.clone(),
            };
            RowView { of: of(&changed.new), known: true, fields: changed.fields.iter().map(field).collect() }
        });
        Plan {
            file: preview.digest.to_string(),
            shown: new.chain(changed).collect(),
            unchanged: preview.unchanged.len(),
            wrong: preview.wrong.clone(),
            rows: Vec::new(),
            updates: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// The plan without the rows that would change what the club has.
    fn without_known(mut self) -> Plan {
        let keeps: Vec<bool> = self.shown.iter().map(|row| !row.known).collect();
        self.unchanged += keeps.iter().filter(|keeps| !**keeps).count();
        let mut at = keeps.iter();
        self.shown.retain(|_| at.next().copied().unwrap_or(true));
        let mut at = keeps.iter();
        self.rows.retain(|_| at.next().copied().unwrap_or(true));
        let mut at = keeps.iter();
        self.updates.retain(|_| at.next().copied().unwrap_or(true));
        let mut at = keeps.iter();
        self.versions.retain(|_| at.next().copied().unwrap_or(true));
        self
    }

    /// The digest of the preview: of the file, the mapping, the versions that are replaced, and the changes.
    fn digest(&self, mapping: &Mapping) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.file);
        for (column, heading) in mapping {
            hash.update(format!("\0{column}\0{heading}"));
        }
        for (row, version) in self.shown.iter().zip(&self.versions) {
            hash.update(format!("\0{}\0{version}", row.of));
            for FieldView { column, old, new } in &row.fields {
                hash.update(format!("\0{column}\0{old}\0{new}"));
            }
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn view(self, kind: Kind, digest: String, uploads: &Uploads, saved: bool) -> ImportView {
        let interrupted = uploads.open.as_ref().map(|open| Interrupted {
            by: open.because.who.shown().to_owned(),
            at: open.because.at.to_string(),
            done: open.done,
            rows: open.rows,
            same_file: open.file == self.file,
        });
        let changed = self.shown.iter().filter(|row| row.known).count();
        let mut wrong: Vec<u32> = self.wrong.iter().map(|cell| cell.row).collect();
        wrong.dedup();
        ImportView {
            success: true,
            saved,
            kind,
            digest,
            new: self.shown.len() - changed,
            changed,
            unchanged: self.unchanged,
            wrong: wrong.len(),
            rows: self.shown.into_iter().take(MOST_ROWS).collect(),
            wrong_cells: self.wrong.into_iter().take(MOST_CELLS).map(wrong_view).collect(),
            interrupted,
        }
    }
}

fn wrong_view(cell: WrongCell) -> WrongView {
    WrongView { row: cell.row, column: cell.column, found: cell.found, expected: cell.expected }
}

/// Moves the rows in which `judge` finds a fault to the wrong cells.
fn judged<R: Import>(
    mut imported: Imported<R>,
    judge: impl Fn(&R) -> Option<(&'static str, String, String)>,
) -> Imported<R> {
    let mut wrong = Vec::new();
    imported.rows.retain(|(number, row)| match judge(row) {
        None => true,
        Some((column, found, expected)) => {
            let found = domain::json::quoted(&found);
            wrong.push(WrongCell { row: *number, column: column.to_owned(), found, expected });
            false
        }
    });
    imported.wrong.extend(wrong);
    imported.wrong.sort_by_key(|cell| cell.row);
    imported
}

/// Whether the club has a person.
fn knows(club_documents: &ClubDocuments, id: &domain::snapshot::EmployeeId) -> bool {
    club_documents.employees.iter().any(|employee| employee.body.id == *id)
}

/// A fault of a row that names nobody of the club.
fn unknown_person(id: &domain::snapshot::EmployeeId) -> (&'static str, String, String) {
    ("Employee ID", id.0.clone(), "the id of one of the club's people".to_owned())
}
