//! Feature vectors of a finite MDP's states, where its file gives them: `"features"`, a row of real numbers for each state, and
//! `"feature_names"`. Without them each state is its own feature.

use serde_json::Value;

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
pub(super) fn parse(root: &Value, states: usize) -> Result<Option<Features>, MdpError> {
    let Some(rows) = root.get("features") else {
        return match root.get("feature_names") {
            Some(_) => bad("feature_names", "there are no features to name; add \"features\", a row of numbers for each state"),
            None => Ok(None),
        };
    };
    let rows = list(rows, "features")?;
    if rows.len() != states {
        return bad("features", format!("it has {} rows for {states} states; one row for each state is needed", rows.len()));
    }
    let width = list(&rows[0], "features[0]")?.len();
    if width == 0 || width > COLUMNS_MAX {
        return bad("features[0]", format!("it has {width} numbers; between 1 and {COLUMNS_MAX} are possible"));
    }
    let rows = rows.iter().enumerate().map(|(s, row)| read_row(row, &format!("features[{s}]"), width)).collect::<Result<_, _>>()?;
    Ok(Some(Features { names: names(root, width)?, rows }))
}

fn read_row(row: &Value, path: &str, width: usize) -> Result<Vec<Feature>, MdpError> {
    let numbers = list(row, path)?;
    if numbers.len() != width {
        return bad(path, format!("it has {} numbers, but the first row has {width}; all rows are of one length", numbers.len()));
    }
    let mut out = Vec::new();
    for (i, x) in numbers.iter().enumerate() {
        let path = format!("{path}[{i}]");
        let wide = number(x, &path)?;
        let value = wide as f32;
        if !value.is_finite() {
            return bad(path, format!("{wide} is too large; features lie within 3.4e38 of 0"));
        }
        if value != 0.0 {
            out.push(Feature { at: i as u32, value });
        }
    }
    Ok(out)
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
