//! Softmax policies over legal acts.

use dialoq::nn::policy::{backward, entropy, log_probability, softmax};

use super::distance;

const H: [f64; 5] = [0.3, -1.2, 2.0, 0.0, 0.7];
const LEGAL: u64 = 0b10111;

#[test]
fn probabilities_add_up_to_one_over_legal_acts_whatever_their_size() {
    let far = [1000.0, 999.0, -1000.0, 5.0, 998.0];
    for h in [H, far] {
        let mut p = [0.0; 5];
        softmax(&h, LEGAL, &mut p);
        // A preference of 1000 has thirteen digits behind the point.
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{p:?}");
        assert_eq!(p[3], 0.0, "an illegal act has no chance");
    }
    let mut p = [0.0; 5];
    softmax(&far, LEGAL, &mut p);
    // e⁰ : e⁻¹ : e⁻².
    assert!((p[0] / p[1] - 1.0_f64.exp()).abs() < 1e-12 && (p[1] / p[4] - 1.0_f64.exp()).abs() < 1e-12);
}

#[test]
fn the_gradient_of_log_probability_and_entropy_is_that_of_differences() {
    for (x, y) in [(1.0, 0.0), (0.0, 1.0), (-2.5, 0.3)] {
        for act in [0, 1, 2, 4] {
            let mut gradient = [f64::NAN; 5];
            backward(&H, LEGAL, act, x, y, &mut gradient);
            let worst = distance(&H, &gradient, |h| x * log_probability(h, LEGAL, act) + y * entropy(h, LEGAL));
            assert!(worst < 1e-9, "act {act}, {x}, {y}: {worst:e}");
        }
    }
}

#[test]
fn entropy_is_largest_where_all_acts_are_alike() {
    assert!((entropy(&[4.0; 5], LEGAL) - 4.0_f64.ln()).abs() < 1e-15 * 8.0);
    assert!(entropy(&H, LEGAL) < 4.0_f64.ln());
}

#[test]
fn a_preference_that_is_no_number_is_not_passed_over() {
    let mut p = [0.0_f32; 3];
    softmax(&[1.0, f32::NAN, 2.0], 0b111, &mut p);
    assert!(p.iter().all(|p| p.is_nan()), "{p:?}");
}
