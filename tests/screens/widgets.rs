//! Numbers, words and axes, as the widgets write them.

use dialoq::tui::theme::{Depth, Ground, Theme};
use dialoq::tui::widgets::bar::{self, Axis};
use dialoq::tui::widgets::bounds::Bounds;
use dialoq::tui::widgets::pen::Pen;
use dialoq::tui::widgets::{number, text};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

#[test]
fn numbers_read_as_people_write_them() {
    assert_eq!(number::thousands(1_234_567), "1,234,567");
    assert_eq!(number::signed(8.314, 2), "+8.31");
    assert_eq!(number::signed(-12.4, 1), "−12.4");
    assert_eq!(number::signed(-0.001, 2), "0.00");
    assert_eq!(number::signed(-3.2e38, 2), "−3.2e38");
    assert_eq!(number::short(12_345.0), "12.3k");
    assert_eq!(number::setting(0.3), "0.30");
    assert_eq!(number::setting(0.005), "0.005");
    assert_eq!(number::setting(0.125), "0.125");
    assert_eq!(number::setting(f64::from(0.1f32) - 1e-8), "0.10");
    assert_eq!(number::duration(200.0), "3 min 20 s");
    assert_eq!(number::fixed(f64::NAN, 2), "?");
}

#[test]
fn a_signed_number_never_takes_more_columns_than_it_has() {
    for columns in 3..8 {
        for value in [0.0, 0.04, -0.4, 0.96, 3.25, -9.99, 12.5, -123.4, 1e4, -2e6, 9.9e8] {
            let text = number::signed_in(value, columns);
            assert!(text.chars().count() <= columns, "{value} in {columns}: {text}");
        }
    }
    assert_eq!(number::signed_in(0.42, 3), "+.4");
    assert_eq!(number::signed_in(-8.31, 4), "−8.3");
    assert_eq!(number::signed_in(-8.31, 5), "−8.31");
}

#[test]
fn bounds_are_round_and_seldom_move() {
    assert_eq!(number::round_up(11.4), 12.0);
    assert_eq!(number::round_up(0.31), 0.4);
    let first = Bounds::settle(None, -20.0, 9.5);
    assert!(first.low <= -20.0 && first.high >= 9.5);
    assert_eq!(Bounds::settle(Some(first), -18.0, 9.0), first);
    assert!(Bounds::settle(Some(first), -40.0, 9.0).low <= -40.0);
    assert!(Bounds::settle(Some(first), 5.0, 9.0).span() < first.span());
    assert_eq!(Bounds::settle(None, 0.0, 0.7).low, 0.0);
}

#[test]
fn lines_break_at_spaces_and_between_wide_characters() {
    assert_eq!(text::wrap("I would like my money back", 12), ["I would like", "my money", "back"]);
    assert_eq!(text::wrap("订单号是多少？", 8), ["订单号是", "多少？"]);
    assert_eq!(text::wrap("A-773100", 5), ["A-773", "100"]);
    // Closing punctuation does not begin a line.
    assert_eq!(text::wrap("订单号是。", 8), ["订单号", "是。"]);
}

#[test]
fn what_is_cut_off_is_marked() {
    assert_eq!(text::truncate("confirm order", 8, "…"), "confirm…");
    assert_eq!(text::truncate("订单号是多少", 6, "…"), "订单…");
    assert_eq!(text::padded("订单", 6, "…"), "订单  ");
}

#[test]
fn the_safe_mode_spells_symbols_out() {
    let safe = Theme::new(Ground::Dark, Depth::True, false);
    assert_eq!(safe.plain("Q(s,a) ← α (r + γ · δ′) ≤ −2"), "Q(s,a) <- alpha (r + gamma * delta') <= -2");
    assert_eq!(safe.width("γ-optimal"), 13);
}

#[test]
fn the_colours_of_opposite_values_mirror_each_other_about_neutral() {
    for ground in [Ground::Dark, Ground::Light] {
        let theme = Theme::new(ground, Depth::True, true);
        assert_eq!(theme.signed(-1.0).bg, Some(Color::Rgb(0xf5, 0x93, 0x22)));
        assert_eq!(theme.signed(1.0).bg, Some(Color::Rgb(0x08, 0x77, 0xbd)));
        assert_eq!(theme.signed(0.0), theme.signed(-0.0));
        assert_eq!(theme.signed(f32::NAN), theme.signed(0.0));
    }
}

#[test]
fn few_colours_are_used_where_there_are_few() {
    let theme = Theme::new(Ground::Dark, Depth::Palette256, true);
    assert!(matches!(theme.signed(0.7).bg, Some(Color::Indexed(16..))));
    let theme = Theme::new(Ground::Dark, Depth::Palette16, true);
    assert!(!matches!(theme.signed(0.7).bg, Some(Color::Indexed(_) | Color::Rgb(..))));
    assert_eq!(theme.signed(0.0), Style::new());
}

/// The columns of a bar from zero: the first and the one after its last, and where the zero stands.
fn bar_of(value: f32, values: &[f32], columns: u16) -> (u16, u16, u16) {
    let area = Rect::new(0, 0, columns, 1);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::new(Ground::Dark, Depth::True, true);
    let axis = Axis::of(values.iter().copied(), columns).unwrap();
    bar::from_zero(&mut Pen::new(&mut buffer, area, theme), 0, 0, axis, value, Style::default());
    let at = |mark: &str| (0..columns).filter(|x| buffer[(*x, 0)].symbol() == mark).collect::<Vec<u16>>();
    let zero = at("│")[0];
    let bar = at("━");
    (bar.first().copied().unwrap_or(zero), bar.last().map_or(zero, |last| last + 1), zero)
}

#[test]
fn bars_from_zero_stand_along_one_axis() {
    for values in [vec![3.0, 9.5, 0.2], vec![-12.0, -3.0, -8.5], vec![8.0, -40.0, 2.0, -1.0], vec![0.5, -0.5, f32::NAN]] {
        for columns in [6, 13, 24] {
            let mut known: Vec<f32> = values.iter().copied().filter(|v| v.is_finite()).collect();
            known.sort_by(f32::total_cmp);
            let bars: Vec<(u16, u16, u16)> = known.iter().map(|value| bar_of(*value, &values, columns)).collect();
            assert!(bars.iter().all(|bar| bar.2 == bars[0].2), "one zero");
            let tip = |(value, bar): (&f32, &(u16, u16, u16))| if *value < 0.0 { bar.0 } else { bar.1 };
            let tips: Vec<u16> = known.iter().zip(&bars).map(tip).collect();
            assert!(tips.windows(2).all(|two| two[0] <= two[1]), "{known:?} at {columns}: {tips:?}");
            assert!(tips[0] < tips[tips.len() - 1], "the worst and the best can be told apart");
        }
    }
    assert!(Axis::of([0.0, 0.0].into_iter(), 10).is_none());
}
