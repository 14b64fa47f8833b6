//! From the rule to flat lists: a breadth-first walk over reachable states, in the rule's own order.
//!
//! States are numbered as if every chance were strictly between 0 and 1, from the most patient start, so that another
//! noise, profile or reward never renumbers them.

use thiserror::Error;

use super::mdp::Mdp;
use super::scenario::{PATIENCE_MAX, Scenario};
use super::user::{DialogueState, Rule};

/// The discount of every scenario.
pub const GAMMA: f64 = 0.95;
/// States beyond which a world is not enumerated.
pub const STATES_MAX: usize = 400_000;
/// Codes beyond which the index of states would not fit memory.
const CODES_MAX: u64 = 1 << 27;

#[derive(Debug, Error, PartialEq)]
pub enum CompileError {
    #[error("slots: {slots} slots and {tasks} tasks make more than {STATES_MAX} states; use fewer slots for an exactly solvable world")]
    TooLarge { slots: usize, tasks: usize },
}

/// An enumerated scenario.
pub struct Compiled {
    pub mdp: Mdp,
    pub states: Vec<DialogueState>,
}

/// `progress` hears the share of states done, now and then.
pub fn compile(scenario: &Scenario, rule: &Rule, progress: &mut dyn FnMut(f32)) -> Result<Compiled, CompileError> {
    let too_large = CompileError::TooLarge { slots: rule.slots(), tasks: rule.tasks() };
    if rule.states() > STATES_MAX as u64 || rule.codes() > CODES_MAX {
        return Err(too_large);
    }
    let mut ids = vec![u32::MAX; rule.codes() as usize];
    let mut states = vec![DialogueState::start(PATIENCE_MAX)];
    ids[states[0].code(rule.slots())] = 0;
    let (mut rows, mut branches, mut listed) = (vec![0_u32], Vec::new(), Vec::new());
    let mut done = 0;
    while done < states.len() {
        let state = states[done];
        let legal = rule.legal(state);
        for (a, act) in rule.acts.iter().enumerate() {
            if legal >> a & 1 == 1 {
                rule.outcomes(state, *act, &mut listed);
                for o in &listed {
                    let id = &mut ids[o.next.code(rule.slots())];
                    if *id == u32::MAX {
                        *id = states.len() as u32;
                        states.push(o.next);
                    }
                    branches.push(o.branch(*id));
                }
            }
            rows.push(branches.len() as u32);
        }
        done += 1;
        if done % 4096 == 0 {
            progress(done as f32 / states.len() as f32);
        }
    }
    let start = ids[rule.start().code(rule.slots())];
    branches.shrink_to_fit();
    let mdp = Mdp {
        name: scenario.name.clone(),
        gamma: GAMMA,
        states: Vec::new(),
        actions: rule.acts.iter().map(|a| a.name(scenario)).collect(),
        start: vec![(start, 1.0)],
        turn_limit: rule.turn_limit,
        rows,
        branches,
        features: None,
    };
    Ok(Compiled { mdp, states })
}
