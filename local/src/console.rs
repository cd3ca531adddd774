//! Standard output, standard error and files: plain when piped, coloured on a terminal, whole or not at all.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::json::LARGEST_DOCUMENT;

use crate::commands::Failure;

/// How a piece of text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A heading.
    Heading,
    /// Something that went well.
    Good,
    /// Something to look at.
    Look,
    /// Something beside the point.
    Aside,
}

/// Colours a text when it goes to a terminal (and `NO_COLOR` is not set).
#[derive(Debug, Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    /// For standard output.
    pub fn for_stdout() -> Paint {
        Paint(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none())
    }

    /// The text in its tone.
    pub fn tone(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Heading => "1",
            Tone::Good => "32",
            Tone::Look => "33",
            Tone::Aside => "2",
        };
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Writes to standard output.
///
/// # Errors
/// [`Failure::Closed`] when nobody reads any more.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| match e.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Ours(format!("cannot write to standard output: {e}")),
    })
}

/// Writes a message to standard error; that it may be closed is no reason to stop.
pub fn complain(message: &str) {
    _ = writeln!(std::io::stderr().lock(), "muster: {message}");
}

/// A plain table: heads, then rows, each column as wide as its widest cell.
pub fn table<const N: usize>(heads: &[&str; N], rows: &[[String; N]]) -> String {
    let wide = |text: &str| text.chars().count();
    let mut widths = heads.map(wide);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(wide(cell));
        }
    }
    let line = |cells: [&str; N]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut text = line(*heads);
    for row in rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
    }
    text
}

/// Reads a document: a file, or standard input for `-`.
///
/// # Errors
/// As bad input, with the path and the reason.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |e: std::io::Error| Failure::Input(format!("cannot read {}: {e}", path.display()));
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        if path.is_dir() {
            return Err(Failure::Input(format!("cannot read {}: it is a folder", path.display())));
        }
        Box::new(std::fs::File::open(path).map_err(unreadable)?)
    };
    let mut bytes = Vec::new();
    // One byte more than is allowed tells a document that is too large.
    source.take(LARGEST_DOCUMENT as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Writes a file whole or not at all: beside its place first, then into it.
///
/// # Errors
/// As bad usage, with the path and the reason.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        _ = std::fs::remove_file(&part);
        Failure::Input(format!("cannot write {}: {e}", path.display()))
    })
}

/// A line on standard error that says what is being done and for how long; silent when it is no terminal.
#[derive(Debug)]
pub struct Progress {
    doing: Arc<Mutex<String>>,
    done: Arc<AtomicBool>,
    ticker: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    /// Starts the line.
    pub fn start() -> Progress {
        let doing = Arc::new(Mutex::new(String::from("reading")));
        let done = Arc::new(AtomicBool::new(false));
        let ticker = std::io::stderr().is_terminal().then(|| {
            let (doing, done, started) = (Arc::clone(&doing), Arc::clone(&done), Instant::now());
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    std::thread::park_timeout(Duration::from_millis(200));
                    let what = doing.lock().map(|what| what.clone()).unwrap_or_default();
                    _ = write!(std::io::stderr(), "\r\x1b[2K{what} … {:.1} s", started.elapsed().as_secs_f64());
                }
                _ = write!(std::io::stderr(), "\r\x1b[2K");
            })
        });
        Progress { doing, done, ticker }
    }

    /// Says what is being done now.
    pub fn doing(&self, what: String) {
        if let Ok(mut doing) = self.doing.lock() {
            *doing = what;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(ticker) = self.ticker.take() {
            ticker.thread().unpark();
            _ = ticker.join();
        }
    }
}
