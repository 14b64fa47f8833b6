//! Each agent's digest after a number of turns: a change of bits is always visible in a diff.

use dialoq::agents::{AGENTS, AgentEntry};
use dialoq::run::timeline::Limit;

use crate::support::{built_in, run};

const TICKS: u64 = 100_000;
/// Turns of an agent whose turn takes this many times as long as a table's.
const DEAR: u64 = 32;
const DEAR_TICKS: u64 = 3_000;
const SEED: u64 = 7;
const SCENARIOS: [&str; 2] = ["customer-service", "smart-home"];

/// The row of a table or of linear weights holds on every machine, a network's only with the matrix kernel that it names.
const ANY: &str = "any";

/// Scenario, agent, kernel, digest. Whoever changes a line here has changed what every recorded session replays to.
const GOLDEN: &[(&str, &str, &str, &str)] = &[];

/// The matrix kernel that an agent's bits depend on.
fn kernel(agent: &AgentEntry) -> &'static str {
    (agent.kernel)().unwrap_or(ANY)
}

#[test]
fn every_agent_ends_on_its_golden_digest() {
    let mut lines = Vec::new();
    let mut same = true;
    for scenario in SCENARIOS {
        for agent in AGENTS {
            let mut it = run(&built_in(scenario), agent.name, SEED, &[]);
            it.advance(Limit::ticks(if it.cost() < DEAR { TICKS } else { DEAR_TICKS }));
            let (kernel, digest) = (kernel(agent), it.digest().to_string());
            let known = GOLDEN.iter().find(|g| (g.0, g.1, g.2) == (scenario, agent.name, kernel));
            let other = GOLDEN.iter().any(|g| (g.0, g.1) == (scenario, agent.name));
            lines.push(format!("    (\"{scenario}\", \"{}\", \"{kernel}\", \"{digest}\"),", agent.name));
            if known.is_none() && other && kernel != ANY {
                println!("skipped: no golden digest of {} in {scenario} with the matrix kernel {kernel} is known", agent.name);
            } else {
                same &= known.is_some_and(|g| g.3 == digest);
            }
        }
    }
    // Rows of other kernels stay; of agents that are no more they go.
    let kept = GOLDEN.iter().filter(|g| g.2 != ANY && AGENTS.iter().any(|a| a.name == g.1 && kernel(a) != g.2));
    lines.extend(kept.map(|(s, a, k, d)| format!("    (\"{s}\", \"{a}\", \"{k}\", \"{d}\"),")));
    let known = |g: &(&str, &str, &str, &str)| AGENTS.iter().any(|a| a.name == g.1) && SCENARIOS.contains(&g.0);
    assert!(
        same && GOLDEN.iter().all(known),
        "the bits have changed. If that was meant (another rule, scenario, dice or field order), say so in the commit and put this \
         table into tests/golden/mod.rs:\n{}\n",
        lines.join("\n")
    );
}
