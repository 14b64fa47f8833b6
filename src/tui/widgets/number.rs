//! Numbers as people read them: a true minus sign, thousands apart, never more columns than allowed.

/// `1,234,567`
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// From here on digits say less than the exponent.
const HUGE: f64 = 1e9;

/// `−12.40`: as many decimals as said; `3.2e38` where it is huge.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "?".into()
        } else if value > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    }
    let text = if value.abs() < HUGE { format!("{:.*}", decimals, value.abs()) } else { format!("{:.1e}", value.abs()) };
    let nothing = text.bytes().all(|b| b == b'0' || b == b'.');
    if value < 0.0 && !nothing { format!("−{text}") } else { text }
}

/// `+8.31`, `−12.40`, `0.00`
pub fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let nothing = text.bytes().all(|b| b == b'0' || b == b'.');
    if value > 0.0 && !nothing { format!("+{text}") } else { text }
}

/// With at most so many decimals, none of them an idle zero: `−2`, `0.5`.
pub fn trimmed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// `+2`, `−0.5`
pub fn signed_trimmed(value: f64, decimals: usize) -> String {
    let text = trimmed(value, decimals);
    if value > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// `950`, `12.3k`, `4.5M`
pub fn short(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        s if s < 9_999.5 => return trimmed(value, usize::from(s < 10.0)),
        s if s < 999_500.0 => (value / 1e3, "k"),
        s if s < 999_500_000.0 => (value / 1e6, "M"),
        _ => (value / 1e9, "G"),
    };
    let decimals = usize::from(scaled.abs() < 99.95);
    format!("{}{unit}", trimmed(scaled, decimals))
}

/// A signed number in at most `columns` (3 or more): as many decimals as fit, at most two.
pub fn signed_in(value: f64, columns: usize) -> String {
    if !value.is_finite() {
        return fixed(value, 0);
    }
    // Zero has no sign, but takes as many decimals as its neighbours.
    let columns_of = |text: &str| text.chars().count() + usize::from(!text.starts_with(['+', '−']));
    for decimals in [2, 1] {
        let text = signed(value, decimals);
        if columns_of(&text) <= columns {
            return text;
        }
        // `+.4` says as much as `+0.4` where one column matters.
        if value.abs() < 0.95 && decimals == 1 {
            return if value.abs() < 0.05 { "0".into() } else { text.replacen("0.", ".", 1) };
        }
    }
    let text = signed(value, 0);
    if text.chars().count() <= columns { text } else { narrow(value, columns) }
}

fn narrow(value: f64, columns: usize) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    for (scale, unit) in [(1e3, "k"), (1e6, "M"), (1e9, "G")] {
        let text = format!("{sign}{:.0}{unit}", value.abs() / scale);
        if text.chars().count() <= columns {
            return text;
        }
    }
    let text = format!("{sign}{:.0e}", value.abs());
    if text.chars().count() <= columns { text } else { sign.to_string() }
}

/// A count in at most `columns` (2 or more): `37`, `1k`.
pub fn count_in(value: u64, columns: usize) -> String {
    let plain = value.to_string();
    if plain.len() <= columns {
        return plain;
    }
    for (scale, unit) in [(1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G")] {
        if value < scale {
            break;
        }
        let scaled = value as f64 / scale as f64;
        for text in [format!("{scaled:.1}{unit}"), format!("{scaled:.0}{unit}")] {
            if text.len() <= columns && !text.starts_with("1000") {
                return text;
            }
        }
    }
    "+".into()
}

/// A share in at most `columns` (2 or more): `7 %`, `100`.
pub fn percent_in(share: f64, columns: usize) -> String {
    let number = fixed(share * 100.0, 0);
    if number.len() + 2 <= columns { format!("{number} %") } else { number }
}

/// As settings are written: `0.30`, `0.125`, `0.005`, `12.5`, `1200`.
pub fn setting(value: f64) -> String {
    let (decimals, least) = match value.abs() {
        0.0 => return "0".into(),
        s if s >= 100.0 => (0, 0),
        s if s >= 10.0 => (1, 0),
        s if s >= 0.009_95 => (3, 2),
        s if s >= 0.000_099_5 => (5, 2),
        _ => return format!("{value:.0e}"),
    };
    let short = trimmed(value, decimals);
    let written = short.split_once('.').map_or(0, |(_, digits)| digits.len());
    if written < least { fixed(value, least) } else { short }
}

/// `850 ms`, `12 s`, `3 min 20 s`, `2 h 05 min`
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() || s < 0.0 => "?".into(),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 3600.0 => format!("{} min {:02} s", s as u64 / 60, s as u64 % 60),
        s => format!("{} h {:02} min", s as u64 / 3600, s as u64 / 60 % 60),
    }
}

/// The smallest of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not less: for bounds that seldom move.
pub fn round_up(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.iter().map(|s| s * power).find(|&s| s >= value * (1.0 - 1e-9)).unwrap_or(value)
}
