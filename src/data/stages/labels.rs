//! Speaker labels that stand inside texts: "Agent: …" at the beginning of a line. They count only in texts that hold a whole
//! conversation (`Speakers::InText`), and there neither in code fences nor on indented lines.

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

/// The labels of hh-rlhf, the form in which a pair of answers is cut out of whole conversations.
const OF_PAIRS: &[&str] = &["Human", "Assistant"];

/// The role that a line is labelled with, and what it says.
fn label(line: &str) -> Option<(Role, &str)> {
    labelled(line, |_| true)
}

fn labelled(line: &str, known: impl Fn(&str) -> bool) -> Option<(Role, &str)> {
    LABELS.iter().filter(|(name, _)| known(name)).find_map(|(name, role)| {
        let head = line.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name))?;
        let rest = line[head.len()..].trim_start_matches(' ');
        let said = rest.strip_prefix(':').or_else(|| rest.strip_prefix('：'))?;
        Some((role.clone(), said.trim_start()))
    })
}

/// The fence that a line begins or ends: its sign, how many of them, and whether something follows.
fn fence(line: &str) -> Option<(char, usize, bool)> {
    let inner = line.trim_start_matches(' ');
    let sign = inner.chars().next().filter(|c| line.len() - inner.len() < 4 && ['`', '~'].contains(c))?;
    let signs = inner.chars().take_while(|c| *c == sign).count();
    (signs >= 3).then(|| (sign, signs, !inner[signs..].trim().is_empty()))
}

/// The lines of a text, each with whether it lies in a code fence. A fence that nothing closes is none.
/// Source: `CommonMark` 0.31, 4.5.
pub fn lines(text: &str) -> Vec<(&str, bool)> {
    let mut out: Vec<(&str, bool)> = text.lines().map(|line| (line, false)).collect();
    let fences: Vec<(usize, (char, usize, bool))> = out.iter().enumerate().filter_map(|(i, (line, _))| Some((i, fence(line)?))).collect();
    // From how many signs on nothing closes a fence any more, of either sign: no text costs more than a pass for each length.
    let mut open: [usize; 2] = [usize::MAX; 2];
    let mut next = 0;
    while let Some((from, (sign, signs, _))) = fences.get(next) {
        let never = &mut open[usize::from(*sign == '~')];
        next += 1;
        if *signs >= *never {
            continue;
        }
        let closes = |(_, (other, many, follows)): &(usize, (char, usize, bool))| other == sign && many >= signs && !follows;
        match fences[next..].iter().position(closes) {
            Some(n) => {
                out[*from..=fences[next + n].0].iter_mut().for_each(|line| line.1 = true);
                next += n + 1;
            }
            None => *never = *signs,
        }
    }
    out
}

/// Whether a text that holds a whole conversation has labels.
pub fn any(text: &str) -> bool {
    lines(text).into_iter().any(|(line, fenced)| !fenced && label(line).is_some())
}

/// An answer that was cut out of a whole conversation, without the label of its own speaker. None where another speaker has a part.
pub fn answer(text: &str) -> Option<&str> {
    let label = |line| labelled(line, |name| OF_PAIRS.contains(&name));
    let said = match label(text) {
        Some((Role::Assistant, said)) => said,
        _ => text,
    };
    let other = lines(said).into_iter().any(|(line, fenced)| !fenced && label(line).is_some());
    (!other).then_some(said)
}

/// A turn that holds a whole conversation, in as many as its labels say.
pub fn split(turn: &Turn) -> Vec<Turn> {
    let mut out: Vec<Turn> = vec![Turn::new(turn.role.clone(), "")];
    for (line, fenced) in lines(&turn.text) {
        let said = match label(line).filter(|_| !fenced) {
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
    out.last_mut().expect("one was put in first").calls.clone_from(&turn.calls);
    // The spans of a text cut apart mean nothing any more; what was meant stays with the first part.
    out[0].acts = turn.acts.iter().cloned().map(|act| crate::data::record::Act { spans: Vec::new(), ..act }).collect();
    out
}
