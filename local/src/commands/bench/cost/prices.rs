//! AWS prices: on demand, in us-east-1, without the free tier, as of November 2026. All prices are here.

/// A million read units of the table.
pub const READS: f64 = 0.125;
/// A million write units of the table.
pub const WRITES: f64 = 0.625;
/// A million requests to queues.
pub const QUEUE_REQUESTS: f64 = 0.40;
/// A million invocations of functions.
pub const INVOCATIONS: f64 = 0.20;
/// A million GB-seconds of functions, on x86.
pub const GB_SECONDS: f64 = 16.666_7;
/// A million requests to the HTTP API.
pub const API_REQUESTS: f64 = 1.00;
/// A million invocations by the scheduler.
pub const SCHEDULED: f64 = 1.00;
/// A million bytes of logs taken in and kept for a month.
pub const LOG_MEGABYTE: f64 = 0.000_53;

/// The memory of each function, as the stack's template gives it, in GB.
pub const MEMORY_GB: [(&str, f64); 9] = [
    ("assist", 0.5),
    ("rotations", 0.25),
    ("review", 0.25),
    ("roster", 0.25),
    ("solve", 1.727_5),
    ("trial", 1.727_5),
    ("submit", 0.25),
    ("refresh", 0.25),
    ("sweep", 0.25),
];

/// Number of metrics that the functions write. The table requests of each function are one metric, and so is each outcome
/// of a submission.
const METRICS: f64 = 24.0;
/// Metrics that the stack's alarms watch. An alarm that watches several is billed for each.
const ALARM_METRICS: f64 = 32.0;
/// Fixed monthly price of a stack: its metrics and alarms, one dashboard, one secret.
pub const STACK_MONTHLY: f64 = METRICS * 0.30 + ALARM_METRICS * 0.10 + 3.00 + 0.40;

/// Queues that a function receives from.
const EVENT_SOURCES: f64 = 4.0;
/// Empty receives in a day. Each event source has five pollers, which poll every 20 seconds.
pub const IDLE_POLLS_DAILY: f64 = EVENT_SOURCES * 5.0 * 3.0 * 60.0 * 24.0;
