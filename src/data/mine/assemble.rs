//! What was mined, put into the form of a scenario. Where the corpus has no sentence of a kind, the schema's words make one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::samples::{ANSWER, CORRECTION, Line, Mined, Origin, fill, negated, opens};
use super::templates::holes;
use super::wording::{asked, certain, gerund, listed, purpose, service_words, several, spelled, whole, worded};
use super::{Miner, Name, Said, plain_words};

/// Sentences of a kind, tasks of a scenario, slots of a task. All at most.
const SENTENCES: usize = 8;
const TASKS: usize = 6;
const NEEDS: usize = 5;
/// A scenario has so many tasks at least: a misheard one is heard as one of two others.
const FEWEST: usize = 3;

/// A word that occurs in so many utterances is spelled right.
const KNOWN: u64 = 3;

struct Task {
    intent: Name,
    needs: Vec<String>,
    goals: u64,
}

/// Both languages, though a corpus has one.
fn both(sentences: &[String]) -> Value {
    json!({"en": sentences, "zh": sentences})
}

impl Miner {
    /// What users came for, the most frequent first: an intent with the slots its goals had.
    fn tasks(&self) -> Vec<Task> {
        let mut found: BTreeMap<(Name, BTreeSet<String>), u64> = BTreeMap::new();
        for (intent, sets) in &self.goals {
            let required = self.services[&intent.0].intents.get(&intent.1).map(|i| i.required.as_slice()).unwrap_or_default();
            for (set, n) in sets {
                let mut needs: Vec<&String> = set.iter().filter(|s| self.usable(&(intent.0.clone(), (*s).clone())).is_some()).collect();
                needs.sort_by_key(|s| (!required.contains(s), (*s).clone()));
                let needs: BTreeSet<String> = needs.into_iter().take(NEEDS).cloned().collect();
                if !needs.is_empty() {
                    *found.entry((intent.clone(), needs)).or_default() += n;
                }
            }
        }
        let task = |((intent, needs), goals): ((Name, BTreeSet<String>), u64)| Task { intent, needs: needs.into_iter().collect(), goals };
        let mut tasks: Vec<Task> = found.into_iter().map(task).collect();
        tasks.sort_by(|a, b| b.goals.cmp(&a.goals).then_with(|| (&a.intent, &a.needs).cmp(&(&b.intent, &b.needs))));
        // Every intent once before any comes twice.
        let mut met = BTreeSet::new();
        let (first, again): (Vec<Task>, Vec<Task>) = tasks.into_iter().partition(|t| met.insert(t.intent.clone()));
        let room = first.len().clamp(FEWEST, TASKS);
        first.into_iter().chain(again).take(room).collect()
    }

    /// Sentences that do just this, the most frequent first, if their holes are the ones allowed and every value reads well there.
    fn said(&self, user: bool, service: Option<&str>, acts: &[(&str, &str)], allowed: &[&str]) -> Vec<Line> {
        let acts: BTreeSet<(String, String)> = acts.iter().map(|(a, s)| ((*a).to_owned(), (*s).to_owned())).collect();
        let mut counted: BTreeMap<&String, Said> = BTreeMap::new();
        for ((by, of, does), sentences) in &self.sentences {
            if *by == user && *does == acts && service.is_none_or(|s| s == of) {
                let usable = |t: &String| whole(t) && holes(t).iter().all(|h| allowed.contains(h)) && self.reads_well(of, t);
                for (template, said) in sentences.iter().filter(|(t, _)| usable(t)) {
                    counted.entry(template).or_insert_with(|| Said { times: 0, ..said.clone() }).times += said.times;
                }
            }
        }
        let mut counted: Vec<(&String, Said)> = counted.into_iter().collect();
        // A word that hardly occurs is often misspelt, and such sentences go where others do.
        let doubtful = |text: &str| plain_words(text).any(|w| self.words.get(&w).is_none_or(|n| *n < KNOWN));
        if counted.iter().filter(|(text, _)| !doubtful(text)).count() >= FEWEST {
            counted.retain(|(text, _)| !doubtful(text));
        }
        counted.sort_by_key(|(text, said)| (Reverse(said.times), text.chars().count(), *text));
        counted.into_iter().take(SENTENCES).map(|(text, said)| Line { text: text.clone(), origin: Origin::Corpus(said) }).collect()
    }

    /// `base`: a scenario whose general sentences are used.
    pub fn scenario(&self, name: &str, base: &Value) -> Result<Mined, String> {
        let tasks = self.tasks();
        let services: Vec<&str> = self.services.keys().map(String::as_str).collect();
        if tasks.len() < FEWEST {
            let n = tasks.len();
            let right = "name more services, with commas between them";
            return Err(format!("{} gives {n} of the {FEWEST} kinds of goals that a scenario needs; {right}", services.join(",")));
        }
        let mut slots: BTreeSet<Name> = BTreeSet::new();
        tasks.iter().for_each(|t| slots.extend(t.needs.iter().map(|s| (t.intent.0.clone(), s.clone()))));
        let several = |slot: &str| slots.iter().filter(|(_, s)| s == slot).count() > 1;
        // One name in two services is told apart by its service.
        let called = |n: &Name| if several(&n.1) { format!("{}_{}", n.0, n.1).to_lowercase() } else { n.1.clone() };
        let names: BTreeMap<Name, String> = slots.iter().map(|n| (n.clone(), called(n))).collect();
        let mut mined = Mined { scenario: Value::Null, tasks: tasks.len(), slots: slots.len(), samples: Vec::new(), met: BTreeSet::new() };
        let tasks: Vec<Value> = (0..tasks.len()).map(|i| self.task(&tasks, i, &names, &mut mined)).collect();
        let shorts = shorts(&slots);
        let slots: Vec<Value> = slots.iter().map(|slot| self.slot(slot, &names[slot], &shorts[slot], &mut mined)).collect();
        let about = format!("Mined from {} dialogues of Schema-Guided Dialogue (CC BY-SA 4.0): {}.", self.dialogues, services.join(", "));
        let lesson =
            "What is measured: goals, values, behaviour and sentences. Patience, mishearing of tasks and rewards are not in the data.";
        let text = |s: &str| json!({"en": s, "zh": s});
        mined.scenario = json!({
            "format": "dialoq-scenario", "version": 1, "name": name, "title": text(&worded(&services.join(", "))),
            "about": text(&about), "lesson": text(lesson), "tasks": tasks, "slots": slots, "noise": {"task": 0.1}, "users": self.users(),
            "rewards": {"turn": -1, "success": 20, "hang_up": -10, "escalate": -5}, "turn_limit": 40, "masks": true, "keep_slots": true,
            "sentences": self.sentences_of(base, &mut mined),
        });
        fill(&mut mined);
        Ok(mined)
    }

    /// Task `i`. An intent that comes with other slots again is called by them.
    fn task(&self, tasks: &[Task], i: usize, names: &BTreeMap<Name, String>, mined: &mut Mined) -> Value {
        let task = &tasks[i];
        let (service, intent) = (&task.intent.0, &task.intent.1);
        let words = self.services[service].intents.get(intent).cloned().unwrap_or_default();
        let nth = tasks[..i].iter().filter(|t| t.intent == task.intent).count();
        let own: Vec<&str> = task.needs.iter().map(String::as_str).collect();
        let first = tasks[..i].iter().find(|t| t.intent == task.intent);
        let elsewhere = tasks.iter().any(|t| t.intent.1 == *intent && t.intent.0 != *service);
        let place = if elsewhere { format!(" ({})", self.called(service)) } else { String::new() };
        let label = spelled(intent) + &place + &first.map_or(String::new(), |first| difference(task, first));
        let does = if words.description.is_empty() { spelled(intent) } else { purpose(&words.description) };
        let does = does + &first.map_or(String::new(), |first| choices(task, first));
        let needs: Vec<&str> = task.needs.iter().map(|s| names[&(service.clone(), s.clone())].as_str()).collect();
        let renamed = |mut line: Line| {
            line.text = own.iter().zip(&needs).fold(line.text, |t, (from, to)| t.replace(&format!("{{{from}}}"), &format!("{{{to}}}")));
            line
        };
        let short = &short_names(tasks)[&task.intent];
        let name = first.map_or(short.clone(), |first| format!("{short}-{}", told_apart(tasks, task, first)));
        // Of two tasks with one intent, a sentence without values is the first one's.
        let intended = |user: bool, act: &str| {
            let mut found = if nth == 0 { self.said(user, Some(service), &[(act, "intent")], &[]) } else { Vec::new() };
            found.retain(|line| self.means(&line.text, service, intent));
            found
        };
        let wishes = intended(true, "INFORM_INTENT");
        let offers = apart(intended(false, "OFFER_INTENT"), mined);
        let mut kind = |what: &str, found: Vec<Line>, made: &str| mined.choose(&format!("task {name}, {what}"), found, made);
        let correct = kind("correct", negated(&wishes), &format!("No, I want to {does}."));
        let wish = kind("wish", wishes, &format!("I'd like to {does}."));
        let confirm = kind("confirm", offers, &format!("Would you like to {does}?"));
        let affirm = kind("affirm", Vec::new(), &format!("I do want to {does}, but not like that."));
        // A reader could not tell two tasks apart that end with the same sentence, so each of them has its own.
        let same = |other: &Task| {
            other.intent != task.intent
                && self.services[&other.intent.0].intents.get(&other.intent.1).is_some_and(|i| i.description == words.description)
        };
        let did = if tasks.iter().any(same) { format!("{does} ({label})") } else { does.clone() };
        let (done, made) = if words.transactional {
            let said = if nth == 0 { self.said(false, Some(service), &[("NOTIFY_SUCCESS", "")], &own) } else { Vec::new() };
            (said, format!("You wanted to {did}: it is done."))
        } else {
            (Vec::new(), format!("You wanted to {did}: here is what I found."))
        };
        let done = apart(done.into_iter().map(renamed).collect(), mined);
        let done = mined.choose(&format!("task {name}, done"), done, &made);
        json!({
            "name": name, "label": {"en": label, "zh": label}, "needs": needs,
            "wrong": if words.transactional { -10 } else { -3 },
            "wish": both(&wish), "confirm": both(&confirm), "correct": both(&correct), "affirm": both(&affirm), "done": both(&done),
        })
    }

    /// `hotels` of `Hotels_4`, or `hotels 4` where there is another one.
    fn called(&self, service: &str) -> String {
        let words = service_words(service);
        let others = self.services.keys().filter(|s| *s != service && service_words(s) == words).count();
        if others == 0 { words } else { worded(service).to_lowercase() }
    }

    /// Whether a sentence speaks of this intent rather than of another one of its service.
    fn means(&self, sentence: &str, service: &str, intent: &str) -> bool {
        self.intents.get(service).and_then(|w| w.get(sentence)).is_some_and(|of| of == intent)
    }

    fn slot(&self, slot: &Name, name: &str, short: &str, mined: &mut Mined) -> Value {
        let label = if name == slot.1 { worded(&slot.1) } else { format!("{} {}", self.called(&slot.0), worded(&slot.1)) };
        let described = self.services[&slot.0].slots.get(&slot.1).map(|s| asked(&s.description)).filter(|d| !d.is_empty());
        let asking = described.map_or_else(|| format!("Which {label}?"), |d| format!("Please tell me the {d}."));
        let (service, key) = (Some(slot.0.as_str()), slot.1.as_str());
        let hole = |mut found: Vec<Line>| -> Vec<Line> {
            let hole = format!("{{{key}}}");
            found.retain(|line| line.text.matches('{').count() == 1 && line.text.contains(&hole));
            found.iter_mut().for_each(|line| line.text = line.text.replace(&hole, "{value}"));
            found
        };
        let values = self.usable(slot).unwrap_or_default();
        let given = |acts: &[(&str, &str)]| hole(self.said(true, service, acts, &[key]));
        let mut answers = given(&[("INFORM", key)]);
        if answers.is_empty() {
            // "Find me something directed by …" answers too, if it says no more than that.
            answers = given(&[("INFORM_INTENT", "intent"), ("INFORM", key)]);
            answers.iter_mut().for_each(|line| line.text = last_sentence(&line.text).to_owned());
            answers.retain(|line| brief(&line.text));
            answers.dedup_by(|a, b| a.text == b.text);
        }
        // "Yes, in Rome" answers another question.
        if answers.iter().any(|line| !opens(&line.text)) {
            answers.retain(|line| !opens(&line.text));
        }
        let told = |fewest: usize| answers.iter().filter(|l| l.text.split_whitespace().count() >= fewest).cloned().collect::<Vec<Line>>();
        let unasked = [4, 2].into_iter().map(told).find(|found| !found.is_empty()).unwrap_or_default();
        let asked = apart(self.said(false, service, &[("REQUEST", key)], &[]), mined);
        let checked = hole(self.said(false, service, &[("CONFIRM", key)], &[key]));
        let mut changed = hole(self.said(true, service, &[("NEGATE", ""), ("INFORM", key)], &[key]));
        if changed.is_empty() {
            changed = negated(&answers);
        }
        // "The actors are Bob Hastings" would speak of several with one value, and "the starring" is no thing.
        let says = if several(&label) || gerund(&label) { capital(&label) + ":" } else { format!("The {label} is") };
        let mut kind = |what: &str, found: Vec<Line>, made: &str| mined.choose(&format!("slot {name}, {what}"), found, made);
        let ask = kind("ask", asked, &asking);
        let answer = kind("answer", answers.clone(), ANSWER);
        let volunteer = kind("volunteer", unasked, &format!("{says} {{value}}."));
        let confirm = kind("confirm", checked, &format!("{says} {{value}}, is that right?"));
        let correct = kind("correct", changed, CORRECTION);
        let changed = self.changed.get(slot).and_then(|s| s.rate()).unwrap_or(0.1).clamp(0.02, 0.3);
        json!({
            "name": name, "short": short, "label": {"en": label, "zh": label}, "noise": rounded(changed), "values": {"en": values, "zh": values},
            "ask": both(&ask), "answer": both(&answer), "volunteer": both(&volunteer), "confirm": both(&confirm), "correct": both(&correct),
            "summary": {"en": format!("{label} {{value}}"), "zh": format!("{label} {{value}}")},
        })
    }

    /// Three kinds of users around what was measured; patience is set.
    fn users(&self) -> Value {
        let answers = self.answered.rate().unwrap_or(0.95).clamp(0.5, 1.0);
        let more = self.volunteered.rate().unwrap_or(0.25);
        let user = |patience: u8, less: f64, more: f64, calms: f64| {
            let cooperation = [0.3, 0.12, 0.0].map(|d| rounded((answers - d * (1.0 + less) - less * 0.1).clamp(0.05, 1.0)));
            json!({"patience": patience, "cooperation": cooperation, "volunteers": rounded(more.clamp(0.0, 1.0)), "calms": calms})
        };
        json!({"easy": user(3, -0.5, more * 1.5, 0.8), "standard": user(3, 0.0, more, 0.6), "unfriendly": user(2, 1.0, more * 0.5, 0.4)})
    }

    /// General sentences without those that speak of a shop, and what the corpus has of them in English.
    fn sentences_of(&self, base: &Value, mined: &mut Mined) -> Value {
        let mut sentences = base.get("sentences").cloned().unwrap_or(Value::Null);
        let sides = sentences.as_object_mut().into_iter().flat_map(|s| s.values_mut());
        let lists = sides.filter_map(Value::as_object_mut).flat_map(|s| s.values_mut()).filter_map(Value::as_object_mut);
        for list in lists.flat_map(|s| s.values_mut()).filter_map(Value::as_array_mut) {
            list.retain(|s| s.as_str().is_some_and(|s| !SHOP.iter().any(|word| s.contains(word))));
        }
        for (place, acts) in [("yes", &[("AFFIRM", "")][..]), ("thanks", &[("THANK_YOU", ""), ("GOODBYE", "")])] {
            let found = self.said(true, None, acts, &[]);
            if let Some(Value::Array(there)) = sentences.pointer_mut(&format!("/user/{place}/en")).filter(|_| !found.is_empty()) {
                *there = mined.choose(&format!("user, {place}"), found, "").into_iter().map(Value::String).collect();
            }
        }
        sentences
    }
}

/// Words of the built-in scenario whose general sentences are used.
const SHOP: &[&str] = &["order", "shop", "customer", "订单", "店", "买", "购", "商", "客户", "顾客"];

/// The slots that only a task has, and those that only the first task of its intent has.
fn differing<'a>(task: &'a Task, first: &'a Task) -> (Vec<&'a String>, Vec<&'a String>) {
    let only = |of: &'a Task, other: &Task| of.needs.iter().filter(|s| !other.needs.contains(s)).collect();
    (only(task, first), only(first, task))
}

/// The difference as a label says it: ` with price range, without date`.
fn difference(task: &Task, first: &Task) -> String {
    let (more, less) = differing(task, first);
    let named = |slots: &[&String]| listed(&slots.iter().map(|s| worded(s)).collect::<Vec<_>>());
    match (more.is_empty(), less.is_empty()) {
        (false, true) => format!(" with {}", named(&more)),
        (true, _) => format!(" without {}", named(&less)),
        _ => format!(" with {}, without {}", named(&more), named(&less)),
    }
}

/// The difference as a part of a name: `with-price-range`. All of it where another task of the intent differs in the same slot.
fn told_apart(tasks: &[Task], task: &Task, first: &Task) -> String {
    let brief = |task: &Task| {
        let (more, less) = differing(task, first);
        more.first().map(|s| format!("with {s}")).or_else(|| less.first().map(|s| format!("without {s}"))).unwrap_or_default()
    };
    let alike = tasks.iter().filter(|other| other.intent == task.intent && brief(other) == brief(task)).count();
    let told = if alike > 1 { difference(task, first) } else { brief(task) };
    told.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// The difference as people say it: ` with a certain price range and any date`.
fn choices(task: &Task, first: &Task) -> String {
    let (more, less) = differing(task, first);
    let chosen = more.iter().map(|s| certain(s));
    let open = less.iter().map(|s| format!("any {}", worded(s)));
    format!(" with {}", listed(&chosen.chain(open).collect::<Vec<_>>()))
}

/// Short names of intents, for tables: what they are about (`appointment`), or what is done (`reserve`) where several are about the same.
fn short_names(tasks: &[Task]) -> BTreeMap<Name, String> {
    let intents: BTreeSet<&Name> = tasks.iter().map(|t| &t.intent).collect();
    let words = |n: &Name| spelled(&n.1).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let last = |n: &Name| words(n).pop().unwrap_or_default();
    let first = |n: &Name| words(n).swap_remove(0);
    let whole = |n: &Name| words(n).join("-");
    let of_service = |n: &Name| format!("{}-{}", service_words(&n.0).replace(' ', "-"), whole(n));
    let apart = |name: &dyn Fn(&Name) -> String| {
        let met: BTreeSet<String> = intents.iter().map(|n| name(n).trim_end_matches('s').to_owned()).collect();
        met.len() == intents.len()
    };
    let ways: [&dyn Fn(&Name) -> String; 4] = [&last, &first, &whole, &of_service];
    let full = |n: &Name| format!("{}-{}", n.0.to_lowercase().replace('_', "-"), whole(n));
    let way = ways.into_iter().find(|way| apart(way)).unwrap_or(&full);
    intents.iter().map(|n| ((*n).clone(), way(n))).collect()
}

/// The sentence that ends a text, if it alone has a hole; else the whole text.
fn last_sentence(text: &str) -> &str {
    let inner = text.trim_end_matches(['.', '!', '?']);
    match inner.rfind(". ").or_else(|| inner.rfind("! ")).or_else(|| inner.rfind("? ")) {
        Some(at) if !text[..at].contains('{') => &text[at + 2..],
        _ => text,
    }
}

/// Whether a text is one sentence of a few words that greets and answers nobody.
fn brief(text: &str) -> bool {
    let inner = text.trim_end_matches(['.', '!', '?']);
    !opens(text) && !inner.contains(['.', '!', '?']) && inner.split_whitespace().count() <= BRIEF
}

/// Words of such a sentence, at most. Source: the mean of the corpus is 8 to 9 words.
const BRIEF: usize = 10;

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

fn rounded(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// Sentences of the agent that nothing before them is said in: one that asks for two slots would mean neither.
fn apart(mut found: Vec<Line>, mined: &mut Mined) -> Vec<Line> {
    found.retain(|line| mined.met.insert(line.text.clone()));
    found
}

/// Heads of columns: a word's beginning, or the letters of several words; where that is taken, the word that tells most, or a digit.
fn shorts(slots: &BTreeSet<Name>) -> BTreeMap<Name, String> {
    let mut out: BTreeMap<Name, String> = BTreeMap::new();
    for slot in slots {
        let words: Vec<&str> = slot.1.split('_').filter(|w| !w.is_empty()).collect();
        let begin = |word: &&str| word.chars().take(3).collect::<String>();
        let letters: String = words.iter().filter_map(|w| w.chars().next()).take(3).collect();
        let told = words.iter().rev().find(|w| !["name", "date", "time"].contains(*w)).map(begin).unwrap_or_default();
        let first = if let [one] = &words[..] { begin(one) } else { letters };
        let numbered = (2..).map(|n| format!("{first}{n}"));
        let short = [first.clone(), told].into_iter().chain(numbered).find(|s| !s.is_empty() && !out.values().any(|o| o == s));
        out.insert(slot.clone(), short.unwrap_or_default());
    }
    out
}
