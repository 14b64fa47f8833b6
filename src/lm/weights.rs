//! Weights as a safetensors file: the length of a JSON header (u64), the header, then the numbers, all little-endian.
//!
//! The header's metadata tell the model's sizes, so that a file alone is a model, and a digest of themselves and the numbers, so that
//! damage is noticed. Source: the safetensors format, version 0.4.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::LmError;
use super::shape::{Config, Gpt, Head};
use crate::num::digest::digest_bytes;

/// What stands in the header for a tensor.
#[derive(Serialize, Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    /// Bytes behind the header.
    data_offsets: (usize, usize),
}

const METADATA: &str = "__metadata__";
/// In the metadata: the digest, and which kind it is. Files of earlier programs have neither.
const DIGEST: &str = "digest";
const SEALED: &str = "sealed";
const KIND: &str = "xxh3";
/// A header of ours has some kilobytes; what claims more is none.
const LONGEST_HEADER: usize = 1 << 20;
/// Bytes of an f32.
const WIDTH: usize = 4;

/// The file's bytes.
pub fn write(gpt: &Gpt, parameters: &[f32]) -> Vec<u8> {
    let config = &gpt.config;
    let head = if gpt.head == Head::Value { "value" } else { "language" };
    let pairs = [("format", "pt"), ("head", head), (SEALED, KIND)].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut metadata = BTreeMap::from(pairs);
    metadata.extend(sizes(config).map(|(name, size)| (name.to_owned(), size.to_string())));
    metadata.insert(DIGEST.to_owned(), digest(&metadata, parameters));
    let mut header = Map::new();
    header.insert(METADATA.into(), serde_json::json!(metadata));
    for tensor in gpt.tensors() {
        let data_offsets = (tensor.range.start * WIDTH, tensor.range.end * WIDTH);
        let entry = Entry { dtype: "F32".into(), shape: tensor.shape, data_offsets };
        header.insert(tensor.name, serde_json::json!(entry));
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    // The numbers begin at a multiple of eight.
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut bytes = Vec::with_capacity(8 + header.len() + parameters.len() * WIDTH);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header);
    parameters.iter().for_each(|x| bytes.extend(x.to_le_bytes()));
    bytes
}

/// Of all metadata but the digest, in the order of their names, then of the numbers in the model's own order.
fn digest(metadata: &BTreeMap<String, String>, parameters: &[f32]) -> String {
    let mut bytes = Vec::with_capacity(parameters.len() * WIDTH);
    for (name, text) in metadata.iter().filter(|(name, _)| *name != DIGEST) {
        bytes.extend(format!("{name}={text}\n").into_bytes());
    }
    parameters.iter().for_each(|x| bytes.extend(x.to_le_bytes()));
    digest_bytes(&bytes).to_string()
}

fn sizes(config: &Config) -> [(&'static str, usize); 6] {
    [
        ("vocabulary", config.vocabulary),
        ("context", config.context),
        ("width", config.width),
        ("layers", config.layers),
        ("heads", config.heads),
        ("hidden", config.hidden),
    ]
}

fn wrong(text: impl Into<String>) -> LmError {
    LmError::Weights(text.into())
}

/// The model and its parameters.
///
/// Errors: what is no such file, of another kind, cut short, or holds a number that is not finite.
pub fn read(bytes: &[u8]) -> Result<(Gpt, Vec<f32>), LmError> {
    let (header, numbers) = split(bytes)?;
    let mut header: Map<String, Value> =
        serde_json::from_slice(header).map_err(|e| wrong(format!("the header is not JSON as safetensors has it: {e}")))?;
    let metadata =
        header.remove(METADATA).ok_or_else(|| wrong("the header has no __metadata__ with the model's sizes; write it with dialoq"))?;
    let gpt = model(&metadata)?;
    let wanted = gpt.parameters() * WIDTH;
    if numbers.len() != wanted {
        return Err(wrong(format!("the file holds {} bytes of numbers; a model of these sizes has {wanted}", numbers.len())));
    }
    let mut parameters = vec![0.0; gpt.parameters()];
    for tensor in gpt.tensors() {
        let name = &tensor.name;
        let entry = header.remove(name).ok_or_else(|| wrong(format!("there is no tensor {name}")))?;
        let entry: Entry = serde_json::from_value(entry).map_err(|e| wrong(format!("{name} is described wrongly: {e}")))?;
        if entry.dtype != "F32" || entry.shape != tensor.shape {
            let (dtype, shape) = (&entry.dtype, &entry.shape);
            return Err(wrong(format!("{name} is {dtype} of {shape:?}; this model's sizes make it F32 of {:?}", tensor.shape)));
        }
        let (start, end) = entry.data_offsets;
        let wanted = tensor.range.len() * WIDTH;
        let data = numbers.get(start..end).filter(|data| data.len() == wanted);
        let data = data.ok_or_else(|| wrong(format!("{name} should be {wanted} bytes within the file's {}", numbers.len())))?;
        for (x, bytes) in parameters[tensor.range.clone()].iter_mut().zip(data.as_chunks::<WIDTH>().0) {
            *x = f32::from_le_bytes(*bytes);
            if !x.is_finite() {
                return Err(wrong(format!("{name} holds {x}, which is not a finite number")));
            }
        }
    }
    if let Some(name) = header.keys().next() {
        return Err(wrong(format!("tensor {name} belongs to no model of these sizes")));
    }
    check(&metadata, &parameters)?;
    Ok((gpt, parameters))
}

/// Whether the digest is right, where the file has one.
fn check(metadata: &Value, parameters: &[f32]) -> Result<(), LmError> {
    if metadata.get(SEALED).is_none() && metadata.get(DIGEST).is_none() {
        return Ok(());
    }
    let texts: Option<BTreeMap<String, String>> = serde_json::from_value(metadata.clone()).ok();
    let right = texts.is_some_and(|texts| texts.get(DIGEST) == Some(&digest(&texts, parameters)));
    let what = "the digest is another than the metadata say; the file was damaged, or changed without removing digest and sealed from them";
    if right { Ok(()) } else { Err(wrong(what)) }
}

/// Header and numbers.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), LmError> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| wrong("the file is too short to be one of safetensors"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > LONGEST_HEADER || length > rest.len() {
        return Err(wrong(format!("the header claims {length} bytes; this is no safetensors file, or it was cut short")));
    }
    Ok(rest.split_at(length))
}

fn model(metadata: &Value) -> Result<Gpt, LmError> {
    let size = |name: &str| {
        let text = metadata[name].as_str().unwrap_or("missing");
        text.parse::<usize>().map_err(|_| wrong(format!("the metadata's {name} is {text}; it must be a whole number in quotes")))
    };
    let head = match metadata["head"].as_str() {
        Some("language") => Head::Language,
        Some("value") => Head::Value,
        other => return Err(wrong(format!("the metadata's head is {}; it must be language or value", other.unwrap_or("missing")))),
    };
    let config = Config {
        vocabulary: size("vocabulary")?,
        context: size("context")?,
        width: size("width")?,
        layers: size("layers")?,
        heads: size("heads")?,
        hidden: size("hidden")?,
    };
    Gpt::new(config, head)
}
