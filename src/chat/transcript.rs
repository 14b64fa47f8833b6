//! A conversation as JSON: one object for each exchange, on a line of its own.

use serde_json::{Value, json};

use crate::run::chat::{Entry, Exchange};

/// One entry; texts that are empty are null.
pub fn json(entry: &Entry) -> Value {
    match entry {
        Entry::Exchange(exchange) => exchanged(exchange),
        Entry::Told { command, lines } => json!({ "command": command, "lines": lines }),
    }
}

fn exchanged(e: &Exchange) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    let rounded = |x: f64| (x * 1e4).round() / 1e4;
    json!({
        "person": text(&e.person),
        "understood": text(&e.understood),
        "confidence": (!e.person.is_empty()).then(|| rounded(e.confidence.into())),
        "notes": e.notes,
        "state": e.state,
        "agent": e.agent,
        "asked_back": e.asked_back,
        "act": text(&e.act),
        "value": e.value.map(|q| rounded(q.into())),
        "exact": e.exact.map(rounded),
        "read_as": e.reading.as_ref().map(|r| json!({ "meaning": r.meaning, "confidence": rounded(r.confidence.into()), "understood": r.understood })),
        "ended": text(&e.ended),
        "success": e.success,
        "return": rounded(e.return_),
    })
}

/// What was said, without commands: the lines of a transcript's file.
pub fn lines(entries: &[Entry]) -> String {
    let said = entries.iter().filter(|entry| matches!(entry, Entry::Exchange(_)));
    said.fold(String::new(), |text, entry| text + &json(entry).to_string() + "\n")
}
