//! What the person has chosen to see: everything on the screen that is not the trainer's.

use std::sync::Arc;

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Axis, Lang, Order, Smooth};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ScreenId {
    #[default]
    Train,
    Values,
    Dialogue,
}

/// A place on a screen that holds one panel. Panels registered for the same slot take turns there (key `p`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    TrainCurve,
    TrainDialogue,
    TrainTable,
    TrainUpdate,
    Knobs,
    ValuesTable,
    ValuesInspector,
    DialogueTranscript,
    DialogueActs,
    DialogueFacts,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub size: (u16, u16),
    pub lang: Lang,
    pub screen: ScreenId,
    pub focus: Slot,
    /// The slot shown alone, over the whole screen (`e`).
    pub expanded: Option<Slot>,
    /// Which of a slot's panels is shown, where it is not the first.
    pub turned: Vec<(Slot, usize)>,
    /// The snapshot held still while learning goes on (`f`).
    pub frozen: Option<Arc<Snapshot>>,
    pub curve: CurveModel,
    pub table: TableModel,
    pub dialogue: DialogueModel,
    /// Position of the selected knob; one past the last is the pace.
    pub knob: usize,
    /// A knob's value while it is dragged or nudged, before it is sent.
    pub knob_pending: Option<(usize, f64)>,
}

#[derive(Clone, Debug, Default)]
pub struct CurveModel {
    pub axis: Axis,
    pub smooth: Smooth,
    pub series: Series,
    /// Bounds of the y axis as last drawn: they move only when they must.
    pub y_bounds: Option<(f64, f64)>,
    /// The series and run that the bounds belong to.
    pub bounds_of: String,
}

/// What the curve panel draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Series {
    #[default]
    Return,
    Success,
    Turns,
    Epsilon,
    AbsDelta,
    GreedyValue,
}

#[derive(Clone, Debug)]
pub struct TableModel {
    /// First row wanted from the trainer.
    pub top: u32,
    /// The selected row, counted from `top`.
    pub row: u16,
    pub act: u16,
    /// First act column shown, where not all fit.
    pub left: u16,
    pub order: Order,
    pub filter: String,
    pub follow: bool,
    pub layer: Layer,
    pub scale: Scale,
    /// The largest bound seen per layer since start, for `Scale::SinceStart` and `Scale::Locked`.
    pub bound: f32,
    /// The layer and run that the bound belongs to.
    pub bound_of: String,
    /// The state under the cursor, once known; the inspector watches it.
    pub selected: Option<u32>,
}

/// Which number a heatmap shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layer {
    #[default]
    Q,
    Policy,
    Visits,
    AbsDelta,
    Exact,
    Gap,
}

/// How a colour scale gets its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// The largest so far: never shrinks, so colours do not flicker.
    #[default]
    SinceStart,
    Auto,
    Locked,
}

#[derive(Clone, Debug, Default)]
pub struct DialogueModel {
    /// A dialogue looked at by number; none follows the live one.
    pub number: Option<u64>,
    /// The turn under the cursor, counted from 0; none follows the newest shown.
    pub turn: Option<usize>,
    /// How many times a fresh dialogue was asked for.
    pub wanted: u64,
    /// Turns of the live transcript revealed so far, where a whole recorded dialogue is told bit by bit.
    pub revealed: usize,
    /// First line shown, where the transcript is longer than its pane; none keeps the newest in sight.
    pub scroll: Option<usize>,
}

impl Default for Model {
    fn default() -> Self {
        Model {
            size: (80, 24),
            lang: Lang::English,
            screen: ScreenId::Train,
            focus: Slot::TrainCurve,
            expanded: None,
            turned: Vec::new(),
            frozen: None,
            curve: CurveModel::default(),
            table: TableModel {
                top: 0,
                row: 0,
                act: 0,
                left: 0,
                order: Order::Visits,
                filter: String::new(),
                follow: false,
                layer: Layer::Q,
                scale: Scale::SinceStart,
                bound: 0.0,
                bound_of: String::new(),
                selected: None,
            },
            dialogue: DialogueModel::default(),
            knob: 0,
            knob_pending: None,
        }
    }
}
