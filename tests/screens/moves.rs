//! What moves inside the panels: cursors, knobs, pages; and what they ask of the trainer.

use ratatui::layout::Rect;

use dialoq::trainer::snapshot::Snapshot;
use dialoq::tui::model::Model;
use dialoq::tui::panels::{self, Scene};

use super::easel::{DARK, SAFE, draw, panel, settled, text};
use super::sample;

mod knobs {
    use super::*;
    use dialoq::trainer::command::{Ask, Edit};
    use dialoq::trainer::snapshot::Pace;
    use dialoq::tui::panels::knobs::{PACES, due, nudge};
    use dialoq::tui::panels::{Move, Touch};

    const ROW: Rect = Rect { x: 0, y: 0, width: 118, height: 1 };

    fn tuned(ask: Option<Ask>) -> (&'static str, f64) {
        match ask {
            Some(Ask::Edit(Edit::Tune { knob, value })) => (knob.leak(), value),
            other => panic!("{other:?}"),
        }
    }

    /// A nudge, and the time of quiet after which it is sent.
    fn nudged(model: &mut Model, snapshot: &Snapshot, more: bool, big: bool) -> Option<Ask> {
        assert_eq!(nudge(model, snapshot, more, big), None);
        model.now_ms += 1_000;
        due(model, snapshot)
    }

    #[test]
    fn nudges_that_follow_each_other_quickly_are_one_tune() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 1;
        for _ in 0..3 {
            assert_eq!(nudge(&mut model, &snapshot, true, false), None);
            model.now_ms += 200;
            assert_eq!(due(&mut model, &snapshot), None);
        }
        model.now_ms += 100;
        assert_eq!(tuned(due(&mut model, &snapshot)), ("gamma", 0.98));
        assert_eq!(due(&mut model, &snapshot), None);
    }

    #[test]
    fn a_nudge_back_to_where_it_was_is_no_tune() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 1;
        nudge(&mut model, &snapshot, true, false);
        assert_eq!(nudged(&mut model, &snapshot, false, false), None);
        assert_eq!(model.knob_pending, None);
    }

    #[test]
    fn turning_to_another_knob_sends_the_one_before() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 1;
        nudge(&mut model, &snapshot, true, false);
        model.knob = 2;
        assert_eq!(tuned(nudge(&mut model, &snapshot, true, false)), ("gamma", 0.96));
        model.now_ms += 1_000;
        assert_eq!(tuned(due(&mut model, &snapshot)), ("epsilon", 0.13));
    }

    #[test]
    fn an_old_complaint_does_not_take_a_new_value_away() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        snapshot.notice = Some(dialoq::trainer::snapshot::Notice { serial: 1, text: "no".into(), is_error: true });
        dialoq::tui::receive::receive(&mut model, &snapshot);
        assert!(nudged(&mut model, &snapshot, true, false).is_some());
        panels::settle(&mut model, &snapshot);
        assert!(model.knob_pending.is_some());
    }

    #[test]
    fn a_nudge_is_one_tune() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 1;
        assert_eq!(tuned(nudged(&mut model, &snapshot, true, false)), ("gamma", 0.96));
        // Before the trainer has answered, the next nudge goes on from there.
        assert_eq!(tuned(nudged(&mut model, &snapshot, true, false)), ("gamma", 0.97));
        assert_eq!(tuned(nudged(&mut model, &snapshot, false, true)), ("gamma", 0.87));
    }

    #[test]
    fn a_logarithmic_knob_moves_by_factors() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        assert_eq!(tuned(nudged(&mut model, &snapshot, false, true)), ("alpha", 0.03));
        assert_eq!(tuned(nudged(&mut model, &snapshot, true, false)), ("alpha", 0.038));
    }

    #[test]
    fn a_choice_goes_round() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 3;
        assert_eq!(tuned(nudged(&mut model, &snapshot, false, false)), ("epsilon-schedule", 2.0));
    }

    #[test]
    fn a_count_without_bounds_moves_by_factors_too() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        model.knob = 4;
        assert_eq!(tuned(nudged(&mut model, &snapshot, true, false)), ("epsilon-dialogues", 2500.0));
        snapshot.view.knobs[4].value = 1.0;
        model.knob_pending = None;
        assert_eq!(tuned(nudged(&mut model, &snapshot, true, false)), ("epsilon-dialogues", 2.0));
        model.knob_pending = None;
        assert_eq!(nudge(&mut model, &snapshot, false, false), None);
    }

    #[test]
    fn the_last_dial_is_the_pace() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        (panel("knobs").act)(&mut model, &snapshot, ROW, Move::End);
        assert_eq!(model.knob, 5);
        let faster = nudge(&mut model, &snapshot, true, false);
        assert_eq!(faster, Some(Ask::Pace(Pace::DialoguesPerSecond(300.0))));
        assert_eq!(PACES.last(), Some(&Pace::Full));
    }

    #[test]
    fn a_drag_asks_once_when_it_is_let_go() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let picture = text(&draw(panel("knobs"), &snapshot, &model, DARK, ROW.width, 1));
        let handle = picture.chars().position(|c| c == '●').expect("the sample has it") as u16;
        let touch = panel("knobs").touch;
        assert_eq!(touch(&mut model, &snapshot, ROW, Touch::Press(handle, 0)), None);
        for x in (handle - 4)..handle {
            assert_eq!(touch(&mut model, &snapshot, ROW, Touch::Drag(x, 0)), None);
        }
        let (knob, value) = tuned(touch(&mut model, &snapshot, ROW, Touch::Release(handle - 4, 0)));
        assert_eq!(knob, "alpha");
        assert!(value < 0.3 && value > 0.0, "{value}");
    }

    #[test]
    fn a_pending_value_goes_when_the_trainer_has_it_or_refuses() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        nudged(&mut model, &snapshot, true, false);
        panels::settle(&mut model, &snapshot);
        assert!(model.knob_pending.is_some());
        snapshot.notice = Some(dialoq::trainer::snapshot::Notice { serial: 1, text: "no".into(), is_error: true });
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.knob_pending, None);
    }
}

mod table {
    use super::*;
    use dialoq::tui::panels::{Move, Touch};

    const AREA: Rect = Rect { x: 0, y: 0, width: 53, height: 9 };

    fn go(model: &mut Model, snapshot: &Snapshot, steps: &[Move]) {
        for step in steps {
            (panel("table").act)(model, snapshot, AREA, *step);
        }
    }

    #[test]
    fn the_cursor_scrolls_the_table() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, &[Move::Down; 10]);
        assert_eq!(model.table.top + u32::from(model.table.row), 10);
        assert!(model.table.top > 0);
        go(&mut model, &snapshot, &[Move::End]);
        assert_eq!(model.table.top + u32::from(model.table.row), 236);
        go(&mut model, &snapshot, &[Move::Home]);
        assert_eq!((model.table.top, model.table.row), (0, 0));
    }

    #[test]
    fn the_selected_state_is_the_one_under_the_cursor() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        assert_eq!(model.table.selected, Some(0));
        go(&mut model, &snapshot, &[Move::Down, Move::Down]);
        assert_eq!(model.table.selected, Some(6));
        (panel("table").touch)(&mut model, &snapshot, AREA, Touch::Press(30, 4));
        assert_eq!(model.table.selected, snapshot.view.table.as_ref().map(|t| t.rows[2].state));
    }

    #[test]
    fn columns_scroll_where_not_all_acts_fit() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let narrow = Rect { width: 40, ..AREA };
        assert!(text(&draw(panel("table"), &snapshot, &model, DARK, 40, 9)).contains('›'));
        for _ in 0..11 {
            (panel("table").act)(&mut model, &snapshot, narrow, Move::Right);
        }
        let picture = text(&draw(panel("table"), &snapshot, &model, DARK, 40, 9));
        assert!(picture.contains("human") && picture.contains('‹') && !picture.contains('›'), "{picture}");
    }

    #[test]
    fn an_act_never_tried_is_a_dot_and_an_illegal_one_is_blank() {
        let mut snapshot = sample::training();
        let row = &mut snapshot.view.table.as_mut().expect("the sample has it").rows[0];
        row.cells[0].legal = false;
        row.cells[1].visits = 0;
        row.cells[1].legal = true;
        let mut model = settled(&snapshot);
        model.table.act = 5;
        let picture = text(&draw(panel("table"), &snapshot, &model, DARK, 76, 9));
        let cells: String = picture.lines().nth(1).expect("the sample has it").chars().skip(16).take(10).collect();
        assert_eq!(cells, "         ·", "{picture}");
    }

    #[test]
    fn the_colour_scale_never_shrinks_since_the_start() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        let before = model.table.bound;
        snapshot.view.table.as_mut().expect("the sample has it").max_q = 1.0;
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.table.bound, before);
    }
}

mod transcript {
    use super::*;
    use dialoq::trainer::command::Ask;
    use dialoq::tui::panels::Move;
    use dialoq::tui::panels::transcript::jump_to_largest_delta;

    fn go(model: &mut Model, snapshot: &Snapshot, step: Move) -> Option<Ask> {
        (panel("transcript").act)(model, snapshot, Rect::new(0, 0, 60, 20), step)
    }

    #[test]
    fn enter_goes_back_to_the_turn_under_the_cursor() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, Move::Home);
        go(&mut model, &snapshot, Move::Down);
        assert_eq!(go(&mut model, &snapshot, Move::Open), Some(Ask::SeekTick(9868)));
    }

    #[test]
    fn left_of_the_live_dialogue_lies_the_last_finished_one() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, Move::Left);
        assert_eq!(model.dialogue.number, Some(1233));
        go(&mut model, &snapshot, Move::Right);
        assert_eq!(model.dialogue.number, None);
    }

    #[test]
    fn at_rest_between_two_dialogues_left_goes_past_the_one_already_shown() {
        let mut snapshot = sample::ended();
        snapshot.phase = dialoq::trainer::snapshot::Phase::Paused;
        snapshot.view.turn = 0;
        let shown = snapshot.view.transcript.as_ref().expect("the sample has it").dialogue;
        snapshot.view.dialogues = shown + 1;
        let mut model = settled(&snapshot);
        go(&mut model, &snapshot, Move::Left);
        assert_eq!(model.dialogue.number, Some(shown - 1));
        go(&mut model, &snapshot, Move::Right);
        assert_eq!(model.dialogue.number, None);
    }

    #[test]
    fn in_the_safe_mode_too_a_click_hits_the_turn_under_it() {
        let mut snapshot = sample::training();
        // In ASCII the arrows take twice the columns, so that the lines break elsewhere.
        let transcript = snapshot.view.transcript.as_mut().expect("the sample has it");
        transcript.turns.iter_mut().for_each(|turn| turn.note = "3 → 2 ".repeat(8));
        let mut model = settled(&snapshot);
        model.rich = false;
        let transcript = panel("transcript");
        for (width, y) in (30..50).flat_map(|width| (3..24).map(move |y| (width, y))) {
            (transcript.touch)(&mut model, &snapshot, Rect::new(0, 0, width, 60), panels::Touch::Press(5, y));
            let picture = text(&draw(transcript, &snapshot, &model, SAFE, width, 60));
            let line = picture.lines().nth(usize::from(y)).unwrap_or_default();
            assert!(line.is_empty() || line.starts_with('|'), "{y}: {picture}");
        }
    }

    #[test]
    fn the_greatest_surprise_is_one_key_away() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        jump_to_largest_delta(&mut model, &snapshot);
        assert_eq!(model.dialogue.turn, Some(2));
    }
}

mod curve {
    use super::*;
    use dialoq::tui::model::Series;

    #[test]
    fn bounds_stay_while_data_stay_within_them() {
        let mut snapshot = sample::training();
        let mut model = settled(&snapshot);
        let before = model.curve.y_bounds;
        for column in &mut snapshot.view.curve.as_mut().expect("the sample has it").columns {
            column.mean *= 0.9;
        }
        panels::settle(&mut model, &snapshot);
        assert_eq!(model.curve.y_bounds, before);
    }

    #[test]
    fn every_series_says_what_it_shows() {
        let snapshot = sample::training();
        let mut model = settled(&snapshot);
        let mut titles = std::collections::BTreeSet::new();
        for _ in Series::ALL {
            (panel("curve").act)(&mut model, &snapshot, Rect::new(0, 0, 60, 15), panels::Move::Down);
            panels::settle(&mut model, &snapshot);
            let scene = Scene { snapshot: &snapshot, model: &model, theme: &DARK, focused: true };
            titles.insert((panel("curve").titles)(&scene, 60).title);
        }
        assert_eq!(titles.len(), Series::ALL.len());
        assert_eq!(model.curve.series, Series::Return);
    }

    #[test]
    fn before_the_first_dialogue_a_sentence_says_what_will_appear() {
        let snapshot = sample::just_started();
        let picture = text(&draw(panel("curve"), &snapshot, &settled(&snapshot), DARK, 60, 12));
        assert!(picture.contains("No dialogue has ended yet."), "{picture}");
    }

    #[test]
    fn until_the_levels_are_known_their_place_says_so() {
        let mut snapshot = sample::training();
        let shown = |snapshot: &Snapshot| text(&draw(panel("curve"), snapshot, &settled(snapshot), DARK, 60, 14));
        assert!(!shown(&snapshot).contains("solving exactly …"));
        snapshot.solution = None;
        assert!(shown(&snapshot).contains("solving exactly …"));
    }

    #[test]
    fn the_labels_of_the_levels_can_be_read() {
        let mut snapshot = sample::training();
        // Two levels so close that they share a row.
        snapshot.solution.as_mut().expect("the sample has it").optimal_with_epsilon.return_ = 9.4;
        let picture = text(&draw(panel("curve"), &snapshot, &settled(&snapshot), DARK, 60, 14));
        assert!(picture.contains("γ-optimal 9.5"), "{picture}");
        assert!(picture.contains("best with ε 0.12: 9.4"), "{picture}");
    }
}
