//! Knobs: the settings of an agent, by the field's names, with ranges, units and one sentence each.

use thiserror::Error;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KnobKind {
    /// A real number in [min, max]; `log` says that a slider moves by factors.
    Real { min: f64, max: f64, log: bool },
    /// A whole number in [min, max].
    Count { min: f64, max: f64 },
    /// A choice is stored as its position.
    Choice(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    /// Command-line name: `alpha`.
    pub name: &'static str,
    /// Symbol of the equation: `α`.
    pub symbol: &'static str,
    pub kind: KnobKind,
    pub default: f64,
    pub unit: &'static str,
    /// Whether it may be changed while learning goes on.
    pub live: bool,
    pub meaning: &'static str,
}

/// A default that holds in one scenario, with `value` as `Knob::parse` reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuned {
    pub scenario: &'static str,
    pub knob: &'static str,
    pub value: &'static str,
}

/// Lists of knobs, one after the other, as one: `const KNOBS: [Knob; N] = join(&[SHARED, OWN]);`
pub const fn join<const N: usize>(lists: &[&[Knob]]) -> [Knob; N] {
    let mut all = [lists[0][0]; N];
    let (mut list, mut at) = (0, 0);
    while list < lists.len() {
        let mut k = 0;
        while k < lists[list].len() {
            all[at] = lists[list][k];
            at += 1;
            k += 1;
        }
        list += 1;
    }
    assert!(at == N, "N is the number of knobs in all lists");
    all
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum KnobError {
    #[error("there is no knob \"{name}\"{meant}; {agent} has {known}")]
    Unknown { name: String, meant: String, agent: String, known: String },
    #[error("{name}: \"{value}\" is not {right}")]
    Value { name: &'static str, value: String, right: String },
    #[error("{name} is set when a run begins and cannot be changed later; start a new run with --set {name}={value}")]
    Fixed { name: &'static str, value: String },
}

impl Knob {
    /// Reads a value as the command line gives it, in range.
    pub fn parse(&self, text: &str) -> Result<f64, KnobError> {
        let wrong = || KnobError::Value { name: self.name, value: text.to_owned(), right: self.right() };
        let value = match self.kind {
            KnobKind::Choice(names) => names.iter().position(|n| *n == text).ok_or_else(wrong)? as f64,
            _ => text.parse::<f64>().map_err(|_| wrong())?,
        };
        self.check(value)
    }

    /// A value in range, whole where it counts.
    pub fn check(&self, value: f64) -> Result<f64, KnobError> {
        let fits = match self.kind {
            KnobKind::Real { min, max, .. } => value >= min && value <= max,
            KnobKind::Count { min, max } => value >= min && value <= max && value.fract() == 0.0,
            KnobKind::Choice(names) => value >= 0.0 && value < names.len() as f64 && value.fract() == 0.0,
        };
        if fits { Ok(value) } else { Err(KnobError::Value { name: self.name, value: value.to_string(), right: self.right() }) }
    }

    /// A value as a person reads and types it.
    pub fn show(&self, value: f64) -> String {
        match self.kind {
            KnobKind::Choice(names) => names.get(value as usize).copied().unwrap_or("?").to_owned(),
            _ => value.to_string(),
        }
    }

    fn right(&self) -> String {
        match self.kind {
            KnobKind::Real { min, max, .. } => format!("a number from {min} to {max}"),
            KnobKind::Count { min, max } => format!("a whole number from {min} to {max}"),
            KnobKind::Choice(names) => format!("one of {}", names.join(", ")),
        }
    }
}

/// Values of an agent's knobs, in the order of its `KNOBS`.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(pub Vec<f64>);

impl Settings {
    pub fn defaults(knobs: &[Knob]) -> Settings {
        Settings(knobs.iter().map(|k| k.default).collect())
    }

    /// The defaults with `name=value` pairs put in.
    pub fn with(agent: &str, knobs: &[Knob], pairs: &[(String, String)]) -> Result<Settings, KnobError> {
        let mut settings = Settings::defaults(knobs);
        for (name, value) in pairs {
            let at = position(agent, knobs, name)?;
            settings.0[at] = knobs[at].parse(value)?;
        }
        Ok(settings)
    }
}

pub fn position(agent: &str, knobs: &[Knob], name: &str) -> Result<usize, KnobError> {
    knobs.iter().position(|k| k.name == name).ok_or_else(|| KnobError::Unknown {
        name: name.to_owned(),
        meant: meant(knobs, name),
        agent: agent.to_owned(),
        known: if knobs.is_empty() { "none".to_owned() } else { knobs.iter().map(|k| k.name).collect::<Vec<_>>().join(", ") },
    })
}

/// ` (did you mean "alpha"?)` where one name is close.
fn meant(knobs: &[Knob], name: &str) -> String {
    let near = |k: &Knob| (k.name, strsim::jaro_winkler(k.name, name));
    let best = knobs.iter().map(near).filter(|(_, likeness)| *likeness > 0.8).max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(String::new(), |(close, _)| format!(" (did you mean \"{close}\"?)"))
}
