//! A table where there is no room for every state: what it keeps and what it gives up.

use dialoq::agents::sparse::{ROOM, Sparse};
use dialoq::learn::agent::Count;
use dialoq::world::env::Env;

use crate::support::built_in;

const LARGE: &str = "virtual-assistant-large";
/// One act in each row is enough here.
const SHIFT: u32 = 0;
/// Rows among which a state's is.
const SET: usize = 8;

#[test]
fn a_full_set_gives_up_its_row_with_the_fewest_updates() {
    let fresh = || Sparse::new(built_in(LARGE).shape().sight.clone());
    let mut counts = vec![Count::default(); ROOM + 1];
    let mut probe = fresh();
    let set = probe.take(0, &counts, SHIFT) / SET;
    let mut keys = vec![0];
    keys.extend((1..).filter(|key| probe.take(*key, &counts, SHIFT) / SET == set).take(SET));
    let mut sparse = fresh();
    let rows: Vec<usize> = keys[..SET].iter().map(|key| sparse.take(*key, &counts, SHIFT)).collect();
    for (k, row) in rows.iter().enumerate() {
        counts[*row].visits = if k == 5 { 3 } else { 10 };
    }
    assert_eq!(sparse.take(keys[SET], &counts, SHIFT), rows[5], "the row updated three times");
    assert_eq!(sparse.find(keys[5]), ROOM, "its state has none now");
    assert_eq!(sparse.find(keys[SET]), rows[5]);
    let told = sparse.rows();
    assert_eq!((told.kept, told.forgotten), (8, 1));
}
