//! Numbers and acts as a sentence shows them.

use crate::world::World;

/// `9,871`
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// At most two decimals: `−14`, `0.25`.
pub fn number(x: f32) -> String {
    let text = format!("{x:.2}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// The acts of a mask: `ask order or confirm all`.
pub fn acts(world: &World, mask: u64) -> String {
    let names: Vec<&str> = (0..64).filter(|a| mask >> a & 1 == 1).map(|a| world.act_names()[a].as_str()).collect();
    names.join(" or ")
}
