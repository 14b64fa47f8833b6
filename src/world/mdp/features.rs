//! Feature vectors of a finite MDP's states, where its file gives them: `"features"`, a row of real numbers for each state, and
//! `"feature_names"`. Without them each state is its own feature.

use serde_json::Value;

use super::stream::{self, Shape, Sink};
use super::{MdpError, bad, list, number};
use crate::world::env::Feature;

/// More columns than this make rows that nobody writes.
const COLUMNS_MAX: usize = 1 << 16;

#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// One for each column.
    pub names: Vec<String>,
    /// By state, those that are not 0, by rising place.
    pub rows: Vec<Vec<Feature>>,
}

/// Reads both keys; none where the file has no features.
pub(super) fn parse(root: &Value, shape: Option<Shape>, text: &str, states: usize) -> Result<Option<Features>, MdpError> {
    if root.get("features").is_none() {
        return match root.get("feature_names") {
            Some(_) => bad("feature_names", "there are no features to name; add \"features\", a row of numbers for each state"),
            None => Ok(None),
        };
    }
    let Some(shape) = shape else { return bad("features", "a list is needed here") };
    if shape.length != states {
        return bad("features", format!("it has {} rows for {states} states; one row for each state is needed", shape.length));
    }
    let Some(width) = shape.first else { return bad("features[0]", "a list is needed here") };
    if width == 0 || width > COLUMNS_MAX {
        return bad("features[0]", format!("it has {width} numbers; between 1 and {COLUMNS_MAX} are possible"));
    }
    let mut rows = Rows { width, row: Vec::new(), done: Vec::new() };
    stream::table(text, &mut rows)?;
    Ok(Some(Features { names: names(root, width)?, rows: rows.done }))
}

/// Puts rows together from their numbers.
struct Rows {
    width: usize,
    row: Vec<Feature>,
    done: Vec<Vec<Feature>>,
}

impl Sink for Rows {
    const KEY: &'static str = "features";
    const DEPTH: usize = 2;

    fn element(&mut self, at: &[usize], value: &Value) -> Result<(), MdpError> {
        let path = || stream::path("features", at);
        let wide = number(value, "").or_else(|e| bad(path(), e.what))?;
        let value = wide as f32;
        if !value.is_finite() {
            return bad(path(), format!("{wide} is too large; features lie within 3.4e38 of 0"));
        }
        if value != 0.0 {
            self.row.push(Feature { at: at[1] as u32, value });
        }
        Ok(())
    }

    fn close(&mut self, at: &[usize], length: usize) -> Result<(), MdpError> {
        let [state] = at else { return Ok(()) };
        if length != self.width {
            let what = format!("it has {length} numbers, but the first row has {}; all rows are of one length", self.width);
            return bad(format!("features[{state}]"), what);
        }
        let mut row = std::mem::take(&mut self.row);
        row.shrink_to_fit();
        self.done.push(row);
        Ok(())
    }
}

fn names(root: &Value, width: usize) -> Result<Vec<String>, MdpError> {
    let Some(names) = root.get("feature_names") else {
        return Ok((0..width).map(|i| format!("feature {i}")).collect());
    };
    let names = list(names, "feature_names")?;
    if names.len() != width {
        return bad("feature_names", format!("there are {} names for {width} features; one for each is needed", names.len()));
    }
    let names = super::listed(names, "feature_names")?;
    super::distinct(&names, "feature_names")?;
    Ok(names)
}

impl Features {
    /// A state's row, zeros included.
    pub fn dense(&self, state: usize) -> Vec<f32> {
        let mut row = vec![0.0; self.names.len()];
        self.rows[state].iter().for_each(|f| row[f.at as usize] = f.value);
        row
    }
}
