//! The table of values: which rows, in which order, and what stands in them.

use super::{Lens, Looker, greedy_mask};
use crate::learn::agent::{Agent, Numbers, View};
use crate::learn::machine::Machine;
use crate::learn::probe::TurnRecord;
use crate::run::view::{CellView, Order, RowView, TableView, TableWatch};
use crate::world::env::ActionId;

/// Rows in the order wanted, and the bounds of the whole table, as of the last fresh look.
#[derive(Clone, Debug, Default)]
pub struct RowOrder {
    order: Order,
    filter: String,
    rows: Vec<u32>,
    seen: u32,
    max_q: f32,
    max_visits: u32,
    max_delta: f32,
    max_exact: f32,
    max_gap: f32,
    /// The tick of the last fresh look; a young run is looked at afresh each time.
    made: Option<u64>,
}

impl<A: Agent> Looker<'_, A> {
    pub(super) fn table(&self, watch: &TableWatch, update: Option<&TurnRecord>, lens: &mut Lens) -> TableView {
        let states = self.world.states_at_most();
        let asked_anew = lens.order.made.is_none() || lens.order.order != watch.order || lens.order.filter != watch.filter;
        if lens.stale || asked_anew {
            lens.order = self.order(watch);
        }
        let order = &lens.order;
        let wanted = if watch.follow { Some(self.run.machine().state()) } else { watch.keep };
        let matching = order.rows.len() as u32;
        let mut top = watch.top.min(matching.saturating_sub(u32::from(watch.rows)));
        if let Some(wanted) = wanted
            && let Some(at) = order.rows.iter().position(|s| *s == wanted)
        {
            let at = at as u32;
            if at < top || at >= top + u32::from(watch.rows) {
                top = at.saturating_sub(u32::from(watch.rows) / 2).min(matching.saturating_sub(u32::from(watch.rows)));
            }
        }
        let end = (top as usize + watch.rows as usize).min(order.rows.len());
        // An agent that looks several turns back writes to where it was then.
        let here = |r: &TurnRecord| r.writes.first().map_or((r.state as u32, r.act), |(p, ..)| (p.row as u32, ActionId(p.column as u8)));
        let fresh = update.map(here);
        let rows: Vec<RowView> = order.rows[top as usize..end].iter().map(|s| self.row(*s, fresh)).collect();
        TableView {
            states: states.min(u64::from(u32::MAX)) as u32,
            matching,
            seen: order.seen,
            room: self.run.machine().agent.rows(),
            uncounted: self.uncounted(),
            top,
            acts: (0..self.actions).map(|a| self.world.act_view(ActionId(a as u8))).collect(),
            max_q: if self.uncounted() { largest(&rows) } else { order.max_q },
            rows,
            max_visits: order.max_visits,
            max_delta: order.max_delta,
            max_exact: order.max_exact,
            max_gap: order.max_gap,
        }
    }

    pub(super) fn row(&self, state: u32, fresh: Option<(u32, ActionId)>) -> RowView {
        let machine = self.run.machine();
        let n = self.actions as usize;
        let (mut values, mut probabilities, mut features) = (vec![0.0; n], vec![0.0; n], Vec::new());
        let (key, legal) = machine.view_of(state, &mut features);
        let at = View { key, legal, features: &features };
        machine.agent.values(at, &mut values);
        machine.agent.probabilities(at, &mut probabilities);
        let counts = machine.agent.counts(key);
        let greedy = greedy_mask(&values, legal);
        let cell = |a: usize| CellView {
            legal: legal >> a & 1 == 1,
            q: values[a],
            greedy: greedy >> a & 1 == 1,
            probability: probabilities[a],
            visits: counts.map_or(0, |n| n[a].visits),
            delta: counts.map_or(0.0, |n| n[a].delta),
            exact: self.exact_q(state, a as u32),
            fresh: fresh == Some((state, ActionId(a as u8))),
        };
        let visits: u64 = counts.map_or(0, |n| n.iter().map(|n| u64::from(n.visits)).sum());
        let best = |a: f32, b: f32| if b > a { b } else { a };
        let judged = A::NUMBERS != Numbers::Nothing && (visits > 0 || self.uncounted());
        RowView {
            state,
            words: self.world.state_view(state, self.watch.lang),
            visits,
            live: state == machine.state(),
            cells: (0..n).map(cell).collect(),
            value: values.iter().copied().fold(f32::NEG_INFINITY, best),
            critic: machine.agent.critic(at),
            exact_value: self.exact.map(|s| s.v[state as usize] as f32),
            optimal: self.exact.filter(|_| judged).map(|s| greedy & !s.optimal(state, self.actions) == 0),
        }
    }

    /// The states that may have a row: the table's own, where it has no room for all; without a table those met last, with how often.
    fn candidates(&self, order: Order) -> Vec<(u32, u32)> {
        let (machine, states) = (self.run.machine(), self.world.states());
        let mut some = match (machine.agent.keys(), states) {
            (Some(keys), _) => keys.into_iter().map(|key| (key as u32, 0)).collect(),
            (None, Some(states)) if !A::FEATURES || order == Order::State => return (0..states).map(|s| (s, 0)).collect(),
            _ => machine.met().into_iter().map(|(key, times)| (key as u32, times)).collect::<Vec<_>>(),
        };
        // Whoever looks wants to see where it is.
        if !some.iter().any(|(state, _)| *state == machine.state()) {
            some.push((machine.state(), 0));
        }
        some
    }

    fn order(&self, watch: &TableWatch) -> RowOrder {
        let machine = self.run.machine();
        let mut made = RowOrder { order: watch.order, filter: watch.filter.clone(), made: Some(machine.now().0), ..RowOrder::default() };
        let phrases: Vec<String> = watch.filter.split(',').map(|p| p.trim().to_lowercase()).filter(|p| !p.is_empty()).collect();
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        let (mut values, mut features) = (vec![0.0_f32; self.actions as usize], Vec::new());
        for (state, met) in self.candidates(watch.order) {
            let (key, legal) = machine.view_of(state, &mut features);
            let (mut visits, mut surprise) = (u64::from(met), 0.0_f32);
            if met > 0 {
                machine.agent.values(View { key, legal, features: &features }, &mut values);
                made.max_q = values.iter().filter(|v| v.is_finite()).fold(made.max_q, |m, v| m.max(v.abs()));
                made.seen += 1;
            }
            if let Some(counts) = machine.agent.counts(key) {
                visits = counts.iter().map(|n| u64::from(n.visits)).sum();
                if visits > 0 {
                    machine.agent.values(View { key, legal, features: &features }, &mut values);
                    for a in (0..values.len()).filter(|a| counts[*a].visits > 0) {
                        made.max_q = made.max_q.max(values[a].abs());
                        made.max_visits = made.max_visits.max(counts[a].visits);
                        surprise = surprise.max(counts[a].delta);
                        if let Some(exact) = self.exact_q(state, a as u32) {
                            made.max_gap = made.max_gap.max((values[a] - exact).abs());
                        }
                    }
                    made.seen += 1;
                    made.max_delta = made.max_delta.max(surprise);
                }
            }
            if !phrases.is_empty() {
                let text = self.world.state_text(state).to_lowercase();
                if !phrases.iter().all(|p| text.contains(p.as_str())) {
                    continue;
                }
            }
            let rank = match watch.order {
                Order::Surprise if met == 0 => u64::from(surprise.to_bits()),
                Order::Visits | Order::Surprise => visits,
                Order::State => 0,
            };
            keyed.push((u64::MAX - rank, state));
        }
        keyed.sort_unstable();
        made.rows = keyed.into_iter().map(|(_, s)| s).collect();
        if let Some(s) = self.exact {
            made.max_exact = s.q.iter().filter(|q| q.is_finite()).fold(0.0, |m: f64, q| m.max(q.abs())) as f32;
        }
        made
    }
}

/// The largest |Q| that can be seen: to ask a network about every state would take too long.
fn largest(rows: &[RowView]) -> f32 {
    let cells = rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.legal && cell.q.is_finite());
    cells.fold(0.0, |most, cell| most.max(cell.q.abs()))
}
