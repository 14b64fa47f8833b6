//! Colour values: the inks, the two ramps, and how they come down to 256 or 16 colours.

use ratatui::style::{Color, Style};

use super::{Depth, Ink};

pub type Rgb = [u8; 3];

/// Rows as in `Ink` (without `Text`): on dark ground, on light ground.
const INKS: [[Rgb; 2]; 9] = [
    [[0x8a, 0x8a, 0x94], [0x66, 0x66, 0x70]],
    [[0x4e, 0x4e, 0x58], [0xa8, 0xa8, 0xb2]],
    [[0xf2, 0xc7, 0x5c], [0x8a, 0x62, 0x00]],
    [[0x6c, 0xc5, 0xd6], [0x00, 0x6f, 0x8a]],
    [[0x4d, 0xa3, 0xe8], [0x08, 0x60, 0xa0]],
    [[0xf5, 0x93, 0x22], [0xa8, 0x55, 0x00]],
    [[0xe0, 0x82, 0xae], [0xa8, 0x2a, 0x68]],
    [[0x78, 0xcf, 0x92], [0x17, 0x76, 0x3a]],
    [[0xff, 0x6e, 0x6e], [0xb8, 0x1d, 0x1d]],
];

const fn place(ink: Ink) -> usize {
    match ink {
        Ink::Text | Ink::Quiet => 0,
        Ink::Faint => 1,
        Ink::Accent => 2,
        Ink::Learner => 3,
        Ink::Better => 4,
        Ink::Worse => 5,
        Ink::Person => 6,
        Ink::Good => 7,
        Ink::Alarm => 8,
    }
}

pub fn ink(ink: Ink, ground: usize) -> Rgb {
    INKS[place(ink)][ground]
}

// Bright black is invisible in some well-known palettes, so only what may vanish (Faint) uses it on dark ground.
pub fn ink16(ink: Ink, ground: usize) -> Color {
    let pair = match ink {
        Ink::Text => [Color::Reset, Color::Reset],
        Ink::Quiet => [Color::Gray, Color::DarkGray],
        Ink::Faint => [Color::DarkGray, Color::Gray],
        Ink::Accent => [Color::LightYellow, Color::Black],
        Ink::Learner => [Color::LightCyan, Color::Cyan],
        Ink::Better => [Color::LightBlue, Color::Blue],
        Ink::Worse => [Color::Yellow, Color::Red],
        Ink::Person => [Color::LightMagenta, Color::Magenta],
        Ink::Good => [Color::LightGreen, Color::Green],
        Ink::Alarm => [Color::LightRed, Color::Red],
    };
    pair[ground]
}

const ORANGE: Rgb = [0xf5, 0x93, 0x22];
const BLUE: Rgb = [0x08, 0x77, 0xbd];
const NEUTRAL: [Rgb; 2] = [[0x26, 0x26, 0x2c], [0xe6, 0xe6, 0xea]];
const SELECTED: [[Rgb; 2]; 2] = [[[0x5c, 0x5c, 0x66], [0xbe, 0xbe, 0xc8]], [[0xf2, 0xc7, 0x5c], [0xf2, 0xc7, 0x5c]]];

pub fn selected(focused: bool, light: bool) -> Rgb {
    SELECTED[usize::from(focused)][usize::from(light)]
}

pub fn signed(share: f32, light: bool) -> Rgb {
    let neutral = NEUTRAL[usize::from(light)];
    mix(neutral, if share < 0.0 { ORANGE } else { BLUE }, share.abs())
}

/// Source: cividis, Nuñez, Anderton & Renslow 2018, at nine points.
const CIVIDIS: [Rgb; 9] = [
    [0x00, 0x20, 0x4d],
    [0x00, 0x33, 0x6f],
    [0x39, 0x48, 0x6b],
    [0x57, 0x5c, 0x6d],
    [0x70, 0x71, 0x73],
    [0x8a, 0x87, 0x79],
    [0xa6, 0x9d, 0x75],
    [0xc4, 0xb5, 0x6c],
    [0xff, 0xea, 0x46],
];

// Zero fades into the ground, so that what is large stands out on either.
pub fn unsigned(share: f32, light: bool) -> Rgb {
    let place = if light { 1.0 - share } else { share };
    let ramp = cividis(place);
    mix(NEUTRAL[usize::from(light)], ramp, (share * 5.0).min(1.0))
}

fn cividis(share: f32) -> Rgb {
    let at = share * (CIVIDIS.len() - 1) as f32;
    let low = (at as usize).min(CIVIDIS.len() - 2);
    mix(CIVIDIS[low], CIVIDIS[low + 1], at - low as f32)
}

pub fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|k| (f32::from(from[k]) + (f32::from(to[k]) - f32::from(from[k])) * share).round() as u8)
}

/// A background with black or white text on it, whichever reads better.
pub fn filled(ground: Rgb, depth: Depth) -> Style {
    let text = if luminance(ground) > 0.179 { [0, 0, 0] } else { [255, 255, 255] };
    Style::new().bg(fit(ground, depth)).fg(fit(text, depth))
}

/// Source: WCAG 2, relative luminance; .179 is where black and white contrast alike.
fn luminance(rgb: Rgb) -> f32 {
    let linear = |c: u8| {
        let c = f32::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
}

pub fn fit(rgb: Rgb, depth: Depth) -> Color {
    match depth {
        Depth::True => Color::Rgb(rgb[0], rgb[1], rgb[2]),
        Depth::Palette256 => Color::Indexed(nearest256(rgb)),
        Depth::Palette16 => nearest16(rgb),
    }
}

fn nearest256(rgb: Rgb) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |c: u8| (0..6).min_by_key(|&k| c.abs_diff(LEVELS[k])).unwrap_or(0);
    let cube = rgb.map(step);
    let average = rgb.iter().map(|&c| u32::from(c)).sum::<u32>() / 3;
    let grey = (average.saturating_sub(3) / 10).min(23) as u8;
    let far = |other: Rgb| (0..3).map(|k| u32::from(rgb[k].abs_diff(other[k])).pow(2)).sum::<u32>();
    if far([8 + 10 * grey; 3]) < far(cube.map(|k| LEVELS[k])) { 232 + grey } else { 16 + (36 * cube[0] + 6 * cube[1] + cube[2]) as u8 }
}

fn nearest16(rgb: Rgb) -> Color {
    let light = u32::from(rgb[0]) + u32::from(rgb[1]) + u32::from(rgb[2]);
    match light {
        0..=150 => Color::Black,
        151..=400 => Color::DarkGray,
        401..=600 => Color::Gray,
        _ => Color::White,
    }
}

pub fn signed16(share: f32) -> Style {
    match share {
        s if s <= -0.5 => Style::new().bg(Color::Yellow).fg(Color::Black),
        s if s <= -0.12 => Style::new().fg(Color::Yellow),
        s if s < 0.12 => Style::new(),
        s if s < 0.5 => Style::new().fg(Color::LightBlue),
        _ => Style::new().bg(Color::Blue).fg(Color::White),
    }
}

pub fn unsigned16(share: f32) -> Style {
    match share {
        s if s < 0.2 => Style::new(),
        s if s < 0.6 => Style::new().fg(Color::Yellow),
        _ => Style::new().bg(Color::Yellow).fg(Color::Black),
    }
}

/// Eight runs on dark and on light ground. Found by search: the least distance between any two is as large as could be, for full
/// sight and for each kind of colour blindness.
/// Source of the kinds: Machado, Oliveira & Fernandes 2009.
const RUNS: [[Rgb; 2]; 8] = [
    [[0x6c, 0xc5, 0xd6], [0x00, 0x78, 0x9a]],
    [[0xd1, 0x95, 0x00], [0xbb, 0x64, 0x00]],
    [[0x9d, 0x91, 0xf1], [0x67, 0x0b, 0x3a]],
    [[0x52, 0x8a, 0x3f], [0xc2, 0x3a, 0xe1]],
    [[0xd8, 0xf6, 0x04], [0x02, 0x27, 0x86]],
    [[0xee, 0x26, 0x8a], [0xef, 0x05, 0x56]],
    [[0xaf, 0x44, 0xff], [0x00, 0x00, 0xff]],
    [[0xff, 0xc1, 0xae], [0x2e, 0x39, 0x00]],
];

pub fn run(k: usize, light: bool) -> Rgb {
    RUNS[k % RUNS.len()][usize::from(light)]
}

/// The same further back: for bands behind the lines.
pub fn run_behind(k: usize, light: bool) -> Rgb {
    mix(NEUTRAL[usize::from(light)], run(k, light), 0.5)
}

const RUNS16: [[Color; 2]; 8] = [
    [Color::LightCyan, Color::Cyan],
    [Color::Yellow, Color::Red],
    [Color::LightMagenta, Color::Magenta],
    [Color::Green, Color::Green],
    [Color::LightYellow, Color::Blue],
    [Color::LightRed, Color::LightRed],
    [Color::LightBlue, Color::LightMagenta],
    [Color::White, Color::Black],
];

pub fn run16(k: usize, light: bool) -> Color {
    RUNS16[k % RUNS16.len()][usize::from(light)]
}
