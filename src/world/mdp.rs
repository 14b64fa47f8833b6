//! A finite Markov decision process as explicit lists: what the solver reads, what scenarios compile to,
//! and what `--mdp FILE` holds in the form of Gymnasium's toy-text `P[state][action]`.

mod features;
mod stream;

use serde_json::{Value, json};
use thiserror::Error;

pub use features::Features;
use stream::{Head, Sink};

use super::strings::{fault, shown};
use crate::text::quote;

/// One outcome of (state, act).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    pub probability: f64,
    pub reward: f64,
    /// Where it leads; meaningless where `closed`.
    pub next: u32,
    /// Terminated.
    pub closed: bool,
    /// Terminated well.
    pub success: bool,
}

/// States and acts are numbered from 0; an illegal act has an empty list.
#[derive(Clone, Debug, PartialEq)]
pub struct Mdp {
    pub name: String,
    /// Discount suggested by the file.
    pub gamma: f64,
    pub states: Vec<String>,
    pub actions: Vec<String>,
    /// Start states with their probabilities.
    pub start: Vec<(u32, f64)>,
    pub turn_limit: u32,
    /// Branches of (s, a) are `branches[rows[s·A + a] .. rows[s·A + a + 1]]`.
    pub rows: Vec<u32>,
    pub branches: Vec<Branch>,
    /// Where the file gives any.
    pub features: Option<Features>,
}

impl Mdp {
    pub fn state_count(&self) -> u32 {
        (self.rows.len() as u32 - 1) / self.action_count()
    }

    pub fn action_count(&self) -> u32 {
        self.actions.len() as u32
    }

    #[inline]
    pub fn outcomes(&self, state: u32, act: u32) -> &[Branch] {
        let at = (state * self.action_count() + act) as usize;
        &self.branches[self.rows[at] as usize..self.rows[at + 1] as usize]
    }

    /// Mask of the acts with outcomes.
    pub fn legal(&self, state: u32) -> u64 {
        (0..self.action_count()).filter(|a| !self.outcomes(state, *a).is_empty()).fold(0, |mask, a| mask | 1 << a)
    }
}

#[derive(Debug, Error, PartialEq)]
#[error("{}", super::strings::refusal(.path, .what))]
pub struct MdpError {
    /// JSON path: `P[3][1][0]`.
    pub path: String,
    pub what: String,
}

fn bad<T>(path: impl Into<String>, what: impl Into<String>) -> Result<T, MdpError> {
    Err(MdpError { path: path.into(), what: what.into() })
}

/// Most turns a dialogue may have: the dice keep 16 bits for them.
pub const TURN_LIMIT_MAX: u64 = 65_535;
/// More states than this do not fit the compiled form.
const STATES_MAX: usize = 1 << 28;

const KEYS: [&str; 11] =
    ["format", "version", "name", "gamma", "states", "actions", "start", "max_turns", "features", "feature_names", "P"];

/// Parses the `dialoq-mdp` form.
pub fn parse(text: &str) -> Result<Mdp, MdpError> {
    let head =
        stream::head(text).or_else(|e| bad(format!("line {} column {}", e.line(), e.column()), format!("this is not JSON ({e})")))?;
    let Some(Head { root, p, features }) = head else {
        return bad("the file", "an object {\"format\": \"dialoq-mdp\", …} is needed");
    };
    let root = Value::Object(root);
    if let Some(key) = root.as_object().into_iter().flat_map(serde_json::Map::keys).find(|key| !KEYS.contains(&key.as_str())) {
        return bad(key.clone(), format!("no such key; known are {}", KEYS.join(", ")));
    }
    if root["format"] != "dialoq-mdp" {
        return bad("format", format!("{} is not a finite MDP of this program; write \"dialoq-mdp\"", shown(&root["format"])));
    }
    if root["version"] != 1 {
        return bad("version", format!("version {} is not known; this program reads 1", shown(&root["version"])));
    }
    let Some(p) = p else { return bad("P", "a list is needed here") };
    let states = names(&root, "states", p.length)?;
    if p.length != states.len() {
        return bad("P", format!("it has {} rows for {} states; one row for each state is needed", p.length, states.len()));
    }
    if states.is_empty() || states.len() > STATES_MAX {
        return bad("states", format!("there are {}; between 1 and {STATES_MAX} are possible", states.len()));
    }
    distinct(&states, "states")?;
    let actions = names(&root, "actions", p.first.unwrap_or(0))?;
    if actions.is_empty() || actions.len() > 64 {
        return bad("actions", format!("there are {}; between 1 and 64 are possible", actions.len()));
    }
    distinct(&actions, "actions")?;
    let gamma = number(root.get("gamma").unwrap_or(&json!(0.95)), "gamma")?;
    if !(0.0..=1.0).contains(&gamma) {
        return bad("gamma", format!("{gamma} is not a discount; it lies between 0 and 1"));
    }
    let turn_limit = match root.get("max_turns") {
        None | Some(Value::Null) => 1000,
        Some(v) => match v.as_u64() {
            Some(n) if (1..=TURN_LIMIT_MAX).contains(&n) => n as u32,
            _ => {
                return bad("max_turns", format!("{} is not a turn limit; use a whole number from 1 to {TURN_LIMIT_MAX}", shown(v)));
            }
        },
    };
    let name = root["name"].as_str().unwrap_or("mdp").to_owned();
    if let Some(what) = fault(&name) {
        return bad("name", what);
    }
    let mut mdp = Mdp {
        name,
        gamma,
        start: start(&root, states.len())?,
        features: features::parse(&root, features, text, states.len())?,
        states,
        actions,
        turn_limit,
        rows: vec![0],
        branches: Vec::new(),
    };
    stream::table(text, &mut Rows { mdp: &mut mdp, total: 0.0 })?;
    mark_successes(&mut mdp.branches);
    Ok(mdp)
}

/// Puts the outcomes of `P[state][act]` into the lists of an MDP.
struct Rows<'a> {
    mdp: &'a mut Mdp,
    /// Of the probabilities since the last act.
    total: f64,
}

impl Sink for Rows<'_> {
    const KEY: &'static str = "P";
    const DEPTH: usize = 3;

    fn element(&mut self, at: &[usize], value: &Value) -> Result<(), MdpError> {
        let branch = read_branch(value, || stream::path("P", at), self.mdp.states.len())?;
        self.total += branch.probability;
        self.mdp.branches.push(branch);
        Ok(())
    }

    fn close(&mut self, at: &[usize], length: usize) -> Result<(), MdpError> {
        match at {
            [_, _] => self.act(at, length),
            [state] => self.state(*state, length),
            _ => Ok(()),
        }
    }
}

impl Rows<'_> {
    fn act(&mut self, at: &[usize], outcomes: usize) -> Result<(), MdpError> {
        let total = std::mem::take(&mut self.total);
        if outcomes > 0 && (total - 1.0).abs() > 1e-6 {
            return bad(stream::path("P", at), format!("the probabilities add up to {total}; they must add up to 1"));
        }
        // Files round their numbers; the exact solution should not inherit that.
        let first = self.mdp.branches.len() - outcomes;
        self.mdp.branches[first..].iter_mut().for_each(|branch| branch.probability /= total);
        self.mdp.rows.push(self.mdp.branches.len() as u32);
        Ok(())
    }

    fn state(&self, state: usize, acts: usize) -> Result<(), MdpError> {
        let path = || stream::path("P", &[state]);
        let wanted = self.mdp.actions.len();
        if acts != wanted {
            return bad(path(), format!("it has {acts} lists for {wanted} actions; an illegal act has an empty list"));
        }
        if self.mdp.rows[state * wanted] as usize == self.mdp.branches.len() {
            return bad(path(), "every act is illegal here; at least one needs an outcome");
        }
        Ok(())
    }
}

fn read_branch(value: &Value, path: impl Fn() -> String, states: usize) -> Result<Branch, MdpError> {
    let Some(parts) = value.as_array() else { return bad(path(), "a list is needed here") };
    let [probability, next, reward, closed] = parts.as_slice() else {
        return bad(path(), format!("it has {} parts; [probability, next_state, reward, terminated] is needed", parts.len()));
    };
    let probability = number(probability, "").or_else(|e| bad(format!("{}[0]", path()), e.what))?;
    if !(0.0..=1.0 + 1e-9).contains(&probability) {
        return bad(format!("{}[0]", path()), format!("{probability} is not a probability; it lies between 0 and 1"));
    }
    let next = match next.as_u64() {
        Some(n) if (n as usize) < states => n as u32,
        _ => {
            return bad(format!("{}[1]", path()), format!("{} is not a state; states are numbered 0 to {}", shown(next), states - 1));
        }
    };
    let reward = number(reward, "").or_else(|e| bad(format!("{}[2]", path()), e.what))?;
    if !(reward as f32).is_finite() {
        return bad(format!("{}[2]", path()), format!("{reward} is too large; rewards lie within 3.4e38 of 0"));
    }
    let closed = match closed {
        Value::Bool(b) => *b,
        Value::Number(n) if n.as_u64().is_some_and(|n| n <= 1) => n.as_u64() == Some(1),
        other => {
            return bad(format!("{}[3]", path()), format!("{} is not true or false", shown(other)));
        }
    };
    Ok(Branch { probability, reward, next, closed, success: false })
}

/// An ending counts as a success when its reward is the highest that any ending of the file gives.
fn mark_successes(branches: &mut [Branch]) {
    let possible = |b: &&Branch| b.closed && b.probability > 0.0;
    let best = branches.iter().filter(possible).map(|b| b.reward).fold(f64::NEG_INFINITY, f64::max);
    for branch in branches.iter_mut().filter(|b| b.closed) {
        branch.success = branch.reward >= best;
    }
}

fn start(root: &Value, states: usize) -> Result<Vec<(u32, f64)>, MdpError> {
    let entries = match root.get("start") {
        None => return Ok(vec![(0, 1.0)]),
        Some(v) => list(v, "start")?,
    };
    let mut out = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let path = format!("start[{i}]");
        let pair = list(entry, &path)?;
        let [state, p] = pair.as_slice() else {
            return bad(path, "[state, probability] is needed");
        };
        let p = number(p, &format!("{path}[1]"))?;
        match state.as_u64() {
            Some(s) if (s as usize) < states && (0.0..=1.0 + 1e-9).contains(&p) => out.push((s as u32, p)),
            _ => {
                return bad(path, format!("a state from 0 to {} and a probability from 0 to 1 are needed", states - 1));
            }
        }
    }
    let total: f64 = out.iter().map(|(_, p)| p).sum();
    if (total - 1.0).abs() > 1e-6 {
        return bad("start", format!("the probabilities add up to {total}; they must add up to 1"));
    }
    out.iter_mut().for_each(|(_, p)| *p /= total);
    Ok(out)
}

fn list<'a>(v: &'a Value, path: &str) -> Result<&'a Vec<Value>, MdpError> {
    v.as_array().map_or_else(|| bad(path, "a list is needed here"), Ok)
}

fn number(v: &Value, path: &str) -> Result<f64, MdpError> {
    match v.as_f64() {
        Some(x) if x.is_finite() => Ok(x),
        _ => bad(path, format!("{} is not a number; use one such as -1.0", shown(v))),
    }
}

/// Names, or how many there are, or nothing (then as many as the table shows).
fn names(root: &Value, key: &str, count: usize) -> Result<Vec<String>, MdpError> {
    let word = key.trim_end_matches('s');
    match root.get(key) {
        None => Ok((0..count).map(|i| format!("{word} {i}")).collect()),
        Some(Value::Number(n)) if n.as_u64() == Some(count as u64) => Ok((0..count).map(|i| format!("{word} {i}")).collect()),
        Some(Value::Number(n)) => bad(key, format!("{n} {key} are named, but P has {count}")),
        Some(Value::Array(items)) => listed(items, key),
        Some(other) => bad(key, format!("{} is neither a list of names nor a count", shown(other))),
    }
}

/// Names as a file lists them: each can be read.
fn listed(items: &[Value], key: &str) -> Result<Vec<String>, MdpError> {
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let Some(name) = item.as_str() else { return bad(format!("{key}[{i}]"), format!("{} is not a name", shown(item))) };
        if let Some(what) = fault(name) {
            return bad(format!("{key}[{i}]"), what);
        }
        out.push(name.to_owned());
    }
    Ok(out)
}

/// No two names are the same.
fn distinct(out: &[String], key: &str) -> Result<(), MdpError> {
    // Positions take far less memory than a set of names.
    let mut sorted: Vec<u32> = (0..out.len() as u32).collect();
    sorted.sort_unstable_by_key(|i| (&out[*i as usize], *i));
    let twice = sorted.windows(2).filter(|pair| out[pair[0] as usize] == out[pair[1] as usize]).min_by_key(|pair| pair[1]);
    if let Some(&[first, second]) = twice {
        let name = quote(&out[second as usize]);
        return bad(format!("{key}[{second}]"), format!("{name} is also {key}[{first}]; each needs a name of its own"));
    }
    Ok(())
}

/// Writes the `dialoq-mdp` form, a line a state.
pub fn write(mdp: &Mdp, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let start: Vec<Value> = mdp.start.iter().map(|(s, p)| json!([s, p])).collect();
    writeln!(
        out,
        "{{\"format\": \"dialoq-mdp\", \"version\": 1, \"name\": {}, \"gamma\": {}, \"max_turns\": {},",
        json!(mdp.name),
        mdp.gamma,
        mdp.turn_limit
    )?;
    writeln!(out, " \"start\": {}, \"actions\": {},", Value::from(start), json!(mdp.actions))?;
    writeln!(out, " \"states\": {},", json!(mdp.states))?;
    if let Some(features) = &mdp.features {
        let rows: Vec<Vec<f32>> = (0..mdp.state_count()).map(|s| features.dense(s as usize)).collect();
        writeln!(out, " \"feature_names\": {},\n \"features\": {},", json!(features.names), json!(rows))?;
    }
    writeln!(out, " \"P\": [")?;
    for s in 0..mdp.state_count() {
        let row: Vec<Value> = (0..mdp.action_count())
            .map(|a| mdp.outcomes(s, a).iter().map(|b| json!([b.probability, b.next, b.reward, b.closed])).collect())
            .collect();
        writeln!(out, "  {}{}", Value::from(row), if s + 1 < mdp.state_count() { "," } else { "" })?;
    }
    writeln!(out, " ]}}")
}
