//! How sentences move what the agent has heard.

use dialoq::world::names::Lang;

use super::{expert, say, with};

/// Sentences one after the other, and the state that they lead to.
const SCRIPTS: &[(&[&str], &str)] = &[
    (&["I want a refund, order A-1137"], "refund heard · order A-1137 heard · item unknown · reason unknown · patience 3 of 3"),
    (&["where is my parcel?"], "track heard · order unknown · patience 3 of 3"),
    (&["WHERE IS MY PARCEL? ORDER A 1137"], "track heard · order A-1137 heard · patience 3 of 3"),
    (&["Where is my parcel? It was order a1137."], "track heard · order A-1137 heard · patience 3 of 3"),
    // A bare value answers the question, one of the person's own too.
    (&["where is my parcel?", "e 5519"], "track heard · order E-5519 heard · patience 3 of 3"),
    (&["where is my parcel?", "it is c9921"], "track heard · order C-9921 heard · patience 3 of 3"),
    // A yes confirms, a no takes back, a no with a value corrects.
    (&["where is my parcel?", "A-1137", "yes"], "track confirmed · order A-1137 confirmed · patience 3 of 3"),
    (&["where is my parcel?", "A-1137", "no"], "task unknown · patience 2 of 3"),
    (&["where is my parcel?", "A-1137", "no, A-7731"], "track confirmed · order A-7731 heard · patience 3 of 3"),
    (&["where is my parcel?", "A-1137", "no, C-9921"], "track confirmed · order C-9921 heard · patience 3 of 3"),
    (&["where is my parcel?", "A-1137", "No, no. I want to cancel."], "cancel heard · order A-1137 heard · item unknown · patience 3 of 3"),
    (&["I want to cancel, not the kettle, the teapot"], "cancel heard · order unknown · item teapot heard · patience 3 of 3"),
    // What is told too early counts once it is known what for.
    (&["my order is A-1137", "where is my parcel?"], "track heard · order A-1137 heard · patience 3 of 3"),
    (&["the kettle", "I want a refund"], "refund heard · order unknown · item kettle heard · reason unknown · patience 3 of 3"),
    // No answer and no sense cost patience, small talk does not, and nobody hangs up.
    (&["hello"], "task unknown · patience 3 of 3"),
    (&["where is my parcel?", "I don't know"], "track heard · order unknown · patience 2 of 3"),
    (&["asdf qwer"], "task unknown · patience 2 of 3"),
    (&["asdf", "qwer", "zxcv", "uiop", "hjkl"], "task unknown · patience 1 of 3"),
];

#[test]
fn sentences_move_the_belief_as_the_rule_says() {
    for (sentences, state) in SCRIPTS {
        let mut talk = expert(Lang::English);
        let last = sentences.iter().map(|text| say(&mut *talk, text)).last().unwrap();
        assert_eq!(last.state, *state, "{sentences:?}: {last:?}");
    }
}

#[test]
fn chinese_is_understood_with_and_without_spaces() {
    for text in ["我想退款，订单A-1137", "我想退款 订单 A-1137", "我 想 退 款 ， 订单 a1137"] {
        let heard = say(&mut *expert(Lang::Chinese), text);
        assert!(heard.state.starts_with("refund heard · order A-1137 heard"), "{text}: {heard:?}");
    }
}

#[test]
fn a_wish_in_other_words_is_guessed_by_a_word() {
    const ENGLISH: &[(&str, &str)] = &[
        ("my parcel never came", "track"),
        ("refund please", "refund"),
        ("can u cancel my order", "cancel"),
        ("track my package", "track"),
        ("I need my money back for a broken thing", "refund"),
    ];
    const CHINESE: &[(&str, &str)] = &[("我的快递丢了", "track"), ("把订单取消掉", "cancel"), ("退款", "refund")];
    let of = |lang, list: &'static [(&str, &str)]| list.iter().map(move |(text, task)| (lang, *text, *task));
    for (lang, text, task) in of(Lang::English, ENGLISH).chain(of(Lang::Chinese, CHINESE)) {
        let heard = say(&mut *expert(lang), text);
        assert!(heard.state.starts_with(&format!("{task} heard")), "{text}: {heard:?}");
    }
    for text in ["the weather is nice today", "who are you", "what can you do?"] {
        assert!(say(&mut *expert(Lang::English), text).asked_back, "{text}");
    }
    // Where something else was asked, a word is no change of mind.
    let mut talk = expert(Lang::English);
    say(&mut *talk, "I want a refund");
    assert!(say(&mut *talk, "blah parcel blah").state.starts_with("refund heard"));
}

#[test]
fn gibberish_is_never_a_value() {
    for text in ["asdf qwer", "Q", "99", "blue", "A-11", "AB-1137", "zz 5519 zz!", "1137-A"] {
        let mut talk = expert(Lang::English);
        say(&mut *talk, "where is my parcel?");
        let heard = say(&mut *talk, text);
        assert!(heard.state.contains("order unknown"), "{text}: {heard:?}");
    }
    let mut home = with("smart-home", "optimal", Lang::English);
    say(&mut *home, "Please change the heating.");
    assert!(say(&mut *home, "26 zzzzzzz").state.contains("degrees unknown"));
    assert!(say(&mut *home, "26 degrees").state.contains("degrees 26 degrees heard"));
}

#[test]
fn a_value_that_is_not_known_is_asked_about_with_examples() {
    let mut talk = expert(Lang::English);
    say(&mut *talk, "I want to cancel, order A-1137");
    let heard = say(&mut *talk, "the kaettel");
    assert!(heard.asked_back && heard.agent.contains("teapot") && heard.agent.contains("kettle?"), "{heard:?}");
    assert!(say(&mut *talk, "the kettle").state.contains("item kettle heard"));
}

#[test]
fn what_is_not_needed_is_said_to_be() {
    let heard = say(&mut *expert(Lang::English), "where is my parcel? It is the kettle");
    assert!(heard.notes.iter().any(|note| note == "item: not needed for parcel tracking"), "{heard:?}");
}

#[test]
fn whether_the_deed_was_right_is_the_persons_to_say() {
    for (word, success, return_) in [("yes", Some(true), 12.0), ("thank you", Some(true), 12.0), ("no, that is wrong", Some(false), -8.0)] {
        let mut talk = expert(Lang::English);
        ["where is my parcel?", "A-1137"].iter().for_each(|text| drop(say(&mut *talk, text)));
        let mut last = say(&mut *talk, "yes");
        assert_eq!((last.act.as_str(), last.ended.as_str()), ("execute", ""), "{last:?}");
        last = say(&mut *talk, "what?");
        assert!(last.asked_back && last.ended.is_empty(), "{last:?}");
        last = say(&mut *talk, word);
        assert_eq!((last.success, last.return_), (success, return_), "{last:?}");
        // What comes next is another conversation.
        assert_eq!(say(&mut *talk, "where is my parcel?").state, "track heard · order unknown · patience 3 of 3");
    }
}

#[test]
fn a_person_may_leave_or_ask_for_a_person() {
    assert_eq!(say(&mut *expert(Lang::English), "goodbye").ended, "you left: return −2");
    let mut talk = expert(Lang::English);
    talk.line("/person");
    let last = super::said(&*talk);
    assert_eq!(last.ended, "handed over to a person, as you asked: return −7", "{last:?}");
}
