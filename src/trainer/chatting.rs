//! A person talks with the run in focus while learning goes on. The conversation itself is handed over by main; it has a copy of the
//! agent, so that nothing said reaches a run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::command::ChatAsk;
use super::lane::message;
use super::publish::grouped;
use super::snapshot::RunId;
use super::worker::Worker;
use crate::run::Run;
use crate::run::chat::{ChatView, Conversation, Next, Opening, Wording};
use crate::text::sentence;
use crate::world::names::Lang;

pub(super) struct Chat {
    run: RunId,
    lang: Lang,
    conversation: Box<dyn Conversation>,
    moment: String,
    pub view: Arc<ChatView>,
}

impl Chat {
    fn show(&mut self) {
        let Chat { run, conversation, moment, .. } = self;
        let (about, entries) = (conversation.about().to_vec(), conversation.entries().to_vec());
        self.view = Arc::new(ChatView { run: *run, moment: moment.clone(), about, entries });
    }
}

/// The moment as of which an agent speaks.
fn moment(run: &dyn Run) -> String {
    if run.talks() {
        format!("dialogue {}", grouped(run.dialogues()))
    } else {
        format!("step {}, its likeliest words", grouped(run.now().0))
    }
}

impl Worker {
    /// A panic in here ends the conversation and nothing else: it has a copy of the agent, so that every run is as it was.
    pub(super) fn chat(&mut self, ask: ChatAsk) {
        let done = catch_unwind(AssertUnwindSafe(|| match ask {
            ChatAsk::Open(lang) => self.open_chat(lang),
            ChatAsk::Say(line) => self.say_in_chat(&line),
        }));
        if let Err(cause) = done {
            self.chat = None;
            self.changed = true;
            let why = sentence(&message(&*cause));
            self.say(format!("the conversation broke off by a fault of the program ({why}); learning goes on, C begins another one"), true);
        }
    }

    /// Goes on with the conversation with the run in focus, or begins one.
    fn open_chat(&mut self, lang: Lang) {
        let Some(lane) = self.lane() else { return };
        let (run, exact) = (lane.id, lane.exact.optimal.clone());
        let who = format!("run {} ({}), as of {}", lane.name, lane.spec.agent, moment(&*lane.run));
        if self.chat.as_ref().is_some_and(|chat| chat.run == run && chat.lang == lang) {
            return;
        }
        let (Some(begin), Some(voice)) = (self.talk.clone(), lane.run.voice()) else {
            return self.say("in a finite MDP nobody says anything; choose a scenario to talk in", true);
        };
        let (moment, spoken) = (moment(&*lane.run), voice.lang().unwrap_or(lang));
        // A person is to hear the best that it can say.
        let wording = Wording::Greedy;
        match begin(Opening { voice, who, lang: spoken, wording, seed: lane.spec.seed }) {
            Ok(mut conversation) => {
                exact.into_iter().for_each(|exact| conversation.know(exact));
                let mut chat = Chat { run, lang, conversation, moment, view: Arc::default() };
                chat.show();
                self.chat = Some(chat);
            }
            Err(sentence) => self.say(sentence, true),
        }
    }

    fn say_in_chat(&mut self, line: &str) {
        let Some(mut chat) = self.chat.take() else { return };
        let lane = self.lanes.iter().find(|lane| lane.id == chat.run);
        if let Some(exact) = lane.and_then(|lane| lane.exact.optimal.clone()) {
            chat.conversation.know(exact);
        }
        if chat.conversation.line(line) == Next::New {
            let newest = lane.and_then(|lane| {
                let who = format!("run {} ({}), as of {}", lane.name, lane.spec.agent, moment(&*lane.run));
                Some((lane.run.voice()?, who))
            });
            chat.moment = lane.map_or(chat.moment, |lane| moment(&*lane.run));
            chat.conversation.renew(newest);
        }
        chat.show();
        self.chat = Some(chat);
    }
}
