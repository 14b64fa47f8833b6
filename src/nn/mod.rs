//! Layer 4: neural networks, forward and backward, on flat vectors of parameters. A network's shape holds no numbers, a pass's
//! workspace no state: parameters and moments are their owner's, and all that is stored.

pub mod adam;
pub mod dense;
pub mod gemm;
pub mod initial;
pub mod loss;
pub mod mlp;
pub mod parallel;
pub mod policy;
pub mod real;
pub mod replay;
pub mod smooth;
pub mod striped;
pub mod sums;
pub mod tile;
pub mod vector;
