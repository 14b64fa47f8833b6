//! Prompts of one length: `<u> what the user said <n> notes <a>`, padded on the left, so that a reply always begins at the same place.

use super::vocabulary::{AGENT, NOTES, PAD, USER};

/// Lengths of a prompt and of a reply, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub prompt: usize,
    /// With its end.
    pub reply: usize,
}

impl Layout {
    pub fn total(&self) -> usize {
        self.prompt + self.reply
    }
}

/// The prompt of what the user said and the notes; where it is too long, the sentence loses its beginning, and a pad stands there.
pub fn prompt(user: &[u32], notes: &[u32], length: usize) -> Vec<u32> {
    let fixed = notes.len() + 3;
    let room = length.saturating_sub(fixed);
    let cut = user.len() > room && room > 0;
    let user = &user[user.len() - user.len().min(room - usize::from(cut))..];
    let mut out = vec![PAD; room - user.len() - usize::from(cut)];
    out.push(USER);
    out.extend(std::iter::repeat_n(PAD, usize::from(cut)));
    out.extend(user);
    out.push(NOTES);
    out.extend(notes);
    out.push(AGENT);
    // Notes for which there is no room lose their beginning too.
    out.split_off(out.len() - out.len().min(length))
}

/// The prompt after a reply and the user's answer, where it holds all that was said: the oldest words drop out.
pub fn grown(before: &[u32], reply: &[u32], user: &[u32], end: u32) -> Vec<u32> {
    let mut all = before.to_vec();
    all.extend(reply.iter().filter(|word| **word != end));
    all.push(USER);
    all.extend(user);
    all.push(AGENT);
    all[all.len() - before.len()..].to_vec()
}

/// What the user said, as it stands in a prompt, and whether its beginning is missing.
pub fn said(prompt: &[u32]) -> (&[u32], bool) {
    let from = prompt.iter().rposition(|token| *token == USER).map_or(0, |at| at + 1);
    let rest = &prompt[from..];
    let to = rest.iter().position(|token| *token == NOTES || *token == AGENT).unwrap_or(rest.len());
    let cut = rest[..to].first() == Some(&PAD);
    (&rest[usize::from(cut)..to], cut)
}
