//! Spaces as Gymnasium has them: what an observation or an action may be. Source: Gymnasium 1.x, spaces/discrete.py and box.py.

use thiserror::Error;

use crate::num::dice::Dice;

/// A member of a space.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    Number(u32),
    Vector(Vec<f32>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Space {
    /// Whole numbers from `start` to `start + n - 1`.
    Discrete { n: u32, start: u32 },
    /// Vectors of `shape` numbers, each from `low` to `high`.
    BoxF32 { low: f32, high: f32, shape: u32 },
}

#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SpaceError {
    #[error("the mask has {found} entries for {n} elements; give one 0 or 1 for each")]
    Length { found: usize, n: u32 },
    #[error("the mask holds {value} at {at}; use 0 (not allowed) or 1 (allowed)")]
    Entry { value: i8, at: usize },
    #[error("a box has no mask; leave it out")]
    NoMask,
}

impl Space {
    pub fn contains(&self, element: &Element) -> bool {
        match (self, element) {
            (Space::Discrete { n, start }, Element::Number(x)) => (*start..start + n).contains(x),
            (Space::BoxF32 { low, high, shape }, Element::Vector(v)) => {
                v.len() == *shape as usize && v.iter().all(|x| x >= low && x <= high)
            }
            _ => false,
        }
    }

    /// A uniform draw; with a mask, among the elements marked 1 (`start` where none is, as Gymnasium has it).
    pub fn sample(&self, mask: Option<&[i8]>, dice: &mut Dice) -> Result<Element, SpaceError> {
        match (self, mask) {
            (Space::Discrete { n, start }, None) => Ok(Element::Number(start + dice.below(*n))),
            (Space::Discrete { n, start }, Some(mask)) => {
                let allowed = allowed(mask, *n)?;
                let at = if allowed.is_empty() { 0 } else { allowed[dice.below(allowed.len() as u32) as usize] };
                Ok(Element::Number(start + at))
            }
            (Space::BoxF32 { low, high, shape }, None) => {
                let draw = |_| low + (high - low) * dice.unit() as f32;
                Ok(Element::Vector((0..*shape).map(draw).collect()))
            }
            (Space::BoxF32 { .. }, Some(_)) => Err(SpaceError::NoMask),
        }
    }
}

fn allowed(mask: &[i8], n: u32) -> Result<Vec<u32>, SpaceError> {
    if mask.len() != n as usize {
        return Err(SpaceError::Length { found: mask.len(), n });
    }
    if let Some((at, value)) = mask.iter().enumerate().find(|(_, m)| **m != 0 && **m != 1) {
        return Err(SpaceError::Entry { value: *value, at });
    }
    Ok((0..n).filter(|i| mask[*i as usize] == 1).collect())
}
