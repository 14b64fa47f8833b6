//! Each agent's digest at tick 100,000: a change of bits is always visible in a diff.

use dialoq::agents::AGENTS;
use dialoq::run::timeline::Limit;

use crate::support::{built_in, run};

const TICKS: u64 = 100_000;
const SEED: u64 = 7;

/// Scenario, agent, digest. Whoever changes a line here has changed what every recorded session replays to.
const GOLDEN: &[(&str, &str, &str)] = &[
    ("customer-service", "q-learning", "0c15cdd63ab64d00"),
    ("customer-service", "sarsa", "d8801f17a64e7c48"),
    ("customer-service", "expected-sarsa", "e4fa9dec3c4b568e"),
    ("customer-service", "random", "c1db69d514fd418f"),
    ("smart-home", "q-learning", "4d0aa8217bf01e67"),
    ("smart-home", "sarsa", "5a86a035b1a4a44b"),
    ("smart-home", "expected-sarsa", "393e9b12f166c320"),
    ("smart-home", "random", "1410c197340be5c3"),
];

#[test]
fn every_agent_ends_on_its_golden_digest() {
    let mut found = Vec::new();
    for scenario in ["customer-service", "smart-home"] {
        for agent in AGENTS {
            let mut it = run(&built_in(scenario), agent.name, SEED, &[]);
            it.advance(Limit::ticks(TICKS));
            found.push((scenario, agent.name, it.digest().to_string()));
        }
    }
    let lines: Vec<String> = found.iter().map(|(s, a, d)| format!("    (\"{s}\", \"{a}\", \"{d}\"),")).collect();
    let same = found.len() == GOLDEN.len() && found.iter().zip(GOLDEN).all(|(f, g)| (f.0, f.1, f.2.as_str()) == *g);
    assert!(
        same,
        "the bits have changed. If that was meant (another rule, scenario, dice or field order), say so in the commit and put this \
         table into tests/golden/mod.rs:\n{}\n",
        lines.join("\n")
    );
}
