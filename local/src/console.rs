//! Standard output, standard error and files. Output is plain when piped and coloured on a terminal; files are written
//! completely or not at all.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::json::LARGEST_DOCUMENT;
use textwrap::core::display_width;

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
    /// A side note.
    Aside,
}

/// Colours text for a terminal, unless `NO_COLOR` is set.
#[derive(Debug, Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    /// The colours of standard output.
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
/// [`Failure::Closed`] if the reader has closed it.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| match e.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Internal(format!("cannot write to standard output: {e}")),
    })
}

/// A name with `?` in place of each control character, which could control the terminal.
pub fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Writes prose to standard output, wrapped to the terminal.
///
/// # Errors
/// See [`say`].
pub fn tell(text: &str) -> Result<(), Failure> {
    say(&wrap(text, width_of(&std::io::stdout())))
}

/// Writes a message to standard error, wrapped to the terminal. Ignores a closed stream.
pub fn complain(message: &str) {
    let message = format!("muster: {}\n", message.trim_end());
    _ = std::io::stderr().lock().write_all(wrap(&message, width_of(&std::io::stderr())).as_bytes());
}

/// The width of the terminal that a stream goes to; `None` for a pipe or a file.
fn width_of(stream: &(impl IsTerminal + std::os::fd::AsFd)) -> Option<usize> {
    let terminal = stream.is_terminal().then(|| terminal_size::terminal_size_of(stream)).flatten();
    terminal.map(|(width, _)| usize::from(width.0)).filter(|width| *width >= MIN_WIDTH)
}

/// Minimum width. Text is not wrapped for a terminal that reports less.
const MIN_WIDTH: usize = 20;
/// Minimum width of a table's column. If the columns do not fit, cells are printed one below the other.
const MIN_COLUMN_WIDTH: usize = 8;

/// Breaks lines between words at this width. Continuation lines are indented a little more.
pub fn wrap(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let mut wrapped = String::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        let words = bare.trim_start();
        if display_width(bare) <= width {
            wrapped.push_str(line);
            continue;
        }
        let indent = &bare[..bare.len() - words.len()];
        let further = format!("{}    ", " ".repeat(indent.len().min(width / 3)));
        let lines = textwrap::wrap(words, options(width).initial_indent(indent).subsequent_indent(&further));
        wrapped.push_str(&lines.join("\n"));
        wrapped.push('\n');
    }
    wrapped
}

fn options(width: usize) -> textwrap::Options<'static> {
    // Do not break ids and names at their hyphens.
    textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// A plain table: heads, then rows. Each column is as wide as its widest cell. On a terminal that is too narrow, the
/// wide columns wrap their words.
pub fn table<const N: usize>(heads: &[&str; N], rows: &[[String; N]]) -> String {
    table_within(heads, rows, width_of(&std::io::stdout()))
}

fn table_within<const N: usize>(heads: &[&str; N], rows: &[[String; N]], width: Option<usize>) -> String {
    let mut widths = heads.map(display_width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(display_width(cell));
        }
    }
    if let Some(width) = width
        && !narrow(&mut widths, heads, width)
    {
        return one_below_the_other(heads, rows, width);
    }
    let mut text = String::new();
    push_row(&mut text, heads, &widths);
    for row in rows {
        push_row(&mut text, &row.each_ref().map(String::as_str), &widths);
    }
    text
}

/// Narrows the widest column until all columns fit. Returns `false` if they cannot. The first column names its row and keeps
/// its width.
fn narrow<const N: usize>(widths: &mut [usize; N], heads: &[&str; N], width: usize) -> bool {
    let gaps = 2 * N.saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let least = |at: usize| display_width(heads[at]).max(MIN_COLUMN_WIDTH);
        let widest = (1..N).filter(|at| widths[*at] > least(*at)).max_by_key(|at| widths[*at]);
        let Some(widest) = widest else { return false };
        widths[widest] -= 1;
    }
    true
}

/// Appends a row of a table, on as many text lines as its tallest cell needs.
fn push_row<const N: usize>(text: &mut String, cells: &[&str; N], widths: &[usize; N]) {
    let wrapped: Vec<Vec<String>> = cells.iter().zip(widths).map(|(cell, width)| fit(cell, *width)).collect();
    for n in 0..wrapped.iter().map(Vec::len).max().unwrap_or_default().max(1) {
        let at = text.len();
        for (cell, width) in wrapped.iter().zip(widths) {
            let cell = cell.get(n).map_or("", String::as_str);
            text.push_str(cell);
            text.push_str(&" ".repeat(width + 2 - display_width(cell)));
        }
        text.truncate(at + text[at..].trim_end().len());
        text.push('\n');
    }
}

fn fit(cell: &str, width: usize) -> Vec<String> {
    if display_width(cell) <= width {
        return vec![cell.to_owned()];
    }
    textwrap::wrap(cell, options(width)).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// The rows of a table on a terminal that is too narrow for it: each cell on a line of its own, below its head.
fn one_below_the_other<const N: usize>(heads: &[&str; N], rows: &[[String; N]], width: usize) -> String {
    let widest = heads.iter().map(|head| display_width(head)).max().unwrap_or_default();
    let rows = rows.iter().map(|row| {
        let filled = heads.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        filled.map(|(head, cell)| wrap(&format!("{head:widest$}  {cell}\n"), Some(width))).collect::<String>()
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// The failure for a file that cannot be used: bad input if the path is wrong or not permitted, an internal failure if the disk
/// fails.
pub fn file_failure(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{
        FileTooLarge, Interrupted, OutOfMemory, QuotaExceeded, StaleNetworkFileHandle, StorageFull, TimedOut,
    };
    let words = format!("cannot {what} {}: {error}", path.display());
    match error.kind() {
        FileTooLarge | Interrupted | OutOfMemory | QuotaExceeded | StaleNetworkFileHandle | StorageFull | TimedOut => {
            Failure::Internal(words)
        }
        _ => Failure::Input(words),
    }
}

/// Reads a document: a file, or standard input for `-`.
///
/// # Errors
/// See [`file_failure`].
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |e: std::io::Error| file_failure("read", path, &e);
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        if path.is_dir() {
            return Err(Failure::Input(format!("cannot read {}: it is a folder", path.display())));
        }
        Box::new(std::fs::File::open(path).map_err(unreadable)?)
    };
    let mut bytes = Vec::new();
    // One byte more than allowed, to detect a document that is too large.
    source.take(LARGEST_DOCUMENT as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Writes a file completely or not at all: first to a temporary file, which then replaces the file.
///
/// # Errors
/// See [`file_failure`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        _ = std::fs::remove_file(&part);
        file_failure("write", path, &e)
    })
}

/// A progress line on standard error with the current task and its duration. Nothing is printed if standard error is not a
/// terminal.
#[derive(Debug)]
pub struct Progress {
    task: Arc<Mutex<String>>,
    done: Arc<AtomicBool>,
    ticker: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    /// Starts the line.
    pub fn start() -> Progress {
        let task = Arc::new(Mutex::new(String::from("reading")));
        let done = Arc::new(AtomicBool::new(false));
        let ticker = std::io::stderr().is_terminal().then(|| {
            let (task, done, started) = (Arc::clone(&task), Arc::clone(&done), Instant::now());
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    std::thread::park_timeout(Duration::from_millis(200));
                    let what = task.lock().map(|what| what.clone()).unwrap_or_default();
                    _ = write!(std::io::stderr(), "\r\x1b[2K{what} … {:.1} s", started.elapsed().as_secs_f64());
                }
                _ = write!(std::io::stderr(), "\r\x1b[2K");
            })
        });
        Progress { task, done, ticker }
    }

    /// Sets the current task.
    pub fn set_task(&self, what: String) {
        if let Ok(mut task) = self.task.lock() {
            *task = what;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_disk_is_an_internal_failure_and_a_wrong_path_is_bad_input() {
        use std::io::ErrorKind::{NotFound, PermissionDenied, StorageFull, TimedOut};
        for (kind, is_internal) in [(StorageFull, true), (TimedOut, true), (NotFound, false), (PermissionDenied, false)]
        {
            let failure = file_failure("write", Path::new("a.json"), &kind.into());
            assert_eq!(matches!(failure, Failure::Internal(_)), is_internal, "{failure:?}");
        }
    }

    #[test]
    fn prose_is_wrapped_between_words_and_only_on_a_terminal() {
        let text = "  one two three four\nfive\n";
        assert_eq!(wrap(text, None), text);
        assert_eq!(wrap(text, Some(40)), text);
        assert_eq!(wrap(text, Some(12)), "  one two\n      three\n      four\nfive\n");
        // Colour codes have no width.
        let painted = "\x1b[33mfour\x1b[0m five\n";
        assert_eq!(wrap(painted, Some(9)), painted);
    }

    #[test]
    fn a_table_fits_the_terminal_and_its_first_column_stays_whole() {
        let heads = ["id", "state", "why"];
        let rows = [["an-id-of-20-columns-1".to_owned(), "failed".to_owned(), "a reason of several words".to_owned()]];
        let whole = "id                     state   why\nan-id-of-20-columns-1  failed  a reason of several words\n";
        assert_eq!(table_within(&heads, &rows, None), whole);
        assert_eq!(table_within(&heads, &rows, Some(80)), whole);
        let narrow = "id                     state   why\n\
                      an-id-of-20-columns-1  failed  a reason\n                               of\n                               several\n                               words\n";
        assert_eq!(table_within(&heads, &rows, Some(40)), narrow);
        let below = "id     an-id-of-20-columns-1\nstate  failed\nwhy    a reason of several\n    words\n";
        assert_eq!(table_within(&heads, &rows, Some(28)), below);
        for width in 20..100 {
            let text = table_within(&heads, &rows, Some(width));
            assert!(text.lines().all(|line| display_width(line) <= width.max(28)), "{width}:\n{text}");
        }
    }
}
