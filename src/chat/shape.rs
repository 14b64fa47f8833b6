//! Values that a scenario does not list but that look as its own do: an order number of the person's own. Letters that stand alone and
//! digits are free, whole words and marks are not; what has no digit has no shape, or any word would do.

use crate::lm::vocabulary::pieces;

/// A part of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Digits(usize),
    Letter,
    Word(String),
}

/// Letters and digits of a text in runs.
fn parts(text: &str) -> Vec<Part> {
    let mut out = Vec::new();
    let mut run = String::new();
    let mut end = |run: &mut String| {
        let count = run.chars().count();
        match run.chars().next() {
            None => return,
            Some(c) if c.is_ascii_digit() => out.push(Part::Digits(count)),
            Some(_) if count == 1 && run.is_ascii() => out.push(Part::Letter),
            Some(_) => out.push(Part::Word(run.clone())),
        }
        run.clear();
    };
    for c in text.to_lowercase().chars() {
        let breaks = !c.is_alphanumeric() || run.chars().next().is_some_and(|first| first.is_ascii_digit() != c.is_ascii_digit());
        if breaks {
            end(&mut run);
        }
        if c.is_alphanumeric() {
            run.push(c);
        }
    }
    end(&mut run);
    out
}

/// Written as a listed value is: its marks, its spaces, its capitals.
fn written(text: &str, model: &str) -> String {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    let like = |c: char, own: char| {
        if c.is_uppercase() { own.to_uppercase().next().unwrap_or(own) } else { own.to_lowercase().next().unwrap_or(own) }
    };
    model.chars().filter_map(|c| if c.is_alphanumeric() { letters.next().map(|own| like(c, own)) } else { Some(c) }).collect()
}

/// The first words of a text that have the shape of one of the values without being one: as they are written, and the words taken.
pub fn find(text: &str, values: &[String]) -> Option<(String, Vec<String>)> {
    let words = pieces(text);
    let models: Vec<(&String, Vec<Part>)> = values
        .iter()
        .map(|value| (value, parts(value)))
        .filter(|(_, parts)| parts.iter().any(|part| matches!(part, Part::Digits(_))))
        .collect();
    let longest = models.iter().map(|(value, _)| pieces(value).len() + 2).max()?;
    for from in 0..words.len() {
        // The longest that fits is meant.
        for to in (from + 1..=words.len().min(from + longest)).rev() {
            let some = &words[from..to];
            let edges = [&some[0], &some[some.len() - 1]].iter().all(|word| word.chars().any(char::is_alphanumeric));
            let shape = parts(&some.join(" "));
            let model = models.iter().find(|(_, own)| edges && *own == shape);
            if let Some((model, _)) = model {
                return Some((written(&some.concat(), model), some.to_vec()));
            }
        }
    }
    None
}
