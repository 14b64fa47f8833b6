//! JSON taken apart, changed and put together again. Leaves and keys are raw text, so that what JSON does not allow can stand in them.

use serde_json::Value;

use super::dice::Dice;

#[derive(Clone)]
pub enum Tree {
    Object(Vec<(String, Tree)>),
    Array(Vec<Tree>),
    Leaf(String),
}

/// A mutated file has no more bytes than some of these.
pub const MOST: usize = 4 << 20;
const MANY: usize = 100_000;

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "-0",
    "-0.0",
    "0.5",
    "1e308",
    "-1e308",
    "1e999",
    "-1e999",
    "1e-320",
    "3.5e38",
    "255",
    "256",
    "65535",
    "65536",
    "10000",
    "4294967295",
    "4294967296",
    "2147483648",
    "9007199254740993",
    "1000000000000000",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "+1",
    "1.",
    "0x10",
];

/// What stands between the quotes of a text.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\\n",
    "\\u001b[2J\\u001b]0;owned\\u0007",
    "\u{1b}[31m",
    "\\u0007",
    "\\u0000",
    "\u{0}",
    "\u{9b}31m",
    "\\u009b31m",
    "\\u202eabc",
    "\u{2066}abc",
    "\\ud800",
    "\\udc00\\ud800",
    "\\ufeffabc",
    "\\u2028",
    "\\r\\n\\r\\n",
    "\\t",
    "a\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦",
    "漢字かな",
    "=1+1",
    "@SUM(A1)",
    "+1",
    "-1",
    "|calc",
    "{value}",
    "{slot}",
    "{",
    "}",
    "{}",
    "{{value}}",
    "$date$",
    "..",
    "../../x",
    "/",
    "null",
    "true",
    "1e999",
    "18446744073709551616",
    "-1",
    "0",
    "ffffffffffffffff",
    "Human: x\\n\\nAssistant: y",
    "<script>alert(1)</script>",
    "&lt;b&gt;&amp;amp;",
    "a,b\\\"c",
    "standard",
    "sarsa",
    "user",
    "assistant",
    "system",
    "\\q",
];

impl Tree {
    pub fn of(value: &Value) -> Tree {
        match value {
            Value::Object(map) => Tree::Object(map.iter().map(|(k, v)| (Value::from(k.as_str()).to_string(), Tree::of(v))).collect()),
            Value::Array(list) => Tree::Array(list.iter().map(Tree::of).collect()),
            leaf => Tree::Leaf(leaf.to_string()),
        }
    }

    pub fn parse(text: &[u8]) -> Option<Tree> {
        serde_json::from_slice(text).ok().map(|v: Value| Tree::of(&v))
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        if out.len() > 4 * MOST {
            return;
        }
        match self {
            Tree::Leaf(text) => out.push_str(text),
            Tree::Array(list) => {
                out.push('[');
                for (i, item) in list.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Tree::Object(fields) => {
                out.push('{');
                for (i, (key, value)) in fields.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    out.push_str(key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    fn nodes(&self) -> usize {
        1 + match self {
            Tree::Leaf(_) => 0,
            Tree::Array(list) => list.iter().map(Tree::nodes).sum(),
            Tree::Object(fields) => fields.iter().map(|f| f.1.nodes()).sum(),
        }
    }

    /// The node of a number, counted from the root.
    fn node(&mut self, number: &mut usize) -> Option<&mut Tree> {
        if *number == 0 {
            return Some(self);
        }
        *number -= 1;
        match self {
            Tree::Leaf(_) => None,
            Tree::Array(list) => list.iter_mut().find_map(|t| t.node(number)),
            Tree::Object(fields) => fields.iter_mut().find_map(|f| f.1.node(number)),
        }
    }

    fn any(&mut self, dice: &mut Dice) -> &mut Tree {
        let mut number = dice.below(self.nodes());
        // Nodes near the root are few and matter most.
        if dice.once_in(3) {
            number = number.min(dice.below(40));
        }
        self.node(&mut number).expect("below the number of nodes")
    }

    /// Changes one to three places.
    pub fn mutate(&mut self, dice: &mut Dice) {
        for _ in 0..=dice.below(3) {
            let donor = if dice.once_in(8) { Some(self.any(dice).clone()) } else { None };
            let node = self.any(dice);
            match donor {
                Some(donor) => *node = donor,
                None => node.change(dice),
            }
            if !dice.once_in(3) {
                break;
            }
        }
    }

    fn change(&mut self, dice: &mut Dice) {
        if dice.once_in(12) {
            *self = odd(dice);
            return;
        }
        if dice.once_in(60) {
            let depth = *dice.any(&[1, 2, 100, 126, 127, 128, 129, 1000, MANY]);
            let (open, close) = *dice.any(&[("[", "]"), ("{\"a\":", "}")]);
            let inner = self.text();
            *self = Tree::Leaf(open.repeat(depth) + &inner + &close.repeat(depth));
            return;
        }
        match self {
            Tree::Leaf(text) if text.starts_with('"') && !dice.once_in(6) => *text = changed_text(text, dice),
            Tree::Leaf(text) => *text = if dice.once_in(8) { odd(dice).text() } else { (*dice.any(NUMBERS)).to_owned() },
            Tree::Array(list) => change_list(list, dice),
            Tree::Object(fields) => change_fields(fields, dice),
        }
    }
}

fn quoted(dice: &mut Dice) -> String {
    format!("\"{}\"", dice.any(TEXTS))
}

/// Anything in the place of anything.
fn odd(dice: &mut Dice) -> Tree {
    match dice.below(7) {
        0 => Tree::Leaf("null".into()),
        1 => Tree::Leaf((*dice.any(&["true", "false"])).into()),
        2 => Tree::Leaf("{}".into()),
        3 => Tree::Leaf("[]".into()),
        4 => Tree::Leaf((*dice.any(NUMBERS)).into()),
        5 => Tree::Leaf((*dice.any(&["", "nul", "'a'", "\"", "[", "{", "]", "}", ",", ":", "/*x*/", "undefined"])).into()),
        _ => Tree::Leaf(quoted(dice)),
    }
}

fn changed_text(text: &str, dice: &mut Dice) -> String {
    let inner = text[1..text.len() - 1].to_owned();
    let extra = *dice.any(TEXTS);
    match dice.below(9) {
        0 => format!("\"{inner}{extra}\""),
        1 => format!("\"{extra}{inner}\""),
        2 if dice.once_in(3) => format!("\"{}\"", "x".repeat(MANY)),
        3 if dice.once_in(3) => format!("\"{}\"", "\\u001b".repeat(MANY / 6)),
        4 if dice.once_in(3) => format!("\"{}\"", "word 漢 ".repeat(MANY / 10)),
        5 => format!("\"{inner}{inner}\""),
        6 if dice.once_in(2) => inner,
        _ => format!("\"{extra}\""),
    }
}

fn change_list(list: &mut Vec<Tree>, dice: &mut Dice) {
    let whole = list.len();
    if whole == 0 {
        list.push(odd(dice));
        return;
    }
    let (a, b) = (dice.below(whole), dice.below(whole));
    match dice.below(8) {
        0 => list.clear(),
        1 => drop(list.remove(a)),
        2 => list.swap(a, b),
        3 => list.insert(b, list[a].clone()),
        4 => list.insert(a, odd(dice)),
        5 => list.truncate(a),
        6 => {
            let one = list[a].clone();
            let length = one.text().len() + 1;
            let most = *dice.any(&[3, 17, 65, 300, MANY]);
            list.extend(std::iter::repeat_n(one, most.min(MOST / length)));
        }
        _ => list[a] = odd(dice),
    }
}

fn change_fields(fields: &mut Vec<(String, Tree)>, dice: &mut Dice) {
    let whole = fields.len();
    if whole == 0 {
        fields.push((quoted(dice), odd(dice)));
        return;
    }
    let (a, b) = (dice.below(whole), dice.below(whole));
    match dice.below(9) {
        0 | 1 => drop(fields.remove(a)),
        2 => fields.swap(a, b),
        3 => fields.insert(b, fields[a].clone()),
        4 => fields[a].0 = quoted(dice),
        5 => fields[a].0 = fields[b].0.clone(),
        6 => fields.insert(a, (quoted(dice), odd(dice))),
        7 if dice.once_in(4) => fields.extend((0..MANY).map(|i| (format!("\"k{i}\""), Tree::Leaf("0".into())))),
        _ => fields[a].1 = odd(dice),
    }
}
