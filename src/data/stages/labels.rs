//! Speaker labels that stand inside texts: "Agent: …" at the beginning of a line.

use crate::data::record::{Role, Turn};

const LABELS: &[(&str, Role)] = &[
    ("Human", Role::User),
    ("User", Role::User),
    ("Customer", Role::User),
    ("Client", Role::User),
    ("Assistant", Role::Assistant),
    ("Agent", Role::Assistant),
    ("Bot", Role::Assistant),
    ("AI", Role::Assistant),
    ("Operator", Role::Assistant),
    ("用户", Role::User),
    ("客户", Role::User),
    ("顾客", Role::User),
    ("客服", Role::Assistant),
    ("助手", Role::Assistant),
];

/// The role that a line is labelled with, and what it says.
pub fn label(line: &str) -> Option<(Role, &str)> {
    let line = line.trim_start();
    LABELS.iter().find_map(|(name, role)| {
        let head = line.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name))?;
        let rest = line[head.len()..].trim_start_matches(' ');
        let said = rest.strip_prefix(':').or_else(|| rest.strip_prefix('：'))?;
        Some((role.clone(), said.trim_start()))
    })
}

pub fn any(text: &str) -> bool {
    text.lines().any(|line| label(line).is_some())
}

/// A turn in as many as its labels say; a label of the turn's own speaker only goes.
pub fn split(turn: &Turn) -> Vec<Turn> {
    let mut out: Vec<Turn> = vec![Turn::new(turn.role.clone(), "")];
    for line in turn.text.lines() {
        let said = match label(line) {
            Some((role, said)) => {
                out.push(Turn::new(role, ""));
                said
            }
            None => line,
        };
        let text = &mut out.last_mut().expect("one was put in first").text;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(said);
    }
    if out[0].text.trim().is_empty() && out.len() > 1 {
        out.remove(0);
    }
    // The spans of a text cut apart mean nothing any more; what was meant stays with the first part.
    out[0].acts = turn.acts.iter().cloned().map(|act| crate::data::record::Act { spans: Vec::new(), ..act }).collect();
    out
}
