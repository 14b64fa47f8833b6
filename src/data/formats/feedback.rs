//! `UltraFeedback` (Cui et al. 2023): several answers to one instruction, each judged. The best makes a pair with each that is worse.
//!
//! An answer's score is the first of these that all of them have: `fine-grained_score`, `overall_score`, `score`, `rating`, the mean of
//! the ratings in `annotations`. Of several best answers the first counts; a tie gives no pair.

use serde_json::{Map, Value};

use super::calls::texts_only;
use super::preference::instruction;
use super::{Read, id, list, said, said_in, system_of};
use crate::data::elements::Element;
use crate::data::lenient::marked_number;
use crate::data::record::{Body, Record, Turn};

const SCORES: &[&str] = &["fine-grained_score", "overall_score", "score", "rating"];
const AS_GOOD: &str = "answers as good as the best, which give no pair";

pub fn fits(keys: &Map<String, Value>) -> bool {
    let first = keys.get("completions").and_then(Value::as_array).and_then(|all| all.first());
    first.is_some_and(|first| first.get("response").is_some())
}

/// Whether a key of an answer is read.
pub fn uses(answer: &Map<String, Value>, key: &str) -> bool {
    let score = SCORES.iter().copied().find(|name| answer.contains_key(*name)).unwrap_or("annotations");
    key == "response" || key == score
}

pub fn read(_: &Element, value: &Value) -> Read {
    texts_only(value)?;
    let all = list(value, "completions")?;
    if all.len() == 1 {
        return Err("it has one answer only, which gives no pair".into());
    }
    let scores = SCORES
        .iter()
        .find_map(|key| all.iter().map(|one| number(one.get(*key)?)).collect::<Option<Vec<f64>>>())
        .or_else(|| all.iter().map(rated).collect())
        .ok_or_else(|| format!("its answers have no score in common; one of {}, or ratings are looked for", SCORES.join(", ")))?;
    // The first of the best.
    let best = (0..all.len()).reduce(|best, i| if scores[i] > scores[best] { i } else { best }).ok_or("it has no answers")?;
    let asked = if value.get("instruction").is_some() { instruction(value) } else { said_in(value, "prompt")? };
    let mut prompt = system_of(value)?;
    prompt.push(Turn::of("user", asked));
    let chosen = said_in(&all[best], "response")?;
    let (mut out, mut left_out) = (Vec::new(), Vec::new());
    for (i, other) in all.iter().enumerate().filter(|(i, _)| *i != best) {
        let rejected = said_in(other, "response")?;
        if scores[i] >= scores[best] {
            left_out.push((AS_GOOD, rejected));
            continue;
        }
        let body = Body::Preference { prompt: prompt.clone(), chosen: chosen.clone(), rejected };
        let score = |i: usize| scores[i].to_string();
        // The pairs of one record have ids of their own.
        let id = Some(id(value, "id")).filter(|id| !id.is_empty()).map_or(String::new(), |id| format!("{id}.{}", out.len() + 1));
        out.push(Record::new(id, body).with("score_chosen", score(best)).with("score_rejected", score(i)));
    }
    match out.first_mut() {
        Some(first) => first.left_out = left_out,
        None => return Err("the scores found a tie between all answers".into()),
    }
    Ok(out)
}

/// A score, which some files write as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| parsed(&said(value)?)).filter(|n| n.is_finite())
}

fn parsed(text: &str) -> Option<f64> {
    marked_number(text).unwrap_or(text).trim().parse().ok()
}

/// The mean of the ratings of an answer.
fn rated(answer: &Value) -> Option<f64> {
    let of = |one: &Value| number(one.get("Rating").or_else(|| one.get("rating"))?);
    let ratings: Vec<f64> = answer.get("annotations")?.as_object()?.values().filter_map(of).collect();
    (!ratings.is_empty()).then(|| ratings.iter().sum::<f64>() / ratings.len() as f64)
}
