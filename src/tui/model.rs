//! What the person has chosen to see: everything on the screen that is not the trainer's.

mod chat;
mod compare;
mod inside;
mod language;
mod messages;

use std::sync::Arc;

pub use chat::ChatModel;
pub use compare::CompareModel;
pub use inside::InsideModel;
pub use language::{LanguageModel, Replies, Tint};
pub use messages::{KEPT, Messages, PastMessage, Said};

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Axis, Lang, Numbers, Order, Smooth};
use crate::tui::moments::Moments;
use crate::tui::seek::Seek;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ScreenId {
    #[default]
    Train,
    Values,
    Dialogue,
    Compare,
    Language,
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
    CompareCurves,
    CompareRuns,
    CompareDifference,
    CompareVerdict,
    LanguagePath,
    LanguageChart,
    LanguageReplies,
    LanguageDetail,
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
    pub compare: CompareModel,
    /// Position of the selected knob; one past the last is the pace.
    pub knob: usize,
    /// A knob's value while it is dragged or nudged, before it is sent.
    pub knob_pending: Option<(usize, f64)>,
    /// When a nudged knob is sent, on the clock of `now_ms`: presses that follow each other quickly are one change.
    pub knob_due: Option<u64>,
    /// The last notice heard when the pending value was sent; none while it has not been.
    pub knob_sent: Option<u64>,
    pub seek: Seek,
    pub moments: Moments,
    pub inside: InsideModel,
    pub language: LanguageModel,
    pub chat: ChatModel,
    /// The second pane of a window that has room for two.
    pub companion: Slot,
    pub overlay: Option<Overlay>,
    /// What the footer says instead of the keys.
    pub notice: Option<Said>,
    pub messages: Messages,
    /// The trainer's notices up to this one have been shown.
    pub heard: u64,
    /// Which run the choices were made for: scenario, agent, seed.
    pub run: Option<(String, String, u64)>,
    /// Whether the trainer's crash has been told.
    pub crashed: bool,
    /// Milliseconds since the screen opened, as of the frame being made.
    pub now_ms: u64,
    pub telling: Telling,
    /// The pane in which a mouse button went down and is still held.
    pub held: Option<Slot>,
    /// Whether the terminal shows more than ASCII: what lines hold, and so what lies under the mouse, depends on it.
    pub rich: bool,
}

/// What lies over the screen and takes the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    Help(Listing),
    Palette(Listing),
    /// Which agent is to learn next.
    Agents(Listing),
    /// A line to be typed in the footer.
    Prompt(Prompt),
    /// Something that is done only after a yes.
    Question {
        text: String,
        ask: Ask,
    },
    /// When was the selected cell learned: last, most, flip.
    When,
    /// The last messages.
    Messages(Listing),
    /// The line of a conversation, at the foot of its pane.
    Chat,
    /// Something to be read.
    Message {
        title: String,
        text: String,
    },
}

/// A list narrowed by typing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub typed: String,
    /// Position among the entries that match.
    pub cursor: usize,
    /// Whether the person moved the cursor since typing: then the entry counts, not the words.
    pub moved: bool,
    /// Why the last command did not do.
    pub complaint: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub typed: String,
    pub complaint: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// Filter the states of the table; the words that stood there before come back on Esc.
    FindStates { before: String },
    /// Take the learner to a dialogue or a turn.
    GoToDialogue,
    /// Add a breakpoint, or take one away.
    StopAt,
    /// Look at a dialogue; the learner stays where it is.
    ReadDialogue,
    /// How many silent replicas train beside every run.
    Seeds,
    /// Which map of settings is to be filled.
    Sweep,
}

/// The clock of the live dialogue as it is told turn by turn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Telling {
    /// The dialogue being told.
    pub dialogue: Option<u64>,
    /// Whether it was seen before it was over: then all its turns stay in sight.
    pub followed: bool,
    /// When its last turn was revealed.
    pub since_ms: u64,
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
    /// V*(start) − V^π(start) of the greedy policy.
    Regret,
    /// Share of states in which the greedy policy acts optimally.
    OptimalShare,
}

impl Series {
    pub const ALL: [Series; 8] = [
        Series::Return,
        Series::Success,
        Series::Turns,
        Series::AbsDelta,
        Series::Epsilon,
        Series::GreedyValue,
        Series::Regret,
        Series::OptimalShare,
    ];

    /// Whether it comes from exact evaluations and not from the dialogues themselves.
    pub fn is_exact(self) -> bool {
        matches!(self, Series::GreedyValue | Series::Regret | Series::OptimalShare)
    }
}

#[derive(Clone, Debug, Default)]
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
    /// Whether the last thing done was a step: then the live row is kept in sight on the Train screen.
    pub stepping: bool,
    pub layer: Layer,
    /// What the agent's numbers are, as last seen.
    pub numbers: Numbers,
    pub scale: Scale,
    /// The largest bound seen per layer since start, for `Scale::SinceStart` and `Scale::Locked`.
    pub bound: f32,
    /// The layer and run that the bound belongs to.
    pub bound_of: String,
    /// The state under the cursor, once known; the inspector watches it.
    pub selected: Option<u32>,
    pub grip: Grip,
    /// Columns of the widest state name seen in this run, so that the columns beside it stay where they are.
    pub names: u16,
}

impl TableModel {
    /// The selected state stays under the cursor from now on, if there is one.
    pub fn keep(&mut self) {
        if self.selected.is_some() && self.grip != Grip::Adrift {
            self.grip = Grip::Kept;
        }
    }
}

/// How firmly the cursor holds the selected state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grip {
    /// As long as its row is in sight.
    #[default]
    Loose,
    /// Wherever a new order or moment puts its row.
    Kept,
    /// Not at all: the cursor was put on a row whose state is not known yet.
    Adrift,
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
            table: TableModel::default(),
            dialogue: DialogueModel::default(),
            compare: CompareModel::default(),
            knob: 0,
            knob_pending: None,
            knob_due: None,
            knob_sent: None,
            seek: Seek::default(),
            moments: Moments::default(),
            inside: InsideModel::default(),
            language: LanguageModel::default(),
            chat: ChatModel::default(),
            companion: Slot::TrainDialogue,
            overlay: None,
            notice: None,
            messages: Messages::default(),
            heard: 0,
            run: None,
            crashed: false,
            now_ms: 0,
            telling: Telling::default(),
            held: None,
            rich: true,
        }
    }
}
