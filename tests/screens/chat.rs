//! The chat pane: its pictures, its keys, and what cannot break it.

use std::sync::Arc;

use dialoq::trainer::chat::{ChatView, Entry, Exchange};
use dialoq::trainer::command::{Ask, ChatAsk};
use dialoq::trainer::snapshot::{Notice, RunCard, Snapshot};
use dialoq::trainer::view::Lang;
use dialoq::tui::model::{Model, Overlay};
use dialoq::tui::receive::receive;
use dialoq::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::easel::{DARK, SAFE, text};
use super::frame::type_in;
use super::sample;

fn exchange(person: &str, understood: &str, agent: &str, act: &str, worth: &str) -> Entry {
    let state = "refund heard · order A-1137 heard · item unknown · reason unknown · patience 3 of 3";
    Entry::Exchange(Box::new(Exchange {
        person: person.into(),
        understood: understood.into(),
        confidence: 0.97,
        state: state.into(),
        agent: agent.into(),
        act: act.into(),
        worth: worth.into(),
        ..Exchange::default()
    }))
}

fn conversing() -> Snapshot {
    let mut snapshot = sample::training();
    snapshot.runs = vec![RunCard { name: "A".into(), agent: "q-learning".into(), ..RunCard::default() }];
    let why = ["  act           Q     Q*", "▸ ask item  +8.74  +8.61", "  escalate  −3.59  −5.00"].map(str::to_owned);
    let mut lost = match exchange("asdf qwer", "not understood", "I am not sure what you mean.", "", "") {
        Entry::Exchange(exchange) => exchange,
        Entry::Told { .. } => unreachable!("it is an exchange"),
    };
    (lost.asked_back, lost.notes) = (true, vec!["patience 3 → 2".into()]);
    snapshot.chat = Some(Arc::new(ChatView {
        run: 0,
        moment: "dialogue 1,234".into(),
        about: vec!["You talk with run A (q-learning). It can help with a refund or a cancellation.".into()],
        entries: vec![
            exchange("", "", "How can I help you?", "ask task", "Q +6.43"),
            exchange("I want a refund, order A-1137", "refund, order A-1137", "What did you order?", "ask item", "Q +8.74"),
            Entry::Told { command: "/why".into(), lines: why.into() },
            exchange("我想退款", "refund", "是哪一件商品？", "ask item", "Q +8.74"),
            Entry::Exchange(lost),
        ],
    }));
    snapshot
}

fn shown(snapshot: &Snapshot, size: (u16, u16), keys: &str, theme: Theme) -> (String, Model, Vec<Ask>) {
    let mut model = Model { size, rich: theme.rich, ..Model::default() };
    receive(&mut model, snapshot);
    let asks = type_in(&mut model, snapshot, keys).asks;
    receive(&mut model, snapshot);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a test backend cannot fail");
    terminal.draw(|frame| dialoq::tui::draw(frame, snapshot, &model, &theme)).expect("a test backend cannot fail");
    (text(terminal.backend().buffer()), model, asks)
}

#[test]
fn pictures_of_a_conversation() {
    let snapshot = conversing();
    insta::assert_snapshot!("chat_120x40", shown(&snapshot, (120, 40), "3Cthe kettle", DARK).0);
    insta::assert_snapshot!("chat_80x24", shown(&snapshot, (80, 24), "3Cthe kettle", DARK).0);
    insta::assert_snapshot!("chat_60x15", shown(&snapshot, (60, 15), "3C", DARK).0);
    insta::assert_snapshot!("chat_safe_80x24", shown(&snapshot, (80, 24), "3Cthe kettle", SAFE).0);
    insta::assert_snapshot!("chat_language_120x40", shown(&snapshot, (120, 40), "5C茶壶", DARK).0);
}

#[test]
fn what_is_typed_is_said_and_nothing_else_is_done() {
    let (_, model, asks) = shown(&conversing(), (80, 24), "3Cno q, n!<enter>", DARK);
    assert_eq!(asks, [Ask::Chat(ChatAsk::Open(Lang::English)), Ask::Chat(ChatAsk::Say("no q, n!".into()))]);
    assert_eq!((model.chat.typed.as_str(), &model.overlay), ("", &Some(Overlay::Chat)));
}

#[test]
fn the_line_is_edited_and_lines_typed_before_come_back() {
    let typed = |keys: &str| shown(&conversing(), (80, 24), &format!("3C{keys}"), DARK).1.chat.typed;
    assert_eq!(typed("kettl<left><left>x<backspace>"), "kettl");
    assert_eq!(typed("茶壶<left>水"), "茶水壶");
    assert_eq!(typed("kettle<ctrl-u>tea"), "tea");
    assert_eq!(typed("one<enter>two<enter><up>"), "two");
    assert_eq!(typed("one<enter>two<enter><up><up><up>"), "one");
    assert_eq!(typed("one<enter>two<enter><up><up><down><down>"), "");
    assert_eq!(typed(&"x".repeat(2000)).len(), 500);
}

#[test]
fn esc_leaves_and_brings_the_acts_back() {
    let (picture, model, _) = shown(&conversing(), (120, 40), "3C<esc>", DARK);
    assert!(!model.chat.open && model.overlay.is_none());
    assert!(picture.contains("Acts at turn") && !picture.contains("Chat with A"), "{picture}");
    let (picture, ..) = shown(&conversing(), (120, 40), "3C/quit<enter>", DARK);
    assert!(picture.contains("Acts at turn"), "{picture}");
}

#[test]
fn the_palette_opens_it_too() {
    let (picture, ..) = shown(&conversing(), (120, 40), "3:chat<enter>", DARK);
    assert!(picture.contains("Chat with A"), "{picture}");
}

#[test]
fn where_no_conversation_begins_the_pane_closes() {
    let mut snapshot = sample::training();
    snapshot.runs = conversing().runs;
    let (_, mut model, _) = shown(&snapshot, (80, 24), "3C", DARK);
    assert!(model.chat.open);
    snapshot.notice = Some(Notice { serial: 1, text: "nobody says anything".into(), is_error: true });
    receive(&mut model, &snapshot);
    assert!(!model.chat.open && model.overlay.is_none());
}

#[test]
fn hostile_text_breaks_no_frame() {
    let mut snapshot = conversing();
    let long = "订\u{301}x".repeat(300);
    snapshot.chat = Some(Arc::new(ChatView { entries: vec![exchange(&long, &long, &long, &long, &long)], ..ChatView::default() }));
    for size in [(60, 15), (61, 16), (80, 24), (120, 40)] {
        let (picture, ..) = shown(&snapshot, size, &format!("3C{long}"), DARK);
        assert!(picture.lines().all(|line| !line.contains('\u{1b}')), "{picture}");
    }
}
