//! Reads lines: one, several, or those that changed, and their long reasons.

use std::sync::Arc;

use domain::snapshot::{EventRef, Posted};

use super::{Line, LineAndEvent, LineError, Lines, Reasons, line_key};
use crate::answer::LineReasons;
use crate::events::{Event, posted_key};
use crate::item::{self, Attributes, Record, Stored, key_of};
use crate::key::{Index, Key, LineKey, Part, ProposalKey, read_version_sort, version_prefix};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// Maximum number of lines to read by key, which is the limit of one request. If more lines changed, all lines are
/// read.
const MAX_BY_KEY: usize = 100;

impl Club<'_> {
    /// One line.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn line(&self, key: &LineKey) -> Result<Option<Stored<Line>>, TableError> {
        self.fetch(&line_key(self.id, key)).await
    }

    /// The long reasons of one line.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn reasons(&self, key: &LineKey) -> Result<Option<Reasons>, TableError> {
        let like = Reasons { key: key.clone(), why: LineReasons::default() };
        Ok(self.fetch::<Reasons>(&Record::key(&like, self.id)).await?.map(|r| r.body))
    }

    /// All lines of a proposal that have not expired, in order of ref.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lines(&self, proposal: &ProposalKey, now: Timestamp) -> Result<Vec<Stored<Line>>, TableError> {
        let rows = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "LINE#")).await?;
        rows.into_iter().filter(|row| item::has_not_expired(row, now)).map(item::read).collect()
    }

    /// All lines of a proposal by event, given the lines that the caller knows. It queries only versions above the
    /// lowest known one, and reads changed lines by key. If no line was changed since it was written, one query without
    /// results is enough. It does not check whether the lines are past retention:
    /// [`kept_proposal`](crate::runs::Run::kept_proposal) does that. The lines of a club's current proposal are never
    /// past retention.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lines_since(
        &self,
        known: Arc<Lines>,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<Arc<Lines>, TableError> {
        let are_of_proposal = known.values().all(|line| line.body.key.proposal() == *proposal);
        let Some(lowest) = known.values().map(|line| line.version).min().filter(|_| are_of_proposal) else {
            return Ok(Arc::new(by_event(self.lines(proposal, now).await?)));
        };
        let mut changed = Vec::new();
        for (version, event) in self.versions_above(lowest, proposal).await? {
            if known.get(&event).is_none_or(|line| line.version != version) {
                changed.push(LineKey::of(proposal, event));
            }
        }
        match changed.len() {
            0 => Ok(known),
            1..=MAX_BY_KEY => {
                let mut lines = Arc::unwrap_or_clone(known);
                lines.extend(by_event(self.lines_by_key(&changed).await?));
                Ok(Arc::new(lines))
            }
            _ => Ok(Arc::new(by_event(self.lines(proposal, now).await?))),
        }
    }

    /// The versions of a proposal's lines above this one.
    async fn versions_above(&self, version: u64, proposal: &ProposalKey) -> Result<Vec<(u64, EventRef)>, TableError> {
        let above = Slice { from: version_prefix(version + 1), ..Slice::whole(Part::Proposal(proposal).of(self.id)) };
        let rows = self.query(above.through(Index::Line)).await?;
        let version = |row: &Attributes| read_version_sort(row.get(Index::Line.name())?.as_s().ok()?);
        let read = |row| version(row).ok_or_else(|| TableError::corrupt(&key_of(row), &"no version"));
        rows.iter().map(read).collect()
    }

    /// All long reasons of a proposal, in order of ref.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_reasons(&self, proposal: &ProposalKey) -> Result<Vec<Reasons>, TableError> {
        let rows = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "LONG#")).await?;
        rows.into_iter().map(|row| Ok(item::read::<Reasons>(row)?.body)).collect()
    }

    /// Lines by key, 100 a request.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lines_by_key(&self, keys: &[LineKey]) -> Result<Vec<Stored<Line>>, TableError> {
        let keys: Vec<Key> = keys.iter().map(|k| line_key(self.id, k)).collect();
        let mut lines: Vec<Stored<Line>> =
            self.get_all(&keys).await?.into_values().map(item::read).collect::<Result<_, _>>()?;
        lines.sort_by(|a, b| a.body.key.cmp(&b.body.key));
        Ok(lines)
    }

    /// The posted schedule of an event and its line in this proposal, in one request. An expired line is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn posted_and_line(
        &self,
        event: &Event,
        proposal: Option<&ProposalKey>,
        now: Timestamp,
    ) -> Result<(Option<Stored<Posted>>, Option<Stored<Line>>), TableError> {
        let event_ref = event.facts.event_ref;
        let posted = event.posted_at.map(|date| posted_key(self.id, date, event_ref));
        let line = proposal.map(|proposal| line_key(self.id, &LineKey::of(proposal, event_ref)));
        let keys: Vec<Key> = posted.iter().chain(&line).cloned().collect();
        let mut found = self.get_all(&keys).await?;
        // An unreadable posted schedule counts as missing, as in `all_posted_between`.
        let posted = posted.and_then(|key| item::read(found.remove(&key)?).ok());
        let line = line.and_then(|key| found.remove(&key)).filter(|row| item::has_not_expired(row, now));
        Ok((posted, line.map(item::read).transpose()?))
    }

    /// A line and its event, in one request.
    pub(crate) async fn line_and_event(&self, key: &LineKey) -> Result<LineAndEvent, LineError> {
        let keys = [line_key(self.id, key), crate::events::event_key(self.id, key.event)];
        let mut found = self.get_all(&keys).await?;
        let line = item::read(found.remove(&keys[0]).ok_or(LineError::NoLine)?)?;
        let event = item::read(found.remove(&keys[1]).ok_or(LineError::EventChanged)?)?;
        Ok(LineAndEvent { line, event })
    }
}

fn by_event(lines: Vec<Stored<Line>>) -> Lines {
    lines.into_iter().map(|line| (line.body.key.event, Arc::new(line))).collect()
}
