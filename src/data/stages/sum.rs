//! Numbers that are reckoned with: between signs of arithmetic, among words of it, or in a row of numbers. They are no telephones or cards.

use super::numbers::{Number, digit};

/// Signs that only a calculation has, and those that may stand beside a telephone number as well.
const SIGNS: &str = "+*×÷·^√≈≠≤≥±∑∫%−";
const WEAK: &str = "=/<>";

/// Words beside a number that reckon with it.
const BEFORE: &[&str] =
    &["plus", "minus", "times", "by", "over", "equals", "mod", "root of", "sum of", "product of", "加", "减", "乘", "除以", "等于"];
const AFTER: &[&str] =
    &["plus", "minus", "times", "divided", "multiplied", "mod", "squared", "cubed", "equals", "is prime", "加", "减", "乘", "除以", "等于"];
/// Words that speak of arithmetic anywhere near.
const NEAR: &[&str] = &[
    "prime",
    "square root",
    "factorial",
    "integer",
    "digits",
    "decimal",
    "modulo",
    "arithmetic",
    "multipl",
    "subtract",
    "divisib",
    "calculate",
    "compute",
    "sum of",
    "product of",
    "equation",
    "remainder",
    "质数",
    "素数",
    "整数",
    "平方",
    "之和",
    "计算",
    "方程",
];
/// Units: characters.
const REACH: usize = 60;

/// Whether the first `n` groups of a number, from one place to another, are part of a calculation or of a row of numbers.
/// `cued`: a word before it says what it is.
pub fn reckons(text: &str, (start, end): (usize, usize), number: &Number, n: usize, cued: bool) -> bool {
    let (before, after) = (text[..start].trim_end_matches(' '), text[end..].trim_start_matches(' '));
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let sign = |signs: &str| [last, next].into_iter().flatten().any(|c| signs.contains(c));
    let grouped = n > 1 || number.plus;
    // "415-555-0132 - 7" and "(4155550132 - 7)"
    let less = |blank: bool, rest: &str| blank && rest.starts_with('-');
    let minus = less(text[..start].ends_with(' '), &before.chars().rev().take(1).collect::<String>())
        && before[..before.len() - 1].trim_end().ends_with(|c: char| c.is_ascii_digit() || c == ')')
        || less(text[end..].starts_with(' '), after) && after[1..].trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '(');
    if sign(SIGNS) || minus {
        return !(cued && grouped);
    }
    // No word before five pairs, or before a slash, tells them from a row that goes on.
    let rows = number.slash_and_blanks(n) || number.lengths(n) == [2; 5];
    if rows && in_a_row(text, start, end, number, n) {
        return true;
    }
    !cued && (sign(WEAK) && (!grouped || sign("=")) || worded(before, after) || in_a_row(text, start, end, number, n))
}

fn worded(before: &str, after: &str) -> bool {
    let back: String = before.chars().rev().take(REACH).collect::<Vec<_>>().into_iter().rev().collect::<String>().to_lowercase();
    let on: String = after.chars().take(REACH).collect::<String>().to_lowercase();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let ends = |word: &&str| back.strip_suffix(*word).is_some_and(|rest| !word.is_ascii() || !letter(rest.chars().next_back()));
    let begins = |word: &&str| on.strip_prefix(*word).is_some_and(|rest| !word.is_ascii() || !letter(rest.chars().next()));
    let near = |part: &str| NEAR.iter().any(|word| part.contains(word));
    BEFORE.iter().any(ends) || AFTER.iter().any(begins) || near(&back) || near(&on)
}

/// Whether another number stands beside it as its groups do: "1 200 300 4000 5000" is no telephone number and a rest.
fn in_a_row(text: &str, start: usize, end: usize, number: &Number, n: usize) -> bool {
    // Behind a slash the rest may be parted by blanks: "012/345 05 12" and more of them is a row.
    let gap = number.gap(n).or_else(|| number.slash_and_blanks(n).then_some(" "));
    let Some(gap) = gap.filter(|gap| *gap == " ") else { return false };
    let digits = |c: Option<char>| c.is_some_and(|c| digit(c).is_some());
    let fours = number.lengths(n).iter().all(|length| *length == 4);
    let behind = text[end..].strip_prefix(gap).unwrap_or_default();
    let follows = behind.chars().take_while(|c| digit(*c).is_some()).count();
    let leads = text[..start].strip_suffix(gap).is_some_and(|rest| digits(rest.chars().next_back()));
    // A card is followed by the month in which it ends.
    if fours { follows == 4 || leads } else { follows > 0 || leads }
}
