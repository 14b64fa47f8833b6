//! The learning curves as a figure that stands alone: SVG without scripts or fonts of its own, readable on white.

use std::io::{self, Write};

use crate::text::is_control;

/// A run's line.
pub struct Line {
    /// `A · q-learning`, `B · α 0.1 → 0.3`
    pub label: String,
    /// Dialogues finished, and the mean return of the last 100 there.
    pub points: Vec<(f64, f64)>,
}

pub struct Figure {
    pub title: String,
    pub lines: Vec<Line>,
    /// Returns of optimal policies, with what is written beside them.
    pub optima: Vec<(String, f64)>,
}

/// Okabe and Ito's colours, which people who see fewer colours can tell apart too; without the yellow, which white swallows.
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
/// A second run of a colour is dashed.
const DASHES: [&str; 3] = ["", "6 3", "2 2"];

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 480.0;
/// The plot itself; to the right of it stands the legend.
const LEFT: f64 = 76.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 420.0;
/// Letters that the legend has room for.
const LABEL: usize = 30;

/// A range with the step between its ticks.
#[derive(Clone, Copy, Debug)]
struct Scale {
    from: f64,
    to: f64,
    step: f64,
}

impl Scale {
    /// A range that begins and ends with a tick, of about so many.
    fn around(low: f64, high: f64, ticks: f64) -> Scale {
        let span = if high > low { high - low } else { 1.0 };
        let unit = 10_f64.powf((span / ticks).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * unit).find(|step| span / step <= ticks).unwrap_or(10.0 * unit);
        let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
        Scale { from, to: if to > from { to } else { from + step }, step }
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        (0..=((self.to - self.from) / self.step).round() as u32).map(move |k| self.from + f64::from(k) * self.step)
    }

    fn place(self, x: f64, from: f64, to: f64) -> f64 {
        from + (x - self.from) / (self.to - self.from) * (to - from)
    }

    /// A tick in as many decimals as the step needs.
    fn text(self, x: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        // A step back to zero may leave a minus behind.
        let x = if x.abs() < self.step / 2.0 { 0.0 } else { x };
        let text = format!("{x:.decimals$}");
        if self.step >= 1.0 { grouped(&text) } else { text }.replace('-', "−")
    }
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = sign.to_owned();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text as XML holds it; control characters have no place in it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if is_control(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LABEL { text.to_owned() } else { text.chars().take(LABEL - 1).chain(['…']).collect() }
}

pub fn draw(out: &mut dyn Write, figure: &Figure) -> io::Result<()> {
    let points = || figure.lines.iter().flat_map(|line| &line.points);
    let returns = || points().map(|(_, y)| *y).chain(figure.optima.iter().map(|(_, y)| *y)).filter(|y| y.is_finite());
    let (low, high) = returns().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    let y = if low <= high { Scale::around(low, high, 7.0) } else { Scale::around(0.0, 1.0, 7.0) };
    let last = points().map(|(x, _)| *x).fold(1.0, f64::max);
    let x = Scale { to: last, ..Scale::around(0.0, last, 6.0) };
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"#222222\">"
    )?;
    writeln!(out, "<title>{}</title>", escape(&figure.title))?;
    writeln!(out, "<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>")?;
    writeln!(out, "<text x=\"{LEFT}\" y=\"28\" font-size=\"16\" font-weight=\"bold\">{}</text>", escape(&figure.title))?;
    axes(out, x, y)?;
    for (k, (label, value)) in figure.optima.iter().enumerate() {
        let at = y.place(*value, BOTTOM, TOP);
        writeln!(out, "<line x1=\"{LEFT}\" y1=\"{at:.2}\" x2=\"{RIGHT}\" y2=\"{at:.2}\" stroke=\"#555555\" stroke-dasharray=\"8 4\"/>")?;
        // The second one stands below its line, as it is close to the first; a white rim keeps lines behind from crossing letters.
        let to = at + if k == 0 { -5.0 } else { 14.0 };
        let rim = "stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\"";
        writeln!(out, "<text x=\"{}\" y=\"{to:.2}\" text-anchor=\"end\" fill=\"#555555\" {rim}>{}</text>", RIGHT - 6.0, escape(label))?;
    }
    for (k, line) in figure.lines.iter().enumerate() {
        draw_line(out, k, line, x, y)?;
    }
    writeln!(out, "</svg>")
}

fn axes(out: &mut dyn Write, x: Scale, y: Scale) -> io::Result<()> {
    writeln!(out, "<g stroke=\"#dddddd\">")?;
    for tick in y.ticks() {
        let at = y.place(tick, BOTTOM, TOP);
        writeln!(out, "<line x1=\"{LEFT}\" y1=\"{at:.2}\" x2=\"{RIGHT}\" y2=\"{at:.2}\"/>")?;
    }
    writeln!(out, "</g>\n<g text-anchor=\"end\">")?;
    for tick in y.ticks() {
        writeln!(out, "<text x=\"{}\" y=\"{:.2}\">{}</text>", LEFT - 8.0, y.place(tick, BOTTOM, TOP) + 4.5, y.text(tick))?;
    }
    writeln!(out, "</g>\n<g text-anchor=\"middle\">")?;
    let shown: Vec<f64> = x.ticks().filter(|tick| *tick <= x.to).collect();
    for tick in &shown {
        writeln!(out, "<text x=\"{:.2}\" y=\"{}\">{}</text>", x.place(*tick, LEFT, RIGHT), BOTTOM + 20.0, x.text(*tick))?;
    }
    writeln!(out, "<text x=\"{}\" y=\"{}\">dialogues</text>", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0)?;
    let middle = f64::midpoint(TOP, BOTTOM);
    writeln!(out, "<text x=\"20\" y=\"{middle}\" transform=\"rotate(-90 20 {middle})\">return per dialogue, mean of the last 100</text>")?;
    writeln!(out, "</g>\n<g stroke=\"#222222\">")?;
    writeln!(out, "<line x1=\"{LEFT}\" y1=\"{BOTTOM}\" x2=\"{RIGHT}\" y2=\"{BOTTOM}\"/>")?;
    writeln!(out, "<line x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{LEFT}\" y2=\"{BOTTOM}\"/>")?;
    for tick in &shown {
        let at = x.place(*tick, LEFT, RIGHT);
        writeln!(out, "<line x1=\"{at:.2}\" y1=\"{BOTTOM}\" x2=\"{at:.2}\" y2=\"{}\"/>", BOTTOM + 5.0)?;
    }
    writeln!(out, "</g>")
}

fn draw_line(out: &mut dyn Write, k: usize, line: &Line, x: Scale, y: Scale) -> io::Result<()> {
    let (colour, dash) = (COLOURS[k % COLOURS.len()], DASHES[k / COLOURS.len() % DASHES.len()]);
    let pen = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    let finite = line.points.iter().filter(|(_, y)| y.is_finite());
    let points: Vec<String> = finite.map(|(px, py)| format!("{:.2},{:.2}", x.place(*px, LEFT, RIGHT), y.place(*py, BOTTOM, TOP))).collect();
    writeln!(
        out,
        "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{pen} points=\"{}\"/>",
        points.join(" ")
    )?;
    let at = TOP + 10.0 + 22.0 * k as f64;
    let (from, to) = (RIGHT + 20.0, RIGHT + 46.0);
    writeln!(out, "<line x1=\"{from}\" y1=\"{at}\" x2=\"{to}\" y2=\"{at}\" stroke=\"{colour}\" stroke-width=\"3\"{pen}/>")?;
    writeln!(out, "<text x=\"{}\" y=\"{}\">{}</text>", to + 8.0, at + 4.5, escape(&shortened(&line.label)))
}
