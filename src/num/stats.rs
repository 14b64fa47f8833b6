//! Means, intervals and moving averages.

use crate::fields;

/// Welford's running mean and variance.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    pub count: u64,
    pub mean: f64,
    squares: f64,
}

impl Moments {
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
    }

    /// Unbiased sample variance; 0 below two samples.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// Half the width of the 95 % interval of the mean, by the normal approximation (fit for 100 samples and more).
    pub fn half_width_95(&self) -> f64 {
        if self.count == 0 { f64::INFINITY } else { 1.959_963_984_540_054 * (self.variance() / self.count as f64).sqrt() }
    }
}

/// The middle value; the mean of the middle two for an even count. None of an empty list.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => None,
        _ if n % 2 == 1 => Some(values[n / 2]),
        _ => Some(f64::midpoint(values[n / 2 - 1], values[n / 2])),
    }
}

/// Debiased exponential moving average: `m_t` / (1 − decay^t). Samples that are not finite are left out.
#[derive(Clone, Copy, Debug)]
pub struct Ema {
    decay: f64,
    moment: f64,
    weight: f64,
}

fields!(Ema { decay, moment, weight });

impl Ema {
    pub fn new(decay: f64) -> Ema {
        Ema { decay, moment: 0.0, weight: 0.0 }
    }

    #[inline]
    pub fn add(&mut self, x: f32) {
        if x.is_finite() {
            self.moment = self.decay * self.moment + (1.0 - self.decay) * f64::from(x);
            self.weight = self.decay * self.weight + (1.0 - self.decay);
        }
    }

    pub fn mean(&self) -> f32 {
        if self.weight > 0.0 { (self.moment / self.weight) as f32 } else { 0.0 }
    }
}
