//! The values of one policy by a direct linear solution: (I − γ P) v = r, for worlds of few states.
//! Gaussian elimination with partial pivoting. Source: Golub & Van Loan 2013, Matrix Computations, §3.4.

use super::mdp::Mdp;

/// More states than this take too long: the work grows with their third power.
pub const STATES_MAX: u32 = 512;

/// V(s) of a policy that takes act `a` in state `s` with probability `weights(s, a)`; none where it is not finite.
pub fn values(mdp: &Mdp, gamma: f64, weights: &dyn Fn(u32, u32) -> f64) -> Option<Vec<f64>> {
    let n = mdp.state_count() as usize;
    let mut system = System::new(n);
    for s in 0..mdp.state_count() {
        for a in 0..mdp.action_count() {
            let weight = weights(s, a);
            for b in mdp.outcomes(s, a).iter().filter(|_| weight > 0.0) {
                let p = weight * b.probability;
                system.earn(s as usize, p * b.reward);
                if !b.closed {
                    system.lead(s as usize, b.next as usize, gamma * p);
                }
            }
        }
    }
    system.solve()
}

/// v = r + M v, as the rows of (I − M) with r in a last column.
pub struct System {
    n: usize,
    rows: Vec<f64>,
}

impl System {
    pub fn new(n: usize) -> System {
        let mut rows = vec![0.0; n * (n + 1)];
        (0..n).for_each(|i| rows[i * (n + 1) + i] = 1.0);
        System { n, rows }
    }

    /// Adds to r.
    pub fn earn(&mut self, row: usize, reward: f64) {
        self.rows[row * (self.n + 1) + self.n] += reward;
    }

    /// Adds to M.
    pub fn lead(&mut self, row: usize, to: usize, discounted: f64) {
        self.rows[row * (self.n + 1) + to] -= discounted;
    }

    /// v, or none where the system has no single solution in finite numbers.
    pub fn solve(mut self) -> Option<Vec<f64>> {
        let (n, width) = (self.n, self.n + 1);
        for k in 0..n {
            let size = |row: &usize| self.rows[row * width + k].abs();
            let pivot = (k..n).max_by(|a, b| size(a).total_cmp(&size(b)))?;
            if self.rows[pivot * width + k] == 0.0 {
                return None;
            }
            for column in k..width {
                self.rows.swap(k * width + column, pivot * width + column);
            }
            let (above, below) = self.rows.split_at_mut((k + 1) * width);
            let top = &above[k * width..];
            for row in below.chunks_exact_mut(width).filter(|row| row[k] != 0.0) {
                let factor = row[k] / top[k];
                row[k..].iter_mut().zip(&top[k..]).for_each(|(x, y)| *x -= factor * y);
            }
        }
        let mut v = vec![0.0; n];
        for k in (0..n).rev() {
            let row = &self.rows[k * width..(k + 1) * width];
            let known: f64 = (k + 1..n).map(|j| row[j] * v[j]).sum();
            v[k] = (row[n] - known) / row[k];
        }
        v.iter().all(|x| x.is_finite()).then_some(v)
    }
}
