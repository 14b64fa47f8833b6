//! The terminal's life: taken over whole and given back whole, whatever happens.
//! Return, error and panic give it back here; signals and a terminal that no longer reads: see `signals`.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use thiserror::Error;

use crate::text::visible;
use crate::tui::clip;

#[derive(Debug, Error)]
pub enum ScreenError {
    #[error("{0} is not a terminal; `dialoq train` works without one")]
    NotATerminal(&'static str),
    #[error("the terminal cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// Other screen, no cursor, bracketed paste, mouse clicks, drags and wheel (but not its idle moves), empty.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[0m\x1b[2J\x1b[H";
/// All of that undone, and a frame cut short ended.
pub const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[0m\x1b[?25h\x1b[?1049l";
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Whether the terminal is ours: a panic hook and a signal thread must know it without the screen at hand.
static UP: AtomicBool = AtomicBool::new(false);
/// Whether giving it back has come to its end.
static BACK: AtomicBool = AtomicBool::new(false);

/// Collects a frame, so that it leaves in one write.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    // The backend flushes several times a frame; `Screen::send` does it once.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct Screen {
    terminal: Terminal<CrosstermBackend<Page>>,
    page: Page,
}

impl Screen {
    /// Takes the terminal over.
    pub fn open() -> Result<Screen, ScreenError> {
        if !io::stdout().is_terminal() {
            return Err(ScreenError::NotATerminal("standard output"));
        }
        if !io::stdin().is_terminal() {
            return Err(ScreenError::NotATerminal("standard input"));
        }
        give_back_on_panic();
        let page = Page(Rc::new(RefCell::new(Vec::with_capacity(64 * 1024))));
        let terminal = Terminal::new(CrosstermBackend::new(page.clone()))?;
        let mut screen = Screen { terminal, page };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes the terminal over again, and forgets what was on it.
    pub fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        BACK.store(false, Ordering::SeqCst);
        UP.store(true, Ordering::SeqCst);
        #[cfg(not(unix))]
        crossterm::execute!(io::stdout(), crossterm::event::EnableMouseCapture)?;
        out(ENTER)?;
        self.repaint()
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.backend().size()?;
        Ok((size.width, size.height))
    }

    /// The next frame draws every cell anew.
    /// `Terminal::clear` would ask the terminal for its cursor and wait for the answer on stdin.
    pub fn repaint(&mut self) -> io::Result<()> {
        let (width, height) = self.size()?;
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    pub fn draw(&mut self, picture: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(picture)?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let mut page = self.page.0.borrow_mut();
        if page.is_empty() || !UP.load(Ordering::SeqCst) {
            page.clear();
            return Ok(());
        }
        let frame = [BEGIN_FRAME, &page, END_FRAME].concat();
        page.clear();
        out(&frame)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Whether the terminal has been given back as a whole: writing to it may have been stuck.
pub fn is_given_back() -> bool {
    BACK.load(Ordering::SeqCst)
}

fn out(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Puts a text into the terminal's clipboard, where it lets programs do that (OSC 52); others ignore it.
pub fn copy(text: &str) -> io::Result<()> {
    if UP.load(Ordering::SeqCst) { out(&clip::sequence(&visible(text))) } else { Ok(()) }
}

/// Gives the terminal back, once. Errors have nobody left to be told to.
pub fn give_back() {
    if UP.swap(false, Ordering::SeqCst) {
        let _ = out(LEAVE);
        #[cfg(not(unix))]
        let _ = crossterm::execute!(io::stdout(), crossterm::event::DisableMouseCapture);
        let _ = disable_raw_mode();
        BACK.store(true, Ordering::SeqCst);
    }
}

/// A panic of the screens gives the terminal back before its message is printed. Panics of other threads are caught
/// and drawn (the trainer's) or reported by whoever waits for them: printed here, they would ruin the picture.
fn give_back_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let screens: ThreadId = thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if UP.load(Ordering::SeqCst) && thread::current().id() != screens {
                return;
            }
            give_back();
            before(panic);
        }));
    });
}
