//! Users to talk to: the same for every policy, and as the world's rule has them.

use dialoq::lm::corpus::{Lead, lead};
use dialoq::lm::evaluate::{Speaker, judge, users};
use dialoq::lm::net::Desk;
use dialoq::lm::pairs::Worths;
use dialoq::lm::phrases::{Class, texts};
use dialoq::lm::scene::Scene;
use dialoq::lm::talk::Talk;
use dialoq::num::dice::{Key, Stream};
use dialoq::world::acts::Act;
use dialoq::world::names::Lang;
use dialoq::world::solve::{Policy, evaluate};
use dialoq::world::user::{DialogueState, HEARD};

use super::{ground, scene};

fn say(scene: &Scene, talk: &Talk, class: Class) -> Vec<u32> {
    let text = &texts(&scene.phrases, class)[0];
    scene.ended(scene.tokens(text, talk.state(scene, 0), talk.heard(scene, 0)))
}

#[test]
fn the_best_policy_in_text_is_worth_what_it_is_worth_in_acts() {
    for name in ["customer-service", "smart-home"] {
        let scene = scene(name, Lang::English, false, false);
        let worths = Worths::new(&scene).unwrap();
        let best = |s: DialogueState| -> Act { worths.best(&scene, s) };
        let played = judge(&scene, &Speaker::Acts(&best), 2000, &mut Desk::new(1));
        let mdp = scene.world.exact().unwrap();
        let exact = evaluate(mdp, &Policy::optimal(mdp, worths.solution()), worths.solution().gamma);
        let margin = 1.5 * played.return_.half_width_95();
        assert!(
            (played.return_.mean - exact.return_).abs() < margin,
            "{name}: {} ± {margin} is not {}",
            played.return_.mean,
            exact.return_
        );
        assert!(played.understood.mean > 0.999);
    }
}

#[test]
fn what_is_not_understood_or_says_something_wrong_costs_patience() {
    let scene = scene("customer-service", Lang::English, false, false);
    let mut talk = Talk::with_users(&scene, 1, users(), 3);
    let before = talk.state(&scene, 0).patience();
    let turned = talk.turn(&scene, 0, &scene.ended(scene.vocabulary.encode("green ideas sleep furiously")));
    assert!(!turned.reading.understood && talk.state(&scene, 0).patience() == before - 1);
    // An answer to what nobody has asked yet.
    let reply = say(&scene, &talk, Class::Confirm(0));
    let turned = talk.turn(&scene, 0, &reply);
    assert!(turned.reading.understood && turned.reading.act.is_none());
    assert_eq!(talk.state(&scene, 0).patience(), before - 2);
}

#[test]
fn a_deed_for_another_task_is_no_deed() {
    let scene = scene("customer-service", Lang::English, false, false);
    let s = scene.rule().start().with_task(Some(1), HEARD).with_slot(0, HEARD);
    let heard = [2, u8::MAX, u8::MAX];
    let read = |text: &str| scene.read(&scene.vocabulary.encode(text), s, &heard).act;
    assert_eq!(read("I see order {order} here. It arrives before noon."), Some(Act::Execute));
    assert_eq!(read("I have cancelled the {item} for you."), None);
    assert_eq!(read("Shall I trace a parcel for you?"), Some(Act::ConfirmTask));
    assert_eq!(read("Did you say cancel?"), None);
}

#[test]
fn a_model_that_writes_values_is_held_to_what_was_heard() {
    let scene = scene("customer-service", Lang::English, true, false);
    let s = scene.rule().start().with_task(Some(1), HEARD).with_slot(0, HEARD);
    let heard = [2, u8::MAX, u8::MAX];
    let read = |text: &str| scene.read(&scene.vocabulary.encode(text), s, &heard).act;
    assert_eq!(read("Did you say H-7731?"), Some(Act::Confirm(0)));
    assert_eq!(read("Did you say A-7731?"), None);
    assert_eq!(read("Order H-7731 is in the van and comes tomorrow."), Some(Act::Execute));
    assert_eq!(read("Order B-2046 is in the van and comes tomorrow."), None);
}

#[test]
fn every_scenario_can_be_talked_in_either_language_and_manner() {
    for name in ["customer-service", "smart-home", "virtual-assistant"] {
        for (lang, lexical, history) in
            [(Lang::English, false, false), (Lang::English, true, false), (Lang::English, false, true), (Lang::Chinese, false, false)]
        {
            let scene = scene(name, lang, lexical, history);
            assert!(scene.vocabulary.len() <= 1024);
            let (mut turns, mut understood) = (0, 0);
            for number in 0..30 {
                lead(&scene, Key::new(5, Stream::Eval), number, Lead::Expert(0.2), &mut |context, act, reply| {
                    let reading = scene.read(reply, context.state, &context.heard);
                    assert_eq!(context.prompt.len(), scene.layout.prompt);
                    turns += 1;
                    understood += u32::from(reading.act == Some(act));
                });
            }
            assert!(understood * 100 >= turns * 97, "{name} {lang:?} {lexical} {history}: {understood} of {turns}");
        }
    }
}

#[test]
fn whoever_acts_alike_meets_the_same_users() {
    let ground = ground();
    let scene = &ground.scene;
    let (mut one, mut many) = (Talk::new(scene, 1, 9, 4), Talk::new(scene, 6, 9, 0));
    assert_eq!(one.prompt(scene, 0), many.prompt(scene, 4));
    for class in [Class::AskTask, Class::Repair, Class::AskTask, Class::Ask(0)] {
        let reply = say(scene, &one, class);
        let turned = one.turn(scene, 0, &reply);
        assert_eq!(many.turn(scene, 4, &reply), turned);
        assert_eq!(one.prompt(scene, 0), many.prompt(scene, 4));
        if turned.end != dialoq::world::env::End::Open {
            break;
        }
    }
}
