//! What a tick does in each stage.

use std::mem::take;

use super::Pipeline;
use crate::lm::dpo;
use crate::lm::evaluate;
use crate::lm::ground::Mode;
use crate::lm::knobs::value;
use crate::lm::net::{Net, schedule};
use crate::lm::pairs::Pair;
use crate::lm::plan::{Rollouts, Stage};
use crate::lm::report;
use crate::lm::reward;
use crate::lm::rollout::{Judges, norm};
use crate::lm::sample::Sampling;
use crate::lm::sft;

/// Figures of a tick, by their names.
type Figures = Vec<(&'static str, f32)>;

/// Steps between two looks at what nobody learns from, and how much of it is looked at.
const LOOK: u64 = 50;
const LOOKED_AT: usize = 256;
/// Dialogues in which the reward model's favourites are tried at the end of its stage.
const JUDGED: usize = 100;

impl Pipeline {
    pub(super) fn advance(&mut self) -> Figures {
        let (stage, at, of) = self.stage();
        let figures = match stage {
            Stage::Data => self.data_step(at),
            Stage::Sft => self.sft_step(at, of),
            Stage::Reward => self.reward_step(at, of),
            Stage::Ppo(Mode::Dpo) => self.dpo_step(at, of),
            Stage::Ppo(mode) => self.ppo_tick(mode, at),
            Stage::Done => return Vec::new(),
        };
        if at + 1 == of {
            self.conclude(stage);
        }
        figures
    }

    fn knob(&self, name: &str) -> f64 {
        value(&self.settings, name)
    }

    /// What the end of a stage leaves behind.
    fn conclude(&mut self, stage: Stage) {
        match stage {
            Stage::Sft => self.reference.clone_from(&self.actor.parameters),
            Stage::Reward => {
                let ground = self.ground.clone();
                let (mean, deviation) = norm(&ground, &self.reference, &self.reward.parameters, ground.key(21), &mut self.desk);
                self.norm.copy_from_slice(&[mean, deviation]);
                let judged = report::reward(self, JUDGED);
                let probes = judged.probes;
                let all = [
                    judged.accuracy_clean,
                    judged.favourite.return_.mean,
                    judged.favourite.success.mean,
                    probes.empty,
                    probes.repeated,
                    probes.length_correlation,
                    probes.calibration,
                ];
                self.verdict.iter_mut().zip(all).for_each(|(to, x)| *to = if x.is_finite() { x as f32 } else { 0.0 });
            }
            Stage::Ppo(mode) => {
                if let Some(at) = self.ground.spec.modes.iter().position(|own| *own == mode) {
                    self.kept[at].clone_from(&self.actor.parameters);
                }
            }
            Stage::Data | Stage::Done => {}
        }
    }

    /// One raw record more has been cleaned or dropped.
    fn data_step(&mut self, at: u64) -> Figures {
        let ground = self.ground.clone();
        let cards = ground.raw.as_ref().map_or(&[][..], |raw| &raw.cards[..raw.cards.len().min(at as usize + 1)]);
        let kept = cards.iter().filter(|card| card.lost.is_none());
        let mended = kept.clone().filter(|card| !card.mended.is_empty()).count();
        let kept = kept.count();
        let figures = vec![("kept", kept as f32), ("dropped", (cards.len() - kept) as f32), ("mended", mended as f32)];
        self.cleaned.push(&figures);
        figures
    }

    fn sft_step(&mut self, at: u64, of: u64) -> Figures {
        let ground = self.ground.clone();
        let (texts, layout) = (&ground.corpus, &ground.scene.layout);
        let chosen = sft::dealt(texts.len(), self.knob("sft-batch") as usize, at, ground.key(11));
        let whole = self.knob("sft-loss") > 0.0;
        let loss = sft::gradient(&ground.language, &self.actor, texts, &chosen, layout, whole, &mut self.desk);
        let rate = self.knob("sft-rate") * schedule(at, of, (self.knob("warm-up") as u64).min(of / 4));
        let (decay, most) = (self.knob("sft-decay"), self.knob("gradient-norm"));
        self.actor.step(&ground.language, &self.desk.gradient, rate, decay, most);
        let mut figures = vec![("loss", loss), ("gradient norm", self.actor.norm), ("learning rate", rate as f32)];
        if at % LOOK == LOOK - 1 || at + 1 == of {
            let perplexity = sft::measured(&ground.language, &self.actor.parameters, &ground.held, LOOKED_AT, layout, &mut self.desk);
            figures.push(("perplexity", perplexity as f32));
        }
        self.sft.push(&figures);
        figures
    }

    fn reward_step(&mut self, at: u64, of: u64) -> Figures {
        let ground = self.ground.clone();
        let layout = &ground.scene.layout;
        if at == 0 {
            self.reward.begin(&self.reference);
        }
        let chosen = sft::dealt(ground.pairs.len(), self.knob("reward-batch") as usize, at, ground.key(12));
        let list: Vec<&Pair> = chosen.iter().map(|at| &ground.pairs[*at]).collect();
        let diverging = self.knob("reward-loss") > 0.0;
        let margins = reward::gradient(&ground.valued, &self.reward.parameters, &list, layout, diverging, &mut self.desk);
        let rate = self.knob("reward-rate") * schedule(at, of, 0);
        let (decay, most) = (self.knob("reward-decay"), self.knob("gradient-norm"));
        self.reward.step(&ground.valued, &self.desk.gradient, rate, decay, most);
        let mut figures = vec![
            ("loss", margins.loss),
            ("accuracy", margins.accuracy),
            ("chosen", margins.chosen),
            ("rejected", margins.rejected),
            ("margin", margins.chosen - margins.rejected),
            ("gradient norm", self.reward.norm),
        ];
        if at % LOOK == LOOK - 1 || at + 1 == of {
            let test = &ground.test[..ground.test.len().min(LOOKED_AT / 2)];
            let judged = reward::judged(&ground.valued, &self.reward.parameters, test, layout, &mut self.desk);
            figures.push(("accuracy held out", reward::accuracy(test, &judged).0 as f32));
        }
        self.rewarded.push(&figures);
        figures
    }

    fn dpo_step(&mut self, at: u64, of: u64) -> Figures {
        let ground = self.ground.clone();
        if at == 0 {
            self.actor.begin(&self.reference);
        }
        let chosen = sft::dealt(ground.pairs.len(), self.knob("reward-batch") as usize, at, ground.key(13));
        let list: Vec<&Pair> = chosen.iter().map(|at| &ground.pairs[*at]).collect();
        let (gpt, layout, beta) = (&ground.language, &ground.scene.layout, self.knob("dpo-beta") as f32);
        let rewards = dpo::gradient(gpt, &self.actor.parameters, &self.reference, &list, layout, beta, &mut self.desk);
        let rate = self.knob("dpo-rate") * schedule(at, of, 0);
        let most = self.knob("gradient-norm");
        self.actor.step(gpt, &self.desk.gradient, rate, 0.0, most);
        let figures = vec![
            ("loss", rewards.loss),
            ("accuracy", rewards.accuracy),
            ("margin", rewards.chosen - rewards.rejected),
            ("chosen", rewards.chosen),
            ("rejected", rewards.rejected),
            ("gradient norm", self.actor.norm),
        ];
        self.preferred.push(&figures);
        figures
    }

    fn ppo_tick(&mut self, mode: Mode, at: u64) -> Figures {
        let ground = self.ground.clone();
        let which = self.modes.iter().position(|ppo| ppo.mode == mode).expect("the plan has the spec's modes only");
        let ticks = Rollouts::of(&ground.settings, mode).ticks();
        let (update, part) = (at / ticks, at % ticks);
        if at == 0 {
            self.begin_ppo();
        }
        if part == 0 {
            return self.rollout(which, update);
        }
        let settings = self.settings.clone();
        let ppo = &mut self.modes[which];
        let mixture = settings_mixture(&settings);
        let seed = ground.key(14).child(update * ticks + part);
        let mut mix = |actor: &Net, desk: &mut crate::lm::net::Desk| {
            if mixture <= 0.0 {
                return;
            }
            let own = take(&mut desk.gradient);
            let chosen = sft::dealt(ground.corpus.len(), value(&settings, "sft-batch") as usize, 0, seed);
            sft::gradient(&ground.language, actor, &ground.corpus, &chosen, &ground.scene.layout, false, desk);
            desk.gradient.iter_mut().zip(own).for_each(|(g, own)| *g = *g * mixture + own);
        };
        ppo.step(&ground, &settings, (&mut self.actor, &mut self.critic), (update, part as usize - 1), &mut mix, &mut self.desk);
        if part + 1 == ticks {
            ppo.conclude(&settings);
            let keep = value(&settings, "ema") as f32;
            self.ema.iter_mut().zip(&self.actor.parameters).for_each(|(mean, now)| *mean = keep * *mean + (1.0 - keep) * now);
        }
        let board = &self.modes[which].board;
        if part + 1 == ticks { board.all().map(|(name, series)| (name, series.last().unwrap_or(0.0))).collect() } else { Vec::new() }
    }

    /// The policy of SFT again, and a critic that knows what the reward model knows but has nothing to say yet.
    fn begin_ppo(&mut self) {
        self.actor.begin(&self.reference);
        self.ema.clone_from(&self.reference);
        let body = self.ground.language.parameters();
        let trained = self.ground.plan.end_of(Stage::Reward).is_some_and(|_| self.reward.parameters.iter().any(|x| *x != 0.0));
        if trained {
            let body = self.reward.parameters[..body].to_vec();
            self.critic.begin(&body);
        } else {
            self.critic.begin(&self.reference);
        }
    }

    fn rollout(&mut self, which: usize, update: u64) -> Figures {
        let ground = self.ground.clone();
        let settings = self.settings.clone();
        let ppo = &mut self.modes[which];
        let judges = Judges {
            actor: &self.actor.parameters,
            reference: &self.reference,
            critic: &self.critic.parameters,
            reward: &self.reward.parameters,
            norm: (self.norm[0], self.norm[1]),
        };
        let sampling = Sampling::Drawn { temperature: value(&settings, "temperature") as f32, top_k: 0, top_p: 1.0 };
        let key = ground.key(15).child(ppo.mode as u64).child(update);
        ppo.rollout.play(&ground, &mut ppo.talk, &judges, sampling, key, &mut self.desk);
        ppo.prepare(&settings);
        vec![("return", ppo.rollout.return_), ("success", ppo.rollout.success)]
    }

    /// How a speaker fares in dialogues with held-out users; nothing is learned.
    pub fn judge(&mut self, speaker: &evaluate::Speaker<'_>, dialogues: usize) -> evaluate::Figures {
        let ground = self.ground.clone();
        evaluate::judge(&ground.scene, speaker, dialogues, &mut self.desk)
    }

    /// Room to calculate in, for who looks.
    pub fn desk(&mut self) -> &mut crate::lm::net::Desk {
        &mut self.desk
    }
}

fn settings_mixture(settings: &[f64]) -> f32 {
    value(settings, "mixture") as f32
}
