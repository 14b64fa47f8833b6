//! What the conversation itself says, whatever the scenario: it asks back, asks whether it was right, says good-bye.

use crate::num::dice::Dice;
use crate::world::Dialogues;
use crate::world::names::Lang;
use crate::world::scenario::Scenario;

type Both = (&'static [&'static str], &'static [&'static str]);

const LOST: Both = (
    &[
        "Sorry, I did not understand that. I can help with {tasks}.",
        "I am not sure what you mean. What I can do: {tasks}.",
        "Could you say that in other words? I know about {tasks}.",
        "That was beyond me. Is it one of these: {tasks}?",
    ],
    &[
        "不好意思，我没听懂。我可以帮您办：{tasks}。",
        "我不太明白您的意思。我能办的有：{tasks}。",
        "能换个说法吗？我会的是：{tasks}。",
        "这个我没弄懂。是下面哪一件：{tasks}？",
    ],
);

const NO_VALUE: Both = (
    &[
        "Sorry, I did not catch the {slot}. I know for example {values}.",
        "I do not know that {slot}. Something like {values} is what I need.",
        "Could you tell me the {slot} once more? For example {values}.",
    ],
    &["不好意思，{slot}没听清。比如：{values}。", "这个{slot}我不认识。我需要的是类似{values}。", "请再说一遍{slot}，例如{values}。"],
);

const MEANT: Both = (&["Did you mean {near}?", "Is it {near}?"], &["您是指{near}吗？", "是{near}吗？"]);

const RIGHT: Both =
    (&["Was that right?", "Is that what you wanted?", "Have I done the right thing?"], &["这样对吗？", "这是您要的吗？", "我办对了吗？"]);

const YES_OR_NO: Both = (
    &[
        "Sorry, was it right? Please say yes or no.",
        "I would like to know whether that was right: yes or no?",
        "Did I do what you wanted? A yes or a no is enough.",
        "One more time: is it as you wanted it, yes or no?",
    ],
    &[
        "不好意思，办对了吗？请说对或不对。",
        "我想知道办得对不对：对，还是不对？",
        "是您要的结果吗？说一声对或不对就行。",
        "再问一句：这样合您的意吗，对还是不对？",
    ],
);

const HELP: Both = (
    &[
        "I can help with {tasks}. Just say what you need.",
        "Here is what I can do: {tasks}. Which is it?",
        "You can ask me about {tasks}. What shall it be?",
    ],
    &["我可以帮您办：{tasks}。直接说您要什么就行。", "我会的有这些：{tasks}。您要办哪一件？", "您可以找我办：{tasks}。要哪一样？"],
);

const WHICH: Both = (
    &["Do you mean {tasks}?", "Which do you want: {tasks}?", "Is it about {tasks}?"],
    &["您是指{tasks}？", "您要哪一个：{tasks}？", "是要{tasks}吗？"],
);

const CALM: Both = (
    &[
        "I am sorry that this is annoying. I will do my best: what do you need?",
        "I understand that you are upset. Let us sort it out together: what is it about?",
        "That was not good enough, I am sorry. Tell me what you need, and I will try again.",
    ],
    &[
        "给您添堵了，对不起。我会尽力，您需要什么？",
        "我理解您很生气。我们一起解决，是什么事？",
        "是我做得不够好，抱歉。请告诉我您要什么，我再试一次。",
    ],
);

const NOBODY: Both = (
    &[
        "There is no colleague here to hand you over to, I am sorry. I can help with {tasks}.",
        "I would hand you over, but nobody else is here. What I can do: {tasks}.",
    ],
    &["很抱歉，这里没有同事可以接手。我可以帮您办：{tasks}。", "我很想替您转接，可这里没有别人。我能办的有：{tasks}。"],
);

/// To somebody who writes Chinese where English is spoken.
const CHINESE_HERE: Both = (
    &[
        "这里说的是英语；用 --lang zh 启动，就可以说中文。(For Chinese, start with --lang zh.)",
        "要说中文，请用 --lang zh 启动。(This conversation is in English; --lang zh begins one in Chinese.)",
    ],
    &[""],
);

const GLAD: Both = (
    &["I am glad. Tell me if there is anything else.", "Good to hear. What else can I do for you?"],
    &["太好了。还有别的事请告诉我。", "很高兴帮到您。还有什么需要吗？"],
);

const SORRY: Both = (
    &["I am sorry about that. Shall we try again? Tell me what you want.", "My apologies. Please tell me once more what you want."],
    &["非常抱歉。再试一次好吗？请告诉我您要办什么。", "对不起。请再说一次您要办的事。"],
);

const BYE: Both =
    (&["Good-bye. I am here if you need me.", "All right. Until next time."], &["再见，有需要随时找我。", "好的，下次再见。"]);

#[derive(Clone, Copy)]
pub enum Saying {
    Right,
    YesOrNo,
    Glad,
    Sorry,
    Bye,
    Calm,
    ChineseHere,
}

fn pick(both: Both, lang: Lang, dice: &mut Dice) -> &'static str {
    let list = if lang == Lang::Chinese { both.1 } else { both.0 };
    list[dice.below(list.len() as u32) as usize]
}

pub fn say(saying: Saying, lang: Lang, dice: &mut Dice) -> String {
    let both = match saying {
        Saying::Right => RIGHT,
        Saying::YesOrNo => YES_OR_NO,
        Saying::Glad => GLAD,
        Saying::Sorry => SORRY,
        Saying::Bye => BYE,
        Saying::Calm => CALM,
        Saying::ChineseHere => CHINESE_HERE,
    };
    pick(both, lang, dice).to_owned()
}

/// `a refund, parcel tracking or a cancellation`
pub fn listed(words: &[&str], lang: Lang) -> String {
    let (gap, or) = if lang == Lang::Chinese { ("、", "或") } else { (", ", " or ") };
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{}{or}{last}", first.join(gap)),
    }
}

pub fn tasks(scenario: &Scenario, lang: Lang) -> String {
    let labels: Vec<&str> = scenario.tasks.iter().map(|task| task.label.of(lang)).collect();
    listed(&labels, lang)
}

/// Nothing was understood.
pub fn lost(scenario: &Scenario, lang: Lang, dice: &mut Dice) -> String {
    pick(LOST, lang, dice).replace("{tasks}", &tasks(scenario, lang))
}

/// What the agent can do.
pub fn help(scenario: &Scenario, lang: Lang, dice: &mut Dice) -> String {
    pick(HELP, lang, dice).replace("{tasks}", &tasks(scenario, lang))
}

/// One of these tasks is meant.
pub fn which(scenario: &Scenario, among: &[usize], lang: Lang, dice: &mut Dice) -> String {
    let labels: Vec<&str> = among.iter().map(|task| scenario.tasks[*task].label.of(lang)).collect();
    pick(WHICH, lang, dice).replace("{tasks}", &listed(&labels, lang))
}

/// A person is asked for where there is none.
pub fn nobody(scenario: &Scenario, lang: Lang, dice: &mut Dice) -> String {
    pick(NOBODY, lang, dice).replace("{tasks}", &tasks(scenario, lang))
}

/// Whether a text is written in Chinese: more of its characters than letters.
pub fn is_chinese(text: &str) -> bool {
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    han > 0 && han > text.chars().filter(char::is_ascii_alphabetic).count()
}

/// The value of a slot was not understood.
pub fn no_value(scenario: &Scenario, slot: usize, text: &str, lang: Lang, dice: &mut Dice) -> String {
    let kind = &scenario.slots[slot];
    let values = kind.values.of(lang);
    let some: Vec<&str> = values.iter().take(3).map(String::as_str).collect();
    let sentence = pick(NO_VALUE, lang, dice).replace("{slot}", kind.label.of(lang)).replace("{values}", &listed(&some, lang));
    match near(text, values) {
        Some(value) if lang == Lang::Chinese => format!("{sentence}{}", pick(MEANT, lang, dice).replace("{near}", value)),
        Some(value) => format!("{sentence} {}", pick(MEANT, lang, dice).replace("{near}", value)),
        None => sentence,
    }
}

/// A value that words of the text nearly are.
fn near<'v>(text: &str, values: &'v [String]) -> Option<&'v String> {
    let words = crate::lm::vocabulary::pieces(text);
    let longest = values.iter().map(|value| value.split(' ').count()).max().unwrap_or(1);
    let runs = (1..=longest).flat_map(|n| words.windows(n)).map(|run| run.join(" "));
    let close = |a: &str, b: &str| strsim::normalized_damerau_levenshtein(a, &b.to_lowercase());
    let best = runs.flat_map(|run| values.iter().map(move |value| (close(&run, value), value))).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.7).then_some(best.1)
}

/// The first lines: with whom one talks, what it can do, and what one could say.
pub fn about(d: &Dialogues, who: &str, lang: Lang) -> Vec<String> {
    let (scenario, gap) = (&d.scenario, if lang == Lang::Chinese { "" } else { " " });
    let first = |list: &[String]| list.first().cloned().unwrap_or_default();
    let wish = scenario.tasks.first().map_or_else(String::new, |task| first(task.wish.of(lang)));
    let slot = scenario.slots.iter().position(|_| true).filter(|slot| d.rule.needed(0, *slot)).map(|slot| &scenario.slots[slot]);
    let told = slot.map_or_else(String::new, |slot| first(slot.volunteer.of(lang)).replace("{value}", &first(slot.values.of(lang))));
    vec![
        format!("You talk with {who}. It can help with {}.", tasks(scenario, lang)),
        format!("Say for example: {}", [wish, told].join(gap).trim()),
    ]
}

/// Two sentences one after the other.
pub fn joined(a: &str, b: &str, lang: Lang) -> String {
    if lang == Lang::Chinese { format!("{a}{b}") } else { format!("{a} {b}") }
}

pub fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

/// `+9`, `−3.5`
pub fn signed(x: f64) -> String {
    let text = format!("{x:+.1}");
    text.strip_suffix(".0").unwrap_or(&text).replace('-', "−")
}
