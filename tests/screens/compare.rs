//! The Compare screen: several runs in curves, lists, words and maps; what its keys ask.

use dialoq::trainer::command::{Ask, SweepPlan};
use dialoq::trainer::snapshot::{Estimate, Snapshot};
use dialoq::trainer::view::{Against, Watch};
use dialoq::tui::model::{Model, Overlay, ScreenId, Slot};
use dialoq::tui::receive::receive;
use dialoq::tui::theme::{Depth, Ground, Theme};
use dialoq::tui::{layout, update};

use super::easel::{DARK, MONO, SAFE};
use super::frame::{picture, type_in};
use super::sample;

fn open(width: u16, height: u16, snapshot: &Snapshot, keys: &str) -> Model {
    let mut model = Model { size: (width, height), ..Model::default() };
    type_in(&mut model, snapshot, "4");
    receive(&mut model, snapshot);
    type_in(&mut model, snapshot, keys);
    receive(&mut model, snapshot);
    model
}

fn shown(size: (u16, u16), snapshot: &Snapshot, keys: &str, theme: Theme) -> String {
    picture(&open(size.0, size.1, snapshot, keys), snapshot, theme)
}

fn asked(snapshot: &Snapshot, keys: &str) -> Vec<Ask> {
    let mut model = open(120, 40, snapshot, "");
    type_in(&mut model, snapshot, keys).asks
}

#[test]
fn three_runs_at_every_size() {
    let together = sample::together();
    for (width, height) in [(200, 60), (120, 40), (80, 24), (60, 15)] {
        insta::assert_snapshot!(format!("compare_{width}x{height}"), shown((width, height), &together, "", DARK));
    }
}

#[test]
fn each_pane_at_80x24() {
    let together = sample::together();
    for (name, keys) in [("verdict", "<tab><tab>"), ("difference", "<tab><tab><tab>"), ("sweep", "<tab><tab><tab>p")] {
        insta::assert_snapshot!(format!("compare_{name}_80x24"), shown((80, 24), &together, keys, DARK));
    }
}

#[test]
fn runs_without_colours_differ_in_dashes_and_letters() {
    insta::assert_snapshot!("compare_mono_120x40", shown((120, 40), &sample::together(), "x", MONO));
    insta::assert_snapshot!("compare_safe_120x40", shown((120, 40), &sample::undecided(), "", SAFE));
}

#[test]
fn the_names_of_eight_runs_stand_at_their_lines_without_overlapping() {
    let picture = shown((120, 40), &sample::crowded(), "", DARK);
    insta::assert_snapshot!("compare_crowded_120x40", picture);
}

#[test]
fn a_run_that_earns_more_with_a_worse_policy_is_explained() {
    let snapshot = sample::together();
    let compare = snapshot.compare.as_ref().unwrap();
    let (pair, verdict) = (compare.pair.unwrap(), compare.verdict.as_ref().unwrap());
    let sign = if verdict.better == pair.0 { -1.0 } else { 1.0 };
    let sentence = "earns more while it learns and explores;";
    for (size, contradicts) in [(0.8, true), (-0.8, false), (0.0, false)] {
        let mean = sign * size;
        let (low, high) = if size == 0.0 { (-0.2, 0.2) } else { (mean - 0.1, mean + 0.1) };
        let mut snapshot = snapshot.clone();
        let verdict = snapshot.compare.as_mut().and_then(|compare| compare.verdict.as_mut()).unwrap();
        verdict.values.last_mut().unwrap().difference = Estimate { mean, low, high };
        let picture = shown((200, 60), &snapshot, "", DARK);
        let words = picture.split(|c: char| c.is_whitespace() || c == '│').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        assert_eq!(words.contains(sentence), contradicts, "{picture}");
    }
}

#[test]
fn one_run_is_told_what_makes_two() {
    let mut alone = sample::together();
    alone.runs.truncate(1);
    alone.focus = 0;
    alone.compare = None;
    let picture = shown((120, 40), &alone, "", DARK);
    assert!(picture.contains("There is one run. b branches it here; then both are drawn here."), "{picture}");
    assert!(picture.contains("then both are judged here") && picture.contains("then the difference of both"), "{picture}");
    let mut model = open(120, 40, &alone, "");
    assert_eq!(type_in(&mut model, &alone, ")").asks, []);
    assert_eq!(model.notice.as_ref().map(|said| said.text.as_str()), Some("there is one run; b branches it here"));
}

#[test]
fn runs_come_into_focus_in_the_order_of_the_tree() {
    let together = sample::together();
    assert_eq!(asked(&together, ")"), [Ask::Focus(2)]);
    assert_eq!(asked(&together, "("), [Ask::Focus(0)]);
    let mut model = Model { size: (120, 40), ..Model::default() };
    assert_eq!(type_in(&mut model, &together, ")").asks, [Ask::Focus(2)], "on the Train screen, too");
}

#[test]
fn the_run_under_the_cursor_is_focused_compared_or_closed() {
    let together = sample::together();
    assert_eq!(asked(&together, "<tab><down><enter>"), [Ask::Focus(2)]);
    assert_eq!(asked(&together, "<tab><down>c"), [Ask::CompareWith(Some(2))]);
    assert_eq!(asked(&together, "<tab><up>Xy"), [Ask::Close(0)]);
    assert_eq!(asked(&together, "<tab><up>X<esc>"), []);
    assert_eq!(asked(&together, "<tab>c"), [], "a run is not compared with itself");
}

#[test]
fn a_run_that_was_closed_is_no_longer_under_the_cursor() {
    let mut together = sample::together();
    let mut model = open(120, 40, &together, "<tab><down>");
    assert_eq!(model.compare.run, Some(2));
    together.runs.truncate(2);
    receive(&mut model, &together);
    assert_eq!(type_in(&mut model, &together, "<up><enter>").asks, [Ask::Focus(0)]);
}

#[test]
fn the_parting_is_gone_to_in_the_run_in_focus() {
    let together = sample::together();
    assert_eq!(asked(&together, "P"), [Ask::SeekTick(6_420)]);
    assert_eq!(asked(&together, "<tab><tab><enter>"), [Ask::SeekTick(6_420)]);
    assert_eq!(asked(&sample::undecided(), "P"), []);
}

#[test]
fn replicas_are_asked_for_by_number() {
    let together = sample::together();
    assert_eq!(asked(&together, "K<enter>"), [Ask::Seeds(20)]);
    assert_eq!(asked(&together, "K5<enter>"), [Ask::Seeds(5)]);
    assert_eq!(asked(&together, "K0<enter>"), [Ask::Seeds(0)]);
    assert_eq!(asked(&together, ":seeds 12<enter>"), [Ask::Seeds(12)]);
    assert_eq!(asked(&together, "Kmany<enter>"), []);
}

fn plan(rows: (&str, &[f64]), columns: (&str, &[f64]), seeds: u32, dialogues: u64) -> Ask {
    let axis = |(name, values): (&str, &[f64])| (name.to_owned(), values.to_vec());
    Ask::Sweep(SweepPlan { rows: axis(rows), columns: axis(columns), seeds, dialogues })
}

#[test]
fn a_sweep_begins_with_a_good_plan_and_is_shown() {
    let mut together = sample::together();
    together.sweep = None;
    let mut model = Model { size: (120, 40), ..Model::default() };
    let asks = type_in(&mut model, &together, "W<enter>").asks;
    assert_eq!(asks, [plan(("alpha", &[0.01, 0.03, 0.1, 0.3]), ("gamma", &[0.8, 0.9, 0.95, 0.99]), 5, 2_000)]);
    assert_eq!((model.screen, model.focus), (ScreenId::Compare, Slot::CompareDifference));
    together.sweep = Some(sample::sweep(0.3));
    assert!(picture(&model, &together, DARK).contains("Sweep: α × γ"));
}

#[test]
fn the_words_of_a_sweep_are_understood_or_answered() {
    let together = sample::together();
    let typed = ":sweep gamma=0.9,0.5 epsilon=0.1 dialogues 300<enter>";
    assert_eq!(asked(&together, typed), [plan(("gamma", &[0.5, 0.9]), ("epsilon", &[0.1]), 5, 300)]);
    for (typed, sentence) in [
        ("sweep alpha=0.1", "a sweep names two knobs"),
        ("sweep alpha=0.1 alpha=0.2", "alpha stands on both axes"),
        ("sweep alpha=0.1,7 gamma=0.9", "alpha takes a number from 0.0001 to 1, not “7”"),
        ("sweep beta=0.1 gamma=0.9", "there is no knob “beta” with numbers"),
        ("sweep alpha=0.1,0.1 gamma=0.9", "alpha has 0.10 twice"),
        ("sweep alpha=0.1 gamma=0.9 seeds 0", "0 seeds are not possible"),
        ("sweep alpha=0.1 gamma=0.9 often 3", "“often” means nothing here"),
    ] {
        let mut model = open(120, 40, &together, "");
        assert_eq!(type_in(&mut model, &together, &format!(":{typed}<enter>")).asks, [], "{typed}");
        let Some(Overlay::Palette(listing)) = &model.overlay else { panic!("{typed} closed the list") };
        let complaint = listing.complaint.clone().unwrap_or_default();
        assert!(complaint.starts_with(sentence), "{complaint}");
    }
}

#[test]
fn the_key_of_the_sweep_stops_one_that_fills_and_then_asks_for_another() {
    let together = sample::together();
    let mut model = open(120, 40, &together, "");
    assert_eq!(type_in(&mut model, &together, "W").asks, [Ask::StopSweep]);
    type_in(&mut model, &together, "W");
    assert!(matches!(&model.overlay, Some(Overlay::Prompt(_))));
}

#[test]
fn a_cell_of_the_map_opens_as_a_run() {
    let together = sample::together();
    let keys = "<tab><tab><tab>p<down><down><right><enter>";
    let asks = type_in(&mut open(120, 40, &together, ""), &together, keys).asks;
    assert_eq!(asks, [Ask::OpenCell { row: 2, column: 1 }]);
}

#[test]
fn what_the_screen_shows_is_what_it_asks_for() {
    let together = sample::together();
    let watch = |size: (u16, u16), keys: &str| -> Watch {
        let model = open(size.0, size.1, &together, keys);
        update::wanted(&model, &layout::plan(&model))
    };
    let all = watch((120, 40), "x").compare.expect("the screen compares");
    assert_eq!(all.against, Against::Turns);
    assert!(all.curve.columns > 50 && all.rows >= 8, "{all:?}");
    // At 80 columns curves and list are seen, no differences.
    assert_eq!(watch((80, 24), "").compare.map(|compare| compare.rows), Some(0));
    // The Train screen draws the other runs behind its curve, but not while there is only one.
    assert!(watch((120, 40), "1").compare.is_some());
    let mut alone = sample::training();
    alone.runs.truncate(0);
    let model = open(120, 40, &alone, "1");
    assert_eq!(update::wanted(&model, &layout::plan(&model)).compare, None);
}

#[test]
fn the_train_screen_draws_the_other_runs_behind_its_curve() {
    insta::assert_snapshot!("train_beside_120x40", shown((120, 40), &sample::together(), "1", DARK));
}

#[test]
fn the_status_line_names_the_run_in_focus_in_its_colour() {
    let together = sample::together();
    let first = shown((120, 40), &together, "", DARK).lines().next().unwrap_or_default().to_owned();
    assert!(first.contains("B   customer-service · q-learning") || first.contains("B  customer-service · q-learning"), "{first}");
    let alone = shown((120, 40), &sample::training(), "", DARK).lines().next().unwrap_or_default().to_owned();
    assert!(!alone.contains("B  customer-service"), "{alone}");
}

/// A colour as eyes of that kind see it, in CIE Lab. Source: Machado, Oliveira & Fernandes 2009, severity 1.
fn seen(colour: ratatui::style::Color, kind: &[[f64; 3]; 3]) -> [f64; 3] {
    let ratatui::style::Color::Rgb(r, g, b) = colour else { panic!("{colour:?} is no true colour") };
    let linear = [r, g, b].map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    let times = |m: &[[f64; 3]; 3], v: [f64; 3]| [0, 1, 2].map(|k| (0..3).map(|j| m[k][j] * v[j]).sum::<f64>());
    let rgb = times(kind, linear).map(|c| c.clamp(0.0, 1.0));
    let xyz = times(&[[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], rgb);
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let [x, y, z] = [f(xyz[0] / 0.9505), f(xyz[1]), f(xyz[2] / 1.089)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn eight_runs_are_told_apart_by_every_kind_of_eye() {
    const KINDS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];
    for ground in [Ground::Dark, Ground::Light] {
        let theme = Theme::new(ground, Depth::True, true);
        for (kind, matrix) in KINDS.iter().enumerate() {
            let all: Vec<[f64; 3]> = (0..8).map(|k| seen(theme.run(k), matrix)).collect();
            for k in 0..8 {
                for j in 0..k {
                    let far = (0..3).map(|i| (all[k][i] - all[j][i]).powi(2)).sum::<f64>().sqrt();
                    assert!(far > 20.0, "runs {j} and {k} look alike on {ground:?} to kind {kind}: {far:.1}");
                }
            }
        }
        let sixteen = Theme::new(ground, Depth::Palette16, true);
        let all: std::collections::BTreeSet<String> = (0..8).map(|k| format!("{:?}", sixteen.run(k))).collect();
        assert_eq!(all.len(), 8, "sixteen colours hold eight runs on {ground:?}");
    }
}

#[test]
fn what_a_run_shares_with_its_parent_is_drawn_once() {
    let together = sample::together();
    // Marks at the foot: C began with A, B left it a third of the way.
    let picture = shown((120, 40), &together, "", DARK);
    let foot = picture.lines().find(|line| line.contains("▲ B")).expect("B's branch is marked");
    let at = foot.chars().position(|c| c == 'B').expect("its letter stands there");
    assert!((20..35).contains(&at), "{foot}");
}

#[test]
fn names_at_the_ends_of_lines_keep_the_order_of_their_values() {
    let picture = shown((120, 40), &sample::crowded(), "", DARK);
    let values: Vec<f64> = picture
        .lines()
        .skip(3)
        .take(14)
        .filter_map(|line| {
            let words: Vec<&str> = line.split("││").next()?.split_whitespace().collect();
            let [.., name, value] = words.as_slice() else { return None };
            (name.len() == 1).then(|| value.parse().ok())?
        })
        .collect();
    assert_eq!(values.len(), 8, "{picture}");
    assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "{values:?}");
}

#[test]
fn the_list_scrolls_to_the_run_under_the_cursor() {
    let crowded = sample::crowded();
    let last = |keys| shown((120, 40), &crowded, keys, DARK).contains("H at dialogue 420");
    assert!(!last("<tab>") && last("<tab><down><down><down><down><down><down>"));
}

#[test]
fn a_line_of_very_many_dialogues_is_the_mean_of_its_columns() {
    let mut together = sample::together();
    let compare = together.compare.as_mut().expect("the sample has it");
    for one in &mut compare.curves {
        one.band = None;
        one.curve.to *= 1_000;
        for column in &mut one.curve.columns {
            (column.from, column.to) = (column.from * 1_000, column.to * 1_000);
            (column.mean, column.smooth) = (3.0, 8.0);
        }
    }
    let picture = shown((120, 40), &together, "", DARK);
    assert!(picture.contains("A 3") && picture.contains("mean of 5,000"), "{picture}");
}

#[test]
fn a_compare_screen_is_drawn_quickly() {
    let together = sample::crowded();
    let model = open(200, 60, &together, "");
    let mut best = std::time::Duration::MAX;
    for _ in 0..20 {
        let start = std::time::Instant::now();
        picture(&model, &together, DARK);
        best = best.min(start.elapsed());
    }
    // Generous, for slow machines and builds for looking into.
    assert!(best.as_millis() < 60, "{best:?}");
    println!("{best:?}");
}
