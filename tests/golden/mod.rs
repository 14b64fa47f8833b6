//! Each agent's digest at tick 100,000: a change of bits is always visible in a diff.

use dialoq::agents::AGENTS;
use dialoq::nn::gemm::kernel;
use dialoq::run::timeline::Limit;

use crate::support::{built_in, run};

const TICKS: u64 = 100_000;
/// A network's turn takes thousands of a table's.
const NETWORK_TICKS: u64 = 5_000;
const SEED: u64 = 7;

/// Scenario, agent, digest. Whoever changes a line here has changed what every recorded session replays to.
const GOLDEN: &[(&str, &str, &str)] = &[
    ("customer-service", "q-learning", "00887c2a4f31e1bf"),
    ("customer-service", "sarsa", "3986d0f3f7120d9b"),
    ("customer-service", "expected-sarsa", "8b14edb8626966e4"),
    ("customer-service", "random", "71ba53903359a8e9"),
    ("smart-home", "q-learning", "948276dea6c7ed15"),
    ("smart-home", "sarsa", "f946cf4384fd5d90"),
    ("smart-home", "expected-sarsa", "4072cc51eaa32f10"),
    ("smart-home", "random", "e58acf0e1227329b"),
];

#[test]
fn every_agent_ends_on_its_golden_digest() {
    let mut found = Vec::new();
    for scenario in ["customer-service", "smart-home"] {
        for agent in AGENTS.iter().filter(|a| (a.kernel)().is_none()) {
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

/// Kernel of the matrix products, scenario, agent, digest at tick 5,000.
const NETWORKS: &[(&str, &str, &str, &str)] = &[];

#[test]
fn every_network_ends_on_the_golden_digest_of_this_machines_kernel() {
    let mut found = Vec::new();
    for scenario in ["customer-service", "smart-home"] {
        for agent in AGENTS {
            let Some(kernel) = (agent.kernel)() else { continue };
            let mut it = run(&built_in(scenario), agent.name, SEED, &[]);
            it.advance(Limit::ticks(NETWORK_TICKS));
            found.push((kernel, scenario, agent.name, it.digest().to_string()));
        }
    }
    let kernel = kernel();
    let known: Vec<_> = NETWORKS.iter().filter(|row| row.0 == kernel).collect();
    let lines: Vec<String> = found.iter().map(|(k, s, a, d)| format!("    (\"{k}\", \"{s}\", \"{a}\", \"{d}\"),")).collect();
    let lines = lines.join("\n");
    if known.is_empty() {
        println!("no digests are known for the kernel {kernel}; this machine's rows are\n{lines}");
        return;
    }
    let same = found.len() == known.len() && found.iter().zip(known).all(|(f, g)| (f.0, f.1, f.2, f.3.as_str()) == *g);
    assert!(
        same,
        "the bits of networks have changed. If that was meant, say so in the commit and put these rows of the kernel {kernel} into \
         tests/golden/mod.rs; those of other kernels are no longer right and go:\n{lines}\n"
    );
}
