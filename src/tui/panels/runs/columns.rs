//! The table's columns: settings that differ, then results; the least important ones go first where there is no room.

use super::tree::Branch;
use crate::trainer::snapshot::{RunCard, Snapshot};
use crate::tui::theme::Theme;
use crate::tui::widgets::number;

pub const UNKNOWN: &str = "—";

pub struct Column {
    /// Two lines over the numbers.
    pub head: [String; 2],
    /// The same in running text, for a run's line under the table.
    pub said: String,
    /// One for each run, in the order of the tree.
    pub cells: Vec<String>,
    /// 0 stays longest.
    rank: u8,
    pub setting: bool,
}

impl Column {
    /// With two blanks before it.
    pub fn width(&self, theme: &Theme) -> u16 {
        let words = self.head.iter().chain(&self.cells);
        words.map(|word| theme.width(word)).max().unwrap_or(0) + 2
    }
}

/// All columns that say something.
pub fn of(snapshot: &Snapshot, branches: &[Branch<'_>]) -> Vec<Column> {
    let cards: Vec<&RunCard> = branches.iter().map(|branch| branch.card).collect();
    let mut all = settings(snapshot, &cards);
    all.insert(0, result(["dialogues", "so far"], "dialogues so far", 7, &cards, |card| Some(number::thousands(card.dialogues))));
    let fixed = |value: Option<f64>| value.map(|value| number::fixed(value, 2));
    let percent = |value: Option<f64>| value.map(|share| number::percent_in(share, 6));
    all.push(result(["return", "last 100"], "return of the last 100", 0, &cards, |card| fixed(card.result.return_100)));
    all.push(result(["success", "last 100"], "success of the last 100", 3, &cards, |card| percent(card.result.success_100)));
    all.push(result(["greedy", "return"], "return of the greedy policy", 2, &cards, |card| fixed(card.result.greedy_return)));
    // Of a world that cannot be solved, nobody knows them.
    let solved = snapshot.played.is_none();
    all.extend(solved.then(|| result(["regret", "exact"], "regret", 6, &cards, |card| fixed(card.result.regret))));
    all.extend(solved.then(|| result(["optimal", "acts"], "optimal acts", 5, &cards, |card| percent(card.result.optimal_share))));
    let to_90 = |card: &RunCard| card.result.dialogues_to_90.map(number::thousands);
    all.extend(solved.then(|| result(["to 90 %", "dialogues"], "dialogues to 90 %", 4, &cards, to_90)));
    if cards.iter().any(|card| card.digest.is_some()) {
        all.push(result(["digest", "paused"], "digest", 8, &cards, |card| card.digest.map(short)));
    }
    all
}

/// `4f2a·91c0`, as in the status line.
fn short(digest: u64) -> String {
    format!("{:04x}·{:04x}", digest >> 48, digest >> 32 & 0xffff)
}

fn result(head: [&str; 2], said: &str, rank: u8, cards: &[&RunCard], cell: impl Fn(&RunCard) -> Option<String>) -> Column {
    let cells = cards.iter().map(|card| cell(card).unwrap_or_else(|| UNKNOWN.to_owned())).collect();
    Column { head: head.map(str::to_owned), said: said.to_owned(), cells, rank, setting: false }
}

/// Whether any setting is not the same in all runs.
pub fn differ(snapshot: &Snapshot) -> bool {
    !settings(snapshot, &snapshot.runs.iter().collect::<Vec<_>>()).is_empty()
}

/// The settings that are not the same in all runs that have them: what only one agent has is not compared.
fn settings(snapshot: &Snapshot, cards: &[&RunCard]) -> Vec<Column> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in cards.iter().flat_map(|card| &card.settings) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut out = Vec::new();
    for name in names {
        let value = |card: &RunCard| card.settings.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        // A change of the world is missing where it was not made.
        let changed = name == "noise" || name.starts_with("reward ");
        let mut own = cards.iter().map(|card| value(card)).filter(|value| changed || value.is_some());
        let first = own.next();
        if own.any(|value| Some(value) != first) {
            let symbol = snapshot.view.knobs.iter().find(|knob| knob.name == name).map_or(name, |knob| knob.symbol);
            let column = result([symbol, ""], symbol, 1, cards, value);
            out.push(Column { setting: true, head: [String::new(), symbol.to_owned()], ..column });
        }
    }
    out
}

/// Columns of the tree below which its words say too little.
const LEAST_TREE: u16 = 38;

/// The columns that fit beside a tree so wide, and the width that it gets: it shrinks before any column goes.
pub fn fitting<'a>(all: &'a [Column], tree: u16, width: u16, theme: &Theme) -> (Vec<&'a Column>, u16) {
    let least = tree.min(LEAST_TREE);
    let mut shown: Vec<&Column> = all.iter().collect();
    let total = |shown: &[&Column]| shown.iter().map(|column| column.width(theme)).sum::<u16>();
    while total(&shown) + least > width {
        let worst = shown.iter().enumerate().max_by_key(|(at, column)| (column.rank, *at)).map(|(at, _)| at);
        let Some(worst) = worst else { break };
        shown.remove(worst);
    }
    let room = width.saturating_sub(total(&shown));
    (shown, tree.min(room))
}
