//! The credit trail: each hop is an update that took the last hop's value, and none earlier did.

use dialoq::learn::machine::{Edit, Tick};
use dialoq::run::findings::Trail;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::End;

use super::{Seen, each, greedy, row, seek, train, watch};
use crate::support::{run, two_rooms};

const TICKS: u64 = 1500;

fn term(seen: &Seen, name: &str) -> f32 {
    seen.record.terms.iter().find(|(n, _)| *n == name).unwrap().1
}

/// Whether a turn's update took the value of a cell into its target.
fn took(agent: &str, world: &World, seen: &Seen, then: &Seen, state: u32, act: u16) -> bool {
    if seen.record.end == End::Closed || seen.record.next != u64::from(state) {
        return false;
    }
    let values = row(world, &seen.before, state);
    if agent.starts_with("q-learning") {
        return greedy(values) >> act & 1 == 1;
    }
    // Sarsa: of the act taken next. Where the dialogue was cut nobody saw that act; a greedy one is likely.
    match seen.record.end {
        End::Open => u16::from(then.record.act.0) == act,
        _ => greedy(values) >> act & 1 == 1 && term(seen, "next") == values[act as usize],
    }
}

fn check(trail: &Trail, agent: &str, world: &World, seen: &[Seen], now: u64) {
    let first = &seen[trail.tick as usize];
    assert_eq!((trail.reward, trail.hops[0].tick), (first.record.reward, trail.tick), "{agent}");
    assert_eq!(trail.hops[0].credit, first.record.reward * term(first, "alpha"), "{agent}");
    let start = |state: u32| world.start().iter().any(|(s, _)| *s == state);
    for (i, hop) in trail.hops.iter().enumerate() {
        let at = &seen[hop.tick as usize];
        let (_, before, after) = at.record.writes[0];
        assert_eq!((u64::from(hop.state), hop.act), (at.record.state, u16::from(at.record.act.0)), "{agent}: hop {i}");
        assert_eq!((hop.before, hop.after), (before, after), "{agent}: hop {i}");
        assert_eq!((hop.dialogue, hop.turn), (at.record.dialogue, at.record.turn), "{agent}: hop {i}");
        assert_eq!((&hop.state_text, &hop.act_name), (&world.state_text(hop.state), &world.act_names()[hop.act as usize]));
        assert!(!trail.hops[..i].iter().any(|h| (h.state, h.act) == (hop.state, hop.act)), "{agent}: hop {i} is a cell met before");
        if i > 0 {
            let last = &trail.hops[i - 1];
            assert!(hop.tick > last.tick && !start(last.state));
            let credit = last.credit * term(at, "gamma") * term(at, "alpha");
            assert!((hop.credit - credit).abs() <= 1e-6 * credit.abs(), "{agent}: hop {i}: {} and {credit}", hop.credit);
        }
    }
    if agent.starts_with("expected") {
        return;
    }
    for (i, last) in trail.hops.iter().enumerate() {
        let until = trail.hops.get(i + 1).map_or(now, |h| h.tick);
        let took = |s: &Seen| took(agent, world, s, &seen[s.record.tick as usize + 1], last.state, last.act);
        let met = |s: &&Seen| trail.hops[..=i].iter().any(|h| (u64::from(h.state), h.act) == (s.record.state, u16::from(s.record.act.0)));
        let between = || seen[last.tick as usize + 1..until as usize].iter();
        if i + 1 < trail.hops.len() {
            assert!(took(&seen[until as usize]), "{agent}: hop {}", i + 1);
        }
        if i + 1 < trail.hops.len() || !trail.arrived {
            let missed = between().filter(|s| !met(s)).find(|s| took(s));
            assert_eq!(missed.map(|s| s.record.tick), None, "{agent}: an update before hop {} took the value of hop {i}", i + 1);
        }
    }
    assert_eq!(trail.arrived, start(trail.hops.last().unwrap().state), "{agent}");
}

fn one_step(name: &str) -> bool {
    let agent = name.split(' ').next().unwrap();
    ["q-learning", "sarsa", "expected-sarsa"].contains(&agent)
}

#[test]
fn a_trail_is_the_first_chain_of_updates_that_passed_the_value_on() {
    each(|name, world, begin| {
        let seen = watch(&mut *begin(), TICKS + 1, &[]);
        let mut it = begin();
        it.advance(Limit::ticks(TICKS));
        let digest = it.digest();
        let mut long = 0;
        for from in (0..TICKS).step_by(13) {
            let trail = it.credit(Tick(from), &mut |_| true);
            if !one_step(name) {
                assert_eq!(trail, None, "{name}: who learns nothing, or in many cells at once, passes nothing on cell by cell");
                continue;
            }
            let trail = trail.unwrap();
            check(&trail, name, world, &seen, TICKS);
            long += u32::from(trail.hops.len() > 1 && trail.arrived);
        }
        assert!(long > 2 || !one_step(name), "{name}: {long} trails arrived");
        assert_eq!(it.digest(), digest, "{name}: asking moved the run");
    });
}

#[test]
fn a_trail_ends_at_the_present() {
    each(|name, world, begin| {
        if !one_step(name) {
            return;
        }
        let seen = watch(&mut *begin(), TICKS + 1, &[]);
        let mut it = begin();
        it.advance(Limit::ticks(TICKS));
        seek(&mut *it, 600);
        for from in (0..600).step_by(37) {
            check(&it.credit(Tick(from), &mut |_| true).unwrap(), name, world, &seen, 600);
        }
        assert_eq!(it.credit(Tick(600), &mut |_| true), None, "{name}: the next turn has earned nothing yet");
    });
}

#[test]
fn a_trail_goes_by_the_rates_in_force_at_each_hop() {
    let world = two_rooms();
    let tune = |tick: u64, knob: &str, value: f64| (tick, Edit::Tune { knob: knob.into(), value });
    let edits: Vec<_> =
        (0..40).map(|i| tune(3 * i, if i % 2 == 0 { "alpha" } else { "gamma" }, 0.1 + f64::from(i as u32) / 50.0)).collect();
    for agent in ["q-learning", "sarsa"] {
        let mut it = run(&world, agent, 5, &[("alpha-schedule", "visits"), ("alpha-visits", "5")]);
        let mut ahead = run(&world, agent, 5, &[("alpha-schedule", "visits"), ("alpha-visits", "5")]);
        let seen = watch(&mut *ahead, 201, &edits);
        train(&mut *it, 200, &edits);
        for from in 0..100 {
            check(&it.credit(Tick(from), &mut |_| true).unwrap(), agent, &world, &seen, 200);
        }
    }
}

#[test]
fn a_search_for_a_trail_can_be_stopped() {
    let world = two_rooms();
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::ticks(200_000));
    let starts = |t: u64| it.credit(Tick(t), &mut |_| true).unwrap();
    // Asked close before a moment at which the search looks up.
    let from = (65_000..65_536).rev().find(|t| starts(*t).hops.iter().any(|h| h.tick > 65_536)).unwrap();
    assert_eq!(it.credit(Tick(from), &mut |_| false), None);
}
