//! What people say beside the matter is answered: a question for help, for a person, an insult, Chinese where English is spoken; and
//! nothing is asked twice in a row in the same words.

use dialoq::chat::hear::{Asked, Ears, Tone};
use dialoq::world::acts::Act;
use dialoq::world::names::Lang;

use super::{expert, say, with};
use crate::support::built_in;

#[test]
fn who_asks_what_can_be_done_is_told() {
    let mut talk = expert(Lang::English);
    for text in ["help", "what can you do?"] {
        let heard = say(&mut *talk, text);
        assert!(heard.agent.contains("a refund, parcel tracking or a cancellation"), "{heard:?}");
        assert_eq!(heard.understood, "you ask what it can do", "{heard:?}");
    }
}

#[test]
fn who_asks_for_a_person_gets_one() {
    for text in ["talk to a human", "can I speak with a manager"] {
        let heard = say(&mut *expert(Lang::English), text);
        assert!(heard.ended.starts_with("handed over to a person, as you asked"), "{heard:?}");
    }
    let heard = say(&mut *expert(Lang::Chinese), "转人工");
    assert!(!heard.ended.is_empty(), "{heard:?}");
    // Where there is nobody it is said.
    let heard = say(&mut *with("smart-home", "optimal", Lang::English), "talk to a human");
    assert!(heard.ended.is_empty() && heard.agent.contains("the lights"), "{heard:?}");
}

#[test]
fn an_insult_is_soothed() {
    let heard = say(&mut *expert(Lang::English), "you are useless");
    assert_eq!(heard.understood, "you are angry", "{heard:?}");
    assert_eq!(heard.act, "repair", "{heard:?}");
}

#[test]
fn a_yes_and_more_is_both() {
    let ears = Ears::new(built_in("customer-service").dialogues.clone().unwrap(), Lang::English);
    let told = ears.hear("yes cancel it", &Asked { pending: Some(Act::ConfirmTask), open: Vec::new(), wishing: true });
    assert_eq!((told.tone, told.wish), (Tone::Yes, Some(2)), "{told:?}");
    let mut talk = expert(Lang::English);
    say(&mut *talk, "where is my package");
    for text in ["it's C-9921", "yes A-7731"] {
        let heard = say(&mut *talk, text);
        assert!(heard.understood.contains("order "), "{text}: {heard:?}");
    }
}

#[test]
fn slips_of_the_keyboard_are_mended() {
    let mut talk = expert(Lang::English);
    let heard = say(&mut *talk, "I want a refnud for my ketle");
    assert_eq!(heard.understood, "refund, item kettle", "{heard:?}");
    let heard = say(&mut *talk, "yess");
    assert!(heard.understood.starts_with("yes"), "{heard:?}");
}

#[test]
fn chinese_where_english_is_spoken_is_told_the_way() {
    let heard = say(&mut *expert(Lang::English), "我要退款");
    assert!(heard.agent.contains("--lang zh"), "{heard:?}");
}

#[test]
fn nothing_is_asked_twice_in_a_row_in_the_same_words() {
    for lang in [Lang::English, Lang::Chinese] {
        let mut talk = expert(lang);
        let mut last = String::new();
        for _ in 0..12 {
            let heard = say(&mut *talk, "qwrtz plmk");
            assert_ne!(heard.agent, last);
            last = heard.agent;
        }
    }
}

#[test]
fn times_and_numbers_are_understood_in_other_words() {
    let mut talk = with("virtual-assistant", "optimal", Lang::English);
    let heard = say(&mut *talk, "dinner with Anna on Fridays at half past seven for an hour");
    for part in ["dinner", "day Friday", "time 7:30 pm", "length one hour", "person Anna"] {
        assert!(heard.understood.contains(part), "{part}: {heard:?}");
    }
    let mut talk = with("virtual-assistant", "optimal", Lang::Chinese);
    let heard = say(&mut *talk, "星期五17点半和安娜开会，谈半个小时");
    for part in ["meeting", "周五", "下午五点半", "三十分钟", "安娜"] {
        assert!(heard.understood.contains(part), "{part}: {heard:?}");
    }
}
