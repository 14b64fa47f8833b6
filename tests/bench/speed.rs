//! `cargo bench`: speed as ratios within one run, never as a test. Figures are medians of interleaved rounds.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

mod acting;
mod actor;
mod bare;
mod language;
mod linear;
mod nets;
mod planning;
mod questions;
mod rows;
mod screens;
mod several;
mod sweeping;
mod tabular;
mod traced;

use std::sync::Arc;

use dialoq::agents;
use dialoq::learn::machine::Tick;
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::world::{World, WorldSource};

const TURNS: u64 = 20_000_000;
const ROUNDS: usize = 7;
const SEED: u64 = 7;

fn spec(scenario: &str, agent: &str) -> RunSpec {
    RunSpec {
        source: WorldSource::Builtin(scenario.into()),
        profile: "standard".into(),
        masks: None,
        agent: agent.into(),
        seed: SEED,
        settings: Vec::new(),
    }
}

fn world(scenario: &str) -> Arc<World> {
    Arc::new(World::build(&WorldSource::Builtin(scenario.into()), "standard", None, &mut |_| {}).unwrap())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Processor time of this thread: what else the machine does counts less.
fn cpu_seconds() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = cpu_seconds();
    let result = work();
    (cpu_seconds() - start, result)
}

/// Whether a run's state holds these values, bit by bit.
fn holds(run: &dyn Run, q: &[u32]) -> bool {
    let mut bytes = Vec::new();
    run.save(&mut bytes);
    let wanted: Vec<u8> = q.iter().flat_map(|x| x.to_le_bytes()).collect();
    bytes.windows(wanted.len()).any(|w| w == wanted)
}

fn full_speed() {
    let world = world("customer-service");
    let mut times: [Vec<f64>; 5] = Default::default();
    let mut same = false;
    for _ in 0..ROUNDS {
        let (t, bare_q) = seconds(|| bare::eager_row_cache(&world, SEED, TURNS));
        times[0].push(t);
        times[1].push(seconds(|| bare::two_scans(&world, SEED, TURNS)).0);
        for (i, agent) in ["q-learning", "sarsa", "expected-sarsa"].iter().enumerate() {
            let mut run = agents::start(world.clone(), &spec("customer-service", agent)).unwrap();
            times[2 + i].push(seconds(|| run.advance(Limit::ticks(TURNS))).0);
            if *agent == "q-learning" {
                same = holds(run.as_ref(), &bare_q);
            }
        }
    }
    println!("full speed on customer-service, {} M turns, one thread, median of {ROUNDS}", TURNS / 1_000_000);
    let bare = median(times[0].clone());
    let names =
        ["bare loop, eager row cache", "idiomatic loop, two scans", "q-learning, complete", "sarsa, complete", "expected-sarsa, complete"];
    for (name, times) in names.iter().zip(times) {
        let t = median(times);
        println!("  {name:28} {:6.1} M turns/s  {:4.0} % of Q-learning's bare loop", TURNS as f64 / t / 1e6, 100.0 * bare / t);
    }
    println!("  same Q bits as the bare loop: {}", if same { "yes" } else { "NO" });
    assert!(same, "the bare loop and the complete one must end with the same bits");
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

fn travel() {
    println!("going back one turn, seeking, branching, at random points of a run");
    for (scenario, turns) in [("customer-service", 100_000_000), ("smart-home", 10_000_000), ("virtual-assistant", 2_000_000)] {
        let mut run = agents::start(world(scenario), &spec(scenario, "q-learning")).unwrap();
        run.advance(Limit::ticks(turns));
        let (mut seeks, mut backs, mut branches) = (Vec::new(), Vec::new(), Vec::new());
        for i in 1..200_u64 {
            let at = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % turns;
            seeks.push(seconds(|| run.seek(Tick(at), &mut |_| true)).0 * 1e3);
            if i % 4 == 0 {
                let (took, branch) = seconds(|| run.branch());
                branches.push(took * 1e3);
                drop(branch);
            }
            backs.push(seconds(|| run.seek(Tick(at.saturating_sub(1)), &mut |_| true)).0 * 1e3);
        }
        let (frames, bytes) = run.frames();
        println!(
            "  {scenario}, {} M turns: seek p50 {:.2} p99 {:.2} ms, back one turn p50 {:.3} p99 {:.3} ms, branch p50 {:.2} p99 {:.2} ms; {frames} frames, {} MiB",
            turns / 1_000_000,
            quantile(&mut seeks, 0.5),
            quantile(&mut seeks, 0.99),
            quantile(&mut backs, 0.5),
            quantile(&mut backs, 0.99),
            quantile(&mut branches, 0.5),
            quantile(&mut branches, 0.99),
            bytes >> 20
        );
    }
}

/// Resident memory of this process, in MiB.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|pages| pages.parse::<f64>().ok()).map_or(f64::NAN, |pages| pages * 4096.0 / f64::from(1 << 20))
}

fn memory() {
    let mut run = agents::start(world("customer-service"), &spec("customer-service", "q-learning")).unwrap();
    print!("resident memory of a run of customer-service after");
    for millions in [1, 10, 50, 100, 150] {
        run.advance(Limit::ticks(millions * 1_000_000 - run.now().0));
        print!(" {millions} M turns: {:.0} MiB;", resident());
    }
    let (frames, bytes) = run.frames();
    println!(" {frames} frames of {} MiB", bytes >> 20);
}

fn worlds() {
    println!("worlds: compile and solve");
    for s in dialoq::world::SCENARIOS {
        let (build, world) = seconds(|| world(s.name));
        if world.states().is_none() {
            println!("  {:18} {} states: too many to be listed", s.name, world.states_at_most());
            continue;
        }
        let (solve, solution) = seconds(|| dialoq::world::solve::solve(world.exact().unwrap(), 0.95, 0.0, &|| true).unwrap());
        println!(
            "  {:18} {:6} states: compile {:.1} ms, solve {:.1} ms ({} sweeps), tables {} KiB",
            s.name,
            world.states().unwrap(),
            build * 1e3,
            solve * 1e3,
            solution.sweeps,
            world.tables().bytes() >> 10
        );
    }
}

fn main() {
    // `cargo bench -- full` runs the parts whose name holds the word.
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let parts: [(&str, fn()); 18] = [
        ("worlds", worlds),
        ("full speed", full_speed),
        ("tabular", tabular::tabular),
        ("planning", planning::planning),
        ("acting", acting::acting),
        ("networks", nets::networks),
        ("linear", linear::linear),
        ("language", language::language),
        ("travel", travel),
        ("questions", questions::questions),
        ("memory", memory),
        ("frames", screens::frames),
        ("first frame", screens::first_frame),
        ("pause", screens::pause),
        ("screen cost", screens::screen_cost),
        ("eight runs", several::eight),
        ("session", several::session),
        ("branch", several::branch),
    ];
    for (name, part) in parts {
        if words.is_empty() || words.iter().any(|w| name.contains(w.as_str())) {
            part();
        }
    }
}
