//! The table itself: its client, its schema, and a club's part of it.

use std::sync::Mutex;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Config;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

use crate::key::{ClubId, Index};
use crate::meter::Meter;
use crate::request::TableError;
use crate::retry::RetryLimits;

/// The name of the partition key attribute.
pub const PARTITION_KEY: &str = "pk";
/// The name of the sort key attribute.
pub const SORT_KEY: &str = "sk";
/// The name of the attribute that holds the time to live, in seconds.
pub const EXPIRES: &str = "expires";

/// The table of all clubs.
#[derive(Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) retry_limits: RetryLimits,
    pub(crate) rng: Mutex<fastrand::Rng>,
}

impl Table {
    /// The table with this name. The SDK's own retries are turned off, because this crate makes and counts them. `seed`
    /// seeds the jitter between retries.
    pub fn new(config: &Config, name: impl Into<String>, retry_limits: RetryLimits, seed: u64) -> Table {
        let config = config.to_builder().retry_config(RetryConfig::disabled()).build();
        let rng = Mutex::new(fastrand::Rng::with_seed(seed));
        Table { client: Client::from_conf(config), name: name.into(), retry_limits, rng }
    }

    /// A club's part of the table; its requests are counted by the meter.
    pub fn club<'a>(&'a self, id: &'a ClubId, meter: &'a Meter) -> Club<'a> {
        Club { table: self, id, meter }
    }

    /// Creates the table if it does not exist, as the stack's template declares it: on-demand, with TTL and four local
    /// secondary indexes.
    ///
    /// # Errors
    /// [`TableError`] if the endpoint refused the request or could not be reached.
    pub async fn create(&self) -> Result<(), TableError> {
        let attribute = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
        };
        let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let built = || -> Result<_, aws_sdk_dynamodb::error::BuildError> {
            let mut create = self
                .client
                .create_table()
                .table_name(&self.name)
                .billing_mode(BillingMode::PayPerRequest)
                .attribute_definitions(attribute(PARTITION_KEY)?)
                .attribute_definitions(attribute(SORT_KEY)?)
                .key_schema(key(PARTITION_KEY, KeyType::Hash)?)
                .key_schema(key(SORT_KEY, KeyType::Range)?);
            for index in Index::ALL {
                create = create.attribute_definitions(attribute(index.name())?).local_secondary_indexes(
                    LocalSecondaryIndex::builder()
                        .index_name(index.name())
                        .key_schema(key(PARTITION_KEY, KeyType::Hash)?)
                        .key_schema(key(index.name(), KeyType::Range)?)
                        .projection(projection(index))
                        .build()?,
                );
            }
            let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES).build()?;
            Ok((create, ttl))
        };
        let (create, ttl) = built().map_err(|e| TableError::refused("BuildError", &e.to_string()))?;
        match create.send().await {
            Err(e) if e.code() == Some("ResourceInUseException") => return Ok(()),
            Err(e) => {
                return Err(TableError::refused(e.code().unwrap_or("unreachable"), e.message().unwrap_or_default()));
            }
            Ok(_) => {}
        }
        let ttl = self.client.update_time_to_live().table_name(&self.name).time_to_live_specification(ttl).send().await;
        ttl.map(drop)
            .map_err(|e| TableError::refused(e.code().unwrap_or("unreachable"), e.message().unwrap_or_default()))
    }
}

fn projection(index: Index) -> Projection {
    let projected = if index.carries_all() { ProjectionType::All } else { ProjectionType::KeysOnly };
    Projection::builder().projection_type(projected).build()
}

/// One club's part of the table. Every key that it builds begins with the club's id, except those in the list of clubs
/// and their locations, so it cannot reach other items of another club.
#[derive(Debug, Clone, Copy)]
pub struct Club<'a> {
    pub(crate) table: &'a Table,
    pub(crate) id: &'a ClubId,
    pub(crate) meter: &'a Meter,
}

impl Club<'_> {
    /// The club's id.
    pub fn id(&self) -> &ClubId {
        self.id
    }
}
