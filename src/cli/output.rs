//! The way to standard output and standard error: nothing else prints there, apart from the workbench, which owns its terminal. Whatever
//! passes has its control characters written out (`crate::text`), so that no text from a file or an argument reaches a terminal raw.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::panic::PanicHookInfo;

use crate::text::{sentence, visible};

/// A writer that writes control characters out; newlines and tabs pass, and so do bytes only as UTF-8.
pub struct Output {
    inner: Box<dyn Write>,
    /// The beginning of a character whose other bytes have not come yet.
    begun: Vec<u8>,
}

impl Output {
    /// Standard output.
    pub fn standard() -> Output {
        Output::to(BufWriter::new(io::stdout().lock()))
    }

    pub fn to(inner: impl Write + 'static) -> Output {
        Output { inner: Box::new(inner), begun: Vec::new() }
    }

    /// Changes the style of what follows: the numbers of an SGR sequence, such as `2` for dim and `0` for plain. They are our own words
    /// and stand in the program; foreign text has no way to say this.
    pub fn style(&mut self, numbers: &'static str) -> io::Result<()> {
        write!(self.inner, "\u{1b}[{numbers}m")
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let whole = if self.begun.is_empty() { Cow::Borrowed(bytes) } else { Cow::Owned([&self.begun, bytes].concat()) };
        self.begun.clear();
        let mut chunks = whole.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.inner.write_all(visible(chunk.valid()).as_bytes())?;
            let last = chunks.peek().is_none();
            let unfinished = last && str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none());
            if unfinished {
                self.begun = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                self.inner.write_all("\u{fffd}".as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.begun).is_empty() {
            self.inner.write_all("\u{fffd}".as_bytes())?;
        }
        self.inner.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Who wanted to know whether it came through has flushed before.
        let _ = self.flush();
    }
}

/// Writes our own control sequence to standard output at once, though another thread may hold its lock.
#[cfg(unix)]
pub fn past_the_lock(sequence: &'static [u8]) {
    // Nobody may be left to read it.
    let _ = rustix::io::write(rustix::stdio::stdout(), sequence);
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub fn notes_reach_a_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A sentence for the person on a line of standard error. It may be closed; nobody is left to be told then.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", sentence(text));
}

/// Several lines of our own on standard error, such as what clap says.
pub fn complain(text: &str) {
    let _ = io::stderr().write_all(visible(text).as_bytes());
}

/// Asks for a line on standard error.
pub fn prompt(text: &'static str) {
    complain(text);
}

/// The panic hook: as Rust's own, but what a panic quotes does not reach the terminal raw.
pub fn panicked(info: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let place = info.location().map_or_else(String::new, |l| format!(" at {}:{}:{}", l.file(), l.line(), l.column()));
    let payload = info.payload();
    let told = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    complain(&format!("\nthread '{name}' panicked{place}:\n{}\n", sentence(told.unwrap_or("no message"))));
    let trace = std::backtrace::Backtrace::capture();
    if trace.status() == std::backtrace::BacktraceStatus::Captured {
        complain(&format!("{trace}"));
    }
}
