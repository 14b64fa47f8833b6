//! A journal without what later lines supersede: a long sitting stays a small file.

use super::{Journal, Line};

/// The same session in fewer lines; none where nothing can be left out, or where not every line is understood.
pub fn tidy(bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = Journal::parse(bytes).ok().filter(|j| j.damage.is_none() && j.left_out.is_empty() && j.ends_whole)?;
    let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    let mut kept = Vec::with_capacity(lines.len());
    // Runs whose head is told of again further down, and whether the person's place is.
    let (mut heads, mut here) = (Vec::new(), false);
    for line in lines.iter().rev() {
        let superseded = match serde_json::from_slice(line).ok()? {
            Line::Head { run, digest, .. } => {
                let again = heads.contains(&run);
                if !again {
                    heads.push(run);
                }
                again && digest.is_none()
            }
            Line::Here { .. } => std::mem::replace(&mut here, true),
            _ => false,
        };
        if !superseded {
            kept.push(*line);
        }
    }
    kept.reverse();
    let text = kept.concat();
    // What it tells must be the same, or it stays as it is.
    let told = Journal::parse(&text).ok()?;
    let same = Journal { good_bytes: whole.good_bytes, ..told } == whole;
    (same && text.len() < bytes.len()).then_some(text)
}
