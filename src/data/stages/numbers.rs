//! Numbers as they stand in texts: groups of digits and what is between them. Full-width and Chinese digits count as digits.

/// One number with its groups, from `start` to the `end` of each. Units: bytes.
pub struct Number {
    pub plus: bool,
    pub bracket: bool,
    /// Written in Chinese characters.
    pub chinese: bool,
    pub groups: Vec<Group>,
}

pub struct Group {
    pub digits: String,
    pub end: usize,
    /// What stands before it: nothing before the first.
    pub between: &'static str,
}

/// No number of a person or a card has more.
const MOST: usize = 24;

pub fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => Some((c as u32 - '０' as u32) as u8),
        '零' | '〇' => Some(0),
        '一' | '幺' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => None,
    }
}

fn chinese(c: char) -> bool {
    !c.is_ascii() && digit(c).is_some() && !('０'..='９').contains(&c)
}

const BETWEEN: &[&str] = &[") ", ")-", ")", " (", "-(", " - ", " / ", " ", "-", ".", "/"];
/// Behind the code of an area.
const SLASH: &[&str] = &["/", " / "];

/// The number that a text begins with at `start`.
pub fn read(text: &str, start: usize) -> Option<Number> {
    let mut at = start;
    let plus = text[at..].starts_with('+');
    at += usize::from(plus);
    let bracket = text[at..].starts_with('(');
    at += usize::from(bracket);
    let is_chinese = text[at..].chars().next().is_some_and(chinese);
    let mut groups: Vec<Group> = Vec::new();
    let mut between = "";
    loop {
        let mut digits = String::new();
        for c in text[at..].chars().take_while(|c| digit(*c).is_some() && chinese(*c) == is_chinese) {
            digits.push((b'0' + digit(c)?) as char);
            at += c.len_utf8();
        }
        if digits.is_empty() {
            break;
        }
        groups.push(Group { digits, end: at, between });
        let all: usize = groups.iter().map(|g| g.digits.len()).sum();
        let next = BETWEEN.iter().find(|b| text[at..].strip_prefix(**b).and_then(|t| t.chars().next()).is_some_and(|c| digit(c).is_some()));
        let Some(next) = next.filter(|_| all <= MOST) else { break };
        between = next;
        at += next.len();
    }
    (!groups.is_empty()).then_some(Number { plus, bracket, chinese: is_chinese, groups })
}

/// Whether a card's number has the right last digit. Source: ISO/IEC 7812-1, annex B (Luhn).
pub fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') << (i % 2);
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether somebody issues cards whose numbers begin so and are so long. Source: ISO/IEC 7812-1 (issuer identification numbers).
fn issued(digits: &str) -> bool {
    let head = |n: usize| digits.get(..n).and_then(|head| head.parse::<u32>().ok()).unwrap_or(0);
    match digits.len() {
        13 | 19 if head(1) == 4 => true,
        14 => matches!(head(3), 300..=305) || matches!(head(2), 36 | 38),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 51..=55 | 62 | 65)
                || matches!(head(4), 2221..=2720 | 3528..=3589 | 6011)
                || matches!(head(3), 644..=649)
        }
        17..=19 => head(2) == 62,
        _ => false,
    }
}

impl Number {
    pub fn lengths(&self, n: usize) -> Vec<usize> {
        self.groups[..n].iter().map(|g| g.digits.len()).collect()
    }

    fn digits(&self, n: usize) -> String {
        self.groups[..n].iter().map(|g| g.digits.as_str()).collect()
    }

    /// All of its gaps are this.
    fn between(&self, n: usize, what: &[&str]) -> bool {
        self.groups[1..n].iter().all(|g| what.contains(&g.between))
    }

    /// Whether the first `n` groups are a social security number as the US gives them.
    pub fn ssn(&self, n: usize) -> bool {
        let digits = self.digits(n);
        let never = digits.starts_with("000") || digits.starts_with("666") || digits.starts_with('9');
        self.lengths(n) == [3, 2, 4]
            && self.between(n, &["-"])
            && !self.plus
            && !self.bracket
            && !never
            && &digits[3..5] != "00"
            && &digits[5..] != "0000"
    }

    pub fn card(&self, n: usize) -> bool {
        let digits = self.digits(n);
        let form = matches!(self.lengths(n)[..], [13..=19] | [4, 4, 4, 1..=7] | [4, 6, 4..=5] | [4, 4, 4, 4, 1..=3]);
        form && !self.plus && !self.chinese && self.between(n, &[" ", "-"]) && issued(&digits) && luhn(&digits)
    }

    /// The gap between its groups, where it has any and all are alike.
    pub fn gap(&self, n: usize) -> Option<&'static str> {
        let gap = self.groups.get(1).filter(|_| n > 1)?.between;
        self.between(n, &[gap]).then_some(gap)
    }

    /// A slash behind the first group, and blanks between all others.
    pub fn slash_and_blanks(&self, n: usize) -> bool {
        n > 2 && SLASH.contains(&self.groups[1].between) && self.groups[2..n].iter().all(|g| g.between == " ")
    }

    /// One point in the middle: a decimal fraction.
    pub fn decimal(&self, n: usize) -> bool {
        n == 2 && self.groups[1].between == "." && !self.plus && !self.bracket
    }

    /// `cued`: the words before it speak of a telephone.
    pub fn phone(&self, n: usize, cued: bool) -> bool {
        let (digits, lengths) = (self.digits(n), self.lengths(n));
        let head = digits.as_bytes();
        if self.plus {
            return (8..=15).contains(&digits.len()) && lengths[0] <= 15;
        }
        if self.groups[1..n].iter().any(|g| SLASH.contains(&g.between)) {
            return self.slashed(n);
        }
        let dotted = self.between(n, &["-", "."]) || self.bracket;
        let nanp = |at: usize| head.len() == at + 10 && (b'2'..=b'9').contains(&head[at]) && (b'2'..=b'9').contains(&head[at + 3]);
        let form = match lengths[..] {
            [3, 3, 4] => nanp(0) && (dotted || cued),
            [1, 3, 3, 4] => head[0] == b'1' && nanp(1),
            // A mobile of mainland China.
            [11] | [3, 4, 4] if head[0] == b'1' => (b'3'..=b'9').contains(&head[1]) && self.between(n, &[" ", "-"]),
            // A trunk zero: British numbers, Chinese land lines.
            [10 | 11] => head[0] == b'0' && head[1] != b'0' && !self.chinese && (digits.len() == 11 || cued),
            // The same with the rest in pairs, as Switzerland and Germany write it.
            [3..=5, 3, 2, 2] | [3..=5, 2, 2, 2, 2] if self.between(n, &[" ", "-", "."]) => {
                head[0] == b'0' && head[1] != b'0' && (10..=12).contains(&digits.len())
            }
            // Five pairs may be a row of numbers, and four groups of digits zeros and ones.
            [2, 2, 2, 2, 2] => cued && head[0] == b'0' && head[1] != b'0',
            _ if digits.starts_with("00") => {
                n > 2
                    && matches!(lengths[..], [4..=5, 1..=3, ..])
                    && head[2] != b'0'
                    && head.iter().any(|digit| *digit > b'1')
                    && (11..=15).contains(&digits.len())
                    && lengths[2..].iter().all(|length| *length <= 8)
            }
            [3..=5, 5..=8] | [3..=5, 3..=4, 3..=4] => head[0] == b'0' && head[1] != b'0' && (10..=12).contains(&digits.len()),
            _ => false,
        };
        form || cued && self.any_phone(n)
    }

    /// An area's code with a trunk zero, a slash, and the rest in one piece or a few: "0171/1234567". A date has its slashes elsewhere.
    fn slashed(&self, n: usize) -> bool {
        let (digits, lengths) = (self.digits(n), self.lengths(n));
        let code = (3..=5).contains(&lengths[0]) && digits.starts_with('0') && !digits.starts_with("00");
        let rest = self.groups[2..n].iter().all(|g| [" ", "-"].contains(&g.between));
        let behind =
            if n == 2 { (5..=8).contains(&lengths[1]) } else { n <= 5 && lengths[1..].iter().all(|length| (2..=4).contains(length)) };
        SLASH.contains(&self.groups[1].between) && code && rest && behind && (9..=12).contains(&digits.len()) && !self.chinese
    }

    /// Any number that could be dialled, and is no date or price.
    fn any_phone(&self, n: usize) -> bool {
        let (digits, lengths) = (self.digits(n), self.lengths(n));
        let date = matches!(lengths[..], [1..=2, 1..=2, 4]);
        (7..=13).contains(&digits.len())
            && lengths.len() <= 3
            && lengths[lengths.len() - 1] >= 3
            && !date
            && !self.chinese
            && self.between(n, &[" ", "-", "."])
    }
}
