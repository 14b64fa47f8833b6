//! Small products against the formula, and the portable exponential and GELU against f64.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dialoq::nn::parallel::share;
use dialoq::nn::smooth::{exp, gelu};
use dialoq::nn::sums::{dot, dot_from, largest, sum};
use dialoq::nn::tile::{Product, Reach, Start, plain, wide};

use super::uniform;

fn narrow(k: u64, count: usize) -> Vec<f32> {
    uniform(k, count).iter().map(|x| *x as f32).collect()
}

/// A lower triangle of ones and zeros, or an upper one, laid over a square matrix.
fn masked(mut a: Vec<f32>, n: usize, keep: impl Fn(usize, usize) -> bool) -> Vec<f32> {
    a.iter_mut().enumerate().filter(|(at, _)| !keep(at / n, at % n)).for_each(|(_, x)| *x = 0.0);
    a
}

#[test]
fn small_products_in_registers_have_the_bits_of_the_formula() {
    for (rows, depth, columns) in [(1, 1, 1), (4, 3, 16), (5, 16, 33), (9, 7, 31), (16, 64, 64), (3, 0, 5), (33, 5, 70)] {
        for start in [Start::Zero, Start::There] {
            let (a_row, b_row, c_row) = (depth + 2, columns + 3, columns + 1);
            let (a, b, c) = (narrow(1, rows * a_row), narrow(2, depth * b_row + columns), narrow(3, rows * c_row));
            let run = |product: fn(Product<'_, f32>), turned: bool| {
                let mut c = c.clone();
                let (a_row, a_place) = if turned { (1, rows) } else { (a_row, 1) };
                let (a, b, reach) = (&a[..], &b[..], Reach::All);
                product(Product { rows, depth, columns, a, a_row, a_place, b, b_row, c: &mut c, c_row, reach, start });
                c
            };
            for turned in [false, true] {
                assert_eq!(run(wide, turned), run(plain, turned), "{rows} × {depth} × {columns}, {start:?}, turned {turned}");
            }
        }
    }
}

#[test]
fn triangles_leave_out_what_does_not_count() {
    for n in [1, 4, 7, 16, 37, 64, 65] {
        let (a, b) = (narrow(1, n * n), narrow(2, n * n));
        let run = |product: fn(Product<'_, f32>), a: &[f32], a_row, a_place, reach| {
            let mut c = vec![0.0; n * n];
            let sizes = Product {
                rows: n,
                depth: n,
                columns: n,
                a,
                a_row,
                a_place,
                b: &b,
                b_row: n,
                c: &mut c,
                c_row: n,
                reach,
                start: Start::Zero,
            };
            product(sizes);
            c
        };
        let lower = masked(a.clone(), n, |i, k| k <= i);
        assert_eq!(run(wide, &lower, n, 1, Reach::DepthTo), run(plain, &lower, n, 1, Reach::All), "up to the row, {n}");
        assert_eq!(run(wide, &lower, 1, n, Reach::DepthFrom), run(plain, &lower, 1, n, Reach::All), "from the row on, {n}");
        let keep = |c: Vec<f32>| masked(c, n, |i, j| j <= i);
        assert_eq!(keep(run(wide, &a, n, 1, Reach::ColumnsTo)), keep(run(plain, &a, n, 1, Reach::All)), "columns, {n}");
        assert_eq!(keep(run(plain, &a, n, 1, Reach::ColumnsTo)), keep(run(plain, &a, n, 1, Reach::All)), "columns, plain, {n}");
    }
}

#[test]
fn the_exponential_is_good_to_a_unit_of_its_last_place() {
    let mut worst = 0.0_f64;
    for i in -870_000..=880_000 {
        let x = i as f32 * 1e-4;
        let truth = f64::from(x).exp();
        worst = worst.max((f64::from(exp(x)) / truth - 1.0).abs());
    }
    // One unit in the last of 24 binary digits is 1.2e-7.
    assert!(worst < 1.2e-7, "{worst:e}");
    assert_eq!((exp(0.0), exp(-88.0), exp(f32::NEG_INFINITY), exp(89.0)), (1.0, 0.0, 0.0, f32::INFINITY));
    assert!(exp(f32::NAN).is_nan());
}

#[test]
fn gelu_and_its_slope_are_good_to_six_digits() {
    for i in -12_000..=12_000 {
        let x = i as f32 * 1e-3;
        let wide = f64::from(x);
        let u = (2.0 / std::f64::consts::PI).sqrt() * (wide + 0.044_715 * wide * wide * wide);
        let truth = 0.5 * wide * (1.0 + u.tanh());
        let (y, slope) = gelu(x);
        assert!((f64::from(y) - truth).abs() < 3e-7 * wide.abs().max(1.0), "GELU({x}) is {y}, not {truth}");
        assert!((f64::from(slope) - gelu(wide).1).abs() < 2e-6, "its slope at {x} is {slope}, not {}", gelu(wide).1);
    }
    assert_eq!((gelu(-200.0_f32).0, gelu(200.0_f32)), (0.0, (200.0, 1.0)));
    assert!(gelu(f32::NAN).0.is_nan());
}

#[test]
fn sums_are_right_at_every_length() {
    for n in 0..70 {
        let x: Vec<f32> = (0..n).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        assert_eq!(sum(&x), x.iter().sum::<f32>(), "whole numbers add up exactly, {n}");
        assert_eq!(dot(&x, &x), x.iter().map(|x| x * x).sum::<f32>());
        assert_eq!(dot_from(&x, &x, 2.0), x.iter().map(|x| x * (x - 2.0)).sum::<f32>());
        assert_eq!(largest(&x), x.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    }
}

#[test]
fn a_panic_in_a_piece_of_any_thread_is_passed_on_with_its_words() {
    let fall = |which: u32| {
        let meet = std::sync::Barrier::new(2);
        let work = |(): &mut (), piece: u32| {
            // Each of the two threads has a piece.
            meet.wait();
            assert!(piece != which, "piece {piece} fell over");
        };
        catch_unwind(AssertUnwindSafe(|| share(&mut [(), ()], vec![0, 1], work))).unwrap_err()
    };
    for which in [0, 1] {
        let cause = fall(which);
        assert_eq!(cause.downcast_ref::<String>().unwrap(), &format!("piece {which} fell over"));
    }
}
