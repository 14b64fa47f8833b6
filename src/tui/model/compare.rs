//! What the person has chosen to see of several runs.

use super::TableModel;
use crate::trainer::snapshot::RunId;
use crate::trainer::view::Against;

#[derive(Clone, Debug, Default)]
pub struct CompareModel {
    /// What the x axis of the curves counts.
    pub against: Against,
    /// The run under the cursor of the list; none is the one in focus.
    pub run: Option<RunId>,
    /// Bounds of the curves' y axis as last drawn, and what they belong to.
    pub y_bounds: Option<(f64, f64)>,
    pub bounds_of: String,
    /// Cursor and colours of the table of differences.
    pub table: TableModel,
    /// Row and column under the cursor of the sweep map.
    pub cell: (usize, usize),
    /// Whether the map was stopped before it was full: then its key asks for another.
    pub sweep_stopped: bool,
    /// Whether there is more than one run, or replicas: then other panes show them beside the run in focus.
    pub beside: bool,
    /// Whether replicas were asked for.
    pub seeds: bool,
}
