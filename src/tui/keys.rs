//! The one table of keys. Dispatch, footer, help and command palette are all made from it, so they cannot drift apart.

use crossterm::event::KeyCode;

use crate::trainer::command::Change;
use crate::tui::chord::{Key, ctrl, key, named, shifted};
use crate::tui::layout::{Plan, Room};
use crate::tui::model::{Model, Overlay, ScreenId, Slot};
use crate::tui::moments::Chair;
use crate::tui::panels::{self, Move};

/// Where a binding acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// At any moment, whatever lies over the screen.
    Always,
    /// Unless an overlay takes the keys; also where the window is too small to show anything.
    Everywhere,
    /// Where panes are shown.
    Panes,
    /// Where this screen's panes are shown.
    Screen(ScreenId),
    /// While one of these panes is in sight.
    Seen(&'static [Slot]),
    /// While one of these overlays is open.
    Over(&'static [Over]),
}

/// The kinds of overlays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Help,
    Palette,
    Agents,
    Messages,
    Prompt,
    Question,
    Message,
    When,
    Chat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    RunOrPause,
    StepTurn,
    StepDialogue,
    BackTurn,
    ForwardTurn,
    BackDialogues(u64),
    ForwardDialogues(u64),
    Head,
    Freeze,
    Expand,
    NextPane,
    PreviousPane,
    NextPanel,
    Screen(ScreenId),
    Move(Move),
    /// Moves the selected knob, whichever pane has the focus.
    Knob(Move),
    /// The next curve of a language model's path, colour of its words, choice of its replies.
    Picture,
    Tint,
    Places,
    Axis,
    Smooth,
    Series,
    Order,
    Layer,
    Scale,
    FollowState,
    FollowDialogue,
    Surprise,
    Find,
    GoTo,
    Read,
    /// What the compared curves are laid against.
    Against,
    CompareRun,
    CloseRun,
    Parting,
    PreviousRun,
    NextRun,
    Seeds,
    Sweep,
    /// Opens the list of agents; a run of its own with the selected one; one beside the run in focus.
    Agents,
    ChooseAgent,
    CompareAgent,
    Command,
    Messages,
    Help,
    Palette,
    Back,
    Quit,
    Redraw,
    Suspend,
    Branch,
    Bookmark,
    NextMark,
    PreviousMark,
    When,
    Learned(Change),
    Credit,
    Breakpoints,
    Sit(Chair),
    HideValues,
    WhatIf,
    Close,
    Accept,
    Yes,
    List(Move),
    Complete,
    Erase,
    EraseAll,
    /// Opens a conversation with the run in focus; moves in its line.
    Chat,
    Talk(Talk),
}

/// Moves in the line of a conversation, and in what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    Left,
    Right,
    Home,
    End,
    Delete,
    Earlier,
    Later,
    PageUp,
    PageDown,
}

#[derive(Debug)]
pub struct Binding {
    pub keys: &'static [Key],
    pub context: Context,
    pub action: Action,
    /// The name in the command palette.
    pub command: &'static str,
    /// One sentence for the help.
    pub about: &'static str,
    /// The word in the footer; empty: not shown there.
    pub hint: &'static str,
    /// How the footer writes the key, where it stands for several.
    pub face: &'static str,
}

const fn bind(keys: &'static [Key], context: Context, action: Action, command: &'static str, about: &'static str) -> Binding {
    Binding { keys, context, action, command, about, hint: "", face: "" }
}
impl Binding {
    const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
    const fn face(mut self, face: &'static str) -> Self {
        self.face = face;
        self
    }
}

const CURVE: Context = Context::Seen(&[Slot::TrainCurve]);
/// Where one curve is, or several are.
const CURVES: Context = Context::Seen(&[Slot::TrainCurve, Slot::CompareCurves]);
const TOGETHER: Context = Context::Seen(&[Slot::CompareCurves]);
const RUNS: Context = Context::Seen(&[Slot::CompareRuns]);
const COMPARE: Context = Context::Screen(ScreenId::Compare);
const TABLE: Context = Context::Seen(&[Slot::TrainTable, Slot::ValuesTable]);
const TALK: Context = Context::Screen(ScreenId::Dialogue);
/// Where a cell is selected, where a turn stands, where an act can be tried.
const CELLS: Context = Context::Seen(&[Slot::TrainTable, Slot::ValuesTable, Slot::ValuesInspector]);
const TURNS: Context = Context::Seen(&[Slot::TrainDialogue, Slot::TrainUpdate, Slot::DialogueTranscript, Slot::DialogueActs]);
const TRIES: Context = Context::Seen(&[Slot::ValuesTable, Slot::ValuesInspector, Slot::DialogueTranscript, Slot::DialogueActs]);
const PATH: Context = Context::Screen(ScreenId::Language);
const KNOBS: Context = Context::Seen(&[Slot::Knobs]);
const LISTS: Context = Context::Over(&[Over::Help, Over::Palette, Over::Agents, Over::Messages]);
const AGENTS: Context = Context::Over(&[Over::Agents]);
const TYPING: Context = Context::Over(&[Over::Help, Over::Palette, Over::Prompt]);
const WRITING: Context = Context::Over(&[Over::Help, Over::Palette, Over::Prompt, Over::Chat]);
const CHAT: Context = Context::Over(&[Over::Chat]);
const CHATTED: Context = Context::Seen(&[
    Slot::DialogueTranscript,
    Slot::DialogueActs,
    Slot::DialogueFacts,
    Slot::LanguagePath,
    Slot::LanguageReplies,
    Slot::LanguageChart,
    Slot::LanguageDetail,
]);

/// Every key, in the order in which footer and help show them.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    bind(&[key(' ')], Context::Everywhere, Action::RunOrPause, "run or pause", "Lets learning run, or pauses it; in the past it replays.").hint("run"),
    bind(&[key('n')], Context::Everywhere, Action::StepTurn, "next turn", "Takes one turn: one act, one answer, one update; of a language model one record, minibatch or rollout. Then pauses.").hint("turn"),
    bind(&[key('N')], Context::Everywhere, Action::StepDialogue, "next dialogue", "Goes on to the end of the dialogue; of a language model by fifty steps, or to the end of an update of PPO. Then pauses.").hint("dialogue"),
    bind(&[key('z')], Context::Everywhere, Action::BackTurn, "back a turn", "Takes the learner back by one turn, as if it had not learned from it yet.").hint("back"),
    bind(&[key('b')], Context::Panes, Action::Branch, "branch", "Branches: a run of its own goes on from this moment, and the one it leaves stays as it is.").hint("branch"),
    bind(&[key('Z')], Context::Everywhere, Action::ForwardTurn, "forward a turn", "Takes the learner forward by one turn of its past, never beyond the furthest."),
    bind(&[key('[')], Context::Everywhere, Action::BackDialogues(1), "back a dialogue", "Takes the learner back by one dialogue."),
    bind(&[key(']')], Context::Everywhere, Action::ForwardDialogues(1), "forward a dialogue", "Takes the learner forward by one dialogue of its past."),
    bind(&[key('{')], Context::Everywhere, Action::BackDialogues(100), "back 100 dialogues", "Takes the learner back by a hundred dialogues."),
    bind(&[key('}')], Context::Everywhere, Action::ForwardDialogues(100), "forward 100 dialogues", "Takes the learner forward by a hundred dialogues of its past."),
    bind(&[key('G')], Context::Everywhere, Action::Head, "to the head", "Returns from the past to the furthest turn reached."),
    bind(&[key('\'')], Context::Panes, Action::NextMark, "next mark", "Goes on to the next bookmark or change of this run."),
    bind(&[key('"')], Context::Panes, Action::PreviousMark, "previous mark", "Goes back to the bookmark or change before this moment."),
    bind(&[key('M')], Context::Panes, Action::Bookmark, "mark this moment", "Marks this moment with a bookmark; “bookmark NAME” names it."),
    bind(&[key('B')], Context::Panes, Action::Breakpoints, "breakpoints", "Shows where learning will stop by itself, and takes more of it: a surprise, a flip, a return."),
    bind(&[key('a')], TALK, Action::Sit(Chair::Agent), "sit in the agent's chair", "You choose the agent's next act; it learns from it. Again, or Esc, to stand up.").hint("be agent"),
    bind(&[key('H')], TALK, Action::HideValues, "hide the values", "In the agent's chair, hides what the agent thinks of the acts, or shows it again.").hint("hide values"),
    bind(&[key('A')], TALK, Action::Sit(Chair::User), "sit in the user's chair", "You choose how the user answers. Again, or Esc, to stand up.").hint("user"),
    bind(&[named(KeyCode::Tab)], Context::Panes, Action::NextPane, "next pane", "Moves the focus to the next pane.").hint("pane"),
    bind(&[named(KeyCode::BackTab)], Context::Panes, Action::PreviousPane, "previous pane", "Moves the focus to the previous pane."),
    bind(&[key('+'), key('=')], KNOBS, Action::Knob(Move::More { big: false }), "knob up", "Raises the selected knob by a step.").hint("knob").face("+−"),
    bind(&[key('-'), key('_')], KNOBS, Action::Knob(Move::Less { big: false }), "knob down", "Lowers the selected knob by a step."),
    bind(&[key('>'), shifted(KeyCode::Up)], KNOBS, Action::Knob(Move::More { big: true }), "knob far up", "Raises the selected knob by ten steps."),
    bind(&[key('<'), shifted(KeyCode::Down)], KNOBS, Action::Knob(Move::Less { big: true }), "knob far down", "Lowers the selected knob by ten steps."),
    bind(&[key('v')], CURVE, Action::Series, "next series", "Shows the next series of the curve: return, success, turns, ε, |δ|, exact value.").hint("series"),
    bind(&[key('s')], CURVES, Action::Smooth, "smoothing", "Changes how the bold line is smoothed: means of 100 or 20, EMA, off.").hint("smooth"),
    bind(&[key('L')], CURVES, Action::Axis, "log axis", "Lays the dialogues out on a logarithmic axis, or back on a linear one.").hint("log"),
    bind(&[key('v')], PATH, Action::Picture, "next curve of the path", "Shows the next curve of the path: losses, accuracy, score against return, KL, entropy.").hint("curve"),
    bind(&[key('m')], PATH, Action::Tint, "colours of the words", "Colours words by the next of: log-probability ratio, KL, value, advantage.").hint("colours"),
    bind(&[key('o')], PATH, Action::Places, "before and after", "Shows the same places as SFT spoke there and as the policy speaks now, the raw records, while the alarm is on the replies that game the score, or the latest replies.").hint("other replies"),
    bind(&[key('w')], CELLS, Action::When, "when did it learn this", "Goes to the update that changed the selected cell last or most, or to the last flip of its state's best act.").hint("when"),
    bind(&[key('x')], TRIES, Action::WhatIf, "what if", "Tries the act under the cursor at this moment, a thousand times, beside the one that was to be taken.").hint("what if"),
    bind(&[key('t')], TURNS, Action::Credit, "credit trail", "Follows the reward of the turn shown back through the table, update by update.").hint("trail"),
    bind(&[key('C')], CHATTED, Action::Chat, "chat", "Talks with the run in focus as it is at this moment; learning goes on, and nothing said changes it.").hint("chat"),
    bind(&[key('m')], TABLE, Action::Layer, "next layer", "Shows the next layer of the table: Q or h, policy, visits, |δ|, Q*, Q − Q*.").hint("layer"),
    bind(&[key('o')], TABLE, Action::Order, "order", "Orders the states by visits, by surprise or by themselves.").hint("order"),
    bind(&[key('/')], TABLE, Action::Find, "find states", "Shows only the states whose words hold what you type.").hint("find"),
    bind(&[key('u')], TABLE, Action::FollowState, "follow the live state", "Keeps the row of the dialogue in progress in sight, or no longer.").hint("follow"),
    bind(&[key('c')], TABLE, Action::Scale, "colour scale", "Changes the colour scale: widest since the start, fitted to now, locked.").hint("colours"),
    bind(&[key('d')], TALK, Action::Surprise, "largest surprise", "Jumps to the turn of this dialogue with the largest |δ|.").hint("surprise"),
    bind(&[key('u')], TALK, Action::FollowDialogue, "follow the live dialogue", "Leaves the dialogue looked at and follows the live one again.").hint("live"),
    bind(&[key('r')], TALK, Action::Read, "read a dialogue", "Shows a dialogue of the past by its number; the learner stays where it is.").hint("read"),
    bind(&[key('x')], TOGETHER, Action::Against, "dialogues or turns", "Lays the curves against dialogues, or against turns.").hint("axis"),
    bind(&[key('c')], RUNS, Action::CompareRun, "compare with", "Compares the run in focus with the one under the cursor.").hint("compare"),
    bind(&[key('X')], RUNS, Action::CloseRun, "close the run", "Closes the run under the cursor, after a yes; the last one stays.").hint("close"),
    bind(&[key('P')], COMPARE, Action::Parting, "to the parting", "Takes the run in focus to the first turn at which the two compared chose differently."),
    bind(&[key('(')], Context::Panes, Action::PreviousRun, "previous run", "Brings the run before it into focus; all go on training."),
    bind(&[key(')')], Context::Panes, Action::NextRun, "next run", "Brings the next run into focus; all go on training.").hint("run").face("()"),
    bind(&[key('K')], Context::Panes, Action::Seeds, "seed band", "Trains silent replicas with other seeds beside every run: median, quartiles and a verdict.").hint("seeds"),
    bind(&[key('W')], Context::Panes, Action::Sweep, "sweep map", "Fills a map of two knobs beside training; while it fills, stops it.").hint("sweep"),
    bind(&[key('S')], Context::Panes, Action::Agents, "strategy", "Shows all agents, each with its rule: another one begins a run of its own, or a branch beside this one.").hint("strategy"),
    bind(&[key('f')], Context::Panes, Action::Freeze, "freeze", "Holds the picture still while learning goes on; again to let it move.").hint("freeze"),
    bind(&[key('e')], Context::Panes, Action::Expand, "expand", "Shows the focused pane alone, or all of them again.").hint("expand"),
    bind(&[key('p')], Context::Panes, Action::NextPanel, "next panel", "Shows the next panel that can stand in the focused pane.").hint("panel"),
    bind(&[key('g')], Context::Panes, Action::GoTo, "go to a moment", "Takes the learner to the start of a dialogue by its number, or to a turn: t9871.").hint("go to"),
    bind(&[key('y')], Context::Panes, Action::Command, "command line", "Shows the command that reproduces this run, and copies it.").hint("copy"),
    bind(&[key('!')], Context::Panes, Action::Messages, "messages", "Lists the last messages, the newest first: refusals, warnings, and what was done."),
    bind(&[key('1')], Context::Everywhere, Action::Screen(ScreenId::Train), "train", "Shows the Train screen: everything at a glance."),
    bind(&[key('2')], Context::Everywhere, Action::Screen(ScreenId::Values), "values", "Shows the Values screen: the whole table and one cell of it."),
    bind(&[key('3')], Context::Everywhere, Action::Screen(ScreenId::Dialogue), "dialogue", "Shows the Dialogue screen: one conversation turn by turn."),
    bind(&[key('4')], Context::Everywhere, Action::Screen(ScreenId::Compare), "compare", "Shows the Compare screen: all runs side by side."),
    bind(&[key('5')], Context::Everywhere, Action::Screen(ScreenId::Language), "language", "Shows the Language screen: a language model from raw dialogues to PPO."),
    bind(&[named(KeyCode::Up), key('k')], Context::Panes, Action::Move(Move::Up), "up", "Moves up in the focused pane."),
    bind(&[named(KeyCode::Down), key('j')], Context::Panes, Action::Move(Move::Down), "down", "Moves down in the focused pane."),
    bind(&[named(KeyCode::Left), key('h')], Context::Panes, Action::Move(Move::Left), "left", "Moves left in the focused pane."),
    bind(&[named(KeyCode::Right), key('l')], Context::Panes, Action::Move(Move::Right), "right", "Moves right in the focused pane."),
    bind(&[named(KeyCode::PageUp)], Context::Panes, Action::Move(Move::PageUp), "page up", "Moves up by a page in the focused pane."),
    bind(&[named(KeyCode::PageDown)], Context::Panes, Action::Move(Move::PageDown), "page down", "Moves down by a page in the focused pane."),
    bind(&[named(KeyCode::Home)], Context::Panes, Action::Move(Move::Home), "first", "Moves to the first line of the focused pane."),
    bind(&[named(KeyCode::End)], Context::Panes, Action::Move(Move::End), "last", "Moves to the last line of the focused pane."),
    bind(&[named(KeyCode::Enter)], Context::Panes, Action::Move(Move::Open), "open", "Opens what is under the cursor of the focused pane."),
    bind(&[key('?')], Context::Panes, Action::Help, "help", "Opens this help: keys that act here, all keys, and every word on the screen."),
    bind(&[key(':')], Context::Panes, Action::Palette, "commands", "Opens the list of commands; some take words, such as alpha 0.3."),
    bind(&[named(KeyCode::Esc)], Context::Everywhere, Action::Back, "one layer out", "Goes one layer out: stops a long search, leaves an expanded or frozen view, clears the filter."),
    bind(&[key('q')], Context::Everywhere, Action::Quit, "quit", "Ends the program.").hint("quit"),
    bind(&[ctrl('c')], Context::Always, Action::Quit, "quit at once", "Ends the program from anywhere."),
    bind(&[ctrl('l')], Context::Always, Action::Redraw, "redraw", "Draws the whole screen anew."),
    bind(&[ctrl('z')], Context::Always, Action::Suspend, "suspend", "Stops the program and gives the terminal back; fg goes on."),
    bind(&[named(KeyCode::Enter)], TYPING, Action::Accept, "do it", "Does what is selected or typed.").hint("do it"),
    bind(&[named(KeyCode::Enter)], AGENTS, Action::ChooseAgent, "learn with it", "Begins another run from dialogue 0 with the selected agent.").hint("another run"),
    bind(&[key('c')], AGENTS, Action::CompareAgent, "compare with it", "Branches to the selected agent, from dialogue 0, and shows both runs side by side.").hint("compare"),
    bind(&[named(KeyCode::Tab)], Context::Over(&[Over::Palette]), Action::Complete, "complete", "Completes the words to the selected command.").hint("complete"),
    bind(&[key('y')], Context::Over(&[Over::Question]), Action::Yes, "yes", "Does what was asked about.").hint("yes"),
    bind(&[key('l')], Context::Over(&[Over::When]), Action::Learned(Change::Last), "last change", "Goes to the last update that changed the value.").hint("last"),
    bind(&[key('m')], Context::Over(&[Over::When]), Action::Learned(Change::Largest), "largest change", "Goes to the update that changed the value most.").hint("most"),
    bind(&[key('f')], Context::Over(&[Over::When]), Action::Learned(Change::Flip), "last flip", "Goes to where another act of the state became the best.").hint("flip"),
    bind(&[named(KeyCode::Up)], LISTS, Action::List(Move::Up), "previous entry", "Moves up in the list.").hint("choose").face("↑↓"),
    bind(&[named(KeyCode::Down)], LISTS, Action::List(Move::Down), "next entry", "Moves down in the list."),
    bind(&[named(KeyCode::PageUp)], LISTS, Action::List(Move::PageUp), "previous page", "Moves up in the list by a page."),
    bind(&[named(KeyCode::PageDown)], LISTS, Action::List(Move::PageDown), "next page", "Moves down in the list by a page."),
    bind(&[named(KeyCode::Enter)], CHAT, Action::Accept, "say it", "Says what was typed, or obeys a command such as /why.").hint("say it"),
    bind(&[named(KeyCode::Up)], CHAT, Action::Talk(Talk::Earlier), "earlier line", "Brings a line back that was typed before.").hint("earlier lines").face("↑↓"),
    bind(&[named(KeyCode::Down)], CHAT, Action::Talk(Talk::Later), "later line", "Goes on to the line typed after it."),
    bind(&[named(KeyCode::PageUp)], CHAT, Action::Talk(Talk::PageUp), "scroll up", "Shows what was said before.").hint("scroll").face("pgup/dn"),
    bind(&[named(KeyCode::PageDown)], CHAT, Action::Talk(Talk::PageDown), "scroll down", "Goes on towards what was said last."),
    bind(&[named(KeyCode::Left)], CHAT, Action::Talk(Talk::Left), "letter back", "Moves the cursor of the line to the left."),
    bind(&[named(KeyCode::Right)], CHAT, Action::Talk(Talk::Right), "letter on", "Moves the cursor of the line to the right."),
    bind(&[named(KeyCode::Home), ctrl('a')], CHAT, Action::Talk(Talk::Home), "start of the line", "Moves the cursor to the start of the line."),
    bind(&[named(KeyCode::End), ctrl('e')], CHAT, Action::Talk(Talk::End), "end of the line", "Moves the cursor to the end of the line."),
    bind(&[named(KeyCode::Delete)], CHAT, Action::Talk(Talk::Delete), "delete", "Takes the letter under the cursor away."),
    bind(&[named(KeyCode::Backspace)], WRITING, Action::Erase, "erase", "Takes the last letter back."),
    bind(&[ctrl('u')], WRITING, Action::EraseAll, "erase all", "Takes all letters back."),
    bind(&[named(KeyCode::Enter)], Context::Over(&[Over::Message]), Action::Close, "read", "Closes what has been read."),
    bind(&[key('n')], Context::Over(&[Over::Question]), Action::Close, "no", "Leaves everything as it is."),
    bind(&[named(KeyCode::Esc)], Context::Over(&[Over::Help, Over::Palette, Over::Agents, Over::Messages, Over::Prompt, Over::Question, Over::Message, Over::When, Over::Chat]), Action::Close, "close", "Closes what lies over the screen.").hint("close"),
];

/// The overlay that takes the keys; none takes them while it cannot be seen.
pub fn over(model: &Model, plan: &Plan) -> Option<Over> {
    let overlay = model.overlay.as_ref().filter(|_| plan.room != Room::Nothing)?;
    Some(match overlay {
        Overlay::Help(_) => Over::Help,
        Overlay::Palette(_) => Over::Palette,
        Overlay::Agents(_) => Over::Agents,
        Overlay::Messages(_) => Over::Messages,
        Overlay::Prompt(_) => Over::Prompt,
        Overlay::Question { .. } => Over::Question,
        Overlay::Message { .. } => Over::Message,
        Overlay::When => Over::When,
        Overlay::Chat => Over::Chat,
    })
}

/// Whether a binding acts at this moment.
pub fn acts(binding: &Binding, model: &Model, plan: &Plan) -> bool {
    let over = over(model, plan);
    if let Context::Over(overs) = binding.context {
        return over.is_some_and(|over| overs.contains(&over));
    }
    binding.context == Context::Always || (over.is_none() && acts_below(binding, model, plan))
}

/// Whether a binding acts as soon as no overlay takes the keys.
pub fn acts_below(binding: &Binding, model: &Model, plan: &Plan) -> bool {
    let panes = plan.room != Room::Nothing;
    let in_context = match binding.context {
        Context::Always | Context::Everywhere => true,
        Context::Panes => panes,
        Context::Screen(id) => panes && model.screen == id,
        Context::Seen(slots) => slots.iter().any(|slot| plan.shows(*slot)),
        Context::Over(_) => false,
    };
    in_context
        && match binding.action {
            Action::NextPanel => panels::ready(model, model.focus).count() > 1,
            Action::HideValues => model.moments.chair == Some(Chair::Agent),
            _ => true,
        }
}

pub fn binding_of(key: Key, model: &Model, plan: &Plan) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.keys.contains(&key) && acts(binding, model, plan))
}

impl Context {
    /// Where that is, for a sentence such as "acts where the curve is shown".
    pub fn place(self) -> &'static str {
        match self {
            Context::Always | Context::Everywhere => "everywhere",
            Context::Panes => "where panes are shown",
            Context::Screen(ScreenId::Train) => "on the Train screen",
            Context::Screen(ScreenId::Values) => "on the Values screen",
            Context::Screen(ScreenId::Dialogue) => "on the Dialogue screen",
            Context::Screen(ScreenId::Compare) => "on the Compare screen",
            Context::Screen(ScreenId::Language) => "on the Language screen",
            CHATTED => "on the Dialogue and Language screens",
            CURVE | CURVES => "where the curve is shown",
            TOGETHER => "where the curves of all runs are shown",
            RUNS => "where the list of runs is shown",
            TABLE => "where the table is shown",
            KNOBS => "where the knobs are shown",
            CELLS => "where a cell is selected",
            TURNS => "where a turn is shown",
            TRIES => "where acts are shown",
            Context::Seen(_) => "where its pane is shown",
            Context::Over(_) => "in lists and questions",
        }
    }
}
