//! A person talks with a run while it learns: what is said changes no run, and `/new` takes the agent as it is by then.

use std::sync::Arc;

use dialoq::chat;
use dialoq::trainer::chat::{ChatView, Entry};
use dialoq::trainer::command::{Ask, ChatAsk};
use dialoq::trainer::snapshot::Pace;
use dialoq::trainer::{Orders, Trainer};
use dialoq::world::names::Lang;

use super::{at_rest, orders, until};

fn talking(seed: u64, talk: bool) -> Trainer {
    let begin = chat::begin(Arc::new(|name, _| Err(format!("{} stays as it is", name.unwrap_or("nothing")))));
    Trainer::start(Orders { talk: talk.then_some(begin), ..orders("q-learning", seed, Pace::Full) }).unwrap()
}

fn say(trainer: &Trainer, text: &str) {
    trainer.ask(Ask::Chat(ChatAsk::Say(text.into())));
}

fn seen(trainer: &Trainer, what: &str, see: impl Fn(&ChatView) -> bool) -> Arc<ChatView> {
    until(trainer, what, |s| s.chat.clone().filter(|chat| see(chat)))
}

#[test]
fn talking_while_it_learns_changes_no_digest() {
    let (talked, silent) = (talking(81, true), talking(81, false));
    talked.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
    for text in ["where is my parcel?", "A-1137", "/why", "no", "/undo", "yes"] {
        say(&talked, text);
    }
    seen(&talked, "the answers", |chat| chat.entries.len() >= 4);
    let digests = [talked, silent].map(|trainer| {
        let rest = at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0), Ask::StepTurns(5_000)], |s| s.view.tick == 5_000);
        rest.view.digest
    });
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn the_agent_of_the_beginning_speaks_until_it_is_begun_anew() {
    let trainer = talking(82, true);
    at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0), Ask::StepDialogues(3)], |s| s.view.dialogues == 3);
    trainer.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
    assert_eq!(seen(&trainer, "the conversation", |_| true).moment, "dialogue 3");
    trainer.ask(Ask::StepDialogues(4));
    say(&trainer, "hello");
    assert_eq!(seen(&trainer, "the answer", |chat| chat.entries.len() == 2).moment, "dialogue 3");
    // Opening it again finds it as it was.
    trainer.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
    say(&trainer, "/save mine");
    let told = seen(&trainer, "the refusal", |chat| chat.entries.len() == 3);
    assert_eq!(told.entries[2], Entry::Told { command: "/save mine".into(), lines: vec!["mine stays as it is".into()] });
    say(&trainer, "/new");
    assert_eq!(seen(&trainer, "another conversation", |chat| chat.entries.len() == 1).moment, "dialogue 7");
}

#[test]
fn where_nobody_can_talk_it_is_said() {
    let trainer = talking(83, false);
    trainer.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
    let notice = until(&trainer, "a notice", |s| s.notice.clone());
    assert!(notice.is_error && notice.text.contains("nobody says anything"), "{notice:?}");
}
