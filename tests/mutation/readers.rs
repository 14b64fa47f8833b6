//! Every reader of the program: its sound files, how they are laid out, and the commands that read them.

use dialoq::data::RAW;

use super::bytes::Kind;
use super::seeds;

pub struct Reader {
    pub name: String,
    /// The file that is mutated, in the folder of a case; standard input where it is `INPUT`.
    pub file: String,
    pub kind: Kind,
    pub seeds: Vec<Vec<u8>>,
    /// Sound files beside it.
    pub beside: Vec<(String, Vec<u8>)>,
    /// `{}` is the folder.
    pub commands: &'static [&'static str],
    /// Whether commands can be called in this process too: those that read no standard input and do a bounded work.
    pub inside: bool,
    /// One case in so many of the others': what takes seconds is tried less.
    pub seldom: u64,
}

pub const INPUT: &str = "input";

fn reader(name: &str, file: &str, kind: Kind, seeds: Vec<Vec<u8>>, commands: &'static [&'static str]) -> Reader {
    Reader { name: name.into(), file: file.into(), kind, seeds, beside: Vec::new(), commands, inside: true, seldom: 1 }
}

const SCENARIO: &[&str] = &[
    "scenarios check {}/world.json",
    "scenarios show {}/world.json",
    "train --scenario {}/world.json --dialogues 20",
    "solve --scenario {}/world.json --policy",
    "mdp --scenario {}/world.json --out {}/out.json",
];

const SCENARIO_TALKING: &[&str] = &[
    "chat --scenario {}/world.json --dialogues 20 --plain",
    "env --scenario {}/world.json",
    "train --scenario {}/world.json --dialogues 20 --json",
    "scenarios show {}/world.json",
];

const MDP: &[&str] = &[
    "train --mdp {}/world.json --dialogues 20",
    "train --mdp {}/world.json --dialogues 20 --agent linear-q",
    "solve --mdp {}/world.json --policy",
    "eval --mdp {}/world.json --train 10 --dialogues 30 --json",
    "mdp --mdp {}/world.json --out {}/out.json",
];

const SESSION: &[&str] = &[
    "sessions show {}/sitting.jsonl",
    "sessions show {}/sitting.jsonl --json",
    "train --replay {}/sitting.jsonl",
    "export {}/sitting.jsonl --csv",
    "export {}/sitting.jsonl --jsonl",
    "export {}/sitting.jsonl --csv --what policy",
    "export {}/sitting.jsonl --svg",
];

const CHAT: &[&str] = &["chat --run {}/sitting.jsonl --plain", "sessions", "export {}/sitting.jsonl --csv --what table"];

const IMPORT: &[&str] = &["import sgd {} --service Gardens_1 --out {}/mined.json"];

const MODEL: &[&str] = &["chat --model {} --plain --json", "chat --model {} --plain --greedy"];

/// The settings are refused only after all files were read.
const BROUGHT: &[&str] =
    &["lm sft --preset test --data {}/told.jsonl --set nosuch=1", "lm reward --preset test --pairs {}/told.jsonl --set nosuch=1"];

const SWEEP: &[&str] = &["sweep --scenario smart-home --grid alpha=0.1,0.2 --seeds 1 --dialogues 10 --jobs 1 --out {}/results.jsonl"];

const BENCH: &[&str] = &[
    "bench --agents random --scenarios smart-home --conditions 1 --seeds 1 --dialogues 10 --evaluation 10 --jobs 1 --out {}",
    "bench --agents random --scenarios smart-home --conditions 1 --seeds 1 --dialogues 10 --evaluation 10 --dry-run --out {}",
];

macro_rules! prepared {
    ($($ending:literal),*) => {
        /// By the ending of the input's name.
        const PREPARE: &[(&str, &[&str])] = &[$(($ending, &[
            concat!("data prepare {}/in.", $ending, " --out {}/out"),
            concat!("data prepare {}/in.", $ending, " --out {}/out --json --no-html --no-near"),
        ])),*];
    };
}
prepared!("json", "jsonl", "csv", "tsv");

/// Packed corpora.
const UNPACK: &[&str] = &["data prepare {}/in.jsonl.packed --out {}/out", "lm sft --preset test --data {}/in.jsonl.packed --set nosuch=1"];

/// Corpora whose keys a person names.
const NAMED: &[(&str, &[&str])] = &[
    ("csv", &["data prepare {}/in.csv --out {}/out --fields prompt=q.text,reply=a,system=s"]),
    ("jsonl", &["data prepare {}/in.jsonl --out {}/out --fields turns=data.said,role=by.name,text=what.0.body,id=no,label=ok"]),
];

/// Corpora, one reader for each file.
fn corpora() -> Vec<Reader> {
    let own = seeds::FORMATS.iter().map(|(name, text)| (*name, text.as_bytes()));
    let shipped = RAW.iter().map(|raw| (raw.name, raw.bytes));
    let one = |(name, bytes): (&str, &[u8])| {
        let ending = name.rsplit('.').next().unwrap();
        let commands = PREPARE.iter().find(|p| p.0 == ending).unwrap().1;
        let kind = match ending {
            "json" => Kind::Json,
            "jsonl" => Kind::Lines,
            _ => Kind::Text,
        };
        let name = format!("corpus-{}", name.replace(['/', '.'], "-"));
        Reader { seldom: 4, ..reader(&name, &format!("in.{ending}"), kind, vec![bytes.to_vec()], commands) }
    };
    own.chain(shipped).map(one).collect()
}

/// A corpus packed in both ways, and those of `NAMED`.
fn other_corpora() -> Vec<Reader> {
    let talks = ["kto.jsonl", "mixed.jsonl", "tools.jsonl"];
    let seeds = || talks.map(|name| seeds::FORMATS.iter().find(|f| f.0 == name).unwrap().1.as_bytes().to_vec()).to_vec();
    let packed = [("gzip", Kind::Gzip), ("zstd", Kind::Zstd)]
        .map(|(name, kind)| reader(&format!("corpus-{name}"), "in.jsonl.packed", kind, seeds(), UNPACK));
    let named = NAMED.iter().zip(seeds::NAMED).map(|((ending, commands), text)| {
        let kind = if *ending == "csv" { Kind::Text } else { Kind::Lines };
        reader(&format!("corpus-named-{ending}"), &format!("in.{ending}"), kind, vec![text.as_bytes().to_vec()], commands)
    });
    packed.into_iter().chain(named).map(|reader| Reader { seldom: 4, ..reader }).collect()
}

fn owned<const N: usize>(files: [(&'static str, Vec<u8>); N]) -> Vec<(String, Vec<u8>)> {
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

/// A reader for each file of a folder, the others beside it.
fn folder(name: &str, files: &[(String, Vec<u8>)], commands: &'static [&'static str]) -> Vec<Reader> {
    let one = |(file, bytes): &(String, Vec<u8>)| {
        let kind = if file.ends_with(".safetensors") { Kind::Safetensors } else { Kind::Json };
        let beside = files.iter().filter(|f| f.0 != *file).cloned().collect();
        Reader { beside, ..reader(&format!("{name}-{}", file.replace('.', "-")), file, kind, vec![bytes.clone()], commands) }
    };
    files.iter().map(one).collect()
}

/// All readers that need nothing but these commands.
pub fn all() -> Vec<Reader> {
    let (journal, checkpoint) = seeds::session(seeds::small(), "q-learning");
    let (talked, kept) = seeds::session(seeds::talking(), "sarsa-lambda");
    let journals = vec![journal.clone(), talked.clone()];
    let mut all = vec![
        reader("scenario", "world.json", Kind::Json, vec![seeds::scenario()], SCENARIO),
        Reader { inside: false, ..reader("scenario-talking", "world.json", Kind::Json, vec![seeds::scenario()], SCENARIO_TALKING) },
        reader("mdp", "world.json", Kind::Json, vec![seeds::MDP.into()], MDP),
        reader("journal", "sitting.jsonl", Kind::Lines, journals.clone(), SESSION),
        Reader { inside: false, ..reader("journal-talking", "sitting.jsonl", Kind::Lines, journals, CHAT) },
        Reader {
            beside: vec![("sitting.jsonl".into(), journal)],
            ..reader("checkpoint", "sitting.checkpoint", Kind::Sealed, vec![checkpoint], SESSION)
        },
        Reader {
            beside: vec![("sitting.jsonl".into(), talked)],
            ..reader("checkpoint-talking", "sitting.checkpoint", Kind::Sealed, vec![kept], SESSION)
        },
        reader("brought", "told.jsonl", Kind::Lines, vec![seeds::PAIRS.into(), seeds::REPLIES.into()], BROUGHT),
        Reader { inside: false, ..reader("requests", INPUT, Kind::Lines, vec![seeds::REQUESTS.into()], &["env --scenario smart-home"]) },
        Reader {
            inside: false,
            ..reader("talk", INPUT, Kind::Text, vec![seeds::TALK.into()], &["chat --scenario smart-home --dialogues 20 --plain"])
        },
    ];
    all.extend(corpora());
    all.extend(other_corpora());
    all.extend(folder("mined", &owned(seeds::corpus()), IMPORT));
    all.extend(folder("model", &owned(seeds::model()), MODEL).into_iter().map(|r| Reader { inside: false, ..r }));
    all
}

/// What the program must write first: files of results, and a path of a language model that stands at its end.
pub fn written(write: &dyn Fn(&str, &str) -> Vec<u8>) -> Vec<Reader> {
    let results = |line: &str| write(line, "results.jsonl");
    let path = "lm sft --preset test --set dialogues=10 --out {}";
    vec![
        Reader { seldom: 2, ..reader("sweep", "results.jsonl", Kind::Lines, vec![results(SWEEP[0])], SWEEP) },
        Reader { seldom: 2, ..reader("bench", "runs.jsonl", Kind::Lines, vec![write(BENCH[0], "runs.jsonl")], BENCH) },
        Reader {
            inside: false,
            seldom: 40,
            ..reader("path", "checkpoint", Kind::Headed, vec![write(path, "checkpoint")], &["lm sft --out {} --resume --json"])
        },
    ]
}
