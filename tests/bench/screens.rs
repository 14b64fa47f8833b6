//! What the screens cost: drawing and encoding a frame, the first frame, training while they are open, the answer to a pause.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dialoq::trainer::command::Ask;
use dialoq::trainer::keeper::Keeper;
use dialoq::trainer::snapshot::{Catalogue, Pace, Phase, Snapshot};
use dialoq::trainer::{Orders, Start, Trainer};
use dialoq::tui::model::{Model, ScreenId};
use dialoq::tui::theme::{Depth, Ground, Theme};
use dialoq::tui::{draw, layout, receive, update};
use dialoq::world::World;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::{cpu_seconds, spec};

pub fn trainer(pace: Pace) -> Trainer {
    keeping(pace, None)
}

/// With a session or without.
pub fn keeping(pace: Pace, keeper: Option<Box<dyn Keeper>>) -> Trainer {
    let build = |s: &dialoq::run::RunSpec, progress: &mut dyn FnMut(f32)| {
        let world = World::build(&s.source, &s.profile, s.masks, progress).map_err(|e| e.to_string())?;
        dialoq::agents::start(Arc::new(world), s).map_err(|e| e.to_string())
    };
    let catalogue = Arc::new(Catalogue::default());
    Trainer::start(Orders {
        start: Start::Fresh(spec("customer-service", "q-learning")),
        keeper,
        pace,
        catalogue,
        build: Arc::new(build),
        talk: None,
    })
    .unwrap()
}

fn model(size: (u16, u16)) -> Model {
    Model { size, screen: ScreenId::Train, ..Model::default() }
}

fn watch(trainer: &Trainer, model: &Model) {
    trainer.ask(Ask::Watch(update::wanted(model, &layout::plan(model))));
}

pub fn next(trainer: &Trainer) -> Arc<Snapshot> {
    loop {
        if let Some(s) = trainer.snapshot() {
            return s;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Bytes as a terminal would get them.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

/// Draws each snapshot; CPU milliseconds and bytes of each frame come back.
fn paint(size: (u16, u16), snapshots: &[Arc<Snapshot>]) -> (Vec<f64>, Vec<f64>) {
    let page = Page::default();
    let viewport = ratatui::Viewport::Fixed(ratatui::layout::Rect::new(0, 0, size.0, size.1));
    let mut terminal = Terminal::with_options(CrosstermBackend::new(page.clone()), ratatui::TerminalOptions { viewport }).unwrap();
    let theme = Theme::new(Ground::Dark, Depth::True, true);
    let mut model = model(size);
    let (mut times, mut bytes) = (Vec::new(), Vec::new());
    for snapshot in snapshots {
        page.0.lock().unwrap().clear();
        let start = cpu_seconds();
        receive::receive(&mut model, snapshot);
        terminal.draw(|frame| draw(frame, snapshot, &model, &theme)).unwrap();
        times.push((cpu_seconds() - start) * 1e3);
        bytes.push(page.0.lock().unwrap().len() as f64);
    }
    (times, bytes)
}

pub fn frames() {
    println!("a frame of Train: draw and encode, CPU of one thread");
    for size in [(80, 24), (120, 40), (200, 60)] {
        let model = model(size);
        // Neighbours at the default pace: what usually changes. Two far moments in turn: everything changes.
        let trainer = trainer(Pace::DialoguesPerSecond(60.0));
        watch(&trainer, &model);
        trainer.ask(Ask::StepDialogues(2000));
        trainer.ask(Ask::Run);
        let usual: Vec<_> = (0..150).map(|_| next(&trainer)).skip(30).collect();
        trainer.ask(Ask::StepDialogues(100_000));
        let late = loop {
            let s = next(&trainer);
            if s.view.dialogues > 100_000 {
                break s;
            }
        };
        let all: Vec<_> = (0..400).map(|i| if i % 2 == 0 { usual[i % usual.len()].clone() } else { late.clone() }).collect();
        let (mut times, mut bytes) = paint(size, &all);
        let (_, mut few) = paint(size, &usual);
        few.remove(0);
        println!(
            "  {}x{}: everything changed p50 {:.2} p99 {:.2} ms, {:.1} KB at most; usual frame {:.2} KB (median), {:.2} KB (p90)",
            size.0,
            size.1,
            quantile(&mut times, 0.5),
            quantile(&mut times, 0.99),
            quantile(&mut bytes, 1.0) / 1024.0,
            quantile(&mut few, 0.5) / 1024.0,
            quantile(&mut few, 0.9) / 1024.0
        );
    }
}

/// Turns a second of full speed over `seconds`, with or without a screen that looks and draws 60 times a second, or one that hangs.
fn rate(seconds: f64, screen: Screen) -> f64 {
    let trainer = trainer(Pace::Full);
    let model = model((200, 60));
    watch(&trainer, &model);
    let page = Page::default();
    let mut view = model;
    let viewport = ratatui::Viewport::Fixed(ratatui::layout::Rect::new(0, 0, 200, 60));
    let mut terminal = Terminal::with_options(CrosstermBackend::new(page.clone()), ratatui::TerminalOptions { viewport }).unwrap();
    let theme = Theme::new(Ground::Dark, Depth::True, true);
    // The exact solution comes first, so that it weighs on neither side.
    while next(&trainer).solution.is_none() {}
    let (start, first) = (Instant::now(), next(&trainer).view.tick);
    while start.elapsed().as_secs_f64() < seconds {
        if let Some(snapshot) = (screen == Screen::Open).then(|| trainer.snapshot()).flatten() {
            receive::receive(&mut view, &snapshot);
            page.0.lock().unwrap().clear();
            terminal.draw(|frame| draw(frame, &snapshot, &view, &theme)).unwrap();
        }
        std::thread::sleep(Duration::from_millis(16));
    }
    trainer.ask(Ask::Pause);
    let last = loop {
        let s = next(&trainer);
        if s.phase == Phase::Paused {
            break s.view.tick;
        }
    };
    (last - first) as f64 / start.elapsed().as_secs_f64()
}

#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Open,
    /// Takes no snapshot at all.
    Hung,
}

pub fn screen_cost() {
    println!("training at full speed beside a 200x60 screen at 60 looks a second, against one that takes no snapshot");
    let (mut open, mut hung) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        hung.push(rate(1.0, Screen::Hung));
        open.push(rate(1.0, Screen::Open));
    }
    let (open, hung) = (quantile(&mut open, 0.5), quantile(&mut hung, 0.5));
    println!("  {:.1} against {:.1} M turns/s: {:.1} %", open / 1e6, hung / 1e6, 100.0 * open / hung);
}

pub fn pause() {
    let trainer = trainer(Pace::Full);
    watch(&trainer, &model((120, 40)));
    let mut times = Vec::new();
    for _ in 0..200 {
        trainer.ask(Ask::Run);
        while next(&trainer).phase != Phase::Running {}
        std::thread::sleep(Duration::from_millis(7));
        trainer.snapshot();
        let start = Instant::now();
        trainer.ask(Ask::Pause);
        loop {
            match trainer.snapshot() {
                Some(s) if s.phase == Phase::Paused => break,
                _ => std::hint::spin_loop(),
            }
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "pause at full speed, until the paused snapshot is there: p50 {:.2} p99 {:.2} ms",
        quantile(&mut times, 0.5),
        quantile(&mut times, 0.99)
    );
}

/// From exec to the first bytes that hold a tab's name.
pub fn first_frame() {
    let mut times = Vec::new();
    for _ in 0..15 {
        let pty = native_pty_system().openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let seen = Arc::new(AtomicBool::new(false));
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dialoq"));
        command.env("TERM", "xterm-256color");
        // Sessions of a benchmark are nobody's.
        command.env("DIALOQ_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/bench-sessions"));
        let start = Instant::now();
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let told = seen.clone();
        let watcher = std::thread::spawn(move || {
            let (mut all, mut buffer, mut first) = (Vec::new(), vec![0; 65536], None);
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 {
                    break;
                }
                all.extend_from_slice(&buffer[..n]);
                if first.is_none() && all.windows(5).any(|w| w == b"Train") {
                    first = Some(start.elapsed().as_secs_f64() * 1e3);
                    told.store(true, Ordering::Release);
                }
            }
            first
        });
        while !seen.load(Ordering::Acquire) && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(2));
        }
        pty.master.take_writer().unwrap().write_all(b"q").unwrap();
        let _ = child.wait();
        drop(pty.master);
        times.extend(watcher.join().unwrap());
    }
    println!(
        "first frame after exec, customer-service: median {:.1} ms, slowest of {} {:.1} ms",
        quantile(&mut times.clone(), 0.5),
        times.len(),
        quantile(&mut times, 1.0)
    );
}
