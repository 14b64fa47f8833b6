//! Every layer, activation and head, and the losses behind them.

use dialoq::nn::dense::{Activation, Rows};
use dialoq::nn::gemm::{Matrix, gemm};
use dialoq::nn::initial::Initial;
use dialoq::nn::loss::{huber, huber_backward};
use dialoq::nn::mlp::{Head, Mlp, Pass, Single};
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::world::env::Feature;

use super::distance;

/// Analytic gradients agree with the differences to this share of the largest entry: what the differences themselves are good for.
const TOLERANCE: f64 = 1e-8;

fn key(k: u64) -> Key {
    Key::new(k, Stream::Init)
}

/// Rows of some features of some size.
fn rows(count: usize, inputs: u32) -> Rows {
    let mut rows = Rows::default();
    for b in 0..count as u64 {
        let mut dice = Dice::at(key(5), b);
        let all = (0..inputs).map(|at| Feature { at, value: (2.0 * dice.unit() - 1.0) as f32 });
        let some: Vec<Feature> = all.filter(|f| (u64::from(f.at) + b) % 3 != 0).collect();
        rows.push(&some);
    }
    rows
}

fn target(b: usize, o: usize) -> f64 {
    2.0 * Dice::at(key(9), (b * 64 + o) as u64).unit() - 1.0
}

/// Mean Huber loss of all outputs, with a limit that some errors pass.
fn loss(network: &Mlp, parameters: &[f64], x: &Rows, limit: f64) -> f64 {
    let mut pass = Pass::new(network, x.len());
    network.forward(parameters, x, &mut pass);
    let one = |b: usize| pass.row(b).iter().enumerate().map(|(o, q)| huber(target(b, o) - q, limit)).sum::<f64>();
    (0..x.len()).map(one).sum::<f64>() / x.len() as f64
}

fn gradient(network: &Mlp, parameters: &[f64], x: &Rows, limit: f64) -> Vec<f64> {
    let mut pass = Pass::new(network, x.len());
    network.forward(parameters, x, &mut pass);
    let (batch, width) = (x.len(), network.outputs());
    let outputs = pass.outputs().to_vec();
    for (at, (slope, q)) in pass.error().iter_mut().zip(outputs).enumerate() {
        *slope = huber_backward(target(at / width, at % width) - q, limit) / batch as f64;
    }
    let mut gradient = vec![f64::NAN; network.parameters()];
    network.backward(parameters, x, &mut pass, &mut gradient);
    gradient
}

#[test]
fn every_network_has_the_gradient_that_differences_give() {
    for (hidden, activation, head) in [
        (&[][..], Activation::Identity, Head::Plain),
        (&[], Activation::Identity, Head::Dueling),
        (&[7], Activation::Tanh, Head::Plain),
        (&[7], Activation::Relu, Head::Plain),
        (&[7], Activation::Relu, Head::Dueling),
        (&[40, 9], Activation::Tanh, Head::Plain),
        (&[40, 9], Activation::Relu, Head::Plain),
        (&[9, 40], Activation::Tanh, Head::Dueling),
        (&[6, 5, 4], Activation::Relu, Head::Dueling),
    ] {
        for limit in [1e9, 0.5] {
            let network = Mlp::new(11, hidden, 3, activation, head);
            let mut parameters: Vec<f64> = network.fresh(Initial::He, 1.0, key(1));
            // Biases too, so that none of them is 0 by chance.
            parameters.iter_mut().enumerate().for_each(|(i, p)| *p += 0.1 * (Dice::at(key(2), i as u64).unit() - 0.5));
            let x = rows(6, 11);
            let gradient = gradient(&network, &parameters, &x, limit);
            let worst = distance(&parameters, &gradient, |p| loss(&network, p, &x, limit));
            assert!(worst < TOLERANCE, "{hidden:?} {activation:?} {head:?}, limit {limit}: {worst:e}");
        }
    }
}

#[test]
fn a_wrong_gradient_is_noticed() {
    let network = Mlp::new(11, &[7], 3, Activation::Tanh, Head::Plain);
    let parameters: Vec<f64> = network.fresh(Initial::He, 1.0, key(1));
    let x = rows(6, 11);
    let mut gradient = gradient(&network, &parameters, &x, 1e9);
    let largest = gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    gradient[20] += largest * 1e-6;
    assert!(distance(&parameters, &gradient, |p| loss(&network, p, &x, 1e9)) > TOLERANCE);
}

#[test]
fn a_gradient_in_f32_is_that_in_f64_rounded() {
    let network = Mlp::new(30, &[64, 64], 8, Activation::Relu, Head::Dueling);
    let x = rows(32, 30);
    let wide: Vec<f64> = network.fresh(Initial::He, 1.0, key(3));
    let narrow: Vec<f32> = network.fresh(Initial::He, 1.0, key(3));
    let (mut pass, mut precise) = (Pass::new(&network, 32), Pass::new(&network, 32));
    network.forward(&narrow, &x, &mut pass);
    network.forward(&wide, &x, &mut precise);
    for (slope, q) in pass.error().iter_mut().zip(precise.error()) {
        (*slope, *q) = (0.25, 0.25);
    }
    let (mut a, mut b) = (vec![0.0_f32; network.parameters()], vec![0.0_f64; network.parameters()]);
    network.backward(&narrow, &x, &mut pass, &mut a);
    network.backward(&wide, &x, &mut precise, &mut b);
    let largest = b.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    let worst = a.iter().zip(&b).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
    // Sums of up to 64 products in f32: a few units of its seven digits.
    assert!(worst < 2e-6 * largest, "{worst:e} of {largest:e}");
}

#[test]
fn one_row_has_the_outputs_that_it_has_in_a_batch() {
    for head in [Head::Plain, Head::Dueling] {
        for hidden in [&[][..], &[33], &[64, 50]] {
            let network = Mlp::new(30, hidden, 8, Activation::Relu, head);
            let parameters: Vec<f64> = network.fresh(Initial::He, 1.0, key(3));
            let x = rows(5, 30);
            let (mut pass, mut single) = (Pass::new(&network, 5), Single::new(&network));
            network.forward(&parameters, &x, &mut pass);
            for b in 0..5 {
                let alone = network.one(&parameters, x.row(b), &mut single);
                let distance = alone.iter().zip(pass.row(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                // The same sums in another order.
                assert!(distance < 1e-12, "{head:?} {hidden:?}: {distance:e}");
            }
        }
    }
}

#[test]
fn a_dueling_head_adds_advantages_that_have_mean_zero_to_a_value() {
    let network = Mlp::new(4, &[], 3, Activation::Relu, Head::Dueling);
    // One feature: its row of weights is the raw output, three advantages and the value.
    let mut parameters = vec![0.0_f64; network.parameters()];
    parameters[..4].copy_from_slice(&[1.0, 2.0, 6.0, 10.0]);
    let q = network.one(&parameters, &[Feature { at: 0, value: 1.0 }], &mut Single::new(&network)).to_vec();
    assert_eq!(q, [10.0 + 1.0 - 3.0, 10.0 + 2.0 - 3.0, 10.0 + 6.0 - 3.0]);
}

#[test]
fn a_weight_that_is_no_number_reaches_the_outputs_and_the_gradient() {
    let network = Mlp::new(4, &[5], 3, Activation::Relu, Head::Plain);
    let mut parameters: Vec<f32> = network.fresh(Initial::He, 1.0, key(1));
    parameters[2] = f32::NAN;
    let mut x = Rows::default();
    x.push(&[Feature { at: 0, value: 1.0 }]);
    let mut pass = Pass::new(&network, 1);
    network.forward(&parameters, &x, &mut pass);
    assert!(pass.outputs().iter().all(|q| q.is_nan()), "{:?}", pass.outputs());
    assert!(network.one(&parameters, x.row(0), &mut Single::new(&network)).iter().all(|q| q.is_nan()));
    pass.error().fill(1.0);
    let mut gradient = vec![0.0; network.parameters()];
    network.backward(&parameters, &x, &mut pass, &mut gradient);
    assert!(gradient.iter().any(|g| g.is_nan()));
}

#[test]
fn a_product_is_that_of_the_definition_also_transposed() {
    let (m, k, n) = (5, 4, 3);
    let a: Vec<f64> = (0..m * k).map(|i| i as f64 - 7.0).collect();
    let b: Vec<f64> = (0..k * n).map(|i| 3.0 - i as f64).collect();
    let sum = |i: usize, j: usize| (0..k).map(|l| a[i * k + l] * b[l * n + j]).sum::<f64>();
    let wanted: Vec<f64> = (0..m * n).map(|at| sum(at / n, at % n)).collect();
    let turned = |x: &[f64], rows: usize, columns: usize| -> Vec<f64> {
        (0..rows * columns).map(|at| x[(at % rows) * columns + at / rows]).collect()
    };
    let (at, bt) = (turned(&a, m, k), turned(&b, k, n));
    let mut c = vec![f64::NAN; m * n];
    gemm(Matrix::new(&a, m, k), Matrix::new(&b, k, n), 0.0, &mut c);
    assert_eq!(c, wanted);
    gemm(Matrix::new(&at, k, m).t(), Matrix::new(&bt, n, k).t(), 0.0, &mut c);
    assert_eq!(c, wanted);
    gemm(Matrix::new(&a, m, k), Matrix::new(&b, k, n), 2.0, &mut c);
    assert_eq!(c, wanted.iter().map(|x| 3.0 * x).collect::<Vec<_>>());
}
