//! Words of every day that no scenario's users say but people type.

use crate::lm::phrases::{Class, Phrases};
use crate::world::names::Lang;

const ENGLISH: &[(Class, &[&str])] = &[
    (Class::Greet, &["hello", "hi", "hey", "good morning", "good evening", "hello there"]),
    (Class::Yes, &["yes", "yeah", "yep", "ok", "okay", "sure", "correct", "right", "yes please", "that is right", "exactly", "of course"]),
    (Class::No, &["no", "nope", "nah", "wrong", "no thanks", "that is wrong", "no that's wrong", "not at all", "no that is not right"]),
    (Class::Evade, &["i don't know", "i do not know", "i dont know", "no idea", "what do you mean", "why do you ask", "i'm not sure"]),
    (Class::Thanks, &["thanks", "thank you", "thanks a lot", "thank you very much", "great thanks", "cheers"]),
    (Class::Leave, &["bye", "goodbye", "bye bye", "i give up", "forget it", "see you"]),
];

const CHINESE: &[(Class, &[&str])] = &[
    (Class::Greet, &["你好", "您好", "喂", "早上好", "在吗"]),
    (Class::Yes, &["是", "是的", "对", "对的", "好", "好的", "嗯", "没错", "可以"]),
    (Class::No, &["不", "不是", "不对", "错了", "没有", "不用了"]),
    (Class::Evade, &["不知道", "我不知道", "什么意思", "不清楚", "为什么要问"]),
    (Class::Thanks, &["谢谢", "多谢", "谢谢你", "非常感谢"]),
    (Class::Leave, &["再见", "拜拜", "算了"]),
];

/// Adds them to what users say.
pub fn with_everyday_words(phrases: &mut Phrases, lang: Lang) {
    let lists = if lang == Lang::Chinese { CHINESE } else { ENGLISH };
    for (class, texts) in phrases.iter_mut() {
        for (_, words) in lists.iter().filter(|(own, _)| own == class) {
            texts.extend(words.iter().map(|word| (*word).to_owned()));
        }
    }
}
