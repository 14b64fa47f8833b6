//! The table of values and the greedy policy, as rows.

use std::io;

use serde_json::Value;

use super::sheet::{Sheet, number};
use crate::run::Run;
use crate::run::look::{Exact, Lens, Shown};
use crate::run::view::{Order, RowView, TableWatch, Watch};
use crate::world::env::ActionId;
use crate::world::solve::Solution;

pub const TABLE_HEAD: &[&str] = &["run", "state", "words", "act", "q", "visits", "optimal_q"];
pub const POLICY_HEAD: &[&str] = &["run", "state", "words", "visits", "act", "probability"];

/// Rows of the table taken at a time.
const PAGE: u16 = 4096;

/// Every state, in order.
fn rows(run: &dyn Run, each: &mut dyn FnMut(&RowView) -> io::Result<()>) -> io::Result<()> {
    let mut lens = Lens::default();
    let states = run.world().states().unwrap_or(0);
    for top in (0..states).step_by(PAGE as usize) {
        let rows = (states - top).min(u32::from(PAGE)) as u16;
        let table = Some(TableWatch { order: Order::State, filter: String::new(), top, rows, follow: false, keep: None });
        let view = run.look(&Watch { table, ..Watch::default() }, Exact::default(), Shown::default(), &mut lens);
        view.table.unwrap_or_default().rows.iter().try_for_each(&mut *each)?;
    }
    Ok(())
}

/// A row for every act that may be chosen in a state. `optimal` is the solution for the run's world and γ, where there is one.
pub fn table(sheet: &mut Sheet<'_>, name: &str, run: &dyn Run, optimal: Option<&Solution>) -> io::Result<()> {
    let world = run.world();
    let actions = world.actions();
    rows(run, &mut |row| {
        for (a, cell) in row.cells.iter().enumerate().filter(|(_, cell)| cell.legal) {
            let exact = optimal.map(|s| s.q(row.state, a as u32, actions)).filter(|q| q.is_finite());
            let act = world.act_view(ActionId(a as u8)).name;
            let (words, exact) = (row.words.text.clone(), exact.map_or(Value::Null, Value::from));
            sheet.row(vec![name.into(), row.state.into(), words.into(), act.into(), number(cell.q), cell.visits.into(), exact])?;
        }
        Ok(())
    })
}

/// A row for every greedy act of a state; acts of the same value are taken with the same chance.
pub fn policy(sheet: &mut Sheet<'_>, name: &str, run: &dyn Run) -> io::Result<()> {
    let world = run.world();
    rows(run, &mut |row| {
        let greedy = || row.cells.iter().enumerate().filter(|(_, cell)| cell.greedy);
        let chance = 1.0 / greedy().count().max(1) as f64;
        for (a, _) in greedy() {
            let (words, act) = (row.words.text.clone(), world.act_view(ActionId(a as u8)).name);
            sheet.row(vec![name.into(), row.state.into(), words.into(), row.visits.into(), act.into(), chance.into()])?;
        }
        Ok(())
    })
}
