//! From a run to the plain records that a screen asked for.

mod curve;
mod inside;
mod inspect;
mod story;
mod table;

pub use curve::last_100;

use std::sync::Arc;

use super::interaction::Interaction;
use super::passage::edits_at;
use super::timeline::Timeline;
use super::view::language::{self, PipelineView};
use super::view::{ActValueView, Choice, Goal, KnobView, RunView, UpdateView, Watch};
use crate::learn::agent::Agent;
use crate::learn::machine::{Edit, Machine};
use crate::learn::probe::TurnRecord;
use crate::world::World;
use crate::world::env::{ActionId, Env};
use crate::world::solve::Solution;

/// Tick, entries of the journal, what was wanted.
pub type Moment = (u64, usize, language::Wanted);

/// What is costly to find, kept from look to look: the order of the rows, the history of a cell.
#[derive(Clone, Default)]
pub struct Lens {
    /// Set by the owner when the order and the history may be made anew; rows that jump at every look cannot be read.
    pub stale: bool,
    /// What a language model's path looked like last, when and to whom: it takes too long to be looked at for every picture.
    pub language: Option<(Moment, Arc<PipelineView>)>,
    order: table::RowOrder,
    inspected: Option<inspect::Inspected>,
}

/// The turns that a screen shows, as the run's owner recorded or replayed them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// The dialogue told, from its first turn; its number.
    pub dialogue: u64,
    pub turns: &'a [TurnRecord],
    /// The update shown as an equation.
    pub update: Option<&'a TurnRecord>,
}

/// Exact solutions for the present γ and ε, as far as they are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact<'a> {
    pub optimal: Option<&'a Solution>,
    /// The best policy that has to explore with ε.
    pub with_epsilon: Option<&'a Solution>,
}

/// Mask of the acts with the largest value.
pub fn greedy_mask(values: &[f32], legal: u64) -> u64 {
    let open = |a: usize| legal >> a & 1 == 1;
    let best = values.iter().enumerate().filter(|(a, _)| open(*a)).map(|(_, v)| *v).fold(f32::NEG_INFINITY, f32::max);
    values.iter().enumerate().filter(|(a, v)| open(*a) && **v >= best).fold(0, |mask, (a, _)| mask | 1 << a)
}

/// One run, looked at.
struct Looker<'a, A: Agent> {
    run: &'a Timeline<Interaction<World, A>>,
    world: &'a World,
    watch: &'a Watch,
    exact: Option<&'a Solution>,
    soft: Option<&'a Solution>,
    actions: u32,
}

pub fn look<A: Agent>(
    run: &Timeline<Interaction<World, A>>,
    watch: &Watch,
    exact: Exact<'_>,
    shown: Shown<'_>,
    lens: &mut Lens,
) -> RunView {
    let machine = run.machine();
    let looker = Looker {
        run,
        world: &machine.world,
        watch,
        exact: exact.optimal,
        soft: exact.with_epsilon,
        actions: machine.world.shape().actions,
    };
    let view = RunView {
        tick: run.now().0,
        head: run.head().0,
        dialogues: machine.dialogues(),
        head_dialogues: run.head_dialogues(),
        turn: machine.turn(),
        turn_limit: machine.world.turn_limit(),
        digest: None,
        knobs: looker.knobs(),
        numbers: A::NUMBERS,
        uncounted: looker.uncounted(),
        progress: None,
        language: None,
        inside: watch.inside.map(|most| looker.inside(usize::from(most))),
        curve: watch.curve.map(|c| curve::look(run, c)),
        table: watch.table.as_ref().map(|t| looker.table(t, shown.update, lens)),
        cell: watch.cell.map(|(state, act)| looker.inspect(state, act, lens)),
        update: shown.update.filter(|_| watch.update).map(|r| looker.update(r)),
        transcript: watch.transcript.map(|_| looker.transcript(shown)),
    };
    lens.stale = false;
    view
}

impl<A: Agent> Looker<'_, A> {
    fn knobs(&self) -> Vec<KnobView> {
        let agent = &self.run.machine().agent;
        let knob = |(i, k): (usize, &crate::learn::knob::Knob)| KnobView {
            name: k.name,
            symbol: k.symbol,
            meaning: k.meaning,
            unit: k.unit,
            kind: k.kind,
            value: agent.settings().0[i],
            now: agent.now(i),
            default: k.default,
            live: k.live,
        };
        A::KNOBS.iter().enumerate().map(knob).collect()
    }

    /// A table counts the updates of its cells, if only of those that it has room for; nothing else does.
    fn uncounted(&self) -> bool {
        let machine = self.run.machine();
        machine.agent.rows().is_none() && machine.agent.counts(u64::from(machine.state())).is_none()
    }

    fn exact_q(&self, state: u32, act: u32) -> Option<f32> {
        self.exact.map(|s| s.q(state, act, self.actions)).filter(|q| q.is_finite()).map(|q| q as f32)
    }

    /// The exact value that the agent's rule tends to.
    fn goal_q(&self, state: u32, act: u32) -> Option<f32> {
        let solution = if A::ON_POLICY { self.soft } else { self.exact };
        solution.map(|s| s.q(state, act, self.actions)).filter(|q| q.is_finite()).map(|q| q as f32)
    }

    /// The acts at the moment of a turn, before its update.
    fn act_values(&self, r: &TurnRecord) -> Vec<ActValueView> {
        let greedy = greedy_mask(&r.values, r.legal);
        let act = |a: usize| ActValueView {
            act: a as u16,
            legal: r.legal >> a & 1 == 1,
            q: r.values[a],
            greedy: greedy >> a & 1 == 1,
            probability: r.probabilities[a],
            visits: r.visits.get(a).copied().unwrap_or(0),
            exact: self.exact_q(r.state as u32, a as u32),
        };
        (0..r.values.len()).map(act).collect()
    }

    /// An update as an equation with its numbers.
    fn update(&self, r: &TurnRecord) -> UpdateView {
        // An agent that looks several turns back writes to where it was then.
        let (state, act) = r.writes.first().map_or((r.state as u32, r.act), |(p, ..)| (p.row as u32, ActionId(p.column as u8)));
        let here = (state, act) == (r.state as u32, r.act);
        let term = |t: &crate::learn::agent::Term| {
            let value = r.terms.iter().find(|(name, _)| *name == t.name)?.1;
            Some(super::view::TermView { name: t.name, symbol: t.symbol, meaning: t.meaning, value })
        };
        let (before, after) = r.writes.first().map_or((0.0, 0.0), |(_, before, after)| (*before, *after));
        UpdateView {
            tick: r.tick,
            dialogue: r.dialogue,
            turn: r.turn,
            state,
            act: u16::from(act.0),
            words: self.world.state_view(state, self.watch.lang),
            act_name: self.world.act_view(act).name,
            next_words: (r.end != crate::world::env::End::Closed).then(|| self.world.state_view(r.next as u32, self.watch.lang)),
            ending: self.ending(r),
            reward: r.reward,
            choice: self.choice(r),
            rule: self.run.machine().agent.rule(),
            terms: A::TERMS.iter().filter_map(term).collect(),
            before,
            after,
            delta: r.delta(),
            exact: self.goal_q(state, u32::from(act.0)),
            goal: if A::ON_POLICY { Goal::OptimalWithEpsilon } else { Goal::Optimal },
            visits: r.visits.get(act.index()).filter(|_| here).map_or(0, |n| n.saturating_add(1)),
            now: (!here).then(|| (self.world.state_view(r.state as u32, self.watch.lang), self.world.act_view(r.act).name)),
            further: r.writes.len().saturating_sub(1) as u32,
        }
    }

    /// What a person did at a tick: whether the act was chosen, and whether the answer to it was.
    fn chairs(&self, tick: u64) -> (bool, bool) {
        edits_at(self.run.journal(), tick).fold((false, false), |(forced, said), entry| match entry.edit {
            // Another act takes back the answer to the one before.
            Edit::Force { .. } => (true, false),
            Edit::Say { .. } => (forced, true),
            _ => (forced, said),
        })
    }

    fn choice(&self, r: &TurnRecord) -> Choice {
        if self.chairs(r.tick).0 {
            return Choice::Forced;
        }
        // Random has no greedy act, however equal its zeros.
        if r.greedy() && self.run.machine().agent.epsilon() < 1.0 { Choice::Greedy } else { Choice::Explored }
    }
}
