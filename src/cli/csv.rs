//! Cells of comma-separated values (RFC 4180) that a spreadsheet takes for text or for a number, never for a formula.
//! Source: OWASP, CSV Injection.

use crate::text::line;

/// Beginnings that make a spreadsheet compute; the last four are the wide forms of the first four.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A cell. Text that begins as a formula does gets a `'` in front, which tells a spreadsheet that it is text; numbers stay numbers.
pub fn cell(text: &str) -> String {
    let plain = line(text);
    let is_number = plain.parse::<f64>().is_ok();
    let mark = if text.starts_with(FORMULA) && !is_number { "'" } else { "" };
    if plain.contains(['"', ',', ';']) { format!("\"{mark}{}\"", plain.replace('"', "\"\"")) } else { format!("{mark}{plain}") }
}

/// A row, without the end of its line.
pub fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    cells.into_iter().map(|text| cell(text.as_ref())).collect::<Vec<_>>().join(",")
}
