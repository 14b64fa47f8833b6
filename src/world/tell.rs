//! A dialogue told in words, turn by turn, from the learner's record of it.
//!
//! Only what was *heard* is said; when confirming, correcting or acting resolves a hearing, the earlier line learns what was
//! meant, consistently with the outcome. What nothing resolves stays unknown, as in life.

use super::acts::Act;
use super::compiled::{Dialogues, World};
use super::env::{ActionId, End};
use super::hearing::Hearings;
use super::names::{Lang, Status};
use super::user::{CONFIRMED, DialogueState, Ending, Event, HEARD, Listed, UNKNOWN};
use super::words::{Piece, Speaker};
use crate::num::dice::{Dice, Key};

/// One turn as the learner saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub state: u32,
    pub act: ActionId,
    pub next: u32,
    pub reward: f32,
    pub end: End,
    pub success: bool,
}

/// What is known by now about a value that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// It was right.
    Same,
    /// It was wrong: this is what the user had said.
    Other(String),
    /// Nothing has resolved it (yet).
    Unknown,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum SpanView {
    Plain(String),
    /// A value as the agent heard it.
    Heard {
        value: String,
        meant: Meant,
    },
}

/// A task or slot as it stands: `order number`, `A-1137`, heard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactView {
    pub label: String,
    pub value: String,
    pub status: Status,
    pub needed: bool,
}

/// One turn in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub agent: Vec<SpanView>,
    pub user: Vec<SpanView>,
    pub note: String,
    pub facts: Vec<FactView>,
}

/// A whole dialogue in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tale {
    pub opening: String,
    pub turns: Vec<Told>,
    /// Empty while the dialogue goes on.
    pub ending: String,
    pub facts: Vec<FactView>,
}

impl World {
    /// Tells the dialogue of this number.
    pub fn tell(&self, words: Key, dialogue: u64, steps: &[Step], lang: Lang) -> Tale {
        match &self.dialogues {
            Some(d) => Teller::new(d, words, dialogue, lang).tell(steps),
            None => self.tell_mdp(steps),
        }
    }

    /// What an outcome of (state, act) means, counted in their list: `no answer: patience 1 → 0, the user hung up`.
    pub fn answer(&self, state: u32, act: ActionId, place: usize) -> String {
        if let Some(d) = &self.dialogues {
            let (s, mut list) = (d.state(state), Vec::new());
            d.rule.outcomes(s, d.rule.acts[act.index()], &mut list);
            let Some(outcome) = list.get(place) else {
                return String::new();
            };
            let note = told(d, s, outcome).unwrap_or_else(|| note(s, outcome));
            return ending(outcome.ending, End::Open).map_or(note.clone(), |ending| format!("{note}, {ending}"));
        }
        match self.outcomes(state, u32::from(act.0)).get(place) {
            Some(b) if b.closed && b.success => "ends well".into(),
            Some(b) if b.closed => "ends".into(),
            Some(b) => format!("to {}", self.listed_name(b.next)),
            None => String::new(),
        }
    }

    fn tell_mdp(&self, steps: &[Step]) -> Tale {
        let plain = |s: String| vec![SpanView::Plain(s)];
        let turn = |s: &Step| Told {
            agent: plain(self.act_names()[s.act.index()].clone()),
            user: plain(self.listed_name(s.next)),
            ..Told::default()
        };
        let ending = match steps.last() {
            Some(s) if s.end == End::Cut => "turn limit",
            Some(s) if s.end == End::Closed && s.success => "ended well",
            Some(s) if s.end == End::Closed => "ended",
            _ => "",
        };
        Tale { turns: steps.iter().map(turn).collect(), ending: ending.into(), ..Tale::default() }
    }
}

struct Teller<'a> {
    world: &'a Dialogues,
    speaker: Speaker<'a>,
    words: Key,
    dialogue: u64,
    hearings: Hearings<'a>,
}

impl<'a> Teller<'a> {
    fn new(world: &'a Dialogues, words: Key, dialogue: u64, lang: Lang) -> Self {
        Teller {
            world,
            speaker: Speaker { scenario: &world.scenario, rule: &world.rule, lang },
            words,
            dialogue,
            hearings: Hearings::new(world),
        }
    }

    fn tell(mut self, steps: &[Step]) -> Tale {
        let mut dice = Dice::at_turn(self.words, self.dialogue, 0);
        let greet = &self.world.scenario.sentences.user.greet;
        let mut tale = Tale { opening: self.speaker.pick(greet, &mut dice).to_owned(), ..Tale::default() };
        let mut lines = Vec::new();
        for (i, step) in steps.iter().enumerate() {
            let mut dice = Dice::at_turn(self.words, self.dialogue, i as u32 + 1);
            let (told, user, ending) = self.turn(step, &mut dice);
            tale.turns.push(told);
            lines.push(user);
            if let Some(ending) = ending {
                ending.clone_into(&mut tale.ending);
            }
        }
        for (told, pieces) in tale.turns.iter_mut().zip(lines) {
            told.user = pieces.into_iter().map(|piece| self.span(piece)).collect();
        }
        let now = steps.last().map_or(self.world.rule.start(), |s| self.world.state(s.next));
        tale.facts = self.facts(now);
        tale
    }

    /// Which of the listed outcomes this was: where several look alike to the learner, one is drawn.
    fn outcome(&self, s: DialogueState, act: Act, step: &Step, dice: &mut Dice) -> Option<Listed> {
        let mut list = Vec::new();
        self.world.rule.outcomes(s, act, &mut list);
        let next = self.world.state(step.next);
        list.retain(|o| {
            o.next == next && o.ending.is_some() == (step.end == End::Closed) && (o.ending == Some(Ending::Success)) == step.success
        });
        // Rewards may have been others then, and these users may never do what those before them did.
        if list.iter().any(|o| o.reward as f32 == step.reward) {
            list.retain(|o| o.reward as f32 == step.reward);
        }
        let possible = list.iter().any(|o| o.probability > 0.0);
        dice.weighted(list.iter().map(|o| if possible { o.probability } else { 1.0 })).map(|i| list[i])
    }

    fn turn(&mut self, step: &Step, dice: &mut Dice) -> (Told, Vec<Piece>, Option<&'static str>) {
        let s = self.world.state(step.state);
        let act = self.world.rule.acts[step.act.index()];
        let said = {
            let value = |slot: usize| (s.slot(slot) != UNKNOWN).then(|| self.shown(slot)).flatten();
            self.speaker.agent(s, act, &value, dice)
        };
        let mut told = Told { agent: vec![SpanView::Plain(said)], ..Told::default() };
        let Some(outcome) = self.outcome(s, act, step, dice) else {
            return (told, Vec::new(), None);
        };
        let pieces = self.answer(s, act, &outcome, dice);
        told.note = note(s, &outcome);
        told.facts = self.facts(outcome.next);
        (told, pieces, ending(outcome.ending, step.end))
    }

    /// Settles what the outcome resolves, hears what it tells, and gives the user's words.
    fn answer(&mut self, s: DialogueState, act: Act, o: &Listed, dice: &mut Dice) -> Vec<Piece> {
        self.hearings.settle(s, act, o, dice);
        let hung_up = o.ending == Some(Ending::HungUp);
        let told_something = matches!(o.event, Event::Told | Event::Corrected | Event::Restated);
        if hung_up || !told_something {
            let success = o.ending == Some(Ending::Success);
            return vec![Piece::Plain(self.speaker.reaction(o.event, o.next.patience(), hung_up, success, dice))];
        }
        let mut pieces = Vec::new();
        let mut fresh: Vec<usize> = (0..self.world.rule.slots()).filter(|i| s.slot(*i) == UNKNOWN && o.next.slot(*i) == HEARD).collect();
        let new_task = o.next.task() != s.task();
        match (act, o.event) {
            (Act::Ask(slot), _) => {
                fresh.retain(|i| *i != slot as usize);
                let kind = &self.world.scenario.slots[slot as usize];
                // A user whose task was misheard had nothing of the kind in mind.
                let unsure = s.task_status() == HEARD && dice.unit() < self.world.rule.noise(None);
                let variants = if unsure { &self.world.scenario.sentences.user.neutral } else { &kind.answer };
                let hearing = self.hearings.hear(slot as usize, dice);
                pieces.extend(self.speaker.with_hearing(variants, hearing, dice));
            }
            (Act::Confirm(slot), _) => {
                let hearing = self.hearings.hear(slot as usize, dice);
                pieces.extend(self.speaker.with_hearing(&self.world.scenario.slots[slot as usize].correct, hearing, dice));
            }
            (Act::ConfirmAll, _) => {
                let lead = self.speaker.pick(&self.world.scenario.sentences.user.restate, dice).to_owned();
                pieces.push(Piece::Plain(lead));
                fresh = (0..self.world.rule.slots()).filter(|i| s.slot(*i) == HEARD && o.next.slot(*i) == HEARD).collect();
            }
            _ => {}
        }
        if let Some(task) = o.next.task().filter(|_| new_task || (act == Act::ConfirmAll && o.event == Event::Restated)) {
            let kind = &self.world.scenario.tasks[task];
            let variants = match (act, new_task) {
                (Act::ConfirmTask, _) => &kind.correct,
                (_, true) => &kind.wish,
                (_, false) => &kind.affirm,
            };
            let sentence = self.speaker.pick(variants, dice).to_owned();
            if new_task {
                pieces.push(Piece::Hearing(self.hearings.hear_task(task, sentence)));
            } else {
                pieces.push(Piece::Plain(sentence));
            }
        }
        for slot in fresh {
            let hearing = self.hearings.hear(slot, dice);
            pieces.push(Piece::Plain(self.speaker.gap().to_owned()));
            pieces.extend(self.speaker.with_hearing(&self.world.scenario.slots[slot].volunteer, hearing, dice));
        }
        self.space(pieces)
    }

    /// A gap between a lead-in and the sentence after it.
    fn space(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let mut out: Vec<Piece> = Vec::new();
        let ends = |p: &Piece| match p {
            Piece::Plain(text) => text.ends_with(['.', '!', '?', '。', '！', '？']),
            Piece::Hearing(h) => self.hearings.list[*h].slot.is_none(),
        };
        for piece in pieces {
            let begins = !matches!(&piece, Piece::Plain(text) if text == self.speaker.gap() || text.is_empty());
            if begins && out.last().is_some_and(ends) && !self.speaker.gap().is_empty() {
                out.push(Piece::Plain(self.speaker.gap().to_owned()));
            }
            out.push(piece);
        }
        out
    }

    fn shown(&self, slot: usize) -> Option<String> {
        self.hearings.slot_value(slot).map(|v| self.speaker.value(slot, v).to_owned())
    }

    fn span(&self, piece: Piece) -> SpanView {
        let h = match piece {
            Piece::Plain(text) => return SpanView::Plain(text),
            Piece::Hearing(h) => &self.hearings.list[h],
        };
        let name = |v: usize| match h.slot {
            Some(slot) => self.speaker.value(slot, v).to_owned(),
            None => self.world.scenario.tasks[v].label.of(self.speaker.lang).to_owned(),
        };
        let meant = match h.truth {
            None => Meant::Unknown,
            Some(truth) if truth == h.value => Meant::Same,
            Some(truth) => Meant::Other(name(truth)),
        };
        SpanView::Heard { value: if h.slot.is_some() { name(h.value) } else { h.sentence.clone() }, meant }
    }

    fn facts(&self, s: DialogueState) -> Vec<FactView> {
        let lang = self.speaker.lang;
        let scenario = &self.world.scenario;
        let task = FactView {
            label: if lang == Lang::English { "task".into() } else { "任务".into() },
            value: s.task().map_or(String::new(), |t| scenario.tasks[t].label.of(lang).to_owned()),
            status: Status::of(s.task_status()),
            needed: true,
        };
        let slots = scenario.slots.iter().enumerate().map(|(i, slot)| FactView {
            label: slot.label.of(lang).to_owned(),
            value: if s.slot(i) == UNKNOWN { String::new() } else { self.shown(i).unwrap_or_default() },
            status: Status::of(s.slot(i)),
            needed: s.task().is_some_and(|t| self.world.rule.needed(t, i)),
        });
        std::iter::once(task).chain(slots).collect()
    }
}

/// How a dialogue ended, if it did.
fn ending(ending: Option<Ending>, end: End) -> Option<&'static str> {
    match (ending, end) {
        (Some(Ending::Success), _) => Some("task done"),
        (Some(Ending::Wrong), _) => Some("the wrong thing was done"),
        (Some(Ending::HungUp), _) => Some("the user hung up"),
        (Some(Ending::HandedOver), _) => Some("handed over to a person"),
        (None, End::Cut) => Some("turn limit reached"),
        (None, _) => None,
    }
}

/// What an answer tells, by name: `wants a refund, tells item`.
fn told(d: &Dialogues, s: DialogueState, o: &Listed) -> Option<String> {
    let task = o.next.task().filter(|task| Some(*task) != s.task()).map(|task| format!("wants {}", d.scenario.tasks[task].label.en));
    let fresh = (0..d.rule.slots()).filter(|i| s.slot(*i) == UNKNOWN && o.next.slot(*i) == HEARD);
    let slots: Vec<&str> = fresh.map(|i| d.scenario.slots[i].label.en.as_str()).collect();
    let slots = (!slots.is_empty()).then(|| format!("tells {}", slots.join(", ")));
    let told: Vec<String> = task.into_iter().chain(slots).collect();
    (o.event == Event::Told && !told.is_empty()).then(|| told.join(", "))
}

/// The outcome in a few words.
fn note(s: DialogueState, o: &Listed) -> String {
    let fell = if o.ending == Some(Ending::HungUp) {
        format!("patience {} → 0", s.patience())
    } else {
        format!("patience {} → {}", s.patience(), o.next.patience())
    };
    match o.event {
        Event::Told => {
            let told = (0..16).filter(|i| s.slot(*i) == UNKNOWN && o.next.slot(*i) == HEARD).count();
            let more = told.saturating_sub(usize::from(o.next.task() == s.task()));
            if more > 0 { format!("answered, and told {more} more unasked") } else { "answered".into() }
        }
        Event::Evaded => format!("no answer: {fell}"),
        Event::Yes | Event::AllYes => "yes: confirmed".into(),
        Event::Corrected => "no: misheard, said again".into(),
        Event::Denied => format!("no: misheard, {fell}"),
        Event::Restated if o.next.task_status() == CONFIRMED && o.next.task() == s.task() => {
            "no: something was misheard, said again".into()
        }
        Event::Restated => "no: the task was misheard, said again".into(),
        Event::AllDenied => format!("no: all of it unknown again, {fell}"),
        Event::Executed if o.ending == Some(Ending::Success) => "all of it was right".into(),
        Event::Executed => "something had been misheard".into(),
        Event::Calmed => fell,
        Event::NotCalmed => "patience stays".into(),
        Event::HandedOver => "a person takes over".into(),
        Event::Pointless => format!("made no sense: {fell}"),
    }
}
