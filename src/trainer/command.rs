//! What a person may ask of the trainer.

use crate::run::view::Watch;
use crate::trainer::snapshot::Pace;

#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    Run,
    Pause,
    Pace(Pace),
    /// So many turns on, then pause; in the past this replays.
    StepTurns(u64),
    StepDialogues(u64),
    /// So many turns back in learner time, then pause.
    BackTurns(u64),
    BackDialogues(u64),
    /// So many turns towards the head, never past it.
    ForwardTurns(u64),
    ForwardDialogues(u64),
    SeekTick(u64),
    SeekDialogue(u64),
    /// Back to the furthest point reached.
    Head,
    /// Set a knob. In the past it is refused unless the future may be dropped.
    Tune {
        knob: &'static str,
        value: f64,
        drop_future: bool,
    },
    /// Start over with another scenario, agent or seed; what is none stays.
    New {
        scenario: Option<String>,
        agent: Option<String>,
        seed: Option<u64>,
    },
    Watch(Watch),
    /// Stop a long seek.
    Cancel,
    Quit,
}
