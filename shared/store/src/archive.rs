//! The archived snapshot of a run: compressed with zstd, in pieces below the item limit, so that any run can be
//! replayed.

use serde::{Deserialize, Serialize};

use crate::item::{self, Record};
use crate::key::{ClubId, Key, Part, ProposalKey};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// Bytes of one piece. Base64 adds a third; an item holds 400 KB at most.
const PIECE: usize = 262_144;
const LEVEL: i32 = 9;

/// A piece of an archived snapshot.
#[derive(Serialize, Deserialize)]
struct Piece {
    proposal: ProposalKey,
    number: usize,
    pieces: usize,
    #[serde(with = "base64")]
    bytes: Vec<u8>,
}

impl Record for Piece {
    fn key(&self, club: &ClubId) -> Key {
        Part::Proposal(&self.proposal).key(club, format!("SNAPSHOT#{:04}", self.number))
    }
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

impl Club<'_> {
    /// Stores the snapshot of a run beside its lines.
    ///
    /// # Errors
    /// [`TableError`] if the snapshot cannot be compressed or written.
    pub async fn keep_snapshot(&self, proposal: &ProposalKey, document: &[u8]) -> Result<(), TableError> {
        let key = Part::Proposal(proposal).key(self.id, "SNAPSHOT");
        let packed = zstd::encode_all(document, LEVEL).map_err(|e| TableError::corrupt(&key, &e))?;
        let pieces = packed.chunks(PIECE).count();
        let mut items = Vec::with_capacity(pieces);
        for (number, bytes) in packed.chunks(PIECE).enumerate() {
            let piece = Piece { proposal: proposal.clone(), number, pieces, bytes: bytes.to_vec() };
            items.push(item::write(self.id, &piece, 1)?);
        }
        self.put_all(items).await
    }

    /// The archived snapshot of a run; `None` if there is none or it is past retention.
    ///
    /// # Errors
    /// [`TableError`] if the pieces cannot be read or decompressed.
    pub async fn kept_snapshot(&self, proposal: &ProposalKey, now: Timestamp) -> Result<Option<Vec<u8>>, TableError> {
        let rows = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "SNAPSHOT#")).await?;
        let rows = rows.into_iter().filter(|row| item::lives(row, now));
        let pieces: Vec<Piece> = rows.map(|r| Ok(item::read::<Piece>(r)?.body)).collect::<Result<_, TableError>>()?;
        if pieces.first().is_none_or(|p| p.pieces != pieces.len()) {
            return Ok(None);
        }
        let packed: Vec<u8> = pieces.into_iter().flat_map(|p| p.bytes).collect();
        let key = Part::Proposal(proposal).key(self.id, "SNAPSHOT");
        zstd::decode_all(packed.as_slice()).map(Some).map_err(|e| TableError::corrupt(&key, &e))
    }
}
