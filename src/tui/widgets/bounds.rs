//! Axes: bounds that do not jitter, ticks that people would choose.

/// The span of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
}

impl Bounds {
    pub fn span(&self) -> f64 {
        self.high - self.low
    }

    /// The next bounds for data in [low, high]: they move only when data leave them, or shrink by a third.
    /// Data that never go below zero keep zero as the floor.
    pub fn settle(previous: Option<Bounds>, low: f64, high: f64) -> Bounds {
        let (low, high) = if low.is_finite() && high.is_finite() { (low.min(high), high.max(low)) } else { (0.0, 1.0) };
        let fresh = Bounds::around(low, high);
        match previous {
            Some(old) if low >= old.low && high <= old.high && fresh.span() > old.span() * 0.67 => old,
            _ => fresh,
        }
    }

    fn around(low: f64, high: f64) -> Bounds {
        if high - low < 1e-9 {
            let half = (high.abs() * 0.5).max(0.5);
            let floor = if low >= 0.0 { (low - half).max(0.0) } else { low - half };
            return Bounds { low: floor, high: high + half };
        }
        let pad = (high - low) * 0.05;
        let step = nice_step((high - low) / 8.0);
        let below = ((low - pad) / step).floor() * step;
        let floor = if low >= 0.0 { below.max(0.0) } else { below };
        Bounds { low: floor, high: ((high + pad) / step).ceil() * step }
    }

    /// Ticks at 1, 2 or 5 times a power of ten, at most `count` of them.
    pub fn ticks(&self, count: u16) -> Vec<f64> {
        if count == 0 || self.span() <= 0.0 || !self.span().is_finite() {
            return Vec::new();
        }
        let step = nice_step(self.span() / f64::from(count));
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        (0..=((last - first).max(0.0) as u32).min(64)).map(|k| (first + f64::from(k)) * step).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not less.
pub fn nice_step(rough: f64) -> f64 {
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|&s| s >= rough * (1.0 - 1e-9)).unwrap_or(rough)
}
