//! Linear features: with one for each state they are the table; with those of a dialogue they tell states alike.

use dialoq::learn::machine::Tick;
use dialoq::num::digest::digest_bytes;
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::Watch;

use crate::support::{built_in, mdp, run, two_rooms};

/// Every turn of two runs, and the bits of every value on the way.
fn same(a: &mut dyn Run, b: &mut dyn Run, name: &str) {
    let bits = |run: &dyn Run| digest_bytes(&run.values().iter().flat_map(|q| q.to_le_bytes()).collect::<Vec<u8>>());
    for part in 1..=50 {
        a.advance(Limit::ticks(1_000));
        b.advance(Limit::ticks(1_000));
        assert_eq!(a.dialogues(), b.dialogues(), "{name}: dialogues after {part},000 turns");
        assert_eq!(bits(a), bits(b), "{name}: values after {part},000 turns");
        assert_eq!(a.pending(), b.pending(), "{name}: the next act after {part},000 turns");
    }
    assert_eq!(a.taken(Tick(0), 50_000), b.taken(Tick(0), 50_000), "{name}: states and acts");
    assert_eq!(a.last_100(), b.last_100(), "{name}: returns, turns and TD errors");
}

#[test]
fn one_feature_for_each_state_is_the_table_bit_for_bit() {
    let worlds = [
        ("two-rooms", two_rooms()),
        ("taxi", mdp(&crate::data::taxi())),
        ("frozen-lake", mdp(&crate::data::frozen_lake(&crate::data::LAKE_4, true, 100))),
    ];
    for (name, world) in &worlds {
        for (table, linear) in [("q-learning", "linear-q"), ("sarsa", "linear-sarsa")] {
            for settings in
                [&[("alpha", "0.1")][..], &[("alpha", "0.3"), ("epsilon", "0.3"), ("initial", "5"), ("epsilon-schedule", "exponential")]]
            {
                let (mut a, mut b) = (run(world, table, 3, settings), run(world, linear, 3, settings));
                same(&mut *a, &mut *b, &format!("{table} in {name}"));
            }
        }
    }
}

#[test]
fn optimism_is_the_same_for_every_state() {
    let it = run(&built_in("smart-home"), "linear-q", 1, &[("initial", "20")]);
    let values = it.values();
    // Each state of a scenario has as many features as any other; what is left is the rounding of their sum.
    assert!(values.iter().filter(|q| q.is_finite()).all(|q| (q - 20.0).abs() < 1e-4), "{:?}", &values[..12]);
}

#[test]
fn its_weights_are_shown_by_feature_and_act() {
    let world = built_in("customer-service");
    let mut it = run(&world, "linear-q", 1, &[]);
    it.advance(Limit::dialogues(500));
    let watch = Watch { inside: Some(8), ..Watch::default() };
    let view = it.look(&watch, Exact::default(), Shown::default(), &mut Lens::default()).inside.unwrap();
    let weights = view.inside.weights.unwrap();
    assert_eq!((weights.features as usize, weights.acts as usize), (view.features.len(), view.acts.len()));
    assert_eq!(weights.values.len(), view.features.len() * view.acts.len());
    // Q of the present state is the sum of its features' rows.
    let (state, _) = crate::laws::here(&*it);
    let acts = weights.acts as usize;
    let q = it.values()[state as usize * acts..][..acts].to_vec();
    for (a, q) in q.iter().enumerate().filter(|(_, q)| q.is_finite()) {
        let sum: f32 = view.active.iter().fold(0.0, |sum, (at, x)| sum + weights.values[*at as usize * acts + a] * x);
        assert_eq!(sum.to_bits(), q.to_bits());
    }
}
