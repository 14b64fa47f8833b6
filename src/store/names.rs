//! What sessions are called: `2026-11-23-1623-customer-service` unless a person names them. Times are UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// As long as a file's name may be on most systems, less our endings.
const LENGTH_MAX: usize = 200;

/// A moment of the calendar, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub year: i64,
    pub month: u64,
    pub day: u64,
    pub hour: u64,
    pub minute: u64,
    pub second: u64,
}

impl Moment {
    pub fn now() -> Moment {
        Moment::of(SystemTime::now())
    }

    /// Times before 1970 count as its beginning.
    pub fn of(time: SystemTime) -> Moment {
        let s = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
        let (year, month, day) = civil(s / 86_400);
        Moment { year, month, day, hour: s / 3600 % 24, minute: s / 60 % 60, second: s % 60 }
    }

    /// `2026-11-23T16:23:05Z`
    pub fn stamp(&self) -> String {
        let Moment { year, month, day, hour, minute, second } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `2026-11-23 16:23`
    pub fn short(&self) -> String {
        let Moment { year, month, day, hour, minute, .. } = self;
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// Year, month and day of a number of days after 1970-01-01, in years that begin in March, so that leap days end them.
/// Source: Howard Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
fn civil(days: u64) -> (i64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    ((year + era * 400) as i64 + i64::from(month <= 2), month, day)
}

/// The name of a session that nobody named: when it began, in which world.
pub fn automatic(at: Moment, world: &str) -> String {
    let stem = std::path::Path::new(world).file_stem().map_or_else(String::new, |s| s.to_string_lossy().to_lowercase());
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    let plain = plain.trim_matches('-');
    let Moment { year, month, day, hour, minute, .. } = at;
    format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}-{}", if plain.is_empty() { "world" } else { plain })
}

/// Whether a name has the form of those that nobody gave: `2026-11-23-1623-…`.
pub fn is_automatic(name: &str) -> bool {
    let form = "dddd-dd-dd-dddd-";
    name.len() > form.len() && form.bytes().zip(name.bytes()).all(|(f, b)| if f == b'd' { b.is_ascii_digit() } else { b == f })
}

/// A name that a file can have everywhere; the error says which would be right.
pub fn check(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_alphanumeric() || "-_.+ ".contains(c);
    let whole = !name.is_empty() && name.len() <= LENGTH_MAX && name.chars().all(fits) && name.trim() == name;
    if whole && !name.starts_with(['.', '-']) && !name.ends_with('.') {
        return Ok(());
    }
    Err(format!("\"{name}\" cannot be the name of a session; use letters, digits, - and _, such as before-the-change"))
}
