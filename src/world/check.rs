//! What makes a scenario sound: each check names the JSON path and says what would be right.

use std::collections::BTreeMap;

use super::scenario::{PATIENCE_MAX, Scenario, ScenarioError, SlotKind, Task, Text, User, Variants};
use crate::text::{quote, short};

const SLOTS_MAX: usize = 16;
const TASKS_MAX: usize = 16;
/// Outcomes of one act are counted in 16 bits.
const ANSWERS_MAX: u64 = 60_000;

/// A text in one of the languages of a file.
type InLanguage = fn(&Text) -> &str;
const LANGUAGES: [(&str, InLanguage); 2] = [("en", |text| &text.en), ("zh", |text| &text.zh)];

fn bad<T>(path: impl Into<String>, what: impl Into<String>) -> Result<T, ScenarioError> {
    Err(ScenarioError { path: path.into(), what: what.into() })
}

impl Scenario {
    /// Everything that a simulation or a sentence relies on.
    pub(super) fn check(&self) -> Result<(), ScenarioError> {
        if self.format != "dialoq-scenario" {
            return bad("format", format!("{} is not a scenario; write \"dialoq-scenario\"", quote(&self.format)));
        }
        if self.version != 1 {
            return bad("version", format!("version {} is not known; this program reads 1", self.version));
        }
        let id = |s: &str| !s.is_empty() && s.len() <= 24 && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !id(&self.name) {
            return bad("name", format!("{} is not a name; use lower-case letters, digits and -", quote(&self.name)));
        }
        if !(3..=TASKS_MAX).contains(&self.tasks.len()) {
            return bad(
                "tasks",
                format!("there are {}; between 3 and {TASKS_MAX} are needed, so that a mishearing stays open", self.tasks.len()),
            );
        }
        if !(1..=SLOTS_MAX).contains(&self.slots.len()) {
            return bad("slots", format!("there are {}; between 1 and {SLOTS_MAX} are possible", self.slots.len()));
        }
        for (i, slot) in self.slots.iter().enumerate() {
            check_slot(i, slot)?;
            if self.slots[..i].iter().any(|other| other.name == slot.name) {
                return bad(format!("slots[{i}].name"), format!("{} stands twice", quote(&slot.name)));
            }
        }
        for (i, task) in self.tasks.iter().enumerate() {
            self.check_task(i, task)?;
            if self.tasks[..i].iter().any(|other| other.name == task.name) {
                return bad(format!("tasks[{i}].name"), format!("{} stands twice", quote(&task.name)));
            }
        }
        let slots: Vec<&Text> = self.slots.iter().map(|slot| &slot.label).collect();
        let tasks: Vec<&Text> = self.tasks.iter().map(|task| &task.label).collect();
        for (lang, of) in LANGUAGES {
            different(slots.iter().map(|label| of(label)), |i| format!("slots[{i}].label.{lang}"))?;
            different(tasks.iter().map(|label| of(label)), |i| format!("tasks[{i}].label.{lang}"))?;
        }
        different(self.slots.iter().map(|slot| slot.short.as_str()), |i| format!("slots[{i}].short"))?;
        // What users may answer to "what do you want?": a task, and any of its slots unasked.
        let answers: u64 = self.tasks.iter().map(|t| 1 << t.needs.len()).sum();
        if answers > ANSWERS_MAX {
            let what = format!("with so many needs one question has {answers} answers; {ANSWERS_MAX} are possible, so let tasks need less");
            return bad("tasks", what);
        }
        chance(self.noise.task, "noise.task")?;
        for (name, user) in [("easy", &self.users.easy), ("standard", &self.users.standard), ("unfriendly", &self.users.unfriendly)] {
            check_user(name, user)?;
        }
        let r = &self.rewards;
        for (name, x) in [("turn", r.turn), ("success", r.success), ("hang_up", r.hang_up), ("escalate", r.escalate.unwrap_or(0.0))] {
            finite(x, &format!("rewards.{name}"))?;
        }
        if !(1..=10_000).contains(&self.turn_limit) {
            return bad("turn_limit", format!("{} is not possible; use 1 to 10000 turns", self.turn_limit));
        }
        self.check_sentences()
    }

    fn check_task(&self, i: usize, task: &Task) -> Result<(), ScenarioError> {
        let path = format!("tasks[{i}]");
        if task.name.is_empty() || task.name.contains(char::is_whitespace) {
            return bad(format!("{path}.name"), "a name without spaces is needed");
        }
        if task.needs.is_empty() {
            return bad(format!("{path}.needs"), "a task needs at least one slot");
        }
        for (k, need) in task.needs.iter().enumerate() {
            if !self.slots.iter().any(|s| s.name == *need) {
                let known: Vec<&str> = self.slots.iter().map(|s| s.name.as_str()).collect();
                return bad(format!("{path}.needs[{k}]"), format!("there is no slot {}; slots are {}", quote(need), known.join(", ")));
            }
            if task.needs[..k].contains(need) {
                return bad(format!("{path}.needs[{k}]"), format!("{} stands twice", quote(need)));
            }
        }
        finite(task.wrong, &format!("{path}.wrong"))?;
        for (key, v) in [("wish", &task.wish), ("confirm", &task.confirm), ("correct", &task.correct), ("affirm", &task.affirm)] {
            variants(v, &format!("{path}.{key}"), &[])?;
        }
        let needs: Vec<&str> = task.needs.iter().map(String::as_str).collect();
        for (lang, list) in [("en", &task.done.en), ("zh", &task.done.zh)] {
            for (k, sentence) in list.iter().enumerate() {
                if let Some(odd) = placeholders(sentence).find(|p| !needs.contains(p)) {
                    let what = format!("{{{}}} is not known here; use {{{}}}", short(odd), needs.join("}, {"));
                    return bad(format!("{path}.done.{lang}[{k}]"), what);
                }
            }
        }
        if task.done.en.is_empty() || task.done.zh.is_empty() {
            return bad(format!("{path}.done"), "at least one sentence is needed in en and in zh");
        }
        Ok(())
    }

    fn check_sentences(&self) -> Result<(), ScenarioError> {
        let a = &self.sentences.agent;
        let u = &self.sentences.user;
        let agent = [
            ("ask_task", &a.ask_task, ""),
            ("confirm_all", &a.confirm_all, "summary"),
            ("confirm_nothing", &a.confirm_nothing, "slot"),
            ("confirm_no_task", &a.confirm_no_task, ""),
            ("confirm_all_nothing", &a.confirm_all_nothing, ""),
            ("execute_early", &a.execute_early, ""),
            ("repair", &a.repair, ""),
        ];
        for (key, v, hole) in agent {
            let holes: &[&str] = if hole.is_empty() { &[] } else { &[hole] };
            variants(v, &format!("sentences.agent.{key}"), holes)?;
        }
        let user = [
            ("greet", &u.greet),
            ("evade", &u.evade),
            ("evade_last", &u.evade_last),
            ("hang_up", &u.hang_up),
            ("yes", &u.yes),
            ("no", &u.no),
            ("yes_all", &u.yes_all),
            ("no_all", &u.no_all),
            ("restate", &u.restate),
            ("thanks", &u.thanks),
            ("wronged", &u.wronged),
            ("calmed", &u.calmed),
            ("not_calmed", &u.not_calmed),
            ("pointless", &u.pointless),
        ];
        for (key, v) in user {
            variants(v, &format!("sentences.user.{key}"), &[])?;
        }
        variants(&u.neutral, "sentences.user.neutral", &["value"])?;
        if self.rewards.escalate.is_some() {
            variants(&a.escalate, "sentences.agent.escalate", &[])?;
            variants(&u.escalated, "sentences.user.escalated", &[])?;
        }
        Ok(())
    }
}

fn check_slot(i: usize, slot: &SlotKind) -> Result<(), ScenarioError> {
    let path = format!("slots[{i}]");
    if slot.name.is_empty() || slot.name.contains(char::is_whitespace) {
        return bad(format!("{path}.name"), "a name without spaces is needed");
    }
    if slot.short.is_empty() || unicode_width::UnicodeWidthStr::width(slot.short.as_str()) > 4 {
        return bad(format!("{path}.short"), format!("{} does not fit a column head; use 1 to 4 columns", quote(&slot.short)));
    }
    chance(slot.noise, &format!("{path}.noise"))?;
    if slot.values.en.len() < 3 || slot.values.en.len() != slot.values.zh.len() {
        return bad(format!("{path}.values"), "at least 3 values are needed, and as many in zh as in en");
    }
    for (lang, values) in [("en", &slot.values.en), ("zh", &slot.values.zh)] {
        different(values.iter().map(String::as_str), |k| format!("{path}.values.{lang}[{k}]"))?;
    }
    let with_value = [("answer", &slot.answer), ("volunteer", &slot.volunteer), ("confirm", &slot.confirm), ("correct", &slot.correct)];
    for (key, v) in with_value {
        variants(v, &format!("{path}.{key}"), &["value"])?;
    }
    let summary = Variants { en: vec![slot.summary.en.clone()], zh: vec![slot.summary.zh.clone()] };
    variants(&summary, &format!("{path}.summary"), &["value"])
        .map_err(|e| ScenarioError { path: e.path.trim_end_matches("[0]").to_owned(), ..e })?;
    variants(&slot.ask, &format!("{path}.ask"), &[])
}

/// No two of these are the same to a person: neither case nor blanks at the ends tell them apart.
fn different<'a>(texts: impl Iterator<Item = &'a str>, path: impl Fn(usize) -> String) -> Result<(), ScenarioError> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (i, text) in texts.enumerate() {
        if let Some(first) = seen.insert(text.trim().to_lowercase(), i) {
            return bad(path(i), format!("{} is also {}; each needs a text of its own", quote(text), path(first)));
        }
    }
    Ok(())
}

fn check_user(name: &str, user: &User) -> Result<(), ScenarioError> {
    let path = format!("users.{name}");
    if !(1..=PATIENCE_MAX).contains(&user.patience) {
        return bad(format!("{path}.patience"), format!("{} is not possible; use 1, 2 or 3", user.patience));
    }
    for (k, c) in user.cooperation.iter().enumerate() {
        chance(*c, &format!("{path}.cooperation[{k}]"))?;
    }
    chance(user.volunteers, &format!("{path}.volunteers"))?;
    chance(user.calms, &format!("{path}.calms"))
}

fn chance(p: f64, path: &str) -> Result<(), ScenarioError> {
    if (0.0..=1.0).contains(&p) { Ok(()) } else { bad(path, format!("{p} is not a probability; it lies between 0 and 1")) }
}

fn finite(x: f64, path: &str) -> Result<(), ScenarioError> {
    if x.is_finite() && x.abs() <= 1e6 { Ok(()) } else { bad(path, format!("{x} is too large; use a number between -1000000 and 1000000")) }
}

/// At least one variant in each language, each with exactly the placeholders named.
fn variants(v: &Variants, path: &str, holes: &[&str]) -> Result<(), ScenarioError> {
    for (lang, list) in [("en", &v.en), ("zh", &v.zh)] {
        if list.is_empty() {
            return bad(format!("{path}.{lang}"), "at least one sentence is needed");
        }
        for (k, sentence) in list.iter().enumerate() {
            if let Some(odd) = placeholders(sentence).find(|p| !holes.contains(p)) {
                return bad(format!("{path}.{lang}[{k}]"), format!("{{{}}} is not known here", short(odd)));
            }
            if sentence.matches('{').count() != placeholders(sentence).count() {
                return bad(format!("{path}.{lang}[{k}]"), "a { stays open");
            }
            if let Some(hole) = holes.iter().find(|h| !sentence.contains(&format!("{{{h}}}"))) {
                return bad(format!("{path}.{lang}[{k}]"), format!("{{{hole}}} is missing from the sentence"));
            }
        }
    }
    Ok(())
}

fn placeholders(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
