//! A lane as a card: its place in the tree, its settings, what it has come to.

use super::command::Edit;
use super::lane::Lane;
use super::snapshot::{RunCard, RunResult};
use crate::run::timeline::Entry;
use crate::world::env::Env;

/// Own edits that a card names before it counts them.
const NAMED: usize = 3;
/// Share of the way from random to optimal that counts as nearly there.
pub(super) const NEARLY: f64 = 0.9;

impl Lane {
    /// `still` says that nothing moves, so that the digest is worth its time.
    pub fn card(&mut self, still: bool) -> RunCard {
        let digest = (still || self.stopped.is_some()).then(|| self.digest());
        let run = &self.run;
        let now = run.now().0;
        RunCard {
            id: self.id,
            name: self.name.clone(),
            parent: self.parent,
            branched_at: self.branched_at,
            change: self.difference(),
            agent: self.spec.agent.clone(),
            seed: run.seed(),
            tick: now,
            head: run.head().0,
            dialogues: run.dialogues(),
            head_dialogues: run.head_dialogues(),
            digest,
            stopped: self.crash.as_ref().map(|(text, _)| text.clone()).or_else(|| self.stopped.clone()),
            settings: self.settings(),
            result: self.result(still || self.stopped.is_some()),
        }
    }

    /// What makes it differ from its parent.
    fn difference(&self) -> String {
        let own = self.run.journal().get(self.inherited..).unwrap_or_default();
        let edits = merged(own.iter().filter(|e| !matches!(e.edit, Edit::Force { .. } | Edit::Say { .. })));
        let more = edits.len().saturating_sub(NAMED);
        let mut parts: Vec<String> = (!self.change.is_empty()).then(|| self.change.clone()).into_iter().collect();
        parts.extend(edits.into_iter().take(NAMED));
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        parts.join(", ")
    }

    /// All settings in force, the agent's before the world's.
    fn settings(&self) -> Vec<(String, String)> {
        let run = &self.run;
        let now = run.now().0;
        let tuned = |name: &str| {
            run.journal().iter().rev().filter(|e| e.tick <= now).find_map(|e| match &e.edit {
                Edit::Tune { knob, value } if knob == name => Some(*value),
                _ => None,
            })
        };
        // What is changed at this very moment is in force from the next turn on.
        let set = run.settings();
        let in_force = run.knobs().iter().zip(&set.0);
        let mut all: Vec<(String, String)> =
            in_force.map(|(knob, set)| (knob.name.to_owned(), knob.show(tuned(knob.name).unwrap_or(*set)))).collect();
        if let Some(dialogues) = &run.world().dialogues {
            let setup = run.world().setup();
            all.push(("users".to_owned(), setup.profile().to_owned()));
            all.push(("masks".to_owned(), if dialogues.rule.masks { "on" } else { "off" }.to_owned()));
            let reward = |name: &str| if name == "noise" { name.to_owned() } else { format!("reward {name}") };
            all.extend(setup.changes().into_iter().map(|(name, value)| (reward(name), value.to_string())));
        }
        all
    }

    fn result(&self, still: bool) -> RunResult {
        let (count, return_, success, _) = self.run.last_100();
        let (now, edits) = (self.run.dialogues(), self.run.journal().len());
        let past = || self.points.judged.iter().take_while(|e| e.dialogues <= now);
        // Judged at rest, a policy is of here and now; a point may be of long before.
        let present = self.present.as_ref().filter(|(moment, view)| view.dialogues == now && moment.1 == edits).map(|(_, view)| view);
        // At rest a figure is of this moment or of none.
        let last = if still { present } else { present.or_else(|| past().last()) };
        let first = past().find(|e| e.way >= NEARLY);
        let unknown = self.first_unknown();
        // An earlier point may have been good, too.
        let first = first.filter(|first| unknown.is_none_or(|point| point > first.dialogues));
        RunResult {
            return_100: (count > 0).then(|| f64::from(return_)),
            success_100: (count > 0).then(|| f64::from(success)),
            greedy_return: last.map(|e| e.greedy.return_),
            regret: last.map(|e| e.regret).filter(|x| x.is_finite()),
            judged_at: last.map(|e| e.dialogues),
            optimal_share: last.map(|e| e.optimal_share_weighted).filter(|x| x.is_finite()),
            dialogues_to_90: first.map(|e| e.dialogues),
            unknown_from: unknown,
        }
    }
}

/// Edits in words; one knob turned several times in a row is one change, from the first value to the last.
fn merged<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let mut out: Vec<(Option<&str>, String)> = Vec::new();
    for entry in entries {
        let knob = match &entry.edit {
            Edit::Tune { knob, .. } => Some(knob.as_str()),
            _ => None,
        };
        let both = out.last().filter(|(last, _)| knob.is_some() && *last == knob).and_then(|(_, before)| {
            let (from, _) = before.split_once(" → ")?;
            let (_, to) = entry.text.split_once(" → ")?;
            Some(format!("{from} → {to}"))
        });
        match both {
            Some(text) => {
                out.pop();
                out.push((knob, text));
            }
            None => out.push((knob, entry.text.clone())),
        }
    }
    out.into_iter().map(|(_, text)| text).collect()
}
