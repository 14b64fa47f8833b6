//! Choices that have a next one: each press of their key goes one further, after the last to the first.

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{Against, Axis, Numbers, Order, Smooth};
use crate::tui::keys::Action;
use crate::tui::model::{Layer, Model, Replies, Scale, Tint};
use crate::tui::panels::{curve, language, transcript};

/// Takes the next of what the action chooses among.
pub fn turn(model: &mut Model, newest: &Snapshot, action: Action) {
    match action {
        Action::Axis => {
            let log = model.curve.axis == Axis::Log;
            model.curve.axis = if log { Axis::Linear } else { Axis::Log };
        }
        Action::Against => {
            let dialogues = model.compare.against == Against::Dialogues;
            model.compare.against = if dialogues { Against::Turns } else { Against::Dialogues };
        }
        Action::Smooth => model.curve.smooth = after(&SMOOTHS, model.curve.smooth),
        Action::Series => model.curve.series = after(&curve::series(newest), model.curve.series),
        Action::Order => {
            model.table.order = after(&ORDERS, model.table.order);
            model.table.keep();
        }
        Action::Scale => {
            model.table.scale = after(&SCALES, model.table.scale);
            let said = match model.table.scale {
                Scale::SinceStart => "colours: up to the largest value since the start",
                Scale::Auto => "colours: up to the largest value now",
                Scale::Locked => "colours: locked at their present range",
            };
            model.say(said, false);
        }
        Action::Layer => {
            model.table.layer = after(&layers(newest), model.table.layer);
        }
        Action::Picture => model.language.chart = (model.language.chart + 1) % language::chart::count(newest).max(1),
        Action::Tint => model.language.tint = after(&TINTS, model.language.tint),
        Action::Places => {
            let gamed = language::view(newest).is_some_and(|view| view.alarm.is_some());
            let all = [Replies::Latest, Replies::Gaming, Replies::Places, Replies::Raw];
            let open = |replies: &Replies| match replies {
                Replies::Raw => model.language.cleaned,
                Replies::Gaming => gamed,
                _ => true,
            };
            let all: Vec<Replies> = all.into_iter().filter(open).collect();
            model.language.replies = after(&all, model.language.replies);
        }
        Action::FollowState => model.table.follow = !model.table.follow,
        Action::FollowDialogue => {
            model.dialogue.number = None;
            model.dialogue.turn = None;
            model.dialogue.scroll = None;
        }
        Action::Surprise => {
            let frozen = model.frozen.clone();
            transcript::jump_to_largest_delta(model, frozen.as_deref().unwrap_or(newest));
            model.dialogue.scroll = None;
        }
        _ => {}
    }
}

/// The one after it, the first after the last.
fn after<T: Copy + PartialEq>(all: &[T], now: T) -> T {
    let position = all.iter().position(|one| *one == now);
    all[position.map_or(0, |p| (p + 1) % all.len())]
}

const SMOOTHS: [Smooth; 4] = [Smooth::Mean100, Smooth::Mean20, Smooth::Ema99, Smooth::Off];
const ORDERS: [Order; 3] = [Order::Visits, Order::Surprise, Order::State];
const TINTS: [Tint; 4] = [Tint::LogRatio, Tint::Kl, Tint::Value, Tint::Advantage];
const SCALES: [Scale; 3] = [Scale::SinceStart, Scale::Auto, Scale::Locked];

/// What the table can show of this agent, the most telling first.
pub fn layers(snapshot: &Snapshot) -> Vec<Layer> {
    let view = &snapshot.view;
    let mut layers = match view.numbers {
        Numbers::Values => vec![Layer::Q, Layer::Policy],
        Numbers::Preferences => vec![Layer::Policy, Layer::Q],
        Numbers::Nothing => vec![Layer::Policy],
    };
    if !view.uncounted {
        layers.extend([Layer::Visits, Layer::AbsDelta]);
    }
    // The layers of the exact solution come last, and only where there is one; preferences are no values to be held against it.
    if snapshot.solution.is_some() {
        layers.push(Layer::Exact);
        layers.extend((view.numbers == Numbers::Values).then_some(Layer::Gap));
    }
    layers
}
