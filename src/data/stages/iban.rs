//! Numbers of bank accounts by their country, length and check digits. Source: ISO 13616-1 and the registry of IBANs.

/// Countries with the characters of their numbers.
const LENGTHS: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FO GL NL"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HU LB PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU"),
    (31, "MT SC"),
    (32, "LC"),
];

/// The end of a number that begins at a place: in one piece, or in groups of four with blanks between them.
pub fn iban(text: &str, at: usize) -> Option<usize> {
    let country = text.get(at..at + 2)?;
    let (length, _) = LENGTHS.iter().find(|(_, of)| of.split(' ').any(|name| name == country))?;
    let (mut found, mut end, grouped) = (String::new(), at, text.as_bytes().get(at + 4) == Some(&b' '));
    for c in text[at..].chars() {
        let gap = grouped && c == ' ' && !found.is_empty() && found.len().is_multiple_of(4);
        if found.len() == *length || !(gap || c.is_ascii_digit() || c.is_ascii_uppercase()) {
            break;
        }
        end += 1;
        if !gap {
            found.push(c);
        }
    }
    let alone = !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (alone && found.len() == *length && checks(&found)).then_some(end)
}

/// Whether the number is one more than a multiple of 97, with its first four characters behind the rest and letters as 10 to 35.
fn checks(number: &str) -> bool {
    let (head, tail) = number.split_at(4);
    let digits = head[2..].bytes().all(|b| b.is_ascii_digit());
    let rest = tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (rest * shift + digit) % 97
    });
    digits && rest == 1
}
