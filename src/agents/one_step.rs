//! The one-step agents: they differ in one number, what the next state is worth. Source: Sutton & Barto 2018, §6.4 to 6.6.

use std::marker::PhantomData;

use super::base::Base;
use super::tabular::{Strategy, Tabular};
use crate::learn::agent::{Term, Transition, View};
use crate::learn::knob::Tuned;
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Shape};

pub type OneStep<B> = Tabular<Once<B>>;

/// What an agent takes the next state to be worth.
pub trait Backup: Clone + Send + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    const TERMS: &'static [Term];
    const TUNED: &'static [Tuned] = &[];
    const ON_POLICY: bool;
    /// Whether the next act is chosen before the update (and enters it), as in Sarsa.
    const ACT_FIRST: bool;
    fn next(base: &Base, to: View<'_>, act: ActionId) -> f32;
}

#[derive(Clone, Debug)]
pub struct Once<B>(PhantomData<B>);

impl<B> Fields for Once<B> {
    fn read(&self, _: &mut dyn Sink) {}
    fn write(&mut self, _: &mut dyn Source) -> Result<(), FieldError> {
        Ok(())
    }
}

impl<B: Backup> Strategy for Once<B> {
    const NAME: &'static str = B::NAME;
    const ABOUT: &'static str = B::ABOUT;
    const TERMS: &'static [Term] = B::TERMS;
    const TUNED: &'static [Tuned] = B::TUNED;
    const ON_POLICY: bool = B::ON_POLICY;
    const ONE_STEP: bool = true;

    fn new(_: &Shape, _: &Base) -> Self {
        Once(PhantomData)
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        if B::ACT_FIRST {
            let act = base.choose(t.to, dice);
            base.learn(t, B::next(base, t.to, act), probe);
            act
        } else {
            base.learn(t, B::next(base, t.to, t.act), probe);
            base.choose(t.to, dice)
        }
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed {
            0.0
        } else {
            let act = if B::ACT_FIRST { base.choose(t.to, dice) } else { t.act };
            B::next(base, t.to, act)
        };
        base.learn(t, next, probe);
    }
}
