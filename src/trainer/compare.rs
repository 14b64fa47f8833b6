//! Runs side by side: their curves, the difference of two tables, where two part, which of them is better.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::lane::Lane;
use super::parting::Search;
use super::snapshot::{CompareView, ComparedCurve, RunId, Verdict};
use super::worker::{Mode, Worker};
use crate::run::look::{Exact, Lens, Shown, greedy_mask};
use crate::run::view::{ActView, CellView, CompareWatch, Lang, RowView, Watch};
use crate::world::World;
use crate::world::env::{ActionId, Env};

/// Differences are worked out at most this often while training runs.
const EVERY: Duration = Duration::from_millis(1500);

/// What is costly to find, kept from look to look.
#[derive(Default)]
pub(super) struct Comparison {
    table: Option<Table>,
    search: Option<Search>,
    pub verdict: Option<((RunId, RunId, usize), Verdict)>,
}

struct Table {
    /// Pair, moments and edits, rows, language.
    of: (RunId, RunId, [u64; 4], u16, Lang),
    made: Instant,
    /// How long it took: networks compute what tables only read.
    took: Duration,
    rows: Vec<RowView>,
    acts: Vec<ActView>,
    largest: f32,
}

impl Comparison {
    /// Whether the search for where two runs part goes on.
    pub fn is_looking(&self) -> bool {
        self.search.as_ref().is_some_and(|search| search.looking)
    }
}

impl Worker {
    /// The run in focus and the one that it is compared with: as chosen, else its parent, else the one before it.
    pub(super) fn pair(&self) -> Option<(RunId, RunId)> {
        let at = self.at(self.focus)?;
        let open = |id: &RunId| *id != self.focus && self.at(*id).is_some();
        let before = || at.checked_sub(1).or(Some(at + 1)).and_then(|other| self.lanes.get(other)).map(|lane| lane.id);
        let other = self.compare_with.filter(open).or_else(|| self.lanes[at].parent.filter(open)).or_else(before)?;
        Some((self.focus, other))
    }

    pub(super) fn compare(&mut self, watch: CompareWatch, now: Instant) -> CompareView {
        let lang = self.watch.lang;
        let curves = self.lanes.iter_mut().map(|lane| compared(lane, watch, lang)).collect();
        let pair = self.pair();
        let mut view = CompareView { curves, pair, ..CompareView::default() };
        let Some((first, second)) = pair else {
            self.comparison = Comparison::default();
            return view;
        };
        let (Some(a), Some(b)) = (self.at(first), self.at(second)) else { return view };
        let (a, b) = (&self.lanes[a], &self.lanes[b]);
        if watch.rows > 0 {
            let still = self.mode == Mode::Paused;
            let fresh = self.comparison.table.as_ref().is_some_and(|t| t.holds(a, b, watch.rows, lang, still, now));
            if !fresh {
                self.comparison.table = Some(Table::new(a, b, watch.rows, lang, now));
            }
            if let Some(table) = &self.comparison.table {
                view.difference.clone_from(&table.rows);
                view.acts.clone_from(&table.acts);
                view.max_difference = table.largest;
            }
        }
        if self.comparison.search.as_ref().is_none_or(|s| !s.is_of(a, b)) {
            self.comparison.search = Some(Search::new(a, b));
        }
        if let Some(search) = &mut self.comparison.search {
            search.go_on(a, b);
            view.parting.clone_from(&search.found);
        }
        view.verdict = self.verdict(first, second);
        view
    }
}

fn compared(lane: &mut Lane, watch: CompareWatch, lang: Lang) -> ComparedCurve {
    let watch = Watch { lang, curve: Some(watch.curve), ..Watch::default() };
    let view = lane.run.look(&watch, Exact::default(), Shown::default(), &mut Lens::default());
    ComparedCurve { run: lane.id, curve: view.curve.unwrap_or_default(), band: lane.replicas.as_mut().map(super::seeds::Replicas::band) }
}

fn moment(lane: &Lane) -> [u64; 2] {
    [lane.run.now().0, lane.run.journal().len() as u64]
}

impl Table {
    /// Whether it is of this pair, and young enough.
    fn holds(&self, a: &Lane, b: &Lane, rows: u16, lang: Lang, still: bool, now: Instant) -> bool {
        let ([ta, ea], [tb, eb]) = (moment(a), moment(b));
        let of = (a.id, b.id, [ta, ea, tb, eb], rows, lang);
        let young = !still && now.duration_since(self.made) < EVERY.max(self.took * 10);
        self.of == of || young && (self.of.0, self.of.1, self.of.3, self.of.4) == (of.0, of.1, of.3, of.4)
    }

    fn new(a: &Lane, b: &Lane, rows: u16, lang: Lang, now: Instant) -> Table {
        let ([ta, ea], [tb, eb]) = (moment(a), moment(b));
        let mut table = Table {
            of: (a.id, b.id, [ta, ea, tb, eb], rows, lang),
            made: now,
            took: Duration::ZERO,
            rows: Vec::new(),
            acts: Vec::new(),
            largest: 0.0,
        };
        let world = a.run.world();
        let acts = world.actions();
        let (first, second) = (a.run.values(), b.run.values());
        let comparable = acts == b.run.world().actions() && first.len() == second.len() && !first.is_empty();
        if !comparable {
            return table;
        }
        table.acts = (0..acts).map(|act| world.act_view(ActionId(act as u8))).collect();
        let n = acts as usize;
        let visited = [a.run.visited(), b.run.visited()];
        // Of who counts no visits nothing is known; where neither counts, all states are told.
        let counted = visited.iter().any(|v| !v.is_empty());
        let seen = |state: usize| !counted || visited.iter().any(|v| v.get(state).copied().unwrap_or(false));
        let mut far: Vec<(f32, usize)> = Vec::new();
        for (state, (x, y)) in first.chunks(n).zip(second.chunks(n)).enumerate().filter(|(state, _)| seen(*state)) {
            let largest = x.iter().zip(y).map(|(x, y)| (x - y).abs()).filter(|d| d.is_finite()).fold(0.0, f32::max);
            far.push((largest, state));
        }
        far.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        table.largest = far.first().map_or(0.0, |(d, _)| *d);
        let row = |state: usize| difference(world, state as u32, &first[state * n..][..n], &second[state * n..][..n], lang);
        table.took = now.elapsed();
        table.rows = far.into_iter().take(usize::from(rows)).map(|(_, state)| row(state)).collect();
        table
    }
}

/// Q of the first minus Q of the second; greedy, value and probability are the first's.
fn difference(world: &Arc<World>, state: u32, first: &[f32], second: &[f32], lang: Lang) -> RowView {
    let legal = world.legal(state);
    let greedy = greedy_mask(first, legal);
    let cell = |a: usize| {
        let open = legal >> a & 1 == 1;
        CellView {
            legal: open,
            q: if open { first[a] - second[a] } else { f32::NEG_INFINITY },
            greedy: greedy >> a & 1 == 1,
            ..CellView::default()
        }
    };
    let value = first.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    RowView {
        state,
        words: world.state_view(state, lang),
        visits: 0,
        live: false,
        cells: (0..first.len()).map(cell).collect(),
        value,
        critic: None,
        exact_value: None,
        optimal: None,
    }
}
