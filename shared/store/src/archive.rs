//! The archive: the snapshots and answers of runs, so that any run can be replayed. Documents are compressed with zstd,
//! split into pieces below the limit of an item, and kept for 13 months.

use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{self, Attributes, Record, Stored};
use crate::key::{ClubId, Key, Part, ProposalKey};
use crate::provenance::{ArchivedDocument, ContentDigest};
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// Size of one piece, in bytes. Base64 adds a third, and an item holds at most 400 KB.
const PIECE: usize = 262_144;
/// The compression level of zstd.
const LEVEL: i32 = 9;

/// The kinds of documents that the archive has of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArchivedKind {
    /// The snapshot that the run read. Legacy pieces, which are stored beside the lines, have no kind.
    #[default]
    Snapshot,
    /// The answer of the run.
    Answer,
}

impl ArchivedKind {
    pub const ALL: [ArchivedKind; 2] = [ArchivedKind::Snapshot, ArchivedKind::Answer];

    fn name(self) -> &'static str {
        match self {
            ArchivedKind::Snapshot => "snapshot",
            ArchivedKind::Answer => "answer",
        }
    }
}

/// A piece of an archived document.
#[derive(Clone, Serialize, Deserialize)]
struct Piece {
    proposal: ProposalKey,
    #[serde(default)]
    kind: ArchivedKind,
    number: usize,
    pieces: usize,
    #[serde(default)]
    kept_until: Option<Timestamp>,
    #[serde(with = "base64")]
    bytes: Vec<u8>,
}

impl Record for Piece {
    fn key(&self, club: &ClubId) -> Key {
        Part::Archive.key(club, format!("{}{:04}", prefix(&self.proposal, self.kind), self.number))
    }

    fn expires(&self) -> Option<Timestamp> {
        self.kept_until
    }
}

/// Prefix of the sort keys of all archived documents of a run.
pub(crate) fn run_prefix(proposal: &ProposalKey) -> String {
    format!("{}#{:010}#", proposal.run, proposal.token.0)
}

fn prefix(proposal: &ProposalKey, kind: ArchivedKind) -> String {
    format!("{}{}#", run_prefix(proposal), kind.name())
}

/// Bytes as base64 text.
mod base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// An archived document with the pieces that it was read from.
pub(crate) struct StoredDocument {
    pieces: Vec<Stored<Piece>>,
    /// The document.
    pub document: Vec<u8>,
}

impl Club<'_> {
    /// Archives the snapshot of a run.
    ///
    /// # Errors
    /// [`TableError`] if the snapshot cannot be compressed or written.
    pub async fn keep_snapshot(
        &self,
        proposal: &ProposalKey,
        document: &[u8],
        now: Timestamp,
    ) -> Result<ArchivedDocument, TableError> {
        self.keep(proposal, ArchivedKind::Snapshot, document, now).await
    }

    /// Archives the answer of a run.
    ///
    /// # Errors
    /// [`TableError`] if the answer cannot be compressed or written.
    pub async fn keep_answer(
        &self,
        proposal: &ProposalKey,
        document: &[u8],
        now: Timestamp,
    ) -> Result<ArchivedDocument, TableError> {
        self.keep(proposal, ArchivedKind::Answer, document, now).await
    }

    async fn keep(
        &self,
        proposal: &ProposalKey,
        kind: ArchivedKind,
        document: &[u8],
        now: Timestamp,
    ) -> Result<ArchivedDocument, TableError> {
        let kept_until = now.plus(RECORDS_KEPT);
        let pieces = self.pieces_of(proposal, kind, document, kept_until)?;
        let items = pieces.iter().map(|piece| item::write(self.id, piece, 1)).collect::<Result<_, _>>()?;
        self.put_all(items).await?;
        Ok(self.archived_document(proposal, kind, document, kept_until))
    }

    fn archived_document(
        &self,
        proposal: &ProposalKey,
        kind: ArchivedKind,
        document: &[u8],
        kept_until: Timestamp,
    ) -> ArchivedDocument {
        ArchivedDocument {
            digest: ContentDigest::of(document),
            place: format!("{}/{}", Part::Archive.of(self.id), prefix(proposal, kind)),
            bytes: document.len() as u64,
            kept_until,
        }
    }

    fn pieces_of(
        &self,
        proposal: &ProposalKey,
        kind: ArchivedKind,
        document: &[u8],
        kept_until: Timestamp,
    ) -> Result<Vec<Piece>, TableError> {
        let key = Part::Archive.key(self.id, prefix(proposal, kind));
        let packed = zstd::encode_all(document, LEVEL).map_err(|e| TableError::corrupt(&key, &e))?;
        let pieces = packed.chunks(PIECE).count();
        let piece = |(number, bytes): (usize, &[u8])| Piece {
            proposal: proposal.clone(),
            kind,
            number,
            pieces,
            kept_until: Some(kept_until),
            bytes: bytes.to_vec(),
        };
        Ok(packed.chunks(PIECE).enumerate().map(piece).collect())
    }

    /// The archived snapshot of a run; `None` if there is none, it is past retention, or a piece is missing.
    ///
    /// # Errors
    /// [`TableError`] if the pieces cannot be read or decompressed.
    pub async fn kept_snapshot(&self, proposal: &ProposalKey, now: Timestamp) -> Result<Option<Vec<u8>>, TableError> {
        if let Some(read) = self.stored_document(proposal, ArchivedKind::Snapshot, now).await? {
            return Ok(Some(read.document));
        }
        // Runs from before the archive existed have their snapshot beside their lines.
        let slice = Slice::under(Part::Proposal(proposal).of(self.id), LEGACY_PREFIX);
        Ok(self.join_pieces(self.query(slice).await?, now)?.map(|read| read.document))
    }

    /// The archived answer of a run in canonical form; `None` if there is none, it is past retention, or a piece is
    /// missing.
    ///
    /// # Errors
    /// [`TableError`] if the pieces cannot be read or decompressed.
    pub async fn kept_answer(&self, proposal: &ProposalKey, now: Timestamp) -> Result<Option<Vec<u8>>, TableError> {
        Ok(self.stored_document(proposal, ArchivedKind::Answer, now).await?.map(|read| read.document))
    }

    /// An archived document with its pieces.
    pub(crate) async fn stored_document(
        &self,
        proposal: &ProposalKey,
        kind: ArchivedKind,
        now: Timestamp,
    ) -> Result<Option<StoredDocument>, TableError> {
        let slice = Slice::under(Part::Archive.of(self.id), &prefix(proposal, kind));
        self.join_pieces(self.query(slice).await?, now)
    }

    /// Joins the pieces of a document, which are in order; `None` if some are missing or past retention.
    fn join_pieces(&self, rows: Vec<Attributes>, now: Timestamp) -> Result<Option<StoredDocument>, TableError> {
        let rows = rows.into_iter().filter(|row| item::has_not_expired(row, now));
        let pieces: Vec<Stored<Piece>> = rows.map(item::read).collect::<Result<_, TableError>>()?;
        let Some(first) = pieces.first().filter(|first| first.body.pieces == pieces.len()) else { return Ok(None) };
        let key = first.body.key(self.id);
        let packed: Vec<u8> = pieces.iter().flat_map(|piece| piece.body.bytes.iter().copied()).collect();
        let document = zstd::decode_all(packed.as_slice()).map_err(|e| TableError::corrupt(&key, &e))?;
        Ok(Some(StoredDocument { pieces, document }))
    }

    /// Replaces an archived document, conditioned on the pieces that were read. Its expiry stays the same.
    pub(crate) fn replace_document(
        &self,
        changes: &mut Changes<'_>,
        read: &StoredDocument,
        document: &[u8],
    ) -> Result<Option<ArchivedDocument>, TableError> {
        let Some(first) = read.pieces.first().map(|piece| &piece.body) else { return Ok(None) };
        let kept_until = first.kept_until.unwrap_or(Timestamp::NEVER);
        let pieces = self.pieces_of(&first.proposal, first.kind, document, kept_until)?;
        for (at, piece) in pieces.iter().enumerate() {
            changes.replace(read.pieces.get(at).map(|read| read.version), piece)?;
        }
        for gone in read.pieces.iter().skip(pieces.len()) {
            changes.remove(gone);
        }
        Ok(Some(self.archived_document(&first.proposal, first.kind, document, kept_until)))
    }
}

/// Prefix of the sort keys of snapshot pieces beside a run's lines, where they were stored before the archive existed.
pub(crate) const LEGACY_PREFIX: &str = "SNAPSHOT#";
