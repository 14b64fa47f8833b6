//! A language model in the middle of its path.

use std::sync::Arc;

use dialoq::trainer::snapshot::{PathEntry, RunCard, Snapshot};
use dialoq::trainer::view::language::{
    AlarmView, CardView, CleaningView, CurveView, DuelView, LabelsView, PipelineView, Progress, RawView, SampleView, StageView, TermView,
    TokenView, WordView,
};
use dialoq::trainer::view::{Numbers, RunView};

use super::training;

fn path() -> Vec<StageView> {
    [("data", 0, 60), ("sft", 60, 580), ("reward", 580, 1_516), ("bandit", 1_516, 1_813)]
        .map(|(name, from, to)| StageView { name, from, to })
        .into()
}

fn curve(stage: &'static str, name: &'static str, points: impl Iterator<Item = f32>) -> CurveView {
    CurveView { stage, name, stride: 1, points: points.collect() }
}

fn reply(number: usize, text: &str, score: f32) -> SampleView {
    let tokens = text.split(' ').enumerate().map(|(k, word)| {
        let moved = ((k as f32 + 1.0) * (number as f32 + 1.3)).sin();
        TokenView {
            text: word.into(),
            log_probability: -0.3 * (k as f32 + 1.0),
            log_ratio: Some(moved),
            kl: Some(moved * moved / 2.0),
            value: Some(score + moved / 3.0),
            advantage: Some(moved * 2.0),
        }
    });
    SampleView {
        number,
        user: "The order number is A-7731. I ordered the raincoat.".into(),
        notes: "refund~ order~ item~ reason? patience3".into(),
        text: text.replace(" ?", "?").replace(" ⏎", ""),
        tokens: tokens.collect(),
        understood: "ask reason".into(),
        confidence: 0.98,
        score: Some(score),
        reward: Some(-2.0),
        kl: Some(0.42),
    }
}

fn view(stage: &'static str, tick: u64) -> PipelineView {
    let facts = [
        ("parameters", "143488"),
        ("words", "643"),
        ("prompt", "20"),
        ("reply", "15"),
        ("replies", "4653"),
        ("raw replies", "184"),
        ("pairs", "20000"),
        ("labels", "by exact worth, 5 % turned round"),
    ];
    PipelineView {
        scenario: "customer-service".into(),
        preset: "small".into(),
        seed: 7,
        stage,
        tick,
        ticks: 1_813,
        path: path(),
        facts: facts.map(|(name, value)| (name, value.to_owned())).into(),
        ..PipelineView::default()
    }
}

fn with(view: PipelineView) -> Snapshot {
    let mut s = training();
    s.agent = "language-model".into();
    s.view = RunView {
        tick: view.tick,
        head: view.tick,
        numbers: Numbers::Nothing,
        uncounted: true,
        progress: Some(Progress { stage: view.stage, ticks: view.ticks }),
        language: Some(Arc::new(view)),
        knobs: s.view.knobs.clone(),
        ..RunView::default()
    };
    s.turns_per_s = 61.0;
    s.solution = None;
    offering(s)
}

/// The catalogue with the language model and its ways to begin.
fn offering(mut s: Snapshot) -> Snapshot {
    let mut catalogue = (*s.catalogue).clone();
    let way =
        |name: &str, about: &str| PathEntry { name: name.into(), about: about.into(), settings: vec![("preset".into(), name.into())] };
    catalogue.agents.push(dialoq::trainer::snapshot::Entry { name: "language-model".into(), language: true, ..Default::default() });
    catalogue.paths = vec![way("small", "some two minutes"), way("length", "the score rises, the dialogues break")];
    s.catalogue = Arc::new(catalogue);
    s
}

/// A table learns; nobody has begun the path.
pub fn inviting() -> Snapshot {
    offering(training())
}

/// A table is in focus, a language model is on its path.
pub fn elsewhere() -> Snapshot {
    let mut s = inviting();
    s.runs.push(RunCard { id: 5, name: "F".into(), agent: "language-model".into(), ..RunCard::default() });
    s
}

fn raw(seen: usize) -> RawView {
    let card = |at: u64, raw: &str, now: &str| CardView {
        file: "chat-logs.jsonl".into(),
        at,
        raw: raw.into(),
        now: now.into(),
        ..CardView::default()
    };
    let dropped =
        CardView { lost: Some(("roles", "unknown speaker")), ..card(14, "moderator: please be kind", "moderator: please be kind") };
    let mended = CardView {
        mended: vec![("<EMAIL>", 1), ("terminal escapes", 2)],
        ..card(15, "Human: my mail is \\x1b[31mjo@example.org, thanks\nAgent: Done.", "user: my mail is <EMAIL>, thanks\nassistant: Done.")
    };
    let whole = card(16, "user: \u{4f60}\u{597d}\nassistant: \u{60a8}\u{597d}", "user: \u{4f60}\u{597d}\nassistant: \u{60a8}\u{597d}");
    let row = |name, rows_in, rows_out, mended| CleaningView { name, rows_in, rows_out, dropped: rows_in - rows_out, mended };
    RawView {
        cards: vec![dropped, mended, whole].into(),
        rows: vec![row("read", 362, 341, 0), row("unicode", 341, 341, 156), row("roles", 341, 334, 831), row("exact", 334, 298, 0)].into(),
        seen,
    }
}

/// In the midst of the raw dialogues, before anything is learned.
pub fn cleaning() -> Snapshot {
    let mut v = view("data", 2);
    v.curves = vec![curve("data", "kept", [0.0, 1.0].into_iter())];
    v.raw = Some(raw(2));
    with(v)
}

/// In the reward model, with two replies that wait for a choice.
pub fn judging() -> Snapshot {
    let mut v = view("reward", 900);
    v.curves = vec![
        curve("sft", "loss", (0..200).map(|k| 4.0 * (-k as f32 / 40.0).exp() + 0.4)),
        curve("sft", "perplexity", (0..12).map(|k| 1.4 + 2.0 * (-k as f32 / 3.0).exp())),
        curve("reward", "accuracy", (0..160).map(|k| 0.95 - 0.4 * (-k as f32 / 30.0).exp())),
        curve("reward", "accuracy held out", (0..6).map(|k| 0.9 + 0.01 * k as f32)),
    ];
    v.samples = vec![
        SampleView { reward: None, kl: None, ..reply(0, "what did you not like about it ? ⏎", 0.9) },
        SampleView { reward: None, kl: None, understood: "not understood".into(), ..reply(1, "the the order the ⏎", -1.9) },
    ];
    v.duel = Some(DuelView {
        number: 3,
        user: "Hello, is anybody there?".into(),
        notes: "task? order- item- reason- patience3".into(),
        replies: ["How can I help you?".into(), "Done. Your money for the kettle is on its way.".into()],
        scores: [0.96, -1.24],
    });
    v.labels = LabelsView { choices: 3, ties: 0, before: -0.2, after: 0.7 };
    with(v)
}

/// In PPO, one word looked at.
pub fn speaking() -> Snapshot {
    let mut v = view("bandit", 1_600);
    v.curves = vec![
        curve("bandit", "score", (0..9).map(|k| 0.1 * k as f32)),
        curve("bandit", "return", (0..9).map(|k| -1.0 + 0.9 * k as f32)),
        curve("bandit", "success", (0..9).map(|k| 0.35 + 0.05 * k as f32)),
    ];
    v.samples = vec![reply(0, "what did you not like about it ? ⏎", 0.94), reply(1, "which order number is on your receipt ? ⏎", 0.82)];
    v.before = vec![SampleView { number: 0, reward: None, ..reply(0, "done , that is all ⏎", -0.8) }];
    v.after = vec![SampleView { number: 0, reward: None, ..reply(0, "what did you not like about it ? ⏎", 0.94) }];
    let term = |name, symbol, meaning, value| TermView { name, symbol, meaning, value };
    let terms = vec![
        term("old", "ln π′", "log-probability when it was drawn", -0.229),
        term("advantage", "Â", "advantage as it is learned from", 0.271),
        term("ratio", "ρ", "how many times as likely as when it was drawn", 0.969),
    ];
    v.word = Some(WordView { reply: 0, word: 0, text: "what".into(), terms });
    with(v)
}

/// The reward model is being gamed.
pub fn gamed() -> Snapshot {
    let mut s = speaking();
    let mut v = (**s.view.language.as_ref().expect("the sample has it")).clone();
    let replies = vec![reply(2, "sorry sorry sorry for the trouble", 2.4)];
    v.alarm = Some(AlarmView { mode: "bandit", update: 8, score: 1.5, best: -0.8, now: -26.7, replies });
    s.view.language = Some(Arc::new(v));
    s
}
