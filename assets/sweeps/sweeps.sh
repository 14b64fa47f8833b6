#!/bin/sh
# Sweeps of every learning agent in the enumerated scenarios: what its defaults in a scenario were chosen from.
#
#   sh assets/sweeps/sweeps.sh DIR [AGENT…]
#
# Keeps each sweep's runs in DIR (a second start goes on from there) and writes DIR/AGENT.txt: every command, then a line for every cell:
# its knobs, the exact value of the greedy policy at the start with its 95 % interval over the seeds, and the regret.
# DIALOQ names the program, JOBS the runs at a time; neither changes a number.
set -eu
dir=${1:?a directory for the runs}
shift
dialoq=${DIALOQ:-dialoq}
mkdir -p "$dir"

# Of the table's two lines for a cell: knobs, value, interval, regret.
cells() {
  awk '
    NF > 10 && $(NF - 1) == "of" { k = NF - 10; mean = ""; for (i = 1; i <= k; i++) mean = mean sprintf("%-12s", $i)
                        value = $(k + 3); regret = $(k + 5); next }
    value != "" && $1 ~ /…/ { printf "%s%8s  %-16s%8s\n", mean, value, $3, regret; value = "" }
    / stopped before /  { print }
    END { print "" }'
}

# One sweep: agent, seeds, grid…
sweep() {
  agent=$1 seeds=$2
  shift 2
  for scenario in $scenarios; do
    for dialogues in 2000 5000; do
      line="sweep --scenario $scenario --agent $agent $* --seeds $seeds --dialogues $dialogues"
      file="$dir/$(echo "$line" | tr -c 'a-zA-Z0-9.\n' '-' | tr -s '-').jsonl"
      printf '$ dialoq %s\n' "$line" >> "$dir/$agent.part"
      # The words of a line are words of the shell.
      # shellcheck disable=SC2086
      $dialoq $line ${JOBS:+--jobs $JOBS} --out "$file" 2>/dev/null | cells >> "$dir/$agent.part"
    done
  done
}

# The two small worlds, then the large one, where a run takes a hundred times as long.
small() {
  scenarios="customer-service smart-home" && sweep "$@"
}

large() {
  scenarios=virtual-assistant && sweep "$@"
}

one_step() {
  small "$1" 10 --grid alpha=0.05,0.1,0.2,0.4 --grid epsilon=0.05,0.1,0.2
  small "$1" 10 --grid alpha-schedule=constant,visits --grid epsilon-schedule=constant,linear --grid initial=0,5
  large "$1" 5 --grid alpha=0.1,0.3,0.9 --grid initial=0,5
}

traces() {
  small "$1" 10 --grid alpha=0.05,0.1,0.2,0.4 --grid "$2"
  large "$1" 5 --grid alpha=0.1,0.3,0.9 --grid "$2"
}

planning() {
  small "$1" 10 --grid alpha=0.1,0.2,0.4 --grid planning=5,20 --grid initial=0,5
  large "$1" 5 --grid alpha=0.1,0.4 --grid planning=5,20
}

linear() {
  small "$1" 10 --grid alpha=0.05,0.1,0.2,0.4 --grid epsilon=0.05,0.1,0.2
  large "$1" 5 --grid alpha=0.05,0.1,0.2,0.4 --grid epsilon=0.05,0.1
}

run() {
  agent=$1
  : > "$dir/$agent.part"
  case $agent in
    q-learning | sarsa | expected-sarsa | double-q) one_step "$agent" ;;
    q-lambda | sarsa-lambda) traces "$agent" lambda=0.5,0.8,0.95 ;;
    n-step-sarsa) traces "$agent" n=2,4,8 ;;
    dyna-q | prioritized-sweeping) planning "$agent" ;;
    actor-critic)
      small "$agent" 10 --grid alpha-actor=0.02,0.05,0.2 --grid alpha-critic=0.1,0.3 --grid lambda-actor=0.3,0.7
      large "$agent" 5 --grid alpha-actor=0.02,0.05,0.2 --grid alpha-critic=0.1,0.3 ;;
    linear-q | linear-sarsa) linear "$agent" ;;
    dqn)
      small "$agent" 5 --grid learning-rate=0.0003,0.001,0.003 --grid target-period=100,500
      large "$agent" 5 --grid learning-rate=0.0003,0.001,0.003 ;;
    a2c | ppo)
      small "$agent" 5 --grid actor-rate=0.001,0.003,0.01 --grid entropy=0.01,0.1,0.3
      small "$agent" 5 --grid advantage=normalised,raw --grid entropy=0.1,0.3 --grid rollout=32,128,256
      large "$agent" 5 --grid actor-rate=0.001,0.003,0.01 ;;
    *) echo "there is no sweep of $agent" >&2; exit 2 ;;
  esac
  mv "$dir/$agent.part" "$dir/$agent.txt"
}

if [ $# -eq 0 ]; then
  set -- q-learning sarsa expected-sarsa double-q q-lambda sarsa-lambda n-step-sarsa dyna-q prioritized-sweeping actor-critic \
    linear-q linear-sarsa dqn a2c ppo
fi
for agent in "$@"; do
  run "$agent"
done
