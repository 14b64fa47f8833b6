//! Backward passes against finite differences in f64, where a central difference is good to about nine digits.

mod layers;
mod policies;
mod steps;

/// Largest distance of a gradient from central differences of `loss`, over all parameters, as a share of the gradient's largest entry.
pub fn distance(parameters: &[f64], gradient: &[f64], mut loss: impl FnMut(&[f64]) -> f64) -> f64 {
    // The difference's own error is of the order h² from curvature and 1e-16 / h from rounding.
    const H: f64 = 1e-5;
    let largest = gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    let mut moved = parameters.to_vec();
    let mut worst = 0.0_f64;
    for i in 0..parameters.len() {
        moved[i] = parameters[i] + H;
        let above = loss(&moved);
        moved[i] = parameters[i] - H;
        let below = loss(&moved);
        moved[i] = parameters[i];
        worst = worst.max(((above - below) / (2.0 * H) - gradient[i]).abs());
    }
    assert!(largest > 0.0, "a gradient that is 0 everywhere shows nothing");
    worst / largest
}
