//! Words of a schema as people say them, and sentences of a corpus as they are written.

/// `find a restaurant`: as it stands behind "I'd like to". What a description says of its slots in general goes.
pub fn purpose(description: &str) -> String {
    let mut text = lowered(description);
    for mark in GENERAL {
        let kept = text.split(mark).next().unwrap_or_default().trim_end_matches(',');
        if kept.contains(' ') {
            text.truncate(kept.len());
        }
    }
    text
}

const GENERAL: &[&str] = &[
    " based on ",
    " according to ",
    " of a certain ",
    " of choice",
    " in a given ",
    " at a given ",
    " for a given ",
    " for given ",
    " to a given ",
    " in a city",
    " by ",
    ", with optional ",
];

/// `name of the therapist`: as it stands behind "Please tell me the".
pub fn asked(description: &str) -> String {
    let text = lowered(description);
    let text = text.split([',', '(']).next().unwrap_or_default().trim();
    let text = text.strip_prefix("the ").unwrap_or(text);
    // A description speaks of a user; a question is put to one.
    text.replace("the user's", "your").replace("user's", "your").replace("user wants", "you want")
}

fn lowered(description: &str) -> String {
    let text = description.trim().trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
}

/// Whether nothing was lost where a value was cut out.
pub fn whole(template: &str) -> bool {
    ![" .", " ,", " ?", " !"].iter().any(|gap| template.contains(gap))
}

/// `restaurant name` of `restaurant_name`.
pub fn worded(name: &str) -> String {
    name.replace('_', " ")
}

/// `a restaurant name`; several have no article.
pub fn with_article(name: &str) -> String {
    let words = worded(name);
    match words.chars().next() {
        _ if words.ends_with('s') && !words.starts_with("number of") => words,
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {words}"),
        _ => format!("a {words}"),
    }
}

/// `restaurants` of `Restaurants_2`.
pub fn service_words(service: &str) -> String {
    let words = service.rsplit_once('_').filter(|(_, n)| n.bytes().all(|b| b.is_ascii_digit()));
    worded(words.map_or(service, |(words, _)| words)).to_lowercase()
}

/// `find restaurants` of `FindRestaurants`.
pub fn spelled(intent: &str) -> String {
    let mut out = String::new();
    for c in intent.chars() {
        if c.is_uppercase() && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.extend(if c == '_' { ' ' } else { c }.to_lowercase());
    }
    out
}

/// `a, b and c`.
pub fn listed(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// Words that a question begins with; the second kind before the one who is asked about, for "do it" and "May 5th" are none.
const ASKING: &[&str] = &["what", "what's", "which", "when", "where", "who", "whom", "whose", "why", "how"];
const TURNED: &[&str] =
    &["can", "could", "will", "would", "do", "does", "did", "is", "are", "was", "should", "shall", "may", "might", "have", "has"];
const ABOUT: &[&str] = &["you", "i", "we", "it", "there", "that", "this", "they", "he", "she", "the", "my"];
const BEFORE: &[&str] = &["to", "at", "in", "for", "on", "from", "with", "by", "and", "so"];

/// A sentence as it is written: it begins with a capital and ends with a mark, which much of a corpus leaves out.
pub fn sentence(said: &str) -> String {
    let mut out = said.trim_end_matches([',', ';', ':', '-', ' ']).replace(" i ", " I ").replace(" i'", " I'");
    if out.ends_with(|c: char| c.is_alphanumeric() || "}\"')%$".contains(c)) {
        out.push(if asks(&out) { '?' } else { '.' });
    }
    let mut chars = out.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

/// Whether the last sentence of a text is a question, by how its first or last clause begins ("Sure, at what time").
fn asks(text: &str) -> bool {
    let lower = text.to_lowercase();
    let last = lower.rsplit(['.', ';', '!', '?']).next().unwrap_or_default();
    let mut clauses = last.split(',');
    clauses.next().is_some_and(begins_asking) || clauses.next_back().is_some_and(begins_asking)
}

fn begins_asking(clause: &str) -> bool {
    let mut words = clause.split_whitespace().skip_while(|w| BEFORE.contains(w));
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    ASKING.contains(&first) || TURNED.contains(&first) && ABOUT.contains(&second)
}
