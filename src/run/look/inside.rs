//! What the agent holds beside its values, with words for its states, acts and features.

use super::Looker;
use crate::learn::agent::Agent;
use crate::run::view::{FeatureView, InsideView};
use crate::world::env::{ActionId, Env};

impl<A: Agent> Looker<'_, A> {
    pub(super) fn inside(&self, most: usize) -> InsideView {
        let machine = self.run.machine();
        let inside = machine.agent.inside(most);
        let lists = [inside.traces.as_deref(), inside.plan.as_ref().map(|p| &p.queue[..]), inside.plan.as_ref().map(|p| &p.last[..])];
        let traced = lists.into_iter().flatten().flatten().map(|t| t.key);
        let remembered = inside.replay.iter().flat_map(|r| &r.rows).map(|r| r.key);
        let mut keys: Vec<u64> = traced.chain(remembered).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut active = Vec::new();
        if A::FEATURES {
            self.world.features(machine.state(), &mut active);
        }
        InsideView {
            inside,
            acts: (0..self.actions).map(|a| self.world.act_view(ActionId(a as u8))).collect(),
            features: if A::FEATURES { self.world.feature_names(self.watch.lang) } else { Vec::new() },
            active: active.iter().map(|f| (f.at, f.value)).collect(),
            states: keys.into_iter().map(|key| (key, self.world.state_view(key as u32, self.watch.lang))).collect(),
        }
    }

    /// The features of a state, where the agent sees any.
    pub(super) fn features(&self, state: u32, act: u16) -> Vec<FeatureView> {
        if !A::FEATURES {
            return Vec::new();
        }
        let weights = self.run.machine().agent.inside(0).weights;
        let names = self.world.feature_names(self.watch.lang);
        let mut told = Vec::new();
        self.world.features(state, &mut told);
        let view = |f: &crate::world::env::Feature| FeatureView {
            name: names.get(f.at as usize).cloned().unwrap_or_default(),
            value: f.value,
            weight: weights.as_ref().and_then(|w| w.values.get(f.at as usize * w.acts as usize + usize::from(act)).copied()),
        };
        told.iter().map(view).collect()
    }
}
