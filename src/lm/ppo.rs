//! PPO on words: advantages of a rollout, and the clipped steps that learn from it.
//! r(word) = −β (ln π′ − ln π₀), and at a reply's last word its score (bandit) or the world's reward (dialogue);
//! A = δ + λ A′, λ = 1 inside a reply and λ across replies where the dialogue is the episode.
//! Sources: Schulman et al. 2017, eq. 7; Schulman et al. 2016, eq. 16; the KL in the reward: Stiennon et al. 2020.

use super::ground::{Ground, Mode};
use super::knobs::value;
use super::net::{Desk, Net, Row, Sheet, reply_places};
use super::plan::Rollouts;
use super::policy::{Clip, Drawn, Sums, clipped_policy, clipped_value};
use super::rollout::{CLOSED, CUT, Rollout};
use super::series::Board;
use super::talk::Talk;
use super::understand::shuffle;
use crate::fields;
use crate::num::dice::Key;
use crate::num::stats::Moments;

/// What is kept of each update.
pub const METRICS: &[&str] = &[
    "score",
    "return",
    "return ±",
    "success",
    "kl",
    "approx kl",
    "clip fraction",
    "entropy",
    "ratio",
    "explained variance",
    "policy loss",
    "value loss",
    "reply length",
    "eos rate",
    "understood",
    "kl weight",
    "actor gradient",
    "critic gradient",
];

/// One mode's dialogues, the rollout in progress, and what its steps have come to.
#[derive(Clone, Debug)]
pub struct Ppo {
    pub mode: Mode,
    pub talk: Talk,
    pub rollout: Rollout,
    /// Sums over the steps of the update: policy loss, entropy, approximate KL, ratio, clip fraction, value loss, two norms; their count last.
    tally: Vec<f32>,
    pub kl_weight: f32,
    /// Whether the KL's limit ended the update.
    stopped: u8,
    pub board: Board,
}

fields!(Ppo { talk, rollout, tally, kl_weight, stopped, board });

const TALLIED: usize = 9;

impl Ppo {
    pub fn new(ground: &Ground, mode: Mode) -> Ppo {
        let sizes = Rollouts::of(&ground.settings, mode);
        // Each mode has users of its own.
        let first = (mode as u64) << 32;
        Ppo {
            mode,
            talk: Talk::new(&ground.scene, sizes.rows, ground.spec.seed, first),
            rollout: Rollout::new(ground, mode),
            tally: vec![0.0; TALLIED],
            kl_weight: value(&ground.settings, &format!("{}-kl", mode.name())) as f32,
            stopped: 0,
            board: Board::new(METRICS),
        }
    }

    /// After a rollout: what its words are learned by.
    pub fn prepare(&mut self, settings: &[f64]) {
        self.tally.fill(0.0);
        self.stopped = 0;
        let (rows, turns) = (self.talk.rows(), self.rollout.len() / self.talk.rows());
        for row in 0..rows {
            for turn in (0..turns).rev() {
                self.advantages(settings, turn * rows + row, turn + 1 < turns, row);
            }
        }
        if value(settings, "whiten") == 0.0 {
            self.whiten();
        }
    }

    fn advantages(&mut self, settings: &[f64], at: usize, followed: bool, row: usize) {
        let knob = |name: &str| value(settings, name) as f32;
        let (words, lambda) = (self.rollout.words(at), knob("lambda"));
        let last = words.end - 1;
        let rollout = &mut self.rollout;
        let (reward, inside, next_value, next_advantage) = if self.mode == Mode::Bandit {
            let most = knob("score-clip");
            (rollout.scores[at].clamp(-most, most), lambda, 0.0, 0.0)
        } else {
            let next = at + self.talk.rows();
            let (value, advantage) = match rollout.ends[at] {
                CLOSED => (0.0, 0.0),
                // The next place was never spoken in: the value of this one stands for it.
                CUT => (rollout.values[last], 0.0),
                _ if followed => (rollout.values[rollout.words(next).start], rollout.advantages[rollout.words(next).start]),
                _ => (rollout.next_values[row], 0.0),
            };
            (rollout.rewards[at] / knob("reward-scale"), 1.0, value, lambda * advantage)
        };
        let (mut value, mut carried) = (next_value, next_advantage);
        for word in words.rev() {
            let shaped = -self.kl_weight * (rollout.drawn[word] - rollout.reference[word]);
            let r = if word == last { shaped + reward } else { shaped };
            let delta = r + value - rollout.values[word];
            rollout.advantages[word] = delta + carried;
            rollout.targets[word] = rollout.advantages[word] + rollout.values[word];
            value = rollout.values[word];
            carried = inside * rollout.advantages[word];
        }
    }

    fn all_words(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rollout.len()).flat_map(|at| self.rollout.words(at))
    }

    fn whiten(&mut self) {
        let mut moments = Moments::default();
        self.all_words().for_each(|word| moments.add(f64::from(self.rollout.advantages[word])));
        let (mean, share) = (moments.mean as f32, (1.0 / (moments.variance().sqrt() + 1e-8)) as f32);
        for word in self.all_words().collect::<Vec<_>>() {
            self.rollout.advantages[word] = (self.rollout.advantages[word] - mean) * share;
        }
    }

    /// The replies of a step.
    fn chosen(&self, update: u64, step: usize, sizes: &Rollouts, key: Key) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rollout.len()).collect();
        shuffle(&mut order, key.child(update).child((step / sizes.steps()) as u64));
        let from = step % sizes.steps() * sizes.minibatch;
        order[from..(from + sizes.minibatch).min(order.len())].to_vec()
    }

    /// One step of actor and critic; `mixture` is called with the gradient of the actor to add SFT's to it.
    pub fn step(
        &mut self,
        ground: &Ground,
        settings: &[f64],
        (actor, critic): (&mut Net, &mut Net),
        (update, step): (u64, usize),
        mixture: &mut dyn FnMut(&Net, &mut Desk),
        desk: &mut Desk,
    ) {
        if self.stopped > 0 {
            return;
        }
        let knob = |name: &str| value(settings, name);
        let sizes = Rollouts::of(&ground.settings, self.mode);
        let own = |name: &str| knob(&format!("{}-{name}", self.mode.name()));
        let updates = value(&ground.settings, &format!("{}-updates", self.mode.name()));
        let left = 1.0 - (1.0 - knob("rate-end")) * update as f64 / (updates - 1.0).max(1.0);
        let chosen = self.chosen(update, step, &sizes, ground.key(31));
        let layout = ground.scene.layout;
        let rows: Vec<Row<'_>> = chosen
            .iter()
            .map(|at| Row { tokens: self.rollout.sequence(*at), asked: reply_places(layout.prompt, self.rollout.lengths[*at] as usize) })
            .collect();
        let sheet = Sheet::new(&ground.language, &rows, 1);
        let words: Vec<usize> = chosen.iter().flat_map(|at| self.rollout.words(*at)).collect();
        let most = knob("gradient-norm");
        let frozen = update < knob("frozen") as u64;
        let sums = self.actor_gradient(ground, settings, &sheet, &words, actor, desk);
        if !frozen {
            mixture(actor, desk);
            actor.step(&ground.language, &desk.gradient, own("actor-rate") * left, 0.0, most);
        }
        let value_loss = self.critic_gradient(ground, settings, &sheet, &words, critic, desk);
        critic.step(&ground.valued, &desk.gradient, own("critic-rate") * left, 0.0, most);
        let norms = [if frozen { 0.0 } else { actor.norm }, critic.norm];
        let now = [sums.loss, sums.entropy, sums.moved, sums.ratio, sums.clipped, value_loss, norms[0], norms[1], 1.0];
        self.tally.iter_mut().zip(now).for_each(|(sum, x)| *sum += x);
        let limit = knob("kl-limit") as f32;
        if limit > 0.0 && self.tally[2] / self.tally[8] > limit {
            self.stopped = 1;
        }
    }

    fn actor_gradient(&self, ground: &Ground, settings: &[f64], sheet: &Sheet, words: &[usize], actor: &Net, desk: &mut Desk) -> Sums<f32> {
        let clip = Clip { range: value(settings, "clip") as f32, entropy: value(settings, "entropy") as f32 };
        let weight = 1.0 / words.len() as f32;
        let drawn: Vec<Drawn<f32>> = words
            .iter()
            .zip(&sheet.next)
            .map(|(at, word)| Drawn {
                word: *word,
                log_probability: self.rollout.drawn[*at],
                advantage: self.rollout.advantages[*at],
                weight,
            })
            .collect();
        desk.gradient.resize(ground.language.parameters(), 0.0);
        let Desk { room, gradient, .. } = desk;
        let loss = |asked: std::ops::Range<usize>, x: &mut [f32]| clipped_policy(x, &drawn[asked], &clip);
        let lanes = ground.language.gradient(&actor.parameters, &sheet.batch, room, loss, gradient);
        let mut sums = Sums::ZERO;
        lanes.iter().for_each(|lane| sums.add(lane));
        sums
    }

    fn critic_gradient(&self, ground: &Ground, settings: &[f64], sheet: &Sheet, words: &[usize], critic: &Net, desk: &mut Desk) -> f32 {
        let range = match value(settings, "value-clip") as f32 {
            0.0 => f32::INFINITY,
            range => range,
        };
        let weight = 1.0 / words.len() as f32;
        let rollout = &self.rollout;
        desk.gradient.resize(ground.valued.parameters(), 0.0);
        let Desk { room, gradient, .. } = desk;
        let loss = |asked: std::ops::Range<usize>, x: &mut [f32]| {
            let mut sum = 0.0;
            for (x, at) in x.iter_mut().zip(&words[asked]) {
                let (loss, slope) = clipped_value(*x, rollout.values[*at], rollout.targets[*at], range);
                sum += weight * loss;
                *x = weight * slope;
            }
            sum
        };
        ground.valued.gradient(&critic.parameters, &sheet.batch, room, loss, gradient).iter().sum()
    }

    /// After the last step of an update: its figures, and the KL's weight for the next one.
    pub fn conclude(&mut self, settings: &[f64]) {
        let (rollout, steps) = (&self.rollout, self.tally[8].max(1.0));
        let n = rollout.len() as f32;
        let mean = |x: &dyn Fn(usize) -> f32| (0..rollout.len()).map(x).sum::<f32>() / n;
        let kl = mean(&|at| rollout.kl(at));
        let tally = |k: usize| self.tally[k] / steps;
        let values = [
            ("score", mean(&|at| rollout.scores[at])),
            ("return", rollout.return_),
            ("return ±", rollout.return_margin),
            ("success", rollout.success),
            ("kl", kl),
            ("approx kl", tally(2)),
            ("clip fraction", tally(4)),
            ("entropy", tally(1)),
            ("ratio", tally(3)),
            ("explained variance", self.explained()),
            ("policy loss", tally(0)),
            ("value loss", tally(5)),
            ("reply length", mean(&|at| rollout.lengths[at] as f32)),
            ("eos rate", mean(&|at| f32::from(u8::from(rollout.ended(at))))),
            ("understood", mean(&|at| f32::from(rollout.understood[at]))),
            ("kl weight", self.kl_weight),
            ("actor gradient", tally(6)),
            ("critic gradient", tally(7)),
        ];
        self.board.push(&values);
        if value(settings, "kl-control") > 0.0 {
            // Source: Ziegler et al. 2019, §2.2.
            let error = (kl / value(settings, "kl-target") as f32 - 1.0).clamp(-0.2, 0.2);
            self.kl_weight *= 1.0 + 0.1 * error;
        }
    }

    /// 1 − Var(target − V) / Var(target), over words.
    fn explained(&self) -> f32 {
        let (mut rest, mut all) = (Moments::default(), Moments::default());
        for word in self.all_words() {
            rest.add(f64::from(self.rollout.targets[word] - self.rollout.values[word]));
            all.add(f64::from(self.rollout.targets[word]));
        }
        if all.variance() > 0.0 { (1.0 - rest.variance() / all.variance()) as f32 } else { 0.0 }
    }

    /// Whether every number of the last step is finite.
    pub fn sound(&self) -> bool {
        self.tally.iter().all(|x| x.is_finite())
    }
}
