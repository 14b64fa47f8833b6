//! The vocabulary: nothing is lost, nothing is unknown, and no text is ever a special token.

use dialoq::lm::prompt::{prompt, said};
use dialoq::lm::vocabulary::{AGENT, EOS, NOTES, PAD, USER, Vocabulary, normal, pieces, tidy};
use proptest::prelude::*;

use super::ground;
use crate::support::proptest;

#[test]
fn any_text_comes_back_in_its_normal_form() {
    let ground = ground();
    let vocabulary = &ground.scene.vocabulary;
    proptest(500)
        .run(&any::<String>(), |text| {
            let tokens = vocabulary.encode(&text);
            prop_assert!(tokens.iter().all(|token| *token > EOS && (*token as usize) < vocabulary.len()));
            prop_assert_eq!(vocabulary.decode(&tokens), normal(&text));
            prop_assert_eq!(normal(&normal(&text)), normal(&text));
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_no_word_is_spelt_in_bytes() {
    let vocabulary = Vocabulary::of(&["{order}".into()], ["it is here ."].into_iter());
    assert_eq!(vocabulary.decode(&vocabulary.encode("It is Zürich-7 naïve {order}.")), "it is zürich-7 naïve {order} .");
    assert_eq!(vocabulary.encode("it is here .").len(), 4);
    assert_eq!(vocabulary.encode("<eos>").len(), "<eos>".len() + 2, "three pieces and the spaces between them");
}

#[test]
fn words_marks_and_placeholders_are_pieces() {
    assert_eq!(pieces("I'd say: A-7731, 5:30 pm?"), ["i'd", "say", ":", "a-7731", ",", "5:30", "pm", "?"]);
    assert_eq!(pieces("订单{order}呢？"), ["订", "单", "{order}", "呢", "？"]);
    assert_eq!(pieces("{ order} {}"), ["{", "order", "}", "{", "}"]);
}

#[test]
fn a_vocabulary_survives_its_file() {
    let ground = ground();
    let vocabulary = &ground.scene.vocabulary;
    assert_eq!(&Vocabulary::from_json(&vocabulary.to_json()).unwrap(), vocabulary);
    assert!(vocabulary.len() <= 1024);
    let cut = vocabulary.to_json().replacen("<eos>", "<end>", 1);
    assert_eq!(Vocabulary::from_json(&cut).unwrap_err().to_string(), "vocabulary: token 4 is <end>; it must be <eos>");
}

#[test]
fn a_shown_text_has_no_characters_that_act() {
    let shown = tidy(&normal("hello\u{1b}[31m\u{202e} there , i'm \u{0} here . ok"));
    assert!(shown.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{shown:?}");
    assert_eq!(tidy("it is {order} , right ? i think so ."), "It is {order}, right? I think so.");
    assert_eq!(tidy("请 问 订 单 号 ？"), "请问订单号？");
}

#[test]
fn a_prompt_has_one_length_and_keeps_the_end_of_a_long_sentence() {
    let line = prompt(&[70, 71, 72], &[80, 81], 9);
    assert_eq!(line, [PAD, USER, 70, 71, 72, NOTES, 80, 81, AGENT]);
    assert_eq!(said(&line), (&[70, 71, 72][..], false));
    let long: Vec<u32> = (0..20).map(|k| 300 + k).collect();
    let cut = prompt(&long, &[80, 81], 9);
    assert_eq!(cut, [USER, PAD, 317, 318, 319, NOTES, 80, 81, AGENT]);
    assert_eq!(said(&cut), (&[317, 318, 319][..], true));
    assert_eq!(prompt(&long, &[80, 81], 5), [USER, NOTES, 80, 81, AGENT], "no room for a word");
}
