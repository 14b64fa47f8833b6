//! Runs as a tree: each under the one that it left.

use crate::trainer::snapshot::{RunCard, RunId, Snapshot};
use crate::tui::widgets::number::thousands;

/// A run's line of the tree.
pub struct Branch<'a> {
    pub card: &'a RunCard,
    /// `│ └ `
    pub twigs: String,
    /// `at dialogue 800: α 0.1 → 0.3`, or `q-learning seed 7` of one that left no other.
    pub text: String,
}

impl Branch<'_> {
    pub fn line(&self) -> String {
        format!("{}{} {}", self.twigs, self.card.name, self.text)
    }
}

/// The runs in the order in which they are drawn.
pub fn order(snapshot: &Snapshot) -> Vec<RunId> {
    branches(snapshot).iter().map(|branch| branch.card.id).collect()
}

pub fn branches(snapshot: &Snapshot) -> Vec<Branch<'_>> {
    let mut out = Vec::new();
    // One whose parent was closed stands for itself.
    let roots = snapshot.runs.iter().filter(|card| card.parent.is_none_or(|parent| snapshot.card(parent).is_none()));
    for root in roots {
        grow(snapshot, root, String::new(), "", &mut out);
    }
    out
}

fn grow<'a>(snapshot: &'a Snapshot, card: &'a RunCard, twigs: String, below: &str, out: &mut Vec<Branch<'a>>) {
    // A run that is its own ancestor would grow for ever.
    if out.iter().any(|branch| branch.card.id == card.id) {
        return;
    }
    out.push(Branch { card, twigs, text: text(card) });
    let children: Vec<&RunCard> = snapshot.runs.iter().filter(|child| child.parent == Some(card.id)).collect();
    for (k, child) in children.iter().enumerate() {
        let last = k + 1 == children.len();
        let twigs = format!("{below}{}", if last { "└ " } else { "├ " });
        grow(snapshot, child, twigs, &format!("{below}{}", if last { "  " } else { "│ " }), out);
    }
}

fn text(card: &RunCard) -> String {
    match card.branched_at {
        Some((_, dialogue)) if card.change.is_empty() => format!("at dialogue {}", thousands(dialogue)),
        Some((_, dialogue)) => format!("at dialogue {}: {}", thousands(dialogue), card.change),
        None => format!("{} seed {}", card.agent, card.seed),
    }
}
