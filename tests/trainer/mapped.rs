//! A map of two settings: it fills beside training with exact figures, and its cells open as runs.

use dialoq::run::RunSpec;
use dialoq::run::timeline::Limit;
use dialoq::trainer::Trainer;
use dialoq::trainer::command::{Ask, BranchChange, Edit, SweepPlan};
use dialoq::trainer::snapshot::{Pace, Phase, Snapshot, SweepView};
use dialoq::world::setup::Setting;
use dialoq::world::solve::{Policy, evaluate};

use super::{at_rest, build, orders, spec, until};

fn plan() -> SweepPlan {
    SweepPlan { rows: ("alpha".into(), vec![0.1, 0.5]), columns: ("gamma".into(), vec![0.5, 0.95, 0.99]), seeds: 2, dialogues: 300 }
}

fn started() -> Trainer {
    let trainer = Trainer::start(orders("q-learning", 41, Pace::DialoguesPerSecond(60.0))).unwrap();
    trainer.ask(Ask::Pause);
    trainer
}

fn full(snapshot: &Snapshot) -> Option<SweepView> {
    snapshot.sweep.clone().filter(|map| map.done >= 1.0)
}

/// The exact return of the greedy policy of a cell's run.
fn worth(alpha: &str, gamma: &str, seed: u64) -> f64 {
    let settings = [("alpha", alpha), ("gamma", gamma)].map(|(knob, value)| (knob.to_owned(), value.to_owned())).to_vec();
    let mut run = build(&RunSpec { settings, ..spec("q-learning", seed) }).unwrap();
    run.advance(Limit::dialogues(300));
    let policy = Policy { acts: run.candidate().greedy, epsilon: 0.0 };
    evaluate(run.world().exact().unwrap(), &policy, gamma.parse().unwrap()).return_
}

#[test]
fn a_map_fills_with_the_exact_return_of_every_cell_even_while_training_is_paused() {
    let trainer = started();
    trainer.ask(Ask::Sweep(plan()));
    let map = until(&trainer, "the map", full);
    assert_eq!((map.seeds, map.dialogues, map.cells.len()), (2, 300, 6));
    for (row, alpha) in ["0.1", "0.5"].iter().enumerate() {
        for (column, gamma) in ["0.5", "0.95", "0.99"].iter().enumerate() {
            let (mean, count) = map.cells[row * 3 + column];
            let wanted = f64::midpoint(worth(alpha, gamma, 41), worth(alpha, gamma, 42));
            assert!(count == 2 && (mean - wanted).abs() < 1e-9, "α {alpha}, γ {gamma}: {mean} for {wanted}");
        }
    }
}

#[test]
fn a_cell_opens_as_a_run_with_its_settings() {
    let trainer = started();
    trainer.ask(Ask::Sweep(plan()));
    let opened = until(&trainer, "the cell", |s| {
        if s.sweep.is_some() && s.runs.len() == 1 {
            trainer.ask(Ask::OpenCell { row: 1, column: 2 });
        }
        (s.runs.len() > 1 && s.focus > 0).then(|| s.clone())
    });
    assert_eq!(opened.phase, Phase::Paused, "opening a run starts nothing");
    let card = opened.card(opened.focus).unwrap();
    assert_eq!(card.change, "alpha 0.5, gamma 0.99");
    for pair in [("alpha", "0.5"), ("gamma", "0.99")] {
        assert!(card.settings.contains(&(pair.0.to_owned(), pair.1.to_owned())), "{:?}", card.settings);
    }
}

#[test]
fn a_map_and_its_cells_have_the_seed_and_the_world_of_the_run_that_it_started_from() {
    let trainer = started();
    let noise = Edit::World(Setting::Noise(Some(0.3)));
    let asks = [Ask::StepTurns(5), Ask::Branch(Some(BranchChange::Edit(Edit::Seed { seed: 8 }))), Ask::Edit(noise), Ask::Sweep(plan())];
    let there = at_rest(&trainer, asks, |s| s.sweep.is_some());
    assert_eq!((there.seed, there.card(there.focus).unwrap().seed), (8, 8));
    assert_eq!(there.sweep.unwrap().about, "q-learning · seed 8 · noise 0.3");
    let opened = at_rest(&trainer, [Ask::OpenCell { row: 0, column: 0 }], |s| s.focus == 2 && s.runs.len() == 3);
    let card = opened.card(2).unwrap();
    assert_eq!((card.seed, card.dialogues), (8, 0));
    assert!(card.settings.contains(&("noise".to_owned(), "0.3".to_owned())), "{:?}", card.settings);
}

#[test]
fn a_map_can_be_stopped_and_put_away() {
    let trainer = started();
    let long = SweepPlan { dialogues: 100_000_000, ..plan() };
    trainer.ask(Ask::Sweep(long));
    until(&trainer, "the map", |s| s.sweep.clone());
    let still = at_rest(&trainer, [Ask::StopSweep], |s| s.notice.as_ref().is_some_and(|n| n.text == "the map stays as it is"));
    assert!(still.sweep.is_some_and(|map| map.done < 1.0));
    at_rest(&trainer, [Ask::StopSweep], |s| s.sweep.is_none());
}

#[test]
fn a_map_that_makes_no_sense_is_refused_in_a_sentence() {
    let trainer = started();
    let knob = |name: &str| (name.to_owned(), vec![0.1]);
    let wrong = [
        (SweepPlan { rows: knob("beta"), ..plan() }, "there is no knob \"beta\" to vary"),
        (SweepPlan { rows: knob("gamma"), ..plan() }, "gamma cannot be both rows and columns"),
        (SweepPlan { rows: ("alpha".into(), vec![7.0]), ..plan() }, "alpha: \"7\" is not"),
        (SweepPlan { seeds: 0, ..plan() }, "a map needs values"),
        (SweepPlan { seeds: 1_000_000, ..plan() }, "a map of 6000000 runs is too large"),
    ];
    for (plan, text) in wrong {
        let refused = at_rest(&trainer, [Ask::Sweep(plan)], |s| s.notice.as_ref().is_some_and(|n| n.text.starts_with(text)));
        assert!(refused.notice.unwrap().is_error && refused.sweep.is_none());
    }
}
