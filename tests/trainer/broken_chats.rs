//! A conversation that fails ends; the run goes on learning.

use std::sync::Arc;

use dialoq::run::chat::{Begin, Conversation, Entry, Next, Opening};
use dialoq::trainer::command::{Ask, ChatAsk};
use dialoq::trainer::snapshot::{Pace, Phase};
use dialoq::trainer::{Orders, Trainer};
use dialoq::world::names::Lang;
use dialoq::world::solve::Solution;

use super::{orders, until};

/// Where a conversation falls over.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Opened,
    Refused,
    Said,
    Renewed,
    Shown,
}

struct Falling(Fault, bool);

impl Conversation for Falling {
    fn about(&self) -> &[String] {
        &[]
    }

    fn entries(&self) -> &[Entry] {
        assert!(self.0 != Fault::Shown || !self.1, "showing fell over \u{1b}[2J");
        &[]
    }

    fn line(&mut self, text: &str) -> Next {
        self.1 = true;
        assert!(self.0 != Fault::Said, "answering fell over \u{1b}[2J");
        if text == "/new" { Next::New } else { Next::Stay }
    }

    fn renew(&mut self, _: Option<(Box<dyn dialoq::run::chat::Voice>, String)>) {
        assert!(self.0 != Fault::Renewed, "beginning anew fell over \u{1b}[2J");
    }

    fn know(&mut self, _: Arc<Solution>) {}
}

fn talking(fault: Fault) -> Trainer {
    let begin: Arc<Begin> = Arc::new(move |_: Opening| match fault {
        Fault::Opened => panic!("opening fell over \u{1b}[2J"),
        Fault::Refused => Err("nobody speaks here".into()),
        _ => Ok(Box::new(Falling(fault, false)) as Box<dyn Conversation>),
    });
    Trainer::start(Orders { talk: Some(begin), ..orders("q-learning", 5, Pace::Full) }).unwrap()
}

#[test]
fn a_conversation_that_fails_leaves_the_run_learning() {
    for (fault, told) in [
        (Fault::Opened, "opening fell over"),
        (Fault::Refused, "nobody speaks here"),
        (Fault::Said, "answering fell over"),
        (Fault::Renewed, "beginning anew fell over"),
        (Fault::Shown, "showing fell over"),
    ] {
        let trainer = talking(fault);
        trainer.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
        trainer.ask(Ask::Chat(ChatAsk::Say("/new".into())));
        let notice = until(&trainer, told, |s| s.notice.clone().filter(|n| n.is_error));
        assert!(notice.text.contains(told) && !notice.text.contains('\u{1b}'), "{}", notice.text);
        let (tick, chat) = until(&trainer, "a moment", |s| Some((s.view.tick, s.chat.clone())));
        assert!(chat.is_none(), "it is closed");
        until(&trainer, "learning", |s| (s.phase == Phase::Running && s.view.tick > tick + 1000).then_some(()));
    }
}

#[test]
fn another_conversation_can_begin_after_one_that_failed() {
    let trainer = talking(Fault::Said);
    for _ in 0..2 {
        trainer.ask(Ask::Chat(ChatAsk::Open(Lang::English)));
        until(&trainer, "the conversation", |s| s.chat.clone());
        trainer.ask(Ask::Chat(ChatAsk::Say("hello".into())));
        until(&trainer, "its end", |s| s.chat.is_none().then_some(()));
    }
    until(&trainer, "learning", |s| (s.phase == Phase::Running).then_some(()));
}
