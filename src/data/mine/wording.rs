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
    without_vague(&text)
}

/// Words of a description that say "the one in question", which nobody says.
const VAGUE: &[&str] = &["selected", "given", "certain", "specific", "specified", "particular"];

/// `reserve a hotel` of `reserve a selected hotel`.
fn without_vague(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut article = false;
    for word in text.split(' ') {
        if VAGUE.contains(&word) {
            article = out.last().is_some_and(|w| ["a", "an"].contains(w));
            continue;
        }
        if std::mem::take(&mut article) {
            out.pop();
            out.push(if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" });
        }
        out.push(word);
    }
    out.join(" ")
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
    ![" .", " ,", " ?", " !", "} -"].iter().any(|gap| template.contains(gap))
}

/// `restaurant name` of `restaurant_name`.
pub fn worded(name: &str) -> String {
    name.replace('_', " ")
}

/// Whether a name speaks of several things.
pub fn several(words: &str) -> bool {
    words.ends_with('s') && !words.ends_with("ss") && !words.starts_with("number of")
}

/// Things whose names end as verbs do.
const THINGS: &[&str] =
    &["rating", "booking", "parking", "building", "listing", "setting", "meeting", "housing", "catering", "evening", "morning"];

/// Whether a name ends in a verb ("starring") and is no thing.
pub fn gerund(words: &str) -> bool {
    words.ends_with("ing") && !THINGS.contains(&words.rsplit(' ').next().unwrap_or(words))
}

/// `a certain restaurant name`; several have no article.
pub fn certain(name: &str) -> String {
    let words = worded(name);
    if several(&words) { format!("certain {words}") } else { format!("a certain {words}") }
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

/// A sentence as it is written: it begins with a capital and ends with one mark, which much of a corpus leaves out.
pub fn sentence(said: &str) -> String {
    let mut out = said.trim_end_matches([',', ';', ':', '-', ' ']).replace(" i ", " I ").replace(" i'", " I'");
    while let Some(shorter) = doubled_mark(&out) {
        out = shorter;
    }
    // "Would you like to go." is a question that somebody ended as none.
    let statement = out.strip_suffix('.').filter(|inner| !inner.ends_with('.') && !abbreviates(inner) && inverted(inner));
    if let Some(inner) = statement {
        out = format!("{inner}?");
    }
    if out.ends_with(|c: char| c.is_alphanumeric() || "}\"')%$".contains(c)) {
        out.push(if asks(&out) { '?' } else { '.' });
    }
    capitals(&out)
}

/// The text with one doubled mark fewer ("Hello.. there", "Sure,, yes", "Done!."), if it has one. Three dots stay, and so does the full
/// stop of an abbreviation before another mark.
fn doubled_mark(text: &str) -> Option<String> {
    let mark = |c: char| ['.', ',', '!', '?', ';'].contains(&c);
    let doubled = |at: usize, first: char, second: char| match (first, second) {
        ('.', '.') => !text[at..].starts_with("...") && !text[..at].ends_with('.'),
        ('.', _) => mark(second) && !abbreviates(&text[..at]),
        _ => mark(first) && mark(second),
    };
    let pairs = text.char_indices().zip(text.chars().skip(1));
    let (at, second) = pairs.filter(|((at, first), second)| doubled(*at, *first, *second)).map(|((at, _), second)| (at, second)).next()?;
    let first = &text[at..=at];
    // The stronger of the two stays.
    let kept = ["?", "!"].into_iter().find(|m| *m == first || second.to_string() == **m).unwrap_or(&text[at + 1..at + 2]);
    Some([&text[..at], kept, &text[at + 2..]].concat())
}

/// Words before a full stop that ends no sentence; single letters (`p.m.`, `D.C.`) do not end one either.
const ABBREVIATIONS: &[&str] = &["mr", "mrs", "ms", "dr", "st", "ave", "rd", "blvd", "apt", "vs", "jr", "sr", "etc", "approx"];

/// Whether a full stop behind this text is that of an abbreviation.
fn abbreviates(head: &str) -> bool {
    let word = head.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    word.chars().count() == 1 || ABBREVIATIONS.contains(&word.as_str())
}

/// A capital at the beginning of each sentence.
fn capitals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut begins, mut ended) = (true, false);
    for c in text.chars() {
        if begins && c.is_alphanumeric() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        match c {
            '!' | '?' => ended = true,
            '.' => ended = !abbreviates(&out[..out.len() - 1]),
            ' ' => begins |= std::mem::take(&mut ended),
            '"' | '\'' | '(' => {}
            _ => (begins, ended) = (false, false),
        }
    }
    out
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

/// Whether a text is one sentence whose first two words are turned round, as only a question has them.
fn inverted(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let one = !lower.contains(['.', '!', '?', ';']);
    // "May the day be fine" and "Do it" ask nothing.
    one && (ASKING.contains(&first) && TURNED.contains(&second)
        || TURNED.contains(&first)
            && first != "may"
            && ABOUT.contains(&second)
            && !(first == "do" && ["it", "that", "this", "the"].contains(&second)))
}
