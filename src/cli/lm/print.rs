//! What a path has come to, as a table for people and as one JSON object for programs.

use std::io::Write;

use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::show::{percent, print_json, print_table, seconds};
use crate::lm::alarm::alarm;
use crate::lm::evaluate::Figures;
use crate::lm::ground::Ground;
use crate::lm::knobs::{self, KNOBS};
use crate::lm::pipeline::Pipeline;
use crate::lm::plan::Stage;
use crate::lm::report::{Report, Rewarded};
use crate::lm::view::Wanted;
use crate::num::digest::digest;
use crate::num::stats::Moments;
use crate::text::line;
use crate::world::solve::Worth;

/// The latest figures, for a line of progress.
pub fn latest(pipeline: &Pipeline) -> String {
    match pipeline.stage().0 {
        Stage::Data => format!("data · {:.0} records kept", pipeline.cleaned.last("kept")),
        Stage::Sft => format!("sft · loss {:.3}", pipeline.sft.last("loss")),
        Stage::Reward if pipeline.ground.test.is_empty() => format!("reward · loss {:.3}", pipeline.rewarded.last("loss")),
        Stage::Reward => format!("reward · accuracy {}", percent(f64::from(pipeline.rewarded.last("accuracy held out")))),
        Stage::Ppo(mode) => pipeline.mode(mode).map_or_else(String::new, |ppo| {
            let last = |name: &str| ppo.board.last(name);
            let name = mode.name();
            format!("{name} · score {:.2} · return {:.1} · success {}", last("score"), last("return"), percent(f64::from(last("success"))))
        }),
        Stage::Done => "done".into(),
    }
}

/// A number that is one, or null.
fn plain(x: f64) -> Value {
    if x.is_finite() { x.into() } else { Value::Null }
}

pub fn json(out: &mut dyn Write, pipeline: &Pipeline, report: &Report, spent: f64) -> Result<(), Failure> {
    let sft = report.sft.as_ref().map(|judged| {
        json!({
            "perplexity": plain(if pipeline.ground.held.is_empty() { f64::NAN } else { report.perplexity }),
            "understood": judged.drawn.understood.mean,
            "success": judged.drawn.success.mean,
            "return": judged.drawn.return_.mean,
            "greedy_success": judged.greedy.success.mean,
            "greedy_return": judged.greedy.return_.mean,
        })
    });
    let tested = |share: f64| if pipeline.ground.test.is_empty() { Value::Null } else { share.into() };
    let reward = report.reward.as_ref().map(|reward| {
        json!({
            "pairs": reward.pairs,
            "pairs_left_out": pipeline.ground.equal,
            "accuracy_clean": tested(reward.accuracy_clean),
            "accuracy_labels": tested(reward.accuracy_labels),
            "rm_greedy_return": reward.favourite.return_.mean,
        })
    });
    let modes: Vec<Value> = report
        .modes
        .iter()
        .map(|moded| {
            let (drawn, greedy) = (&moded.judged.drawn, &moded.judged.greedy);
            json!({
                "mode": moded.mode.name(),
                "updates": moded.updates,
                "success": drawn.success.mean,
                "return": drawn.return_.mean,
                "greedy_success": greedy.success.mean,
                "greedy_return": greedy.return_.mean,
                "kl_per_reply": drawn.kl.mean,
                "understood": drawn.understood.mean,
            })
        })
        .collect();
    let object = json!({
        "seed": pipeline.ground.spec.seed.to_string(),
        "seconds": spent,
        "sft": sft,
        "reward": reward,
        "ppo": modes,
        "optimal": report.optimal.as_ref().map(|worth| json!({"success": worth.success, "return": worth.return_})),
        "digest": digest(pipeline).to_string(),
    });
    Ok(print_json(out, &object)?)
}

const HEAD: [&str; 9] = ["", "success", "return", "turns", "understood", "words", "eos", "KL", "distinct 1, 2"];

fn row(name: &str, figures: &Figures) -> Vec<String> {
    let with = |moments: &Moments, text: &dyn Fn(f64) -> String| format!("{} ± {}", text(moments.mean), text(moments.half_width_95()));
    // No minus before a zero.
    let number = |x: f64| format!("{:.2}", if x.abs() < 0.005 { 0.0 } else { x }).replace('-', "−");
    let kl = if figures.kl.count > 0 { number(figures.kl.mean) } else { String::new() };
    vec![
        name.to_owned(),
        with(&figures.success, &percent),
        with(&figures.return_, &number),
        number(figures.turns.mean),
        percent(figures.understood.mean),
        number(figures.length.mean),
        percent(figures.ended.mean),
        kl,
        format!("{:.4}, {:.4}", figures.distinct[0], figures.distinct[1]),
    ]
}

pub fn table(out: &mut dyn Write, pipeline: &Pipeline, report: &Report, table: Option<&Worth>, spent: f64) -> Result<(), Failure> {
    let ground = &pipeline.ground;
    let (spec, scene) = (&ground.spec, &ground.scene);
    writeln!(
        out,
        "{} · preset {} · seed {} · {} parameters, {} words, {} + {} tokens · {} · digest {}\n",
        line(spec.source.argument()),
        spec.preset,
        spec.seed,
        ground.language.parameters(),
        scene.vocabulary.len(),
        scene.layout.prompt,
        scene.layout.reply,
        seconds(spent),
        digest(pipeline)
    )?;
    let mut rows = vec![row("untrained", &report.untrained)];
    if let Some(judged) = &report.sft {
        rows.extend([row("SFT", &judged.drawn), row("SFT, likeliest", &judged.greedy)]);
    }
    rows.extend(report.reward.as_ref().map(|reward| row("reward model's favourite", &reward.favourite)));
    for moded in &report.modes {
        let name = named(moded.mode.name());
        rows.extend([row(&name, &moded.judged.drawn), row(&format!("{name}, likeliest"), &moded.judged.greedy)]);
    }
    rows.push(row("expert", &report.expert));
    // They see states and no text: references, not bounds, for the model sees values too.
    let acts = [("Q-table in acts, exact", table), ("optimum in acts, exact", report.optimal.as_ref())];
    for (name, worth) in acts.into_iter().filter_map(|(name, worth)| Some((name, worth?))) {
        let mut row = vec![name.to_owned(), percent(worth.success), format!("{:.2}", worth.return_), format!("{:.2}", worth.turns)];
        row.resize(HEAD.len(), String::new());
        rows.push(row);
    }
    print_table(out, &HEAD, &rows)?;
    notes(out, pipeline, report)?;
    samples(out, pipeline)
}

/// Places in which replies are shown.
const PLACES: usize = 5;

/// The same held-out places as SFT spoke in them and as the last policy does.
fn samples(out: &mut dyn Write, pipeline: &Pipeline) -> Result<(), Failure> {
    let view = pipeline.view(&Wanted { samples: PLACES, word: None, points: 1, duel: false, raw: false });
    for (before, after) in view.before.iter().zip(&view.after) {
        writeln!(out, "\nuser   {}   [{}]", line(&before.user), before.notes)?;
        writeln!(out, "SFT    {}   ({})", line(&before.text), before.understood)?;
        if after.text != before.text {
            writeln!(out, "now    {}   ({})", line(&after.text), after.understood)?;
        }
    }
    Ok(())
}

/// Each stage against the one before: with the same users, so that much of what is chance falls out of the difference.
fn gains(out: &mut dyn Write, report: &Report) -> Result<(), Failure> {
    let Some(sft) = &report.sft else { return Ok(()) };
    let mut put = |name: &str, of: &Figures, over: &Figures| {
        let [return_, success] = of.gained(over);
        let points = |x: f64| format!("{:.1}", x * 100.0);
        let sign = |x: f64, text: String| if x < 0.0 { text.replace('-', "−") } else { format!("+{text}") };
        writeln!(
            out,
            "{name}, same users: success {} ± {} points, return {} ± {:.2}",
            sign(success.mean, points(success.mean)),
            points(success.half_width_95()),
            sign(return_.mean, format!("{:.2}", return_.mean)),
            return_.half_width_95()
        )
    };
    put("SFT over the untrained model", &sft.drawn, &report.untrained)?;
    for moded in &report.modes {
        let name = named(moded.mode.name());
        put(&format!("{name} over SFT"), &moded.judged.drawn, &sft.drawn)?;
        put(&format!("{name} over SFT, likeliest"), &moded.judged.greedy, &sft.greedy)?;
    }
    Ok(())
}

fn named(mode: &str) -> String {
    if mode == "dpo" { "DPO".to_owned() } else { format!("PPO {mode}") }
}

/// The end of a sentence on data that was brought along and used, and the beginning of what was not.
const WHOLE: &str = "; nothing left out";
const LEFT: &str = "; left out: ";

/// Sentences on the data that was brought along: how much was used, and what was left out or cut.
fn brought(out: &mut dyn Write, ground: &Ground) -> Result<(), Failure> {
    if !ground.spec.data.told.is_empty() {
        writeln!(out)?;
    }
    for told in &ground.spec.data.told {
        // Checkpoints of earlier versions say it already.
        let told = told.strip_suffix(WHOLE).unwrap_or(told);
        let whole = !told.contains(LEFT) && (ground.equal == 0 || !told.starts_with("--pairs"));
        writeln!(out, "{told}{}", if whole { WHOLE } else { "" })?;
    }
    if ground.equal > 0 {
        let (equal, room) = (ground.equal, ground.scene.layout.reply);
        let pairs = if equal == 1 { "1 pair is".to_owned() } else { format!("{equal} pairs are") };
        writeln!(out, "of the pairs, {pairs} left out: the two answers are the same up to {room} tokens, behind which replies are cut")?;
    }
    if !ground.spec.data.replies.is_empty() {
        let texts = [&ground.corpus, &ground.held];
        let (cut, room) = (texts.iter().map(|t| t.cut(ground.scene.layout.total())).sum::<usize>(), ground.scene.layout.reply);
        writeln!(out, "of the replies, {cut} are cut behind {room} tokens, which is what a reply has room for")?;
    }
    Ok(())
}

/// The perplexity of SFT, and on how many replies it rests.
fn perplexity(out: &mut dyn Write, ground: &Ground, report: &Report) -> Result<(), Failure> {
    if !report.perplexity.is_finite() {
        return Ok(());
    }
    let (replies, held) = (ground.corpus.len(), ground.held.len());
    let judged = match held {
        0 => "none is held out to judge it by, so that no perplexity is known".to_owned(),
        1 => format!("perplexity {:.3} on 1 held-out reply", report.perplexity),
        _ => format!("perplexity {:.3} on {held} held-out replies", report.perplexity),
    };
    Ok(writeln!(out, "\nSFT: {replies} replies, {judged}")?)
}

/// The accuracy of the reward model, and the number of pairs behind it.
fn rewarded(out: &mut dyn Write, ground: &Ground, reward: &Rewarded) -> Result<(), Failure> {
    let probes = &reward.probes;
    let judged = match ground.test.len() {
        0 => "no pair is held out to judge it by".to_owned(),
        held => format!(
            "on {held} held-out {} right on {} of clean labels and {} of those given, calibration error {:.3}, length and score \
             correlate by {:+.2}",
            if held == 1 { "pair" } else { "pairs" },
            percent(reward.accuracy_clean),
            percent(reward.accuracy_labels),
            probes.calibration,
            probes.length_correlation
        ),
    };
    let (empty, repeated) = (probes.empty, probes.repeated);
    Ok(writeln!(
        out,
        "reward model: {} pairs; {judged}; an empty reply {empty:+.2} sd, one word again and again {repeated:+.2} sd",
        reward.pairs
    )?)
}

/// What no column has room for.
fn notes(out: &mut dyn Write, pipeline: &Pipeline, report: &Report) -> Result<(), Failure> {
    let ground = &pipeline.ground;
    brought(out, ground)?;
    perplexity(out, ground, report)?;
    gains(out, report)?;
    if let Some(reward) = &report.reward {
        rewarded(out, ground, reward)?;
    }
    for ppo in pipeline.modes.iter().filter(|ppo| ppo.board.get("score").is_some_and(|series| !series.points().is_empty())) {
        let ends = |name: &str| ppo.board.get(name).map_or((0.0, 0.0), |series| (series.points()[0], ppo.board.last(name)));
        let (score, return_, kl) = (ends("score"), ends("return"), ends("kl"));
        writeln!(
            out,
            "PPO {}: from its first update to its last, score {:+.2} to {:+.2} sd, true return {:.2} to {:.2}, KL of a reply {:.2} to {:.2}",
            ppo.mode.name(),
            score.0,
            score.1,
            return_.0,
            return_.1,
            kl.0.abs(),
            kl.1
        )?;
        if let Some(alarm) = alarm(&ppo.board) {
            writeln!(
                out,
                "ALARM in {} after update {}: the score is up by {:.2} sd while the true return fell from {:.2} to {:.2}",
                ppo.mode.name(),
                alarm.update + 1,
                alarm.score,
                alarm.best,
                alarm.now
            )?;
        }
    }
    Ok(())
}

pub fn knobs(out: &mut dyn Write, preset: &str, pairs: &[(String, String)]) -> Result<(), Failure> {
    let settings = knobs::settings(preset, pairs).map_err(|e| Failure::Input(format!("--set: {e}")))?;
    for (knob, value) in KNOBS.iter().zip(&settings.0) {
        crate::cli::agents::show_knob(out, knob, &format!("here {}", knob.show(*value)))?;
    }
    Ok(())
}
