//! A model's folder opened by Python alone, with the very lines of README: its chances are the program's own.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use dialoq::lm::gpt::{Pass, Text};
use dialoq::lm::saved::{Saved, SavedConfig};
use dialoq::world::{World, WorldSource};

use super::{dialoq, file, path};

/// The Python of README that opens a model.
fn script() -> String {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks = readme.split("```python\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let found: Vec<&str> = blocks.filter(|block| block.contains("model.safetensors")).collect();
    assert_eq!(found.len(), 1, "README has one program that opens a model");
    found[0].to_owned()
}

/// The five likeliest words behind a prompt, with their chances.
fn likeliest(model: &Saved, prompt: &[u32]) -> Vec<(f64, String)> {
    let (last, mut pass) = (prompt.len() as u32 - 1, Pass::<f64>::default());
    let parameters: Vec<f64> = model.parameters.iter().map(|x| f64::from(*x)).collect();
    model.gpt.forward(&parameters, &Text { tokens: prompt, length: prompt.len(), asked: &[last], first: 0 }, &mut pass);
    let all: f64 = pass.outputs.iter().map(|x| x.exp()).sum();
    let mut chances: Vec<(f64, String)> =
        pass.outputs.iter().enumerate().map(|(n, x)| (x.exp() / all, model.scene.vocabulary.token(n as u32))).collect();
    chances.sort_by(|a, b| b.0.total_cmp(&a.0));
    chances.truncate(5);
    chances
}

#[test]
fn python_alone_opens_a_model_and_gives_the_same_chances() {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|done| done.status.success()) {
        println!("skipped: there is no python3 on this machine");
        return;
    }
    let _ = fs::remove_dir_all(path("python-model"));
    dialoq("lm sft --preset test --seed 3 --out python-model --json").json();
    let read = |name: &str| fs::read(path("python-model/sft").join(name)).unwrap();
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    let config = SavedConfig::read(&text("config.json")).unwrap();
    let world = World::build(&WorldSource::Builtin("customer-service".into()), "standard", Some(false), &mut |_| ()).unwrap();
    let model = Saved::open(&read("model.safetensors"), &text("vocabulary.json"), &config, Arc::new(world)).unwrap();
    let prompt = model.prompt("Good morning.", model.scene.rule().start(), &[255; 3]);
    let words: Vec<String> =
        prompt.iter().filter(|n| **n != dialoq::lm::vocabulary::PAD).map(|n| model.scene.vocabulary.token(*n)).collect();
    assert_eq!(words.join(" "), "<u> good morning . <n> task? order- item- reason- patience3 <a>", "as README has it");

    let script = file("next_word.py", &script());
    let done = Command::new("python3")
        .args([script.as_str(), "python-model/sft", &words.join(" ")])
        .current_dir(path(""))
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    let (said, wrong) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert_eq!((done.status.code(), wrong.as_str()), (Some(0), ""));
    let told: Vec<(f64, String)> = said.lines().map(|l| l.split_once(' ').unwrap()).map(|(p, w)| (p.parse().unwrap(), w.into())).collect();
    let ours = likeliest(&model, &prompt);
    assert_eq!(told.len(), 5, "{said}");
    for ((theirs, word), (chance, own)) in told.iter().zip(&ours) {
        assert!(word == own && (theirs - chance).abs() < 1e-6, "Python: {theirs} {word}, dialoq: {chance} {own}");
    }
}
