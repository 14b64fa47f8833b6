//! The table of keys, and where each acts.

use dialoq::trainer::command::{Ask, Edit};
use dialoq::tui::footer;
use dialoq::tui::keys::{BINDINGS, Context, acts, over};
use dialoq::tui::layout::plan;
use dialoq::tui::model::{Model, Overlay, Slot};
use dialoq::tui::screens::screen;
use dialoq::tui::{paste, update};

use super::{RICH, SCREENS, in_the_past, model, snapshot, type_in};

const SIZES: [(u16, u16); 5] = [(120, 40), (130, 26), (80, 24), (60, 15), (40, 10)];

/// Every situation a key can be pressed in: size, screen, focus, expanded or not, overlay.
fn situations() -> Vec<Model> {
    let mut all = Vec::new();
    for (width, height) in SIZES {
        for id in SCREENS {
            for slot in screen(id).slots {
                for keys in ["", "e", "?", ":", "g", "y", "B", "a", "A"] {
                    let mut model = model(width, height);
                    update::open_screen(&mut model, id);
                    update::focus(&mut model, *slot);
                    type_in(&mut model, &snapshot(), keys);
                    all.push(model);
                }
            }
        }
    }
    let ask = Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.3 });
    let overlay = Some(Overlay::Question { text: "Drop?".into(), ask });
    all.push(Model { overlay, ..model(120, 40) });
    all.push(Model { overlay: Some(Overlay::When), ..model(120, 40) });
    all
}

#[test]
fn a_key_means_one_thing_wherever_it_is_pressed() {
    for model in situations() {
        let plan = plan(&model);
        for key in BINDINGS.iter().flat_map(|binding| binding.keys) {
            let acting: Vec<_> = BINDINGS
                .iter()
                .filter(|binding| binding.keys.contains(key) && acts(binding, &model, &plan))
                .map(|binding| binding.command)
                .collect();
            assert!(acting.len() <= 1, "{} means {acting:?} on {:?}", key.name(), model.screen);
        }
    }
}

#[test]
fn every_binding_is_explained_and_has_a_command_of_its_own() {
    let mut commands: Vec<_> =
        BINDINGS.iter().filter(|binding| !matches!(binding.context, Context::Over(_))).map(|binding| binding.command).collect();
    for binding in BINDINGS {
        assert!(!binding.keys.is_empty() && !binding.command.is_empty(), "{binding:?}");
        assert!(binding.about.ends_with('.') && binding.about.len() > 10, "{binding:?}");
    }
    let count = commands.len();
    commands.sort_unstable();
    commands.dedup();
    assert_eq!(commands.len(), count, "two bindings share a command");
}

#[test]
fn the_footer_shows_only_keys_that_act() {
    for model in situations() {
        let plan = plan(&model);
        for hint in footer::hints(&model, &snapshot(), &plan, RICH) {
            assert!(acts(hint.binding, &model, &plan), "{}", hint.binding.command);
            assert!(hint.area.right() <= plan.footer.right());
        }
    }
}

#[test]
fn the_digits_of_the_tabs_open_their_screens() {
    for id in SCREENS {
        let mut model = model(120, 40);
        type_in(&mut model, &snapshot(), &screen(id).digit.to_string());
        assert_eq!(model.screen, id);
    }
}

#[test]
fn keys_of_panes_out_of_sight_do_nothing() {
    // One pane at a time: the curve. Table, dialogue and knobs cannot be seen.
    let (mut one, before) = (model(60, 15), model(60, 15));
    for key in ["+", "-", ">", "m", "o", "/", "u", "c", "d", "r"] {
        assert_eq!(type_in(&mut one, &snapshot(), key).asks, []);
        assert_eq!(format!("{one:?}"), format!("{before:?}"), "{key} acted unseen");
    }
    // Nothing can be seen at all: overlays and panes stay as they are.
    let (mut none, before) = (model(40, 10), model(40, 10));
    for key in ["?", ":", "g", "y", "e", "f", "s", "v", "L", "<tab>", "<up>", "p"] {
        assert_eq!(type_in(&mut none, &snapshot(), key).asks, []);
        assert_eq!(format!("{none:?}"), format!("{before:?}"), "{key} acted unseen");
    }
}

#[test]
fn running_and_leaving_work_in_the_smallest_window() {
    let mut model = model(10, 3);
    assert_eq!(type_in(&mut model, &snapshot(), " ").asks, [Ask::Pause]);
    assert!(type_in(&mut model, &snapshot(), "q").quit);
}

#[test]
fn control_c_leaves_from_anywhere_but_q_is_a_letter_where_one_types() {
    for model in situations() {
        let typing = over(&model, &plan(&model)).is_some();
        assert!(type_in(&mut model.clone(), &snapshot(), "<ctrl-c>").quit);
        assert_eq!(type_in(&mut model.clone(), &snapshot(), "q").quit, !typing);
    }
}

#[test]
fn tab_goes_round_all_panes_and_each_comes_into_sight() {
    for (width, height) in [(120, 40), (80, 24), (60, 15)] {
        for id in SCREENS {
            let mut model = model(width, height);
            update::open_screen(&mut model, id);
            let first = model.focus;
            for slot in screen(id).slots {
                assert_eq!(model.focus, *slot);
                assert!(plan(&model).shows(*slot), "{slot:?} at {width} x {height}");
                type_in(&mut model, &snapshot(), "<tab>");
            }
            assert_eq!(model.focus, first);
        }
    }
}

#[test]
fn expanding_shows_the_focused_pane_alone() {
    let mut model = model(120, 40);
    type_in(&mut model, &snapshot(), "<tab>e");
    let slots: Vec<Slot> = plan(&model).panes.iter().map(|pane| pane.slot).collect();
    assert_eq!(slots, [Slot::TrainDialogue]);
    type_in(&mut model, &snapshot(), "<esc>");
    assert_eq!(plan(&model).panes.len(), 5);
}

#[test]
fn a_release_of_a_key_is_no_press() {
    let mut event = super::named("q");
    event.kind = crossterm::event::KeyEventKind::Release;
    assert!(!dialoq::tui::press(&mut model(80, 24), &in_the_past(), event).quit);
}

#[test]
fn a_letter_with_alt_or_another_unused_modifier_does_nothing() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    let unused = [
        KeyModifiers::ALT,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
        KeyModifiers::CONTROL,
        KeyModifiers::CONTROL | KeyModifiers::ALT,
    ];
    for modifiers in unused {
        let mut model = model(120, 40);
        for letter in ['q', 'n', '?', ' '] {
            let out = update::press(&mut model, &snapshot(), KeyEvent::new(KeyCode::Char(letter), modifiers));
            assert_eq!(out, update::Outcome::default(), "{modifiers:?} {letter:?}");
        }
        assert!(model.overlay.is_none(), "{modifiers:?}");
        type_in(&mut model, &snapshot(), ":ga");
        update::press(&mut model, &snapshot(), KeyEvent::new(KeyCode::Char('m'), modifiers));
        let Some(Overlay::Palette(listing)) = &model.overlay else { panic!("{modifiers:?} closed the palette") };
        assert_eq!(listing.typed, "ga", "{modifiers:?}");
    }
}

/// What is typed in the overlay that is open.
fn typed(model: &Model) -> String {
    match &model.overlay {
        Some(Overlay::Help(listing) | Overlay::Palette(listing)) => listing.typed.clone(),
        Some(Overlay::Prompt(prompt)) => prompt.typed.clone(),
        Some(Overlay::Chat) => model.chat.typed.clone(),
        other => panic!("no line is open: {other:?}"),
    }
}

/// A model with the line open that these keys open, or that of the chat.
fn opened(keys: &str) -> Model {
    let mut model = model(120, 40);
    if keys == "chat" {
        model.overlay = Some(Overlay::Chat);
    } else {
        type_in(&mut model, &snapshot(), keys);
    }
    model
}

#[test]
fn pasted_text_becomes_one_line_without_control_characters_in_every_text_field() {
    let pasted = "\r\ngamma\t\x1b[31m0.9\r\n\u{7}on \n two\u{202e} lines\u{9b}\n";
    for keys in ["?", ":", "/", "g", "3r", "chat"] {
        let mut model = opened(keys);
        paste::paste(&mut model, pasted);
        assert_eq!(typed(&model), "gamma [31m0.9 on two lines", "{keys}");
    }
}

#[test]
fn a_pasted_filter_filters_at_once() {
    let mut model = model(120, 40);
    type_in(&mut model, &snapshot(), "/");
    paste::paste(&mut model, "order\n");
    assert_eq!(model.table.filter, "order");
}

#[test]
fn pasted_text_is_ignored_over_panes_and_questions_and_that_is_said() {
    let mut model = model(120, 40);
    paste::paste(&mut model, "q");
    assert!(model.overlay.is_none() && model.notice.as_ref().is_some_and(|said| said.text.contains("pasted")));
    model.overlay = Some(Overlay::Question { text: "Close?".into(), ask: Ask::Close(0) });
    paste::paste(&mut model, "y");
    assert!(matches!(model.overlay, Some(Overlay::Question { .. })));
}

#[test]
fn what_is_pasted_beyond_the_longest_line_is_cut_and_that_is_said() {
    for (keys, longest) in [(":", 200), ("chat", 500)] {
        let mut model = opened(keys);
        paste::paste(&mut model, &"a".repeat(longest));
        assert_eq!((typed(&model).len(), model.notice.is_some()), (longest, false), "{keys}");
        paste::paste(&mut model, &"b".repeat(100_000));
        assert_eq!(typed(&model), "a".repeat(longest), "{keys}");
        assert!(model.notice.as_ref().is_some_and(|said| said.is_error && said.text.contains("part")), "{keys}");
    }
}
