//! What tells of a person: addresses, telephone, card, account and social security numbers become placeholders; prices, times, order numbers,
//! versions and dates are let alone. Values of acts are scrubbed with their texts.
//!
//! Numbers are judged by their form and by the words before them, not by a list; what has neither is kept.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::iban::iban;
use super::numbers::{digit, read};
use super::sum;
use super::{Fixes, Kept, arguments, count, spans};
use crate::data::record::{Body, Record, TOOLS, Turn};
use crate::data::settings::Settings;

pub const KINDS: &[&str] = &["<EMAIL>", "<PHONE>", "<CARD>", "<IP>", "<SSN>", "<IBAN>"];

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    if let Body::Conversation { turns } = &mut record.body {
        turns.iter_mut().for_each(|turn| annotated(turn, fixes));
    }
    spans::change(record, fixes, &mut |text, fixes| scrub(text, fixes));
    let labels = record.labels.iter_mut().filter(|(label, _)| *label != TOOLS);
    labels.for_each(|(_, value)| scrub(value, fixes));
    arguments::scrub(record, fixes);
    Ok(())
}

/// What only its slot's name tells ("It is 20 7071 5029." of a `phone_number`) goes from the text as well.
fn annotated(turn: &mut Turn, fixes: &mut Fixes) {
    for (slot, value) in turn.acts.iter().flat_map(|act| act.values.iter().map(|v| (act.slot.clone(), v.clone()))).collect::<Vec<_>>() {
        let mut told = format!("{slot}: {value}");
        scrub(&mut told, &mut Fixes::new());
        let kind = KINDS.iter().find(|kind| told == format!("{slot}: {kind}"));
        let (Some(kind), Some(place)) = (kind, spans::found(&turn.text, &value)) else { continue };
        let mut text = turn.text.clone();
        scrub(&mut text, &mut Fixes::new());
        if text.contains(&value) {
            count(fixes, kind, 1);
            spans::replace(turn, place, kind);
        }
    }
}

/// A place in a text and what it is.
type Hit = (usize, &'static str);

pub fn scrub(text: &mut String, fixes: &mut Fixes) {
    each(text, &mut |kind, _| {
        count(fixes, kind, 1);
        kind.to_owned()
    });
}

/// Puts "0" for the digits and "x" for the letters of personal data, so that a person sees what was found and not whose it is.
pub fn mask(text: &mut String) {
    each(text, &mut hidden);
}

pub(super) fn hidden(_: &'static str, found: &str) -> String {
    let hide = |c: char| match c {
        _ if digit(c).is_some() => '0',
        _ if c.is_alphabetic() => 'x',
        _ => c,
    };
    found.chars().map(hide).collect()
}

pub(super) fn kind_itself(kind: &'static str, _: &str) -> String {
    kind.to_owned()
}

/// Whether a name speaks of a telephone or a card.
pub(super) fn cued(name: &str) -> bool {
    let before = format!("{name}: ");
    cue(&before) == Cue::Phone || carded(&before)
}

/// Replaces each piece of personal data by what `put` makes of its kind and its text.
pub(super) fn each(text: &mut String, put: &mut dyn FnMut(&'static str, &str) -> String) {
    if !text.contains(['@', ':']) && !text.chars().any(|c| digit(c).is_some()) {
        return;
    }
    let (mut out, mut at, mut kept) = (String::new(), 0, 0);
    while let Some(c) = text[at..].chars().next() {
        match hit(text, at, c) {
            Ok((end, kind)) => {
                out.push_str(&text[kept..at]);
                out.push_str(&put(kind, &text[at..end]));
                (at, kept) = (end, end);
            }
            Err(next) => at = next.max(at + c.len_utf8()),
        }
    }
    if kept > 0 {
        out.push_str(&text[kept..]);
        *text = out;
    }
}

/// No number of a person or a card has fewer digits.
const FEWEST: usize = 7;

/// Letters of scripts that put blanks between words: behind others an address begins without one.
fn letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_alphabetic() && c < '\u{530}'
}

fn local(c: char) -> bool {
    letter(c) || "._%+-".contains(c)
}

/// What begins at a place; or where to look on.
fn hit(text: &str, at: usize, c: char) -> Result<Hit, usize> {
    let before = text[..at].chars().next_back();
    let begins = !before.is_some_and(local);
    if let Some(end) = (begins && local(c)).then(|| email(text, at)).flatten() {
        return Ok((end, "<EMAIL>"));
    }
    if let Some(end) = (c.is_ascii_uppercase() && !before.is_some_and(letter)).then(|| iban(text, at)).flatten() {
        return Ok((end, "<IBAN>"));
    }
    let begins = (c.is_ascii_hexdigit() || c == ':') && !before.is_some_and(|b| b.is_ascii_alphanumeric() || ".:".contains(b));
    if let Some(end) = begins.then(|| address(text, at)).flatten() {
        return Ok((end, "<IP>"));
    }
    if digit(c).is_none() && !(c == '+' || c == '(') {
        return Err(at);
    }
    let Some(number) = read(text, at) else { return Err(at) };
    // What begins with a sign may begin behind it too: "(8.8.8.8)".
    let first = if digit(c).is_some() { number.groups[0].end } else { at };
    if number.groups.iter().map(|g| g.digits.len()).sum::<usize>() < FEWEST || !stands_alone(text, at, number.groups.len() > 1) {
        return Err(first);
    }
    let cue = cue(&text[..at]);
    for n in (1..=number.groups.len()).rev() {
        let end = number.groups[n - 1].end;
        if !ends_there(text, end, n > 1) || number.decimal(n) {
            continue;
        }
        let (grouped, place) = (n > 1, (at, end));
        let counts = || sum::reckons(text, place, &number, n, cue == Cue::Phone);
        match () {
            () if number.ssn(n) && cue != Cue::Order && !counts() => return Ok((end, "<SSN>")),
            () if number.card(n) && (grouped || cue != Cue::Order) && !sum::reckons(text, place, &number, n, carded(&text[..at])) => {
                return Ok((end, "<CARD>"));
            }
            () if cue != Cue::Order && number.phone(n, cue == Cue::Phone) && !counts() => return Ok((end, "<PHONE>")),
            () => {}
        }
    }
    Err(first)
}

/// Nothing ties a number to what stands before it: no letter, no sign of money, no other number.
/// A comma parts the thousands of one number, and the numbers of a list where they are `grouped`.
fn stands_alone(text: &str, at: usize, grouped: bool) -> bool {
    let mut back = text[..at].chars().rev();
    let Some(last) = back.next() else { return true };
    if last.is_ascii_alphanumeric() || digit(last).is_some() || "$€£¥￥#_%".contains(last) {
        return false;
    }
    let ties = "-./:+".contains(last) || (last == ',' && !grouped);
    !(ties && back.next().is_some_and(|c| c.is_ascii_alphanumeric()))
}

fn ends_there(text: &str, end: usize, grouped: bool) -> bool {
    let mut on = text[end..].chars();
    let Some(next) = on.next() else { return true };
    if next.is_ascii_alphanumeric() || digit(next).is_some() || "%_元块".contains(next) {
        return false;
    }
    let ties = "-./:".contains(next) || (next == ',' && !grouped);
    !(ties && on.next().is_some_and(|c| c.is_ascii_alphanumeric()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cue {
    None,
    Phone,
    Order,
}

/// Whole words, also with an "s".
const PHONE: &[&str] = &[
    "phone",
    "telephone",
    "cellphone",
    "call",
    "calling",
    "mobile",
    "cell",
    "tel",
    "text me",
    "whatsapp",
    "fax",
    "reach me",
    "reach us",
    "contact",
    "dial",
    "hotline",
    "电话",
    "手机",
    "致电",
    "联系",
];
const CARD: &[&str] = &["card", "visa", "mastercard", "amex", "credit", "debit", "卡"];
/// Beginnings of words.
const ORDER: &[&str] = &[
    "order",
    "invoice",
    "tracking",
    "reference",
    "ref ",
    "ref:",
    "ticket",
    "confirmation",
    "booking",
    "serial",
    "sku",
    "isbn",
    "item",
    "account",
    "case",
    "parcel",
    "订单",
    "单号",
    "编号",
    "运单",
    "快递",
    "账号",
    "卡号",
];

/// Units: characters before a number in which a word still speaks of it.
const REACH: usize = 28;

fn cue(before: &str) -> Cue {
    let near = near(before);
    match (last(&near, PHONE, true), last(&near, ORDER, false)) {
        (Some(phone), order) if order.is_none_or(|order| order < phone) => Cue::Phone,
        (_, Some(_)) => Cue::Order,
        _ => Cue::None,
    }
}

/// Whether a word before a number speaks of a card.
fn carded(before: &str) -> bool {
    last(&near(before), CARD, true).is_some()
}

/// The last characters of a text, in lower case.
fn near(before: &str) -> String {
    let from = before.char_indices().rev().nth(REACH - 1).map_or(0, |(at, _)| at);
    before[from..].to_lowercase()
}

/// Where the last of some words begins. A word begins where no letter stands before it ("hotel" is no "tel"), and ends, where it is a
/// `whole` one, before the next that is none, but for an "s".
fn last(near: &str, words: &[&str], whole: bool) -> Option<usize> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let sound = |at: usize, word: &str| {
        let rest = &near[at + word.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        !word.is_ascii() || !(letter(near[..at].chars().next_back()) || whole && letter(rest.chars().next()))
    };
    words.iter().flat_map(|word| near.match_indices(word).filter(|(at, _)| sound(*at, word)).map(|(at, _)| at)).max()
}

/// The end of an address of mail.
fn email(text: &str, at: usize) -> Option<usize> {
    let run = |text: &str, most: usize, of: fn(char) -> bool| text.chars().take(most).take_while(|c| of(*c)).map(char::len_utf8).sum();
    let length: usize = run(&text[at..], 65, local);
    let domain = text[at + length..].strip_prefix('@').filter(|_| (1..=64).contains(&length))?;
    let domain = domain[..run(domain, 253, |c| letter(c) || "-.".contains(c))].trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let sound = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) && !name.is_empty() && !name.starts_with('.');
    sound.then_some(at + length + 1 + domain.len())
}

/// The end of an internet address that everybody can reach.
fn address(text: &str, at: usize) -> Option<usize> {
    let run = text[at..].bytes().take(46).take_while(|b| b.is_ascii_hexdigit() || b".:".contains(b)).count();
    let whole = text[at..at + run].trim_end_matches(['.', ':']);
    // The last characters only: a copy of all that stands before each address would take time with its square.
    let near = near(text[..at].trim_end());
    if ["version", "firmware", "release", "build", "ver", "版本"].iter().any(|w| near.ends_with(w)) {
        return None;
    }
    let (length, open) = if whole.matches(':').count() >= 2 {
        (whole.len(), whole.parse::<Ipv6Addr>().is_ok_and(|ip| ip.segments()[0] >> 13 == 1))
    } else {
        // A port may follow.
        let host = whole.split(':').next().unwrap_or_default();
        (host.len(), host.parse::<Ipv4Addr>().is_ok_and(reachable))
    };
    let alone = !text[at + length..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (open && alone).then_some(at + length)
}

fn reachable(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || shared || a == 0 || a >= 224)
}
