//! `PandaLM`: two responses to an instruction, judged by three people (0 a tie, 1 or 2 the better one). The majority decides.

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::preference::instruction;
use super::{Read, id, said_in};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Turn};

pub fn read(_: &Element, value: &Value) -> Read {
    let (one, two) = (said_in(value, "response1")?, said_in(value, "response2")?);
    let mut votes = [0; 3];
    for judge in ["annotator1", "annotator2", "annotator3"] {
        let vote = value.get(judge).and_then(Value::as_u64).filter(|v| *v < 3).ok_or_else(|| format!("\"{judge}\" is not 0, 1 or 2"))?;
        votes[vote as usize] += 1;
    }
    let (chosen, rejected) = match votes {
        [_, 2 | 3, _] => (one, two),
        [_, _, 2 | 3] => (two, one),
        [2 | 3, ..] => return Err("the judges found a tie".into()),
        _ => return Err("the judges have no majority".into()),
    };
    let asked = instruction(value);
    let body = Body::Preference { prompt: vec![Turn::of("user", asked.clone())], chosen, rejected };
    // A digest: the text itself would stand in the group as nothing has cleaned it.
    let group = format!("{:016x}", xxh3_64(said_in(value, "instruction")?.as_bytes()));
    Ok(vec![Record::new(id(value, "idx"), body).grouped(group)])
}
