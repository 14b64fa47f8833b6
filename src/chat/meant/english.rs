//! Times, lengths and numbers in English words.

use super::Meaning;

const SMALL: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const DAYS: &[(&str, &str)] = &[
    ("monday", "mon"),
    ("tuesday", "tues tue"),
    ("wednesday", "weds wed wensday wednsday"),
    ("thursday", "thurs thur thu"),
    ("friday", "fri"),
    ("saturday", "sat"),
    ("sunday", "sun"),
];
const EVERY: &[(&str, u32)] = &[
    ("just once", 0),
    ("only once", 0),
    ("one off", 0),
    ("one time", 0),
    ("single occasion", 0),
    ("every second week", 14),
    ("every other week", 14),
    ("every two weeks", 14),
    ("every 2 weeks", 14),
    ("fortnightly", 14),
    ("biweekly", 14),
    ("every fortnight", 14),
    ("every second month", 60),
    ("every other month", 60),
    ("every 2 months", 60),
    ("every day", 1),
    ("daily", 1),
    ("each day", 1),
    ("every week", 7),
    ("weekly", 7),
    ("each week", 7),
    ("once a week", 7),
    ("every month", 30),
    ("monthly", 30),
    ("each month", 30),
    ("once a month", 30),
];

/// Words with numbers as digits, `8pm` and `90mins` in two, without marks.
fn tokens(words: &[String]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    // `8:30` and `8.40` are one piece or three.
    let text = words.join(" ").replace("p.m.", "pm").replace("a.m.", "am").replace("p . m", "pm").replace("a . m", "am");
    let mut run = String::new();
    for c in text.chars() {
        let clock = c == ':' && run.chars().all(|c| c.is_ascii_digit()) && !run.is_empty();
        let breaks = run.chars().last().is_some_and(|last| (last.is_ascii_digit() || last == ':') != (c.is_ascii_digit() || clock));
        if breaks || !c.is_alphanumeric() && !clock {
            parts.extend((!run.is_empty()).then(|| std::mem::take(&mut run)));
        }
        match c {
            '€' | '%' | '°' | '£' | '$' | '.' => parts.push(c.to_string()),
            _ if c.is_alphanumeric() || clock => run.push(c),
            _ => {}
        }
    }
    parts.extend((!run.is_empty()).then_some(run));
    numbered(&parts)
}

/// Number words as digits: `a hundred and fifteen` is 115. `seven thirty` stays two.
fn numbered(parts: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let small = |at: usize| parts.get(at).and_then(|part| SMALL.iter().position(|word| word == part));
        let tens = |at: usize| parts.get(at).and_then(|part| TENS.iter().position(|word| word == part)).map(|k| (k + 2) * 10);
        let below_hundred = |at: usize| match (tens(at), small(at)) {
            (Some(tens), _) => Some(small(at + 1).filter(|n| (1..=9).contains(n)).map_or((tens, 1), |n| (tens + n, 2))),
            (None, n) => n.map(|n| (n, 1)),
        };
        let hundred = parts.get(at + 1).is_some_and(|part| part == "hundred");
        let hundreds = if hundred { small(at).or_else(|| (parts[at] == "a").then_some(1)) } else { None };
        if let Some(hundreds) = hundreds {
            let and = usize::from(parts.get(at + 2).is_some_and(|part| part == "and"));
            let (rest, taken) = below_hundred(at + 2 + and).map_or((0, 0), |(n, taken)| (n, taken + and));
            out.push((hundreds * 100 + rest).to_string());
            at += 2 + taken;
        } else if let Some((n, taken)) = below_hundred(at) {
            out.push(n.to_string());
            at += taken;
        } else {
            out.push(parts[at].clone());
            at += 1;
        }
    }
    out
}

struct Reader {
    all: Vec<String>,
    /// Half of the day that is said somewhere: after noon or not.
    half: Option<bool>,
}

pub fn meanings(words: &[String]) -> Vec<Meaning> {
    let all = tokens(words);
    let has = |list: &[&str]| all.iter().any(|word| list.contains(&word.as_str()));
    let half = match () {
        () if has(&["evening", "evenings", "tonight", "afternoon", "night"]) => Some(true),
        () if has(&["morning", "mornings"]) => Some(false),
        () => None,
    };
    let reader = Reader { all, half };
    let mut out = Vec::new();
    for at in 0..reader.all.len() {
        out.extend(reader.day(at));
        out.extend(reader.length(at).or_else(|| reader.clock(at)));
        out.extend(reader.count(at));
    }
    out.extend(reader.every());
    out
}

impl Reader {
    fn word(&self, at: usize) -> &str {
        self.all.get(at).map_or("", String::as_str)
    }

    fn before(&self, at: usize, k: usize) -> &str {
        at.checked_sub(k).map_or("", |at| self.word(at))
    }

    fn number(&self, at: usize) -> Option<u32> {
        self.word(at).parse().ok()
    }

    fn day(&self, at: usize) -> Option<Meaning> {
        let word = self.word(at);
        let named =
            |(full, short): &(&str, &str)| word == *full || word.strip_suffix('s') == Some(full) || short.split(' ').any(|s| s == word);
        let day = DAYS.iter().position(named)?;
        // `sat` and `sun` are words of their own.
        let bare = matches!(word, "sat" | "sun") && !matches!(self.before(at, 1), "on" | "this" | "next" | "every" | "each");
        (!bare).then_some(Meaning::Weekday(day as u32))
    }

    fn every(&self) -> Option<Meaning> {
        let text = format!(" {} ", self.all.join(" ").replace("every two", "every 2"));
        let said = EVERY.iter().find(|(words, _)| text.contains(&format!(" {} ", words.replace("one ", "1 ").replace("two ", "2 "))));
        let weekday = |at: usize| {
            let word = self.word(at);
            let plural = DAYS.iter().any(|(full, _)| word.strip_suffix('s') == Some(full));
            let times = matches!(self.word(at + 1), "mornings" | "afternoons" | "evenings" | "nights")
                && DAYS.iter().any(|(full, _)| word == *full);
            plural || times || matches!(self.before(at, 1), "every" | "each") && DAYS.iter().any(|(full, _)| word == *full)
        };
        let weekly = || (0..self.all.len()).any(weekday).then_some(7);
        said.map(|(_, days)| *days).or_else(weekly).map(Meaning::Every)
    }

    /// `an hour and a half`, `90 mins`, `half an hour before`, `the day before`
    fn length(&self, at: usize) -> Option<Meaning> {
        let (n, unit) = match (self.word(at), self.word(at + 1), self.word(at + 2)) {
            ("half", "an" | "a", "hour") => (30, at + 2),
            ("half", "hour", _) => (30, at + 1),
            ("quarter", "of", "an") if self.word(at + 3) == "hour" => (15, at + 3),
            ("a" | "an" | "1", "hour", _) if self.word(at + 2) == "and" && self.word(at + 4) == "half" => (90, at + 4),
            ("a" | "an" | "the", "day", _) if self.is_ahead(at + 2) => (1440, at + 1),
            ("a" | "an", "hour" | "hr", _) => (60, at + 1),
            (word, unit, _) => {
                let n: u32 = word.parse().ok()?;
                let each = match unit {
                    "minute" | "minutes" | "min" | "mins" => 1,
                    "hour" | "hours" | "hr" | "hrs" | "h" => 60,
                    "day" | "days" if self.is_ahead(at + 2) => 1440,
                    _ => return None,
                };
                let mixed = self.number(at + 2).filter(|_| each == 60 && self.word(at + 3).starts_with("min"));
                (n.checked_mul(each)?.checked_add(mixed.unwrap_or(0))?, if mixed.is_some() { at + 3 } else { at + 1 })
            }
        };
        if self.before(at, 1) == "half" && n == 60 {
            return None;
        }
        match self.word(unit + 1) {
            _ if self.is_ahead(unit + 1) => Some(Meaning::Before(n)),
            "ago" | "late" | "later" | "away" | "from" => None,
            _ if matches!(self.before(at, 1), "in" | "within") => None,
            _ => Some(Meaning::Minutes(n)),
        }
    }

    fn is_ahead(&self, at: usize) -> bool {
        matches!(self.word(at), "before" | "beforehand" | "earlier" | "ahead" | "prior" | "early")
            || self.word(at) == "in" && self.word(at + 1) == "advance"
    }

    fn clock(&self, at: usize) -> Option<Meaning> {
        let (hour, minute, last) = match (self.word(at), self.word(at + 1), self.word(at + 2)) {
            ("half", "past", _) => (self.number(at + 2)?, 30, at + 2),
            ("half", hour, _) if self.before(at, 1) == "at" => (hour.parse().ok()?, 30, at + 1),
            ("quarter", "past", _) => (self.number(at + 2)?, 15, at + 2),
            ("quarter", "to", _) => (self.number(at + 2)?.checked_sub(1)?, 45, at + 2),
            (minute, "past", _) => (self.number(at + 2)?, minute.parse().ok()?, at + 2),
            (minute, "to", hour) if hour.parse::<u32>().is_ok_and(|n| n <= 12) && matches!(minute, "5" | "10" | "20" | "25") => {
                (hour.parse::<u32>().ok()?.checked_sub(1)?, 60 - minute.parse::<u32>().ok()?, at + 2)
            }
            (hour, ".", minute) if minute.len() == 2 => (hour.parse().ok()?, minute.parse().ok()?, at + 2),
            (word, ..) if word.contains(':') => {
                let (hour, minute) = word.split_once(':')?;
                (hour.parse().ok()?, minute.parse().ok()?, at)
            }
            (word, next, _) => {
                let hour: u32 = word.parse().ok()?;
                let minute = next.parse().ok().filter(|n| (10..60).contains(n) && self.may_be_hour(at));
                let tied = matches!(next, "pm" | "am" | "o") || self.may_be_hour(at);
                if !tied || self.before(at, 1) == "past" || self.before(at, 1) == "." {
                    return None;
                }
                (hour, minute.unwrap_or(0), at + usize::from(minute.is_some()))
            }
        };
        if hour > 23 || minute > 59 || self.before(at, 2) == "past" {
            return None;
        }
        let after = self.word(last + 1);
        let unit = matches!(
            after,
            "minutes" | "mins" | "people" | "degrees" | "percent" | "%" | "euros" | "€" | "pounds" | "hours" | "weeks" | "days"
        );
        let minutes = hour % 24 * 60 + minute;
        let noon = |minutes: u32| if minutes >= 720 { minutes } else { minutes + 720 };
        match (after, self.half) {
            _ if unit => None,
            ("pm", _) => Some(Meaning::Clock(noon(minutes))),
            ("am", _) => Some(Meaning::Clock(minutes % 720)),
            _ if hour > 12 => Some(Meaning::Clock(minutes)),
            (_, Some(true)) => Some(Meaning::Clock(noon(minutes))),
            (_, Some(false)) => Some(Meaning::Clock(minutes)),
            _ => Some(Meaning::Hour(minutes % 720)),
        }
    }

    /// A number alone is an hour behind such words.
    fn may_be_hour(&self, at: usize) -> bool {
        let day = |word: &str| DAYS.iter().any(|(full, short)| word == *full || short.split(' ').any(|s| s == word));
        matches!(self.before(at, 1), "at" | "from" | "by" | "@" | "around" | "about" | "starts" | "starting") || day(self.before(at, 1))
    }

    /// People, euros, degrees.
    fn count(&self, at: usize) -> Option<Meaning> {
        let n = self.number(at)?;
        let (last, next, then) = (self.before(at, 1), self.word(at + 1), self.word(at + 2));
        let head = matches!((next, then), ("a" | "per" | "each", _)) || matches!(then, "a" | "per" | "each" | "pp");
        let person = |word: &str| {
            matches!(
                word,
                "people"
                    | "persons"
                    | "guests"
                    | "participants"
                    | "attendees"
                    | "seats"
                    | "adults"
                    | "heads"
                    | "friends"
                    | "folks"
                    | "kids"
                    | "students"
                    | "colleagues"
                    | "pax"
                    | "diners"
                    | "places"
            )
        };
        match next {
            _ if person(next) || next == "of" && then == "us" || person(then) && next != "and" && !matches!(next, "with" | "for") => {
                Some(Meaning::People(n))
            }
            "euros" | "euro" | "eur" | "€" if !head => Some(Meaning::Euros(n)),
            _ if last == "€" && !head => Some(Meaning::Euros(n)),
            "degrees" | "degree" | "deg" | "c" | "celsius" | "°" => self.is_target(at).then_some(Meaning::Degrees(n)),
            "minutes" | "mins" | "min" | "hours" | "hour" | "percent" | "%" | "pm" | "am" | "o" | "euros" | "pounds" | "st" | "nd"
            | "rd" | "th" | "years" | "weeks" | "days" | "£" | "$" | "quid" | "dollars" | ":" => None,
            _ if matches!(last, "£" | "$") => None,
            _ if matches!(last, "to" | "say" | "at" | "around" | "about" | "of" | "for" | "on")
                && (10..=30).contains(&n)
                && next != "." =>
            {
                Some(if last == "for" || last == "of" && self.before(at, 2) == "party" { Meaning::People(n) } else { Meaning::Degrees(n) })
            }
            _ if last == "for" || last == "of" && self.before(at, 2) == "party" => Some(Meaning::People(n)),
            _ => None,
        }
    }

    /// Not how warm it is, but how warm it should be.
    fn is_target(&self, at: usize) -> bool {
        !matches!(self.before(at, 1), "its" | "only" | "just" | "s" | "feels" | "currently") || self.before(at, 2) == "make"
    }
}
