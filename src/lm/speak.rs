//! A language model talks with a person: the prompt of what was said, a reply word by word, and as what it is understood.
//!
//! The notes name values by their positions; one that a person told and the scenario does not list has another stand in for it.

use std::sync::Arc;

use super::evaluate::generate;
use super::ground::Ground;
use super::look::expressed;
use super::net::Desk;
use super::prompt::{grown, prompt};
use super::sample::Sampling;
use super::saved::Saved;
use super::scene::{Scene, UNHEARD};
use super::shape::Gpt;
use super::vocabulary::EOS;
use crate::learn::agent::Numbers;
use crate::run::chat::{Heard, Place, ReadAs, Spoken, Voice, WordChance};
use crate::world::World;
use crate::world::acts::position;
use crate::world::names::Lang;

/// The actor of a path as it was at a moment.
pub struct Actor {
    ground: Arc<Ground>,
    parameters: Vec<f32>,
    desk: Desk,
}

impl Actor {
    pub fn new(ground: Arc<Ground>, parameters: Vec<f32>) -> Actor {
        Actor { ground, parameters, desk: Desk::new(1) }
    }
}

impl Voice for Actor {
    fn speak(&mut self, place: &Place<'_>) -> Spoken {
        speak(&self.ground.scene, &self.ground.language, &self.parameters, place, &mut self.desk)
    }

    fn world(&self) -> &Arc<World> {
        &self.ground.scene.world
    }

    fn lang(&self) -> Option<Lang> {
        Some(self.ground.scene.manner.lang)
    }
}

impl Voice for Saved {
    fn speak(&mut self, place: &Place<'_>) -> Spoken {
        let Saved { scene, gpt, parameters, desk } = self;
        speak(scene, gpt, parameters, place, desk)
    }

    fn world(&self) -> &Arc<World> {
        &self.scene.world
    }

    fn lang(&self) -> Option<Lang> {
        Some(self.scene.manner.lang)
    }
}

fn sampling(place: &Place<'_>) -> Sampling {
    match place.wording {
        crate::run::chat::Wording::Greedy => Sampling::Greedy,
        crate::run::chat::Wording::Drawn { temperature, top_k, top_p } => Sampling::Drawn { temperature, top_k, top_p },
    }
}

fn speak(scene: &Scene, gpt: &Gpt, parameters: &[f32], place: &Place<'_>, desk: &mut Desk) -> Spoken {
    let heard: Vec<u8> = (0..scene.scenario.slots.len()).map(|slot| stand_in(scene, place.heard, slot)).collect();
    let asked = asked(scene, place, &heard);
    let replies = generate(gpt, parameters, scene, asked, sampling(place), &|_| place.key, desk);
    let reply = replies.into_iter().next().expect("one prompt has one reply");
    let reading = scene.read(&reply.words, place.state, &heard);
    let word = |(word, p): (&u32, &f32)| WordChance {
        text: if *word == EOS {
            "⏎".into()
        } else {
            own(scene, scene.fill(&scene.vocabulary.token(*word), place.state, &heard), place, &heard)
        },
        probability: libm::expf(*p),
    };
    Spoken {
        sentence: own(scene, scene.shown(&reply.words, place.state, &heard), place, &heard),
        act: reading.act.and_then(|act| position(&scene.rule().acts, act)).map(|id| id.0),
        acts: Vec::new(),
        numbers: Numbers::Nothing,
        words: reply.words.iter().zip(&reply.log_probabilities).map(word).collect(),
        reading: Some(ReadAs { meaning: expressed(scene, &reading), confidence: reading.confidence, understood: reading.understood }),
    }
}

/// The position of a slot's value, or of one that nothing else was told as.
fn stand_in(scene: &Scene, heard: &[Option<Heard>], slot: usize) -> u8 {
    let Some(told) = heard.get(slot).and_then(Option::as_ref) else { return UNHEARD };
    let values = scene.scenario.slots[slot].values.of(scene.manner.lang);
    let taken = |text: &String| heard.iter().flatten().any(|other| other.text == *text);
    told.position.unwrap_or_else(|| values.iter().position(|text| !taken(text)).unwrap_or(0) as u8)
}

/// A text with the person's own values where others stood in for them.
fn own(scene: &Scene, text: String, place: &Place<'_>, heard: &[u8]) -> String {
    let told =
        place.heard.iter().enumerate().filter_map(|(slot, told)| Some((slot, told.as_ref().filter(|told| told.position.is_none())?)));
    told.fold(text, |text, (slot, told)| {
        let other = scene.value(slot, heard[slot]);
        text.replace(other, &told.text).replace(&other.to_lowercase(), &told.text)
    })
}

/// What was said as the model reads it: values are placeholders unless it writes them itself.
fn read(scene: &Scene, text: &str) -> Vec<u32> {
    let text = if scene.manner.lexical { text.to_owned() } else { scene.understanding.marked(text).0.join(" ") };
    scene.vocabulary.encode(&text)
}

/// The prompt of the place.
fn asked(scene: &Scene, place: &Place<'_>, heard: &[u8]) -> Vec<u32> {
    // A value of the person's own is none that the model knows: its stand-in is what was said.
    let said = place.heard.iter().enumerate().fold(place.said.to_owned(), |said, (slot, told)| match told {
        Some(told) if told.position.is_none() => said.replace(&told.text, scene.value(slot, heard[slot])),
        _ => said,
    });
    if !scene.manner.history {
        return scene.prompt(&read(scene, &said), place.state, heard);
    }
    let length = scene.layout.prompt;
    let mut turns = place.before.iter().map(|(person, _)| person.as_str()).chain([said.as_str()]);
    let first = prompt(&read(scene, turns.next().unwrap_or_default()), &[], length);
    place.before.iter().zip(turns).fold(first, |all, ((_, agent), person)| grown(&all, &read(scene, agent), &read(scene, person), EOS))
}
