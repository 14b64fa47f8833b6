//! What it costs to wait for a breakpoint, and to ask for a run's past.

use dialoq::agents;
use dialoq::learn::machine::Tick;
use dialoq::run::findings::{Breakpoint, Change};
use dialoq::run::timeline::Limit;
use dialoq::world::env::Env;

use super::{median, seconds, spec, world};

const TURNS: u64 = 10_000_000;
const ROUNDS: usize = 5;
/// As the trainer slices them.
const SLICE: u64 = 30_000;

/// Turns/s with breakpoints that are never met.
fn guarded() {
    let world = world("customer-service");
    let start = world.start()[0].0;
    let kinds: [(&str, Vec<Breakpoint>); 4] = [
        ("no breakpoint", Vec::new()),
        ("a return above, a dialogue", vec![Breakpoint::ReturnAbove(1e9), Breakpoint::Dialogues(u64::MAX)]),
        ("|δ| above", vec![Breakpoint::DeltaAbove(1e9)]),
        ("a flip of the start, |δ| above", vec![Breakpoint::Flip { state: start }, Breakpoint::DeltaAbove(1e9)]),
    ];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); kinds.len()];
    for _ in 0..ROUNDS {
        for ((_, breakpoints), times) in kinds.iter().zip(&mut times) {
            let mut run = agents::start(world.clone(), &spec("customer-service", "q-learning")).unwrap();
            let (t, ()) = seconds(|| {
                while run.now().0 < TURNS {
                    run.advance_until(Limit::ticks(SLICE.min(TURNS - run.now().0)), breakpoints, None);
                }
            });
            times.push(t);
        }
    }
    println!("waiting for a breakpoint on customer-service, {} M turns, median of {ROUNDS}", TURNS / 1_000_000);
    let plain = median(times[0].clone());
    for ((name, _), times) in kinds.iter().zip(times) {
        let t = median(times);
        println!("  {name:32} {:6.1} M turns/s  {:4.0} % of without", TURNS as f64 / t / 1e6, 100.0 * plain / t);
    }
}

fn asked(turns: u64) {
    let world = world("customer-service");
    let start = world.start()[0].0;
    let mut run = agents::start(world.clone(), &spec("customer-service", "q-learning")).unwrap();
    run.advance(Limit::ticks(turns));
    let acts: Vec<u16> = (0..world.actions() as u16).filter(|a| world.legal(start) >> a & 1 == 1).collect();
    println!("asking a run of {} M turns of customer-service", turns / 1_000_000);
    for change in [Change::Last, Change::Largest, Change::Flip] {
        let times = acts.iter().map(|act| seconds(|| run.learned(start, *act, change, &mut |_| true)).0 * 1e3).collect();
        println!("  when a cell of the start was changed, {change:?}: median {:.1} ms", median(times));
    }
    let times = (0..20).map(|i| seconds(|| run.credit(Tick(turns / 21 * (i + 1)), &mut |_| true)).0 * 1e3).collect();
    println!("  credit trail: median {:.1} ms", median(times));
    let act = u16::from(run.pending().0);
    let times = (0..20).map(|_| seconds(|| run.what_if(act, 1000)).0 * 1e3).collect();
    println!("  what if, 1,000 dialogues of two acts: median {:.2} ms", median(times));
}

pub fn questions() {
    guarded();
    asked(100_000_000);
}
