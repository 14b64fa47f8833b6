//! The path of a language model: words, users to talk to, learning, and the laws.

use std::sync::{Arc, OnceLock};

use dialoq::lm::ground::{Given, Ground, Mode, Spec};
use dialoq::lm::pipeline::Pipeline;
use dialoq::lm::scene::{Manner, Scene};
use dialoq::world::names::Lang;
use dialoq::world::{World, WorldSource};

mod duels;
mod laws;
mod learning;
mod raw;
mod understanding;
mod understood;
mod users;
mod words;

fn spec(modes: &[Mode], settings: &[(&str, &str)]) -> Spec {
    Spec {
        source: WorldSource::Builtin("customer-service".into()),
        profile: "standard".into(),
        chinese: false,
        preset: "test".into(),
        seed: 7,
        // The raw dialogues are seen to in `raw.rs`; without them paths are shorter.
        settings: crate::support::settings(&[&[("raw", "none")], settings].concat()),
        modes: modes.to_vec(),
        data: Given::default(),
    }
}

/// The smallest path with both modes.
fn ground() -> Arc<Ground> {
    static GROUND: OnceLock<Arc<Ground>> = OnceLock::new();
    GROUND.get_or_init(|| Ground::build(&spec(&[Mode::Bandit, Mode::Dialogue], &[])).unwrap()).clone()
}

fn pipeline(threads: usize) -> Pipeline {
    Pipeline::new(ground(), threads)
}

fn scene(scenario: &str, lang: Lang, lexical: bool, history: bool) -> Scene {
    let source = WorldSource::Builtin(scenario.into());
    let world = World::build(&source, "standard", Some(false), &mut |_| ()).unwrap();
    let manner = Manner { lang, lexical, history, threshold: 0.5, user_words: 12 };
    Scene::new(Arc::new(world), manner, &[], &[]).unwrap()
}
