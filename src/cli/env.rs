//! `dialoq env`: the environment `DeepSpeedChat-v0` for any language, one JSON object a line in, one out.
//!
//! A request that cannot be served is answered with `{"error": "a sentence"}`, and serving goes on until the input ends.

use std::io::{BufRead, Read, Write};

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::args::WorldArgs;
use super::failure::Failure;
use super::show::plain;
use super::values::{LangName, ObserveName, lang, seed};
use crate::world::env::Env;
use crate::world::gym::{DeepSpeedChat, ID, Info, Options};
use crate::world::names::Lang;
use crate::world::space::{Element, Space};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  printf '%s\\n' '{\"op\":\"reset\",\"seed\":7}' '{\"op\":\"step\",\"action\":0}' | dialoq env --lang en

Requests, one a line, each answered by one line:
  {\"op\":\"spaces\"}
  {\"op\":\"reset\",\"seed\":7,\"options\":{\"lang\":\"zh\"}}     seed and options may be left out
  {\"op\":\"step\",\"action\":3}
  {\"op\":\"render\"}
  {\"op\":\"close\"}
Answers hold observation, reward, terminated, truncated and info, or {\"error\": \"what was wrong\"}.")]
pub struct EnvArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Seed of the dialogues until a reset gives another.
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Language of the sentences: en or zh; the locale's by default.
    #[arg(long, value_name = "en|zh", hide_possible_values = true)]
    pub lang: Option<LangName>,
    /// What an observation is: the state's number or its features.
    #[arg(long, value_name = "state|features", default_value = "state", hide_possible_values = true)]
    pub observation: ObserveName,
}

/// Bytes that a line of input may have.
const LONGEST: u64 = 1 << 20;

pub fn run(args: &EnvArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (_, world) = args.world.build()?;
    let mut env = DeepSpeedChat::new(world, args.observation.into(), lang(args.lang), args.seed)?;
    let mut input = std::io::stdin().lock();
    let (mut bytes, mut number) = (Vec::new(), 0);
    loop {
        bytes.clear();
        let read = Read::take(&mut input, LONGEST)
            .read_until(b'\n', &mut bytes)
            .map_err(|e| Failure::Work(format!("standard input cannot be read: {}", super::failure::reason(&e))))?;
        if read == 0 {
            return Ok(());
        }
        if bytes.len() as u64 == LONGEST {
            return Err(Failure::Input(format!(
                "standard input: line {} has more than {LONGEST} bytes; a request has a few dozen",
                number + 1
            )));
        }
        number += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = serve(&mut env, &bytes).unwrap_or_else(|e| json!({"error": format!("line {number}: {e}")}));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    op: String,
    #[serde(default)]
    seed: Value,
    #[serde(default)]
    options: Value,
    #[serde(default)]
    action: Value,
}

fn serve(env: &mut DeepSpeedChat, line: &[u8]) -> Result<Value, String> {
    let request: Request = serde_json::from_slice(line).map_err(|e| {
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or(&what);
        format!("this is no request ({what}); send an object such as {{\"op\": \"step\", \"action\": 0}}")
    })?;
    match request.op.as_str() {
        "spaces" => Ok(spaces(env)),
        "reset" => {
            let (observation, info) = env.reset(read_seed(&request.seed)?, read_options(&request.options)?).map_err(|e| e.to_string())?;
            Ok(json!({"observation": element(&observation), "info": info_json(&info)}))
        }
        "step" => {
            let action = request.action.as_i64().ok_or_else(|| format!("action: {} is not a whole number", request.action))?;
            let turn = env.step(action).map_err(|e| e.to_string())?;
            Ok(json!({
                "observation": element(&turn.observation),
                "reward": turn.reward,
                "terminated": turn.terminated,
                "truncated": turn.truncated,
                "info": info_json(&turn.info),
            }))
        }
        "render" => env.render().map(|text| json!({"render": text})).map_err(|e| e.to_string()),
        "close" => {
            env.close();
            Ok(json!({"closed": true}))
        }
        other => Err(format!("op: there is no \"{other}\"; use spaces, reset, step, render or close")),
    }
}

/// A number, or its digits as text: some languages have no whole numbers of 64 bits.
fn read_seed(value: &Value) -> Result<Option<u64>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(digits) => seed(digits).map(Some).map_err(|e| format!("seed: {e}")),
        other => seed(&other.to_string()).map(Some).map_err(|e| format!("seed: {e}")),
    }
}

fn read_options(value: &Value) -> Result<Options, String> {
    let mut options = Options::default();
    let object = match value {
        Value::Null => return Ok(options),
        Value::Object(object) => object,
        other => return Err(format!("options: {other} is not an object; use one such as {{\"lang\": \"en\"}}")),
    };
    for (name, value) in object {
        match (name.as_str(), value.as_str()) {
            ("lang", Some("en")) => options.lang = Some(Lang::English),
            ("lang", Some("zh")) => options.lang = Some(Lang::Chinese),
            ("lang", _) => return Err(format!("options.lang: {value} is not a language; use \"en\" or \"zh\"")),
            _ => return Err(format!("options: there is no \"{name}\"; known is lang")),
        }
    }
    Ok(options)
}

fn spaces(env: &DeepSpeedChat) -> Value {
    json!({
        "id": ID,
        "observation_space": space(&env.observation_space()),
        "action_space": space(&env.action_space()),
        "actions": env.world().act_names(),
        "max_episode_steps": env.world().turn_limit(),
        "metadata": {"render_modes": ["ansi"]},
    })
}

fn space(space: &Space) -> Value {
    match space {
        Space::Discrete { n, start } => json!({"type": "Discrete", "n": n, "start": start}),
        Space::BoxF32 { low, high, shape } => {
            json!({"type": "Box", "low": plain(*low), "high": plain(*high), "shape": [shape], "dtype": "float32"})
        }
    }
}

fn element(element: &Element) -> Value {
    match element {
        Element::Number(x) => (*x).into(),
        Element::Vector(v) => v.iter().map(|x| plain(*x)).collect(),
    }
}

fn info_json(i: &Info) -> Value {
    json!({
        "action_mask": i.action_mask,
        "dialogue": i.dialogue,
        "turn": i.turn,
        "success": i.success,
        "reason": i.reason.map(crate::world::gym::Reason::name),
        "state": i.state,
        "agent": i.agent,
        "user": i.user,
        "note": i.note,
    })
}
