//! Readers that can be called without a command: a model's folder and the lines typed before.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dialoq::lm::ground::PathError;
use dialoq::lm::sample::Sampling;
use dialoq::lm::saved::{Saved, SavedConfig};
use dialoq::lm::scene::UNHEARD;
use dialoq::num::dice::{Key, Stream};
use dialoq::store::conversation::history;
use dialoq::store::place::Place;

use super::bytes::{Kind, mutate};
use super::dice::Dice;
use super::{INSIDE, home, number, seeds};
use crate::support::built_in;

/// Opens the model and lets it answer once.
fn spoken(files: &[(&str, Vec<u8>); 3]) -> Result<String, PathError> {
    let text = |at: usize| String::from_utf8_lossy(&files[at].1).into_owned();
    let config = SavedConfig::read(&text(2))?;
    let mut saved = Saved::open(&files[0].1, &text(1), &config, built_in("smart-home"))?;
    let start = saved.scene.rule().start();
    let heard = vec![UNHEARD; saved.scene.scenario.slots.len()];
    let prompt = saved.prompt("turn on the light in the room with the very long name", start, &heard);
    let drawn = Sampling::Drawn { temperature: 1.0, top_k: 0, top_p: 1.0 };
    Ok(saved.reply(&prompt, start, &heard, drawn, Key::new(5, Stream::Words)).text)
}

fn told(payload: &dyn std::any::Any) -> String {
    let text = payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()));
    text.unwrap_or_default()
}

#[test]
fn no_changed_model_makes_its_reader_panic() {
    let (seed, count) = (number("DIALOQ_MUTATION_SEED", 1), number("DIALOQ_MUTATIONS", INSIDE));
    let sound = seeds::model();
    assert!(spoken(&sound).is_ok());
    let mut wrong = Vec::new();
    for case in 0..count {
        let mut dice = Dice::of(seed, "model", case);
        let mut files = sound.clone();
        let at = dice.below(3);
        let kind = if at == 0 { Kind::Safetensors } else { Kind::Json };
        files[at].1 = mutate(kind, std::slice::from_ref(&files[at].1), &mut dice);
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| spoken(&files))) {
            let kept = home("failed").join(format!("model-{case}-{}", files[at].0));
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::write(&kept, &files[at].1).unwrap();
            wrong.push(format!("case {case}: {}: {}", told(&*payload), kept.display()));
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: {} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_lines_typed_before_are_read_whatever_stands_in_their_file() {
    let dir = home("history");
    fs::create_dir_all(&dir).unwrap();
    let place = Place { dir: dir.clone() };
    for case in 0..number("DIALOQ_MUTATIONS", INSIDE) {
        let mut dice = Dice::of(number("DIALOQ_MUTATION_SEED", 1), "history", case);
        fs::write(dir.join("chat.history"), mutate(Kind::Text, &[seeds::TALK.into()], &mut dice)).unwrap();
        assert!(history(&place).len() <= 1000, "case {case}");
    }
}
