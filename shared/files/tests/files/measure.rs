//! Measures work: processor time, and peak memory where the system reports it.

use std::fmt;
use std::time::Instant;

/// The cost of a piece of work.
pub struct Cost {
    milliseconds: f64,
    peak_megabytes: Option<f64>,
}

impl Cost {
    /// Whether it is within the limits for a file: 2 seconds (10 without optimization) and 128 MB.
    pub fn is_bounded(&self) -> bool {
        let seconds = if cfg!(debug_assertions) { 10.0 } else { 2.0 };
        self.milliseconds < seconds * 1_000.0 && self.peak_megabytes.is_none_or(|megabytes| megabytes < 128.0)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8.1} ms", self.milliseconds)?;
        self.peak_megabytes.map_or(Ok(()), |megabytes| write!(f, " {megabytes:>6.1} MB"))
    }
}

/// Does some work and measures its cost.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let is_reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let (before, cpu, clock) = (status("VmRSS:"), processor_time(), Instant::now());
    let done = work();
    let milliseconds = match (cpu, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => clock.elapsed().as_secs_f64() * 1_000.0,
    };
    let peak = status("VmHWM:").filter(|_| is_reset);
    let peak_megabytes = peak.zip(before).map(|(peak, before)| (peak - before).max(0.0) / 1_024.0);
    (done, Cost { milliseconds, peak_megabytes })
}

/// Processor time of this thread, in milliseconds.
fn processor_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e6)
}

fn status(name: &str) -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
