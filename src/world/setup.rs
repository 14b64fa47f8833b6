//! What of a world may change while somebody learns in it: the kind of users, the noise, the rewards. States keep their numbers.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::scenario::Scenario;
use super::user::Rule;
use crate::fields;

/// Kinds of users, in the order in which `Setup` counts them.
pub const PROFILES: [&str; 3] = ["easy", "standard", "unfriendly"];
/// Rewards by the names a person types, in the order of `Setup::rewards`.
pub const REWARDS: [&str; 5] = ["turn", "success", "hang-up", "escalate", "wrong"];
/// As large as a reward may be.
const REWARD_MAX: f64 = 1e6;

/// One change of a world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Setting {
    /// easy, standard or unfriendly.
    Profile(String),
    /// The chance that a heard value is wrong, the same for every slot and the task; none: as the scenario says.
    Noise(Option<f64>),
    /// A reward of `REWARDS`; `wrong` is that of every task.
    Reward { name: String, value: f64 },
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum SettingError {
    #[error("a finite MDP has no users: its chances and rewards stand in its file")]
    NoUsers,
    #[error("there are no {name} users; use easy, standard or unfriendly")]
    Profile { name: String },
    #[error("noise: {value} is not a chance; use a number from 0 to 0.5")]
    Noise { value: f64 },
    #[error("there is no reward \"{name}\"; use one of {known}")]
    NoReward { name: String, known: String },
    #[error("reward {name}: {value} is not a reward; use a number from -1000000 to 1000000")]
    Reward { name: String, value: f64 },
}

/// All that was changed: a small value of fixed size, part of a machine's state. NaN leaves a number to the scenario.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Position in `PROFILES`.
    profile: u8,
    noise: f64,
    turn: f64,
    success: f64,
    hang_up: f64,
    escalate: f64,
    wrong: f64,
}

fields!(Setup { profile, noise, turn, success, hang_up, escalate, wrong });

impl PartialEq for Setup {
    /// By bits, because what is not set is NaN.
    fn eq(&self, other: &Setup) -> bool {
        let bits = |s: &Setup| [s.noise, s.turn, s.success, s.hang_up, s.escalate, s.wrong].map(f64::to_bits);
        self.profile == other.profile && bits(self) == bits(other)
    }
}

impl Default for Setup {
    fn default() -> Self {
        Setup::of("standard")
    }
}

impl Setup {
    /// The scenario as it is, with these users.
    pub fn of(profile: &str) -> Setup {
        let profile = PROFILES.iter().position(|p| *p == profile).unwrap_or(1) as u8;
        let unset = f64::NAN;
        Setup { profile, noise: unset, turn: unset, success: unset, hang_up: unset, escalate: unset, wrong: unset }
    }

    pub fn profile(&self) -> &'static str {
        PROFILES[(self.profile as usize).min(PROFILES.len() - 1)]
    }

    /// What differs from the scenario's own words, as `noise 0.3`; without the users.
    pub fn changes(&self) -> Vec<(&'static str, f64)> {
        let all = [self.turn, self.success, self.hang_up, self.escalate, self.wrong];
        let noise = std::iter::once(("noise", self.noise));
        noise.chain(REWARDS.into_iter().zip(all)).filter(|(_, v)| !v.is_nan()).collect()
    }

    /// The setup after a change; the scenario says what there is to change.
    pub fn with(mut self, setting: &Setting, scenario: &Scenario) -> Result<Setup, SettingError> {
        match setting {
            Setting::Profile(name) => {
                let wrong = || SettingError::Profile { name: name.clone() };
                self.profile = PROFILES.iter().position(|p| p == name).ok_or_else(wrong)? as u8;
            }
            Setting::Noise(None) => self.noise = f64::NAN,
            Setting::Noise(Some(value)) => {
                if !(0.0..=0.5).contains(value) {
                    return Err(SettingError::Noise { value: *value });
                }
                self.noise = *value;
            }
            Setting::Reward { name, value } => {
                let known = || REWARDS.into_iter().filter(|r| *r != "escalate" || scenario.rewards.escalate.is_some());
                let unknown = || SettingError::NoReward { name: name.clone(), known: known().collect::<Vec<_>>().join(", ") };
                let found = known().find(|r| r == name).ok_or_else(unknown)?;
                if !(-REWARD_MAX..=REWARD_MAX).contains(value) {
                    return Err(SettingError::Reward { name: name.clone(), value: *value });
                }
                *match found {
                    "turn" => &mut self.turn,
                    "success" => &mut self.success,
                    "hang-up" => &mut self.hang_up,
                    "escalate" => &mut self.escalate,
                    _ => &mut self.wrong,
                } = *value;
            }
        }
        Ok(self)
    }

    /// The rule of a scenario under this setup.
    pub fn rule(&self, scenario: &Scenario, masks: bool) -> Rule {
        let user = scenario.user(self.profile()).expect("a scenario has all three kinds of users");
        let mut changed = scenario.clone();
        let put = |slot: &mut f64, value: f64| {
            if !value.is_nan() {
                *slot = value;
            }
        };
        put(&mut changed.rewards.turn, self.turn);
        put(&mut changed.rewards.success, self.success);
        put(&mut changed.rewards.hang_up, self.hang_up);
        if let Some(escalate) = &mut changed.rewards.escalate {
            put(escalate, self.escalate);
        }
        changed.tasks.iter_mut().for_each(|task| put(&mut task.wrong, self.wrong));
        let mut rule = Rule::new(&changed, user);
        rule.masks = masks;
        if self.noise.is_nan() { rule } else { rule.with_noise(self.noise) }
    }
}
