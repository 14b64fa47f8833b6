//! Panels follow the agent: what it holds, what its numbers are, its own rule.

use dialoq::trainer::command::{Ask, BranchChange};
use dialoq::trainer::snapshot::{Catalogue, Entry, Snapshot};
use dialoq::trainer::view::Numbers;
use dialoq::tui::model::{Layer, Model, ScreenId, Slot};
use dialoq::tui::panels::{self, PANELS, Panel};
use dialoq::tui::receive::receive;
use dialoq::tui::tell::tell;
use dialoq::tui::theme::{Depth, Ground, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::easel::{DARK, MONO, SAFE, draw, panel, settled, text};
use super::frame::type_in;
use super::sample;

/// A whole screen after some keys.
fn shown(snapshot: &Snapshot, (width, height): (u16, u16), keys: &str, theme: Theme) -> (String, Model) {
    let mut model = Model { size: (width, height), rich: theme.rich, ..Model::default() };
    receive(&mut model, snapshot);
    tell(&mut model, snapshot);
    type_in(&mut model, snapshot, keys);
    receive(&mut model, snapshot);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend cannot fail");
    terminal.draw(|frame| dialoq::tui::draw(frame, snapshot, &model, &theme)).expect("a test backend cannot fail");
    (text(terminal.backend().buffer()), model)
}

fn picture(snapshot: &Snapshot, size: (u16, u16), keys: &str) -> String {
    shown(snapshot, size, keys, DARK).0
}

#[test]
fn each_agent_shows_what_it_holds() {
    for (name, snapshot) in sample::holding() {
        let model = settled(&snapshot);
        for (width, height) in [(39, 14), (76, 18), (118, 34)] {
            let picture = text(&draw(panel("inside"), &snapshot, &model, DARK, width, height));
            insta::assert_snapshot!(format!("inside_{name}_{width}x{height}"), picture);
        }
    }
}

#[test]
fn screens_of_a_network_at_120x40() {
    insta::assert_snapshot!("train_network_120x40", picture(&sample::network(), (120, 40), ""));
    insta::assert_snapshot!("values_network_120x40", picture(&sample::network(), (120, 40), "2<tab>p"));
}

#[test]
fn screens_of_a_network_at_80x24() {
    insta::assert_snapshot!("train_network_80x24", picture(&sample::network(), (80, 24), "<tab><tab><tab>"));
    insta::assert_snapshot!("inside_network_80x24", picture(&sample::network(), (80, 24), "<tab><tab><tab>pe"));
}

#[test]
fn screens_of_a_linear_agent() {
    insta::assert_snapshot!("values_linear_120x40", picture(&sample::linear(), (120, 40), "2"));
    insta::assert_snapshot!("weights_linear_80x24", picture(&sample::linear(), (80, 24), "2pe"));
}

#[test]
fn screens_of_preferences() {
    insta::assert_snapshot!("train_preferences_120x40", picture(&sample::preferences(), (120, 40), ""));
    insta::assert_snapshot!("dialogue_preferences_80x24", picture(&sample::preferences(), (80, 24), "3<tab>"));
}

#[test]
fn the_trace_stands_below_the_equation() {
    insta::assert_snapshot!("train_traced_120x40", picture(&sample::traced(), (120, 40), ""));
}

#[test]
fn a_narrow_pane_shows_weights_without_numbers_and_a_flat_terminal_shades() {
    let snapshot = sample::linear();
    let flat = Theme::new(Ground::Dark, Depth::Palette16, false);
    insta::assert_snapshot!("weights_ascii_44x20", text(&draw(panel("inside"), &snapshot, &settled(&snapshot), flat, 44, 20)));
}

#[test]
fn active_features_are_marked() {
    let snapshot = sample::linear();
    let picture = text(&draw(panel("inside"), &snapshot, &settled(&snapshot), MONO, 118, 34));
    let marked: Vec<&str> = picture.lines().filter(|line| line.trim_start().starts_with('▸')).collect();
    assert_eq!(marked.len(), 7, "{picture}");
    assert!(marked.iter().any(|line| line.contains("turns so far 0.35")), "{picture}");
}

#[test]
fn what_does_not_fit_is_scrolled_to_and_the_way_back_is_as_long() {
    let snapshot = sample::linear();
    let (top, _) = shown(&snapshot, (80, 24), "2p<pagedown>", DARK);
    assert!(top.contains("turns so far"), "{top}");
    let (down, up) = ("<down>".repeat(40), "<up>".repeat(40));
    let there = shown(&snapshot, (80, 24), &format!("2p{down}{up}"), DARK).1;
    assert_eq!(there.inside.top, 0);
}

#[test]
fn agents_that_hold_nothing_have_no_inside() {
    let (_, model) = shown(&sample::training(), (120, 40), "", DARK);
    let names: Vec<&str> = panels::ready(&model, Slot::TrainUpdate).map(|(_, panel)| panel.name).collect();
    assert_eq!(names, ["update"]);
    let (_, model) = shown(&sample::traced(), (120, 40), "", DARK);
    let names: Vec<&str> = panels::ready(&model, Slot::TrainUpdate).map(|(_, panel)| panel.name).collect();
    assert_eq!(names, ["update", "inside"]);
    assert!(panels::ready(&model, Slot::ValuesTable).all(|(_, panel)| panel.name == "values"), "there are no weights");
}

#[test]
fn preferences_show_their_policy_first_and_say_h() {
    let (picture, model) = shown(&sample::preferences(), (120, 40), "", DARK);
    assert_eq!((model.table.layer, model.table.numbers), (Layer::Policy, Numbers::Preferences));
    assert!(picture.contains("Policy π(a|s)") && picture.contains("V(s)"), "{picture}");
    let (picture, model) = shown(&sample::preferences(), (120, 40), "m", DARK);
    assert_eq!(model.table.layer, Layer::Q);
    assert!(picture.contains("Preferences h(s,a)") && !picture.contains("Q(s,a) ─"), "{picture}");
}

#[test]
fn an_agent_without_numbers_shows_how_it_acts() {
    let (picture, model) = shown(&sample::expert(), (120, 40), "m", DARK);
    assert_eq!(model.table.layer, Layer::Exact, "beside the policy there is only the exact value");
    assert!(picture.contains("This agent does not learn."), "{picture}");
    let dialogue = shown(&sample::expert(), (120, 40), "3", DARK).0;
    assert!(dialogue.contains("ranked by chance") && !dialogue.contains("visits"), "{dialogue}");
}

#[test]
fn a_values_agent_shows_values_again() {
    let mut model = Model { size: (120, 40), ..Model::default() };
    for (snapshot, layer) in [(sample::preferences(), Layer::Policy), (sample::training(), Layer::Q), (sample::expert(), Layer::Policy)] {
        receive(&mut model, &snapshot);
        assert_eq!(model.table.layer, layer, "{}", snapshot.agent);
    }
}

#[test]
fn no_cell_of_a_network_is_called_untried() {
    let picture = picture(&sample::network(), (120, 40), "2");
    assert!(!picture.contains("never tried") && !picture.contains("visits 0"), "{picture}");
    let cells = text(&draw(panel("table"), &sample::network(), &settled(&sample::network()), DARK, 100, 15));
    assert!(!cells.contains('·'), "{cells}");
}

#[test]
fn a_bounded_table_says_how_much_it_has_never_seen() {
    let picture = picture(&sample::bounded(), (160, 40), "");
    assert!(picture.contains("61,203 of at most 17,537,553 states kept · 1,204 forgotten · 99.6 % never seen"), "{picture}");
    let narrow = shown(&sample::bounded(), (80, 24), "<tab><tab>", DARK).0;
    assert!(narrow.contains("99.6 % never seen"), "{narrow}");
}

#[test]
fn each_line_of_a_rule_stands_above_its_numbers() {
    let snapshot = sample::network();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 60, 20));
    let lines: Vec<&str> = picture.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(lines[0].starts_with("y ") && lines[1].starts_with("8.69"), "{picture}");
    assert!(lines[2].starts_with('δ') && lines[3].starts_with("−0.33"), "{picture}");
    assert!(lines[4].starts_with("Q(s,a) ←") && lines[5].starts_with("8.92"), "{picture}");
    assert!(lines[6].starts_with("L 0.42") && lines[6].contains("‖∇‖ 1.73"), "{picture}");
    assert!(picture.contains("and 63 more values of the batch"), "{picture}");
}

#[test]
fn a_turn_that_taught_nothing_says_what_it_gathers() {
    let snapshot = sample::gathering();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 60, 20));
    assert!(picture.contains("This turn: nothing was learned (collecting: 9,871 turns"), "{picture}");
}

#[test]
fn an_update_of_an_earlier_state_names_both() {
    let snapshot = sample::earlier();
    let picture = text(&draw(panel("update"), &snapshot, &settled(&snapshot), DARK, 60, 24));
    for words in ["ask item  some turns ago", "now", "confirm all"] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    assert!(!picture.contains("updated here"), "{picture}");
}

#[test]
fn values_without_bound_are_told_and_break_nothing() {
    let snapshot = sample::diverged();
    for panel in PANELS {
        for (width, height) in [(118, 34), (39, 14), (20, 5)] {
            draw(panel, &snapshot, &settled(&snapshot), DARK, width, height);
        }
    }
    let picture = text(&draw(panel("inside"), &snapshot, &settled(&snapshot), DARK, 118, 34));
    assert!(picture.contains('∞') && picture.contains('!'), "{picture}");
}

#[test]
fn every_holder_is_ascii_in_the_safe_mode_and_colourless_in_mono() {
    for (name, snapshot) in sample::holding() {
        for held in panels_of_inside() {
            for (width, height) in [(118, 36), (76, 15), (41, 12), (23, 7), (9, 3), (3, 1)] {
                let buffer = draw(held, &snapshot, &settled(&snapshot), SAFE, width, height);
                let strange: Vec<_> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).filter(|s| !s.is_ascii()).collect();
                assert!(strange.is_empty(), "{} of {name} at {width}x{height}: {strange:?}", held.name);
                let buffer = draw(held, &snapshot, &settled(&snapshot), MONO, width, height);
                let plain =
                    |cell: &ratatui::buffer::Cell| (cell.fg, cell.bg) == (ratatui::style::Color::Reset, ratatui::style::Color::Reset);
                assert!(buffer.content.iter().all(plain), "{} of {name}", held.name);
            }
        }
    }
}

fn panels_of_inside() -> impl Iterator<Item = &'static Panel> {
    PANELS.iter().copied().filter(|panel| ["inside", "update", "inspector", "table", "acts"].contains(&panel.name))
}

fn choosing() -> Snapshot {
    let mut s = sample::training();
    let entry =
        |name: &str, about: &str, rule: &str| Entry { name: name.into(), about: about.into(), rule: rule.into(), ..Entry::default() };
    let agents = vec![
        entry("q-learning", "learns what the best act is worth (off-policy)", "Q(s,a) ← Q(s,a) + α (r + γ · max Q(s′,·) − Q(s,a))"),
        entry("actor-critic", "learns a policy, and a critic to judge it by", "δ ← r + γ · V(s′) − V(s)\nh(s,a) ← h(s,a) + β · δ"),
        entry("random", "picks any legal act", ""),
    ];
    s.catalogue = std::sync::Arc::new(Catalogue { agents, ..Catalogue::default() });
    s
}

#[test]
fn the_choice_of_agents_at_80x24() {
    insta::assert_snapshot!("agents_80x24", picture(&choosing(), (80, 24), "S<down>"));
}

#[test]
fn another_agent_is_a_run_of_its_own_or_a_branch_beside_this_one() {
    let snapshot = choosing();
    let mut model = Model { size: (120, 40), ..Model::default() };
    receive(&mut model, &snapshot);
    let asked = type_in(&mut model, &snapshot, "S<down><enter>").asks;
    assert_eq!(asked, [Ask::New { scenario: None, agent: Some("actor-critic".into()), seed: None }]);
    assert_eq!(model.screen, ScreenId::Train);
    let asked = type_in(&mut model, &snapshot, "S<down>c").asks;
    assert_eq!(asked, [Ask::Branch(Some(BranchChange::Agent("actor-critic".into())))]);
    assert_eq!(model.screen, ScreenId::Compare);
    assert!(type_in(&mut model, &snapshot, "S<esc>").asks.is_empty() && model.overlay.is_none());
}
