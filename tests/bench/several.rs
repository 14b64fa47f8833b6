//! Several runs at once: what they come to together, and what a branch takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dialoq::agents;
use dialoq::learn::machine::Tick;
use dialoq::run::timeline::Limit;
use dialoq::store::kept::Kept;
use dialoq::store::place::Place;
use dialoq::trainer::Trainer;
use dialoq::trainer::command::Ask;
use dialoq::trainer::keeper::Keeper;
use dialoq::trainer::snapshot::{Pace, Phase, Snapshot};

use super::screens::{keeping, next, trainer};
use super::{median, seconds, spec, world};

/// Paused, the digests apart: where every run stands.
fn paused(trainer: &Trainer) -> Arc<Snapshot> {
    trainer.ask(Ask::Pause);
    loop {
        let s = next(trainer);
        if s.phase == Phase::Paused {
            return s;
        }
    }
}

/// Processor time of all threads of this process, in seconds.
fn cpu_of_all() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

/// Turns of so many runs together at full speed: a second, and a second of processor time.
fn rate(runs: u32, window: Duration) -> (f64, f64) {
    let trainer = trainer(Pace::Full);
    // The exact solution comes first, so that it weighs on neither side.
    while next(&trainer).solution.is_none() {}
    trainer.ask(Ask::Pause);
    (1..runs).for_each(|_| trainer.ask(Ask::Branch(None)));
    while next(&trainer).runs.len() < runs as usize {}
    let ticks = |s: &Snapshot| s.runs.iter().map(|card| card.tick).sum::<u64>();
    trainer.ask(Ask::Run);
    // At first policies are judged all the time.
    std::thread::sleep(window);
    let before = ticks(&paused(&trainer));
    trainer.ask(Ask::Run);
    let (start, cpu) = (Instant::now(), cpu_of_all());
    std::thread::sleep(window);
    trainer.ask(Ask::Pause);
    // A picture from before the pause may lie there still.
    let after = ticks(&paused(&trainer));
    let turns = (after - before) as f64;
    (turns / start.elapsed().as_secs_f64(), turns / (cpu_of_all() - cpu))
}

/// Turns a second of so many threads, each with a run of its own and nothing else: what the machine has to give.
fn bare(threads: u64) -> f64 {
    let world = world("customer-service");
    let start = Instant::now();
    let turns = |_| {
        let mut run = agents::start(world.clone(), &spec("customer-service", "q-learning")).unwrap();
        while start.elapsed() < Duration::from_secs(1) {
            run.advance(Limit::ticks(20_000));
        }
        run.now().0
    };
    let all: u64 = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..threads).map(|i| scope.spawn(move || turns(i))).collect();
        hands.into_iter().map(|hand| hand.join().unwrap()).sum()
    });
    all as f64 / start.elapsed().as_secs_f64()
}

/// Full speed while a session is written, checkpoints and all, against full speed without.
pub fn session() {
    println!("full speed of customer-service with its session being written, against none");
    let dir = std::env::temp_dir().join(format!("dialoq-bench-{}", std::process::id()));
    let place = Place { dir: dir.clone() };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        for kept in [true, false] {
            let keeper = kept.then(|| Box::new(Kept::begin(&place, "bench").unwrap()) as Box<dyn Keeper>);
            let trainer = keeping(Pace::Full, keeper);
            while next(&trainer).solution.is_none() {}
            let (start, first) = (Instant::now(), next(&trainer).view.tick);
            // Long enough for a checkpoint, which is written every 15 seconds.
            std::thread::sleep(Duration::from_secs(16));
            trainer.ask(Ask::Pause);
            let turns = (paused(&trainer).view.tick - first) as f64;
            if kept { &mut with } else { &mut without }.push(turns / start.elapsed().as_secs_f64());
        }
    }
    let (with, without) = (median(with), median(without));
    println!("  {:.1} against {:.1} M turns/s: {:.1} %", with / 1e6, without / 1e6, 100.0 * with / without);
    let _ = std::fs::remove_dir_all(dir);
}

pub fn eight() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("runs of customer-service side by side at full speed on {cores} cores, turns of all together, median of 5");
    let counts = [1, 2, 3, 8];
    let mut rates = vec![Vec::new(); counts.len()];
    for _ in 0..5 {
        for (rates, runs) in rates.iter_mut().zip(counts) {
            rates.push(rate(runs, Duration::from_secs(1)));
        }
    }
    let (alone, both): (Vec<f64>, Vec<f64>) = (0..5).map(|_| (bare(1), bare(2))).unzip();
    let (alone, both) = (median(alone), median(both));
    println!("  two threads with nothing between them: {:.2} times one such thread", both / alone);
    let one = median(rates[0].iter().map(|r| r.0).collect());
    for (rates, runs) in rates.into_iter().zip(counts) {
        let (all, cpu) = rates.into_iter().unzip();
        let (all, cpu): (f64, f64) = (median(all), median(cpu));
        println!("  {runs} {:6.1} M turns/s  {:.2} times one run's; {:.1} M a second of processor time", all / 1e6, all / one, cpu / 1e6);
    }
}

pub fn branch() {
    println!("a branch from a random point of a run, the cut of its curve included");
    for (scenario, turns) in [("customer-service", 10_000_000), ("virtual-assistant", 2_000_000)] {
        let mut run = agents::start(world(scenario), &spec(scenario, "q-learning")).unwrap();
        run.advance(Limit::ticks(turns));
        let mut times: Vec<f64> = (1..50_u64)
            .map(|i| {
                run.seek(Tick(i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % turns), &mut |_| true);
                seconds(|| run.branch()).0 * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("  {scenario}, {} M turns: p50 {:.2} ms, slowest of {} {:.2} ms", turns / 1_000_000, times[24], times.len(), times[48]);
    }
}
