//! Looking at a pipeline: nothing that is drawn or made for the eye changes it.

use super::alarm::alarm;
use super::corpus::Context;
use super::evaluate::generate;
use super::ground::Mode;
use super::knobs::value;
use super::loss::{estimates, likelihoods};
use super::net::{Desk, Row, Sheet, reply_places};
use super::notes;
use super::phrases::Class;
use super::pipeline::Pipeline;
use super::plan::Stage;
use super::ppo::Ppo;
use super::prompt::said;
use super::raw::RawCorpus;
use super::reward::scores;
use super::sample::Sampling;
use super::scene::{Reading, Scene};
use super::series::Board;
use super::view::{
    AlarmView, CurveView, DuelView, LabelsView, PipelineView, RawView, SampleView, StageView, TermView, TokenView, Wanted, WordView,
};
use super::vocabulary::{EOS, PAD};
use crate::world::user::DialogueState;

/// Replies shown beside the alarm.
const GAMING: usize = 8;

impl Pipeline {
    pub fn view(&self, wanted: &Wanted) -> PipelineView {
        let ground = &self.ground;
        let (stage, ..) = self.stage();
        let mut desk = Desk::new(self.threads());
        let ppo = self.latest_mode();
        let samples = match ppo {
            Some(ppo) => (0..ppo.rollout.len().min(wanted.samples)).map(|at| self.rolled(ppo, at)).collect(),
            None => self.sampled(&self.actor.parameters, wanted.samples, &mut desk),
        };
        let before = self.policy_of(Stage::Sft).map_or_else(Vec::new, |sft| self.sampled(sft, wanted.samples, &mut desk));
        let after = if before.is_empty() { Vec::new() } else { self.sampled(&self.actor.parameters, wanted.samples, &mut desk) };
        let (labelled, refit) = (self.labels.labelled(), self.labels.refit());
        PipelineView {
            scenario: ground.spec.source.argument().to_owned(),
            preset: ground.spec.preset.clone(),
            seed: ground.spec.seed,
            stage: stage.name(),
            tick: self.now_at(),
            ticks: ground.plan.end(),
            path: ground.plan.stages.iter().map(|(s, t)| StageView { name: s.name(), from: t.start, to: t.end }).collect(),
            curves: self.curves(wanted.points),
            samples,
            before,
            after,
            raw: ground.raw.as_ref().filter(|_| wanted.raw).map(|raw| self.raw_view(raw)),
            duel: if wanted.duel { self.duel_view(&mut desk) } else { None },
            labels: LabelsView {
                choices: labelled.all - labelled.ties,
                ties: labelled.ties,
                before: refit.before / self.norm().1,
                after: refit.after / self.norm().1,
            },
            alarm: ppo.and_then(|ppo| self.alarm_view(ppo)),
            word: wanted.word.zip(ppo).and_then(|((reply, word), ppo)| self.word_view(ppo, reply, word, &mut desk)),
            verdict: self.verdict().map_or_else(Vec::new, Iterator::collect),
            facts: self.facts(),
        }
    }

    fn raw_view(&self, raw: &RawCorpus) -> RawView {
        let over = self.ground.plan.end_of(Stage::Data).unwrap_or(0);
        RawView { cards: raw.cards.clone(), rows: raw.rows.clone(), seen: self.now_at().min(over) as usize }
    }

    /// The mode in which there is a rollout to look at.
    fn latest_mode(&self) -> Option<&Ppo> {
        let (stage, at, _) = self.stage();
        match stage {
            Stage::Ppo(mode) => self.mode(mode).filter(|_| at > 0),
            Stage::Done => self.modes.last(),
            _ => None,
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let ground = &self.ground;
        vec![
            ("parameters", ground.language.parameters().to_string()),
            ("words", ground.scene.vocabulary.len().to_string()),
            ("prompt", ground.scene.layout.prompt.to_string()),
            ("reply", ground.scene.layout.reply.to_string()),
            ("replies", ground.corpus.len().to_string()),
            ("raw replies", ground.from_raw.to_string()),
            ("pairs", ground.pairs.len().to_string()),
            ("labels", self.labelled_by()),
        ]
    }

    /// How it was decided which reply of a pair is the better one.
    fn labelled_by(&self) -> String {
        let ground = &self.ground;
        if !ground.spec.data.pairs.is_empty() {
            return "as your file says".to_owned();
        }
        let share = |name: &str| value(&ground.settings, name) * 100.0;
        let (bias, noise) = (share("length-bias"), share("label-noise"));
        let longer = if bias > 0.0 { format!(", {bias:.0} % by length alone") } else { String::new() };
        let wrong = if noise > 0.0 { format!(", {noise:.0} % turned round") } else { String::new() };
        format!("by exact worth{longer}{wrong}")
    }

    fn curves(&self, points: usize) -> Vec<CurveView> {
        let mut out = Vec::new();
        let mut put = |stage, board: &Board| {
            for (name, series) in board.all().filter(|(_, series)| !series.points().is_empty()) {
                let (all, each) = (series.points(), series.points().len().div_ceil(points.max(1)).max(1));
                let points = all.chunks(each).map(|part| part.iter().sum::<f32>() / part.len() as f32).collect();
                out.push(CurveView { stage, name, stride: series.stride() * each as u32, points });
            }
        };
        put("data", &self.cleaned);
        put("sft", &self.sft);
        put("reward", &self.rewarded);
        put("dpo", &self.preferred);
        self.modes.iter().for_each(|ppo| put(ppo.mode.name(), &ppo.board));
        out
    }

    fn place(&self, prompt: &[u32], s: DialogueState, heard: &[u8]) -> (String, String) {
        let scene = &self.ground.scene;
        let notes = notes::line(&scene.scenario, scene.rule(), s).join(" ");
        let (words, cut) = said(prompt);
        let text = scene.shown(words, s, heard);
        (if cut { format!("… {}", text.trim_start_matches(|c: char| !c.is_alphanumeric())) } else { text }, notes)
    }

    /// Replies of a policy in the first held-out places, always on the same dice.
    fn sampled(&self, parameters: &[f32], count: usize, desk: &mut Desk) -> Vec<SampleView> {
        let ground = &self.ground;
        let contexts = &ground.contexts[..count.min(ground.contexts.len())];
        if contexts.is_empty() {
            return Vec::new();
        }
        let prompts = contexts.iter().flat_map(|context| context.prompt.clone()).collect();
        let key = ground.key(61);
        let said = generate(&ground.language, parameters, &ground.scene, prompts, Sampling::PLAIN, &|row| key.child(row as u64), desk);
        let rewarded = self.reward.parameters.iter().any(|x| *x != 0.0);
        let view = |(number, (context, reply)): (usize, (&Context, &super::generate::Reply))| {
            let tokens = reply.words.iter().zip(&reply.log_probabilities).map(|(word, p)| TokenView {
                text: self.word(*word, context.state, &context.heard),
                log_probability: *p,
                ..TokenView::default()
            });
            let score = rewarded.then(|| self.score(&context.prompt, &reply.words, &mut Desk::new(1)));
            SampleView { tokens: tokens.collect(), score, ..self.plain(number, context, &reply.words) }
        };
        contexts.iter().zip(&said).enumerate().map(view).collect()
    }

    /// A reply as it is read, without a network's numbers.
    fn plain(&self, number: usize, context: &Context, words: &[u32]) -> SampleView {
        let scene = &self.ground.scene;
        let (user, notes) = self.place(&context.prompt, context.state, &context.heard);
        let reading = scene.read(words, context.state, &context.heard);
        SampleView {
            number,
            user,
            notes,
            text: scene.shown(words, context.state, &context.heard),
            understood: expressed(scene, &reading),
            confidence: reading.confidence,
            ..SampleView::default()
        }
    }

    fn score(&self, prompt: &[u32], reply: &[u32], desk: &mut Desk) -> f32 {
        let (ground, (mean, deviation)) = (&self.ground, self.norm());
        let mut tokens = [prompt, reply].concat();
        tokens.resize(ground.scene.layout.total(), PAD);
        let rows = [(&tokens[..], reply.len())];
        (scores(&ground.valued, &self.reward.parameters, &rows, &ground.scene.layout, desk)[0] - mean) / deviation
    }

    fn word(&self, word: u32, s: DialogueState, heard: &[u8]) -> String {
        let scene = &self.ground.scene;
        if word == EOS { "⏎".into() } else { scene.fill(&scene.vocabulary.token(word), s, heard) }
    }

    /// A reply of the rollout.
    fn rolled(&self, ppo: &Ppo, at: usize) -> SampleView {
        let rollout = &ppo.rollout;
        let (context, words) = self.spoken(ppo, at);
        let tokens = rollout.words(at).zip(&words).map(|(k, word)| {
            let [k1, _, k3] = estimates(rollout.drawn[k], rollout.reference[k]);
            TokenView {
                text: self.word(*word, context.state, &context.heard),
                log_probability: rollout.drawn[k],
                log_ratio: Some(k1),
                kl: Some(k3),
                value: Some(rollout.values[k]),
                advantage: Some(rollout.advantages[k]),
            }
        });
        SampleView {
            tokens: tokens.collect(),
            score: Some(rollout.scores[at]),
            reward: Some(rollout.rewards[at]),
            kl: Some(rollout.kl(at)),
            ..self.plain(at, &context, &words)
        }
    }

    fn spoken(&self, ppo: &Ppo, at: usize) -> (Context, Vec<u32>) {
        let (scene, rollout) = (&self.ground.scene, &ppo.rollout);
        let (prompt, slots) = (scene.layout.prompt, scene.scenario.slots.len());
        let sequence = rollout.sequence(at);
        let context = Context {
            prompt: sequence[..prompt].to_vec(),
            state: DialogueState::of_code(rollout.states[at] as usize, scene.rule().slots()),
            heard: rollout.heard[at * slots..(at + 1) * slots].to_vec(),
        };
        (context, sequence[prompt..prompt + rollout.lengths[at] as usize].to_vec())
    }

    fn duel_view(&self, desk: &mut Desk) -> Option<DuelView> {
        let duel = self.duel()?;
        let scene = &self.ground.scene;
        let context = &duel.context;
        let (user, notes) = self.place(&context.prompt, context.state, &context.heard);
        let replies = [0, 1].map(|k| scene.shown(&duel.replies[k], context.state, &context.heard));
        let scores = [0, 1].map(|k| self.score(&context.prompt, &duel.replies[k], desk));
        // In deviations of SFT's scores.
        Some(DuelView { number: duel.number, user, notes, replies, scores })
    }

    fn alarm_view(&self, ppo: &Ppo) -> Option<AlarmView> {
        let alarm = alarm(&ppo.board)?;
        let rollout = &ppo.rollout;
        // Liked by the reward model and worthless to the world.
        let mut order: Vec<usize> = (0..rollout.len()).filter(|at| rollout.understood[*at] == 0 || rollout.rewards[*at] < 0.0).collect();
        order.sort_by(|a, b| rollout.scores[*b].total_cmp(&rollout.scores[*a]).then(a.cmp(b)));
        let mut replies: Vec<SampleView> = Vec::new();
        for at in order {
            let reply = self.rolled(ppo, at);
            // A policy that has found a trick says the same to everybody.
            if replies.len() == GAMING {
                break;
            }
            if replies.iter().all(|known| known.text != reply.text) {
                replies.push(reply);
            }
        }
        let (score, best, now) = (alarm.score, alarm.best, alarm.now);
        Some(AlarmView { mode: ppo.mode.name(), update: alarm.update + 1, score, best, now, replies })
    }

    /// One word of the rollout as the clipped loss sees it now.
    fn word_view(&self, ppo: &Ppo, at: usize, word: usize, desk: &mut Desk) -> Option<WordView> {
        let (ground, rollout) = (&self.ground, &ppo.rollout);
        if at >= rollout.len() || word >= rollout.words(at).len() {
            return None;
        }
        let (words, k) = (rollout.words(at), rollout.words(at).start + word);
        let asked = reply_places(ground.scene.layout.prompt, words.len());
        let sheet = Sheet::new(&ground.language, &[Row { tokens: rollout.sequence(at), asked }], 1);
        let now = likelihoods(&ground.language.outputs(&self.actor.parameters, &sheet.batch, &mut desk.room), &sheet.next)[word];
        let clip = value(&self.settings, "clip") as f32;
        let (drawn, reference, advantage) = (rollout.drawn[k], rollout.reference[k], rollout.advantages[k]);
        let ratio = libm::expf(now.log_probability - drawn);
        let held = ratio.clamp(1.0 - clip, 1.0 + clip);
        let shaped = -ppo.kl_weight * (drawn - reference);
        let end = match ppo.mode {
            _ if k + 1 < words.end => 0.0,
            Mode::Dialogue => rollout.rewards[at] / value(&self.settings, "reward-scale") as f32,
            _ => rollout.scores[at],
        };
        let term = |name, symbol, meaning, value| TermView { name, symbol, meaning, value };
        let terms = vec![
            term("old", "ln π′", "log-probability when it was drawn", drawn),
            term("reference", "ln π₀", "log-probability under SFT", reference),
            term("shaped", "−β ln π′/π₀", "the KL's part of its reward", shaped),
            term("end", "r", "score or reward, at its last word", end),
            term("value", "V", "what the critic expected before it", rollout.values[k]),
            term("target", "G", "what the critic is to learn", rollout.targets[k]),
            term("raw", "G − V", "advantage before whitening", rollout.targets[k] - rollout.values[k]),
            term("advantage", "Â", "advantage as it is learned from", advantage),
            term("now", "ln π", "log-probability now", now.log_probability),
            term("ratio", "ρ", "times as likely as when drawn", ratio),
            term("held", "clip(ρ)", "the ratio held in 1 ± ε", held),
            term("loss", "L", "max(−Â ρ, −Â clip(ρ))", (-advantage * ratio).max(-advantage * held)),
            term("entropy", "H", "how undecided it is here, in nats", now.entropy),
        ];
        let (context, tokens) = self.spoken(ppo, at);
        Some(WordView { reply: at, word, text: self.word(tokens[word], context.state, &context.heard), terms })
    }
}

/// What a reply was understood as.
pub fn expressed(scene: &Scene, reading: &Reading) -> String {
    match (reading.act, reading.understood) {
        (_, false) => "not understood".into(),
        (Some(act), _) => act.name(&scene.scenario),
        (None, _) => format!("makes no sense here: {}", class_name(scene, reading.class)),
    }
}

/// A class in words.
pub fn class_name(scene: &Scene, class: Class) -> String {
    let slot = |slot: u8| scene.scenario.slots[slot as usize].name.clone();
    let task = |task: Option<u8>| task.map_or_else(|| "nothing".into(), |task| scene.scenario.tasks[task as usize].name.clone());
    match class {
        Class::Ask(of) => format!("ask {}", slot(of)),
        Class::Confirm(of) => format!("confirm {}", slot(of)),
        Class::ConfirmNothing(of) => format!("confirm {} without a value", slot(of)),
        Class::ConfirmTask(of) => format!("confirm {}", task(of)),
        Class::Execute(of) => format!("execute {}", task(of)),
        Class::Wish(of) => format!("wants {}", task(Some(of))),
        Class::AskTask => "ask task".into(),
        Class::ConfirmAll => "confirm all".into(),
        Class::ConfirmAllNothing => "confirm nothing".into(),
        Class::Repair => "repair".into(),
        Class::Escalate => "escalate".into(),
        Class::Greet => "greets".into(),
        Class::Tell => "tells".into(),
        Class::Yes => "yes".into(),
        Class::No => "no".into(),
        Class::Correct => "corrects".into(),
        Class::Evade => "evades".into(),
        Class::Thanks => "thanks".into(),
        Class::Leave => "hangs up".into(),
        Class::Unknown => "nothing".into(),
    }
}
