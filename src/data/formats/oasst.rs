//! OASST trees: each path to a leaf is a conversation, each two ranked replies of one parent a preference (rank 0 is the best).

use serde_json::Value;

use super::{Read, maybe, said, said_in, text};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Turn};

/// Deeper than any person went; beyond it a file is not to be trusted with the stack.
const DEPTH: usize = 64;

pub fn read(_: &Element, value: &Value) -> Read {
    let tree = text(value, "message_tree_id")?;
    let mut out = Vec::new();
    let root = value.get("prompt").ok_or("\"prompt\" is missing")?;
    walk(root, &mut Vec::new(), tree, &mut out)?;
    if out.is_empty() {
        return Err("every path of the tree was deleted, is synthetic, or holds no answer".into());
    }
    Ok(out)
}

fn usable(node: &Value) -> bool {
    ["deleted", "synthetic"].iter().all(|key| node.get(*key).and_then(Value::as_bool) != Some(true))
}

fn walk(node: &Value, path: &mut Vec<Turn>, tree: &str, out: &mut Vec<Record>) -> Result<(), String> {
    if !usable(node) {
        return Ok(());
    }
    if path.len() >= DEPTH {
        return Err(format!("the tree is more than {DEPTH} messages deep"));
    }
    path.push(Turn::of(text(node, "role")?, said_in(node, "text")?));
    let replies = node.get("replies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !replies.iter().any(usable) && path.len() > 1 {
        out.push(Record::conversation(maybe(node, "message_id"), path.clone()).with("lang", maybe(node, "lang")).grouped(tree));
    }
    pairs(replies, path, tree, out);
    for reply in replies {
        walk(reply, path, tree, out)?;
    }
    path.pop();
    Ok(())
}

fn pairs(replies: &[Value], path: &[Turn], tree: &str, out: &mut Vec<Record>) {
    let rank = |r: &Value| r.get("rank").and_then(Value::as_u64);
    let ranked: Vec<(u64, &Value)> =
        replies.iter().filter(|r| usable(r) && maybe(r, "role") == "assistant").filter_map(|r| Some((rank(r)?, r))).collect();
    for (better, chosen) in &ranked {
        for (_, rejected) in ranked.iter().filter(|(worse, _)| better < worse) {
            let body = Body::Preference {
                prompt: path.to_vec(),
                chosen: chosen.get("text").and_then(said).unwrap_or_default(),
                rejected: rejected.get("text").and_then(said).unwrap_or_default(),
            };
            out.push(Record::new(format!("{}>{}", maybe(chosen, "message_id"), maybe(rejected, "message_id")), body).grouped(tree));
        }
    }
}
