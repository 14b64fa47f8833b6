//! The curve's columns against turns, and its smoothed value at the present.

use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Axis, CurveView, CurveWatch, Smooth, Watch};

use super::seek;
use crate::support::{run, two_rooms};

fn curve(run: &dyn Run, columns: u16, axis: Axis, smooth: Smooth) -> CurveView {
    let watch = Watch { curve: Some(CurveWatch { columns, axis, smooth }), ..Watch::default() };
    run.look(&watch, Exact::default(), Shown::default(), &mut Lens::default()).curve.unwrap()
}

#[test]
fn a_column_counts_all_turns_up_to_its_end() {
    let world = two_rooms();
    let mut it = run(&world, "q-learning", 5, &[]);
    // Turns taken when so many dialogues were finished.
    let mut turns = vec![0];
    // More than the finest two levels of the curve hold.
    for _ in 0..9000 {
        it.advance(Limit::dialogues(1));
        turns.push(it.now().0);
        let n = it.dialogues();
        if n % 1000 < 3 || n < 40 && n.is_multiple_of(7) {
            for axis in [Axis::Linear, Axis::Log] {
                for width in [1, 7, 60, 200, 2000] {
                    for column in curve(&*it, width, axis, Smooth::Off).columns {
                        assert_eq!(column.turns_so_far, turns[column.to as usize], "{axis:?}, {width} columns of {n}: {column:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn in_the_past_the_smoothed_value_is_what_it_was_then() {
    let world = two_rooms();
    for smooth in [Smooth::Mean20, Smooth::Mean100, Smooth::Ema99] {
        let mut it = run(&world, "q-learning", 5, &[]);
        let mut then = vec![None];
        for _ in 0..1500 {
            it.advance(Limit::dialogues(1));
            let view = curve(&*it, 10, Axis::Linear, smooth);
            assert_eq!(view.smooth_now, view.smooth_last, "at the head the present is the last dialogue");
            then.push(view.smooth_now);
        }
        for dialogues in [0, 1, 2, 19, 700, 701, 1023, 1499] {
            let start = it.start_of(dialogues).0;
            seek(&mut *it, start);
            let view = curve(&*it, 10, Axis::Linear, smooth);
            assert_eq!(view.smooth_now, then[dialogues as usize], "{smooth:?} after {dialogues} dialogues");
            assert_eq!(view.smooth_last, then[1500], "the last one stays where it was");
        }
    }
}

#[test]
fn a_run_without_dialogues_has_no_smoothed_value() {
    let it = run(&two_rooms(), "q-learning", 5, &[]);
    let view = curve(&*it, 10, Axis::Linear, Smooth::Mean100);
    assert_eq!((view.smooth_now, view.smooth_last), (None, None));
}
