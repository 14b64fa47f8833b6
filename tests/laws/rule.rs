//! Law 5, the equation: every name in RULE has a term, and the terms recompute the value that was written.

use dialoq::agents::AGENTS;
use dialoq::learn::machine::Tick;
use dialoq::learn::probe::{Recorder, TurnRecord};
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::Watch;

use super::cases;

/// Reads the right side of a rule: `{q} + {alpha} ({r} − {q})`. Things side by side are multiplied, as on paper.
struct Reader<'a> {
    rest: &'a str,
    value: &'a dyn Fn(&str) -> Option<f64>,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, sign: char) -> bool {
        let here = self.peek() == Some(sign);
        if here {
            self.rest = &self.rest[sign.len_utf8()..];
        }
        here
    }

    fn sum(&mut self) -> f64 {
        let mut total = self.product();
        loop {
            if self.take('+') {
                total += self.product();
            } else if self.take('−') {
                total -= self.product();
            } else {
                return total;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut total = self.factor();
        loop {
            if self.take('/') {
                total /= self.factor();
            } else if self.take('·') || matches!(self.peek(), Some('{' | '(')) || self.peek().is_some_and(|c| c.is_ascii_digit()) {
                total *= self.factor();
            } else {
                return total;
            }
        }
    }

    /// Behind a comma.
    fn next(&mut self) -> f64 {
        assert!(self.take(','), "a comma is missing before \"{}\"", self.rest);
        self.sum()
    }

    fn closed(&mut self, value: f64) -> f64 {
        assert!(self.take(')'), "a bracket stays open before \"{}\"", self.rest);
        value
    }

    fn factor(&mut self) -> f64 {
        if self.take('−') {
            return -self.factor();
        }
        if self.take('(') {
            let inner = self.sum();
            assert!(self.take(')'), "a bracket stays open before \"{}\"", self.rest);
            return inner;
        }
        if let Some(rest) = self.rest.strip_prefix("min(") {
            self.rest = rest;
            let (a, b) = (self.sum(), self.next());
            return self.closed(a.min(b));
        }
        if let Some(rest) = self.rest.strip_prefix("clip(") {
            self.rest = rest;
            let (x, least, most) = (self.sum(), self.next(), self.next());
            return self.closed(x.clamp(least, most));
        }
        if self.take('{') {
            let (name, rest) = self.rest.split_once('}').expect("a name ends with }");
            self.rest = rest;
            return (self.value)(name).unwrap_or_else(|| panic!("the rule's {{{name}}} has no term"));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().unwrap_or_else(|_| panic!("\"{number}{rest}\" is not a number, a name or a bracket"))
    }
}

fn evaluate(formula: &str, value: &dyn Fn(&str) -> Option<f64>) -> f64 {
    let mut reader = Reader { rest: formula, value };
    let result = reader.sum();
    assert_eq!(reader.rest.trim(), "", "the rule \"{formula}\" goes on after its end");
    result
}

fn names(rule: &str) -> Vec<&str> {
    rule.split('{').skip(1).map(|rest| rest.split_once('}').expect("a name ends with }").0).collect()
}

fn term(t: &TurnRecord, name: &str) -> Option<f64> {
    t.terms.iter().find(|(n, _)| *n == name).map(|(_, v)| f64::from(*v))
}

/// What f32 arithmetic may lose on numbers of this size.
fn rounding(t: &TurnRecord) -> f64 {
    let largest = t.terms.iter().map(|(_, v)| f64::from(v.abs())).fold(1.0, f64::max);
    largest * f64::from(f32::EPSILON) * 4.0
}

#[test]
fn the_reader_of_rules_knows_precedence() {
    let value = |name: &str| match name {
        "a" => Some(2.0),
        "b" => Some(3.0),
        _ => None,
    };
    assert_eq!(evaluate("{a} + {b} ({a} + {b} · {b} − 1)", &value), 32.0);
    assert_eq!(evaluate("(1 − {a}) {b}", &value), -3.0);
    assert_eq!(evaluate("{a} − {b} − {b} / 2", &value), -2.5);
    assert_eq!(evaluate("min({a} · 4, clip({b}, 1 − 0.5, 1 + 0.5) · 4)", &value), 6.0);
}

#[test]
fn every_name_in_a_rule_has_a_term() {
    for case in cases() {
        let mut recorder = Recorder::default();
        let mut run = case.start();
        run.advance_watched(Limit::ticks(300), &mut recorder);
        // A turn in which nothing is learned (yet) has no terms, and one that only joins a rollout none of the lines about its
        // update; else each name has one, and each line has had its turn.
        for line in case.agent.rule.lines() {
            let said = |t: &&TurnRecord| term(t, names(line)[0]).is_some();
            for t in recorder.turns.iter().filter(said) {
                for name in names(line) {
                    assert_eq!(t.terms.iter().filter(|(n, _)| *n == name).count(), 1, "{}: {{{name}}} at tick {}", case.name, t.tick);
                }
            }
            assert!(recorder.turns.iter().any(|t| said(&t)), "{}: no turn in 300 says {line}", case.name);
        }
        let learning = recorder.turns.iter().filter(|t| !t.terms.is_empty()).count();
        assert!(learning > 10 || case.agent.rule.is_empty(), "{}: {learning} of 300 turns have terms", case.name);
        // The screen's record, made from the agent's list of terms, knows them too: with symbol and meaning.
        let at = recorder.turns.iter().max_by_key(|t| t.terms.len()).map_or(10, |t| t.tick);
        let update = run.explain(Tick(at)).unwrap();
        let shown = Shown { dialogue: 0, turns: &[], update: Some(&update) };
        let watch = Watch { update: true, ..Watch::default() };
        let view = run.look(&watch, Exact::default(), shown, &mut Lens::default()).update.unwrap();
        for name in names(view.rule) {
            let term = view.terms.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("{}: no {{{name}}}", case.name));
            assert!(!term.symbol.is_empty() && !term.meaning.is_empty(), "{}: {{{name}}} says nothing", case.name);
        }
    }
}

#[test]
fn the_terms_recompute_the_value_written() {
    let mut learners = 0;
    for case in cases().iter().filter(|c| !c.agent.rule.is_empty()) {
        let mut recorder = Recorder::default();
        let mut run = case.start();
        run.advance(Limit::ticks(case.ticks / 2));
        run.advance_watched(Limit::ticks(2_000), &mut recorder);
        for t in recorder.turns.iter().filter(|t| !t.terms.is_empty()) {
            for line in case.agent.rule.lines() {
                let (left, right) = line.split_once('←').expect("each line of a rule has an arrow");
                if term(t, names(left)[0]).is_none() {
                    continue;
                }
                let computed = evaluate(right, &|name| term(t, name));
                let said = term(t, names(left)[0]).expect("it has just been looked for");
                assert!((computed - said).abs() <= rounding(t), "{}: tick {}: {computed} is not {said}: {line}", case.name, t.tick);
            }
            // The terms are those of the first value written; what else was written (traces, planning) comes after it. An agent that
            // learns from several turns at once says its error on each, and what it wrote on the last.
            let Some(&(place, before, after)) = t.writes.first() else {
                assert!(!case.agent.rule.contains("{new}"), "{}: tick {}: terms of a value that was not written", case.name, t.tick);
                continue;
            };
            if let Some(new) = term(t, "new") {
                assert_eq!(new, f64::from(after), "{}: the left side is the value written", case.name);
            }
            if (place.row, place.column) == (t.state, u32::from(t.act.0)) {
                let value = t.values[t.act.index()];
                assert_eq!(f64::from(before).to_bits(), f64::from(value).to_bits(), "{}: tick {}", case.name, t.tick);
            }
        }
        learners += 1;
    }
    assert!(learners > 0);
}

#[test]
fn delta_is_what_stands_in_the_brackets() {
    let one = |c: &&super::Case| c.agent.rule.matches('(').count() == 1 && !c.agent.rule.contains("{delta}");
    for case in cases().iter().filter(one) {
        let open = case.agent.rule.find('(').unwrap();
        let close = case.agent.rule.rfind(')').unwrap();
        let mut recorder = Recorder::default();
        case.start().advance_watched(Limit::ticks(1_000), &mut recorder);
        for t in recorder.turns.iter().filter(|t| term(t, "delta").is_some()) {
            let error = evaluate(&case.agent.rule[open..=close], &|name| term(t, name));
            assert!((error - f64::from(t.delta())).abs() <= rounding(t), "{}: tick {}: {error} is not {}", case.name, t.tick, t.delta());
        }
    }
}

#[test]
fn the_last_turn_of_a_closed_dialogue_bootstraps_from_nothing() {
    let mut closed = 0;
    for case in cases() {
        let mut recorder = Recorder::default();
        case.start().advance_watched(Limit::ticks(2_000), &mut recorder);
        for t in recorder.turns.iter().filter(|t| t.end == dialoq::world::env::End::Closed) {
            if let Some(next) = term(t, "next") {
                assert_eq!(next, 0.0, "{}: tick {}", case.name, t.tick);
                closed += 1;
            }
        }
    }
    assert!(closed > 100);
}

#[test]
fn an_agent_says_what_it_is() {
    for agent in AGENTS {
        assert!(!agent.about.is_empty(), "{}", agent.name);
        for knob in agent.knobs {
            assert!(!knob.meaning.is_empty(), "{}: {}", agent.name, knob.name);
            assert_eq!(knob.check(knob.default), Ok(knob.default), "{}: the default of {} is out of its range", agent.name, knob.name);
            assert_eq!(knob.parse(&knob.show(knob.default)), Ok(knob.default), "{}: {} cannot be read back", agent.name, knob.name);
        }
    }
}
