//! A dialogue as lines: who speaks, what was heard, and under each of the agent's sentences what the act was worth.

use ratatui::style::Style;

use crate::trainer::view::{Choice, FactView, Lang, Meant, Numbers, SpanView, Status, TranscriptView, TurnView};
use crate::tui::panels::words;
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

/// A line and the turn that it belongs to; the opening words belong to none.
pub struct Line {
    pub turn: Option<usize>,
    pub row: Row,
}

pub struct Telling<'a> {
    pub transcript: &'a TranscriptView,
    /// Turns told so far.
    pub shown: usize,
    pub lang: Lang,
    pub theme: &'a Theme,
    pub columns: u16,
    /// Whether the user's answers are explained in full.
    pub notes: bool,
    /// Whether Q and δ are left out.
    pub blind: bool,
    /// What the agent's numbers for acts are.
    pub numbers: Numbers,
}

/// Columns before each sentence.
const NAMES: u16 = 6;

fn blank() -> Run {
    Run::new(" ".repeat(usize::from(NAMES)), Style::new())
}

impl Telling<'_> {
    pub fn lines(&self) -> Vec<Line> {
        let mut out = Vec::new();
        let opening = &self.transcript.opening;
        if self.mute() {
            let start = SpanView::Plain(self.transcript.start.text.clone());
            self.speech(&self.user(), &[start], None, &mut out);
        } else if !opening.is_empty() {
            self.speech(&self.user(), &[SpanView::Plain(opening.clone())], None, &mut out);
        }
        for (k, turn) in self.transcript.turns.iter().take(self.shown).enumerate() {
            if !self.mute() {
                self.speech(&self.agent(), &turn.agent, Some(k), &mut out);
            }
            out.push(Line { turn: Some(k), row: self.act(turn) });
            if !turn.user.is_empty() {
                self.speech(&self.user(), &turn.user, Some(k), &mut out);
            }
            self.note(k, turn, &mut out);
        }
        if self.transcript.complete && self.shown >= self.transcript.turns.len() {
            let turn = self.transcript.turns.len().checked_sub(1);
            out.push(Line { turn, row: self.ending() });
        }
        out
    }

    /// In a finite MDP nobody speaks: acts and states take turns.
    fn mute(&self) -> bool {
        self.transcript.opening.is_empty() && self.transcript.start.patience.is_none()
    }

    fn user(&self) -> Run {
        let word = match self.lang {
            _ if self.mute() => "state",
            Lang::Chinese => "用户",
            Lang::English => "user",
        };
        Run::new(word, words::bold(self.theme.ink(Ink::Learner)))
    }

    fn agent(&self) -> Run {
        let word = match self.lang {
            _ if self.mute() => "act",
            Lang::Chinese => "助手",
            Lang::English => "agent",
        };
        Run::new(word, words::bold(self.theme.ink(Ink::Accent)))
    }

    fn speech(&self, who: &Run, spans: &[SpanView], turn: Option<usize>, out: &mut Vec<Line>) {
        let theme = self.theme;
        let mut runs = Vec::new();
        let mut misheard = Vec::new();
        for span in spans {
            match span {
                SpanView::Plain(text) => runs.push(Run::new(theme.plain(text), theme.ink(Ink::Text))),
                SpanView::Heard { value, meant } => {
                    runs.push(Run::new(format!("~{value}"), theme.ink(Ink::Accent)));
                    if let (Meant::Other(truth), Some(turn)) = (meant, turn)
                        && self.resolved(turn, value)
                    {
                        misheard.push(truth);
                    }
                }
            }
        }
        let room = self.columns.saturating_sub(NAMES);
        for (k, mut row) in wrap_runs(&runs, room).into_iter().enumerate() {
            row.insert(0, if k == 0 { self.name(who) } else { blank() });
            out.push(Line { turn, row });
        }
        for truth in misheard {
            let runs =
                [Run::new(format!("meant {}", theme.plain(truth)), theme.ink(Ink::Worse)), Run::new(" (misheard)", theme.ink(Ink::Quiet))];
            for mut row in wrap_runs(&runs, room) {
                row.insert(0, blank());
                out.push(Line { turn, row });
            }
        }
    }

    fn name(&self, who: &Run) -> Run {
        let pad = usize::from(NAMES.saturating_sub(self.theme.width(&who.text)));
        Run::new(format!("{}{}", who.text, " ".repeat(pad)), who.style)
    }

    /// Whether a later turn that has been told left the heard value behind. Before that, nobody in the dialogue knew.
    fn resolved(&self, turn: usize, value: &str) -> bool {
        let turns = &self.transcript.turns;
        if self.transcript.complete && self.shown >= turns.len() {
            return true;
        }
        // What is none of the slots' values was said of the task, the first fact.
        let then = &turns[turn].facts;
        let place = then.iter().position(|fact| fact.value == value).unwrap_or(0);
        let held = |facts: &[FactView]| match (facts.get(place), then.get(place)) {
            (Some(now), Some(then)) => now.value == then.value && now.status == Status::Heard,
            _ => true,
        };
        turns.iter().take(self.shown).skip(turn + 1).any(|later| !held(&later.facts))
    }

    /// `ask order   Q +8.31  reward −1  δ −0.33`, without what does not fit.
    fn act(&self, turn: &TurnView) -> Row {
        let theme = self.theme;
        let quiet = theme.ink(Ink::Quiet);
        let room = self.columns.saturating_sub(NAMES);
        let head = self.agent();
        let mut row = vec![if self.mute() { self.name(&head) } else { blank() }];
        let name = theme.plain(&turn.act_name).into_owned();
        let picked = match turn.choice {
            Choice::Explored if self.numbers == Numbers::Values => " explored",
            // A policy that is drawn from has nothing to depart from.
            Choice::Greedy | Choice::Explored => "",
            Choice::Forced => " by you",
        };
        let mut used = theme.width(&name) + theme.width(picked);
        row.push(Run::new(name, quiet));
        row.push(Run::new(picked, theme.ink(Ink::Person)));
        // Numbers stand in columns where there is room, so that the eye can run down them.
        let column = if room >= 56 { 22 } else { 14 };
        let columnar = room >= 46;
        if used < column && columnar {
            row.push(Run::new(" ".repeat(usize::from(column - used)), Style::new()));
            used = column;
        }
        let (columnar, numbers) = self.numbers(turn, room.saturating_sub(used), columnar);
        for (k, (style, text)) in numbers.into_iter().enumerate() {
            // The reward stays: who acts is told it.
            if self.blind && k != 1 || text.is_empty() {
                continue;
            }
            let wide = if columnar { 7.max(theme.width(&text)) } else { theme.width(&text) };
            if used + 2 + theme.width(&text) > room {
                break;
            }
            let pad = usize::from(wide - theme.width(&text));
            row.push(Run::new(format!("  {text}{}", " ".repeat(pad)), style));
            used += 2 + wide;
        }
        row
    }

    /// Q, reward and δ in the longest form in which all three fit: in columns, with a shorter word, with fewer decimals.
    fn numbers(&self, turn: &TurnView, room: u16, columnar: bool) -> (bool, [(Style, String); 3]) {
        let theme = self.theme;
        let form = |reward: &str, decimals: usize| {
            let texts = [
                match self.numbers {
                    Numbers::Values => format!("Q {}", number::signed(turn.q.into(), decimals)),
                    Numbers::Preferences => format!("h {}", number::signed(turn.q.into(), decimals)),
                    Numbers::Nothing => String::new(),
                },
                format!("{reward} {}", number::signed_trimmed(turn.reward.into(), 2)),
                if self.numbers == Numbers::Nothing {
                    String::new()
                } else {
                    turn.delta.map_or("δ –".to_owned(), |delta| format!("δ {}", number::signed(delta.into(), decimals)))
                },
            ];
            texts.map(|text| theme.plain(&text).into_owned())
        };
        let fits = |columnar: bool, texts: &[String; 3]| {
            let wide = |text: &String| if columnar { 7.max(theme.width(text)) } else { theme.width(text) };
            // The last needs no blanks behind it.
            wide(&texts[0]) + wide(&texts[1]) + theme.width(&texts[2]) + 6 <= room
        };
        let forms = [(columnar, form("reward", 2)), (false, form("reward", 2)), (false, form("r", 2)), (false, form("r", 1))];
        let fitting = forms.iter().position(|(columnar, texts)| fits(*columnar, texts)).unwrap_or(3);
        let (columnar, [q, reward, delta]) = forms[fitting].clone();
        (columnar, [(theme.sign(turn.q), q), (theme.sign(turn.reward), reward), (theme.ink(Ink::Quiet), delta)])
    }

    fn note(&self, k: usize, turn: &TurnView, out: &mut Vec<Line>) {
        let fell = turn.before.patience > turn.after.patience;
        if turn.note.is_empty() || !(self.notes || fell) {
            return;
        }
        let ink = if fell { Ink::Person } else { Ink::Quiet };
        let note = Run::new(self.theme.plain(&turn.note), self.theme.ink(ink));
        for mut row in wrap_runs(&[note], self.columns.saturating_sub(NAMES)) {
            row.insert(0, blank());
            out.push(Line { turn: Some(k), row });
        }
    }

    fn ending(&self) -> Row {
        let theme = self.theme;
        let transcript = self.transcript;
        let (glyph, ink) = if transcript.success { (Glyph::Done, Ink::Good) } else { (Glyph::Failed, Ink::Worse) };
        let return_ = number::signed_trimmed(transcript.return_.into(), 1);
        vec![
            Run::new(format!("{} {}", theme.glyph(glyph), transcript.ending), words::bold(theme.ink(ink))),
            Run::new("  return ", theme.ink(Ink::Quiet)),
            Run::new(theme.plain(&return_).into_owned(), theme.sign(transcript.return_)),
            Run::new(format!("  {}", turns(transcript.turns.len())), theme.ink(Ink::Quiet)),
        ]
    }
}

/// `order A-7731 ◐`, only those that the task needs.
pub fn facts(theme: &Theme, facts: &[FactView]) -> Vec<Row> {
    let quiet = theme.ink(Ink::Quiet);
    facts
        .iter()
        .filter(|fact| fact.needed || fact.status != Status::Unknown)
        .map(|fact| {
            let mut row = vec![Run::new(format!("{} ", fact.label), quiet)];
            let glyph = words::status(theme, fact.status);
            if !fact.value.is_empty() && fact.status != Status::Unknown {
                row.push(Run::new(format!("{} ", fact.value), glyph.style));
            }
            row.push(glyph);
            row
        })
        .collect()
}

/// `1 turn`, `5 turns`.
pub fn turns(count: usize) -> String {
    if count == 1 { "1 turn".to_owned() } else { format!("{count} turns") }
}
