//! What a person may do in a sequence, drawn at random.

use dialoq::learn::knob::{Knob, KnobKind};
use dialoq::learn::machine::{Choice, Edit};
use dialoq::world::setup::{PROFILES, REWARDS, Setting};
use proptest::prelude::*;

/// Ticks and numbers are picks: what they lead to may be refused, as a person's may.
#[derive(Clone, Debug)]
pub enum Act {
    Step(u64),
    StepDialogues(u64),
    Back(u64),
    BackDialogues(u64),
    Forward(u64),
    Seek(u64),
    SeekDialogue(u64),
    Head,
    Branch,
    BranchWith(Pick),
    BranchToAgent(usize),
    New(u64),
    Edit(Pick),
    Sit(Pick),
    Bookmark(Option<u8>),
    /// One of the bookmarks that there are.
    Unmark(usize),
    Focus(u32),
    Close(u32),
    /// To where two replies of a language model wait.
    ToDuel,
    Prefer(Choice),
    Quit(Checkpoint),
}

/// What is there of the checkpoint when a session is opened again.
#[derive(Clone, Copy, Debug)]
pub enum Checkpoint {
    Newest,
    Gone,
    /// That of an earlier end, if there was one.
    Older,
}

#[derive(Clone, Debug)]
pub enum Pick {
    Tune(usize, f64),
    Force(u8),
    Say(u16),
    Set(u32, u8, f32),
    Seed(u64),
    Profile(usize),
    Noise(Option<f64>),
    Reward(usize, f64),
}

impl Pick {
    /// The edit, with a live one of these knobs.
    pub fn edit(&self, knobs: &[Knob]) -> Edit {
        match self {
            Pick::Tune(which, value) => {
                let live: Vec<&Knob> = knobs.iter().filter(|k| k.live).collect();
                let Some(knob) = live.get(which % live.len().max(1)) else {
                    return Edit::Tune { knob: "alpha".into(), value: *value };
                };
                let value = match knob.kind {
                    KnobKind::Real { min, max, log } if log && min > 0.0 => (min * (max / min).powf(*value)).clamp(min, max),
                    KnobKind::Real { min, max, .. } => min + (max - min) * value,
                    KnobKind::Count { min, max } => (min + (max.min(min + 20.0) - min) * value).floor(),
                    KnobKind::Choice(names) => (names.len() as f64 * value).floor(),
                };
                Edit::Tune { knob: knob.name.into(), value }
            }
            Pick::Force(act) => Edit::Force { act: *act },
            Pick::Say(outcome) => Edit::Say { outcome: *outcome },
            Pick::Set(state, act, value) => Edit::Set { state: *state, act: *act, value: *value },
            Pick::Seed(seed) => Edit::Seed { seed: *seed },
            Pick::Profile(which) => Edit::World(Setting::Profile(PROFILES[which % PROFILES.len()].into())),
            Pick::Noise(noise) => Edit::World(Setting::Noise(*noise)),
            Pick::Reward(which, value) => Edit::World(Setting::Reward { name: REWARDS[which % REWARDS.len()].into(), value: *value }),
        }
    }
}

fn pick() -> impl Strategy<Value = Pick> {
    // A value near the end of the numbers makes a run diverge.
    let value = prop_oneof![6 => -9.0_f32..9.0, 1 => Just(3.0e38_f32), 1 => Just(-3.0e38_f32)];
    prop_oneof![
        4 => (0..40_usize, 0.0..1.0).prop_map(|(which, value)| Pick::Tune(which, value)),
        3 => (0..4_u8).prop_map(Pick::Force),
        3 => (0..3_u16).prop_map(Pick::Say),
        3 => (0..3_u32, 0..2_u8, value).prop_map(|(state, act, value)| Pick::Set(state, act, value)),
        2 => any::<u64>().prop_map(Pick::Seed),
        1 => (0..3_usize).prop_map(Pick::Profile),
        1 => prop::option::of(0.0..0.5).prop_map(Pick::Noise),
        1 => (0..5_usize, -3.0..3.0).prop_map(|(which, value)| Pick::Reward(which, value)),
    ]
}

pub fn quit() -> impl Strategy<Value = Checkpoint> {
    prop_oneof![2 => Just(Checkpoint::Newest), 1 => Just(Checkpoint::Gone), 1 => Just(Checkpoint::Older)]
}

/// An act with steps of at most so many turns.
fn act(far: u64) -> impl Strategy<Value = Act> {
    let travels = prop_oneof![
        (1..20_u64).prop_map(Act::Back),
        (1..4_u64).prop_map(Act::BackDialogues),
        (1..20_u64).prop_map(Act::Forward),
        (0..far * 3).prop_map(Act::Seek),
        (0..12_u64).prop_map(Act::SeekDialogue),
        Just(Act::Head),
    ];
    let branches = prop_oneof![
        2 => Just(Act::Branch),
        2 => pick().prop_map(Act::BranchWith),
        1 => (0..20_usize).prop_map(Act::BranchToAgent),
        1 => any::<u64>().prop_map(Act::New),
    ];
    prop_oneof![
        6 => (1..far).prop_map(Act::Step),
        2 => (1..4_u64).prop_map(Act::StepDialogues),
        6 => travels,
        3 => branches,
        6 => pick().prop_map(Act::Edit),
        2 => pick().prop_map(Act::Sit),
        2 => prop::option::of(0..3_u8).prop_map(Act::Bookmark),
        1 => (0..4_usize).prop_map(Act::Unmark),
        3 => (0..6_u32).prop_map(Act::Focus),
        1 => (0..6_u32).prop_map(Act::Close),
        2 => quit().prop_map(Act::Quit),
    ]
}

pub fn acts(far: u64) -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(far), 4..26)
}

/// Of a language model, whose steps take long.
pub fn acts_of_a_model() -> impl Strategy<Value = Vec<Act>> {
    let choice = prop_oneof![Just(Choice::Left), Just(Choice::Right), Just(Choice::Tie)];
    let own = prop_oneof![1 => Just(Act::ToDuel), 2 => choice.prop_map(Act::Prefer)];
    prop::collection::vec(prop_oneof![3 => act(12), 1 => own], 4..14)
}
