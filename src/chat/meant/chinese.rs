//! Times, lengths and numbers in Chinese words.

use super::Meaning;

const DIGITS: &str = "零一二三四五六七八九";
const EVERY: &[(&str, u32)] = &[
    ("每两周", 14),
    ("每2周", 14),
    ("每两个星期", 14),
    ("隔周", 14),
    ("每隔一周", 14),
    ("双周", 14),
    ("每两月", 60),
    ("每两个月", 60),
    ("每2个月", 60),
    ("隔月", 60),
    ("每天", 1),
    ("每日", 1),
    ("天天", 1),
    ("每周", 7),
    ("每个星期", 7),
    ("每星期", 7),
    ("每礼拜", 7),
    ("每个礼拜", 7),
    ("每个周", 7),
    ("每月", 30),
    ("每个月", 30),
    ("此一次", 0),
    ("就一次", 0),
    ("只一次", 0),
    ("一次性", 0),
    ("单次", 0),
];

fn digit(c: char) -> Option<u32> {
    match c {
        '两' | '俩' => Some(2),
        '〇' => Some(0),
        _ => c.to_digit(10).or_else(|| DIGITS.chars().position(|own| own == c).map(|n| n as u32)),
    }
}

/// The number that the characters begin with, and how many it takes: `一百一十五`, `150`, `十三`.
fn number(chars: &[char]) -> Option<(u32, usize)> {
    let (mut total, mut last, mut at) = (0_u32, None, 0);
    // Digits in a row are one number.
    if chars.first()?.is_ascii_digit() {
        let count = chars.iter().take_while(|c| c.is_ascii_digit()).count().min(6);
        return Some((chars[..count].iter().collect::<String>().parse().ok()?, count));
    }
    let mut unit_before = 1000;
    while let Some(c) = chars.get(at) {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => 1,
        };
        match (unit, digit(*c)) {
            (1, Some(n)) if last.is_none() => last = Some(n),
            (1, _) => break,
            (unit, _) if unit > unit_before || unit > 10 && last.is_none() => break,
            (unit, _) => {
                total += last.take().unwrap_or(1) * unit;
                unit_before = unit;
            }
        }
        at += 1;
    }
    // `一百五` is 150.
    let rest = last.map_or(0, |n| if unit_before == 100 && total > 0 { n * 10 } else { n });
    (at > 0).then_some((total + rest, at))
}

struct Reader<'a> {
    chars: &'a [char],
    text: &'a str,
}

pub fn meanings(text: &str) -> Vec<Meaning> {
    let chars: Vec<char> = text.chars().collect();
    let reader = Reader { chars: &chars, text };
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if let Some((day, taken)) = reader.day(at) {
            out.push(day);
            at += taken;
        } else if let Some((n, taken)) = number(&chars[at..]) {
            out.extend(reader.with_unit(n, at, at + taken));
            at += taken;
        } else {
            if chars[at] == '半'
                && (at == 0 || digit(chars[at - 1]).is_none() && chars[at - 1] != '十' && !"个时点".contains(chars[at - 1]))
            {
                out.extend(reader.hours(30, at, at + 1));
            }
            at += 1;
        }
    }
    out.extend(EVERY.iter().find(|(words, _)| text.contains(words)).map(|(_, days)| Meaning::Every(*days)));
    out
}

impl Reader<'_> {
    fn follows(&self, at: usize, words: &[&str]) -> Option<usize> {
        let rest = self.chars.get(at..)?;
        words.iter().map(|word| word.chars().collect::<Vec<_>>()).find(|word| rest.starts_with(word)).map(|word| word.len())
    }

    fn precedes(&self, at: usize, words: &[&str]) -> bool {
        words.iter().map(|word| word.chars().collect::<Vec<_>>()).any(|word| self.chars[..at].ends_with(&word))
    }

    fn day(&self, at: usize) -> Option<(Meaning, usize)> {
        let taken = self.follows(at, &["星期", "礼拜", "周"])?;
        // `每周一次` names no Monday.
        if self.chars.get(at + taken + 1) == Some(&'次') {
            return None;
        }
        let day = match self.chars.get(at + taken)? {
            '日' | '天' => 6,
            c => digit(*c).filter(|n| (1..=6).contains(n))? - 1,
        };
        Some((Meaning::Weekday(day), taken + 1))
    }

    fn with_unit(&self, n: u32, from: usize, to: usize) -> Option<Meaning> {
        if let Some(taken) = self.follows(to, &["点钟", "点", "时", ":", "："]) {
            return self.clock(n, from, to + taken);
        }
        if let Some(taken) = self.follows(to, &["个半小时", "个半钟头", "小时半", "个小时", "小时", "个钟头", "钟头", "个钟"])
        {
            let half = self.chars[to..to + taken].contains(&'半') || self.chars.get(to + taken) == Some(&'半');
            return self.said(n.checked_mul(60)? + if half { 30 } else { 0 }, from, to + taken);
        }
        if let Some(taken) = self.follows(to, &["分钟", "分"]) {
            return self.said(n, from, to + taken).filter(|_| self.follows(to, &["分之"]).is_none());
        }
        if self.follows(to, &["天"]).is_some() && self.precedes(from, &["提前", "前"]) {
            return Some(Meaning::Before(n.checked_mul(1440)?));
        }
        let each = ["人均", "每人", "每位", "一个人"].iter().any(|word| self.text.contains(word));
        match () {
            () if self
                .follows(to, &["个人", "人", "位", "来号人", "号人", "口人", "来个人", "多个人", "个同", "个朋", "个客", "个小"])
                .is_some() =>
            {
                Some(Meaning::People(n))
            }
            () if self.follows(to, &["欧"]).is_some() => (!each).then_some(Meaning::Euros(n)),
            () if self.follows(to, &["度", "摄氏度", "℃"]).is_some() => Some(Meaning::Degrees(n)),
            () if self.precedes(from, &["到", "成", "为"]) && (10..=30).contains(&n) && self.at_end(to) => Some(Meaning::Degrees(n)),
            () => None,
        }
    }

    fn at_end(&self, at: usize) -> bool {
        self.chars.get(at).is_none_or(|c| !c.is_alphanumeric() || "吧就行好的左".contains(*c))
    }

    fn hours(&self, minutes: u32, from: usize, to: usize) -> Option<Meaning> {
        let taken = self.follows(to, &["个小时", "小时", "个钟头", "钟头", "个钟"])?;
        self.said(minutes, from, to + taken)
    }

    /// A length, or how long before.
    fn said(&self, minutes: u32, from: usize, to: usize) -> Option<Meaning> {
        match () {
            () if self.precedes(from, &["提前", "提早", "早"]) || self.follows(to, &["前", "之前", "以前"]).is_some() => {
                Some(Meaning::Before(minutes))
            }
            () if self.follows(to, &["后", "之后", "以后", "内", "到家"]).is_some() => None,
            () => Some(Meaning::Minutes(minutes)),
        }
    }

    fn clock(&self, hour: u32, from: usize, to: usize) -> Option<Meaning> {
        let minute = match self.chars.get(to) {
            Some('半') => 30,
            Some('一') if self.chars.get(to + 1) == Some(&'刻') => 15,
            Some('三') if self.chars.get(to + 1) == Some(&'刻') => 45,
            _ => number(&self.chars[to..]).map_or(0, |(n, _)| n),
        };
        if hour > 23 || minute > 59 {
            return None;
        }
        let part: String = self.chars[from.saturating_sub(4)..from].iter().collect();
        let has = |list: &[&str]| list.iter().any(|word| part.contains(word));
        let minutes = hour * 60 + minute;
        match () {
            () if hour > 12 => Some(Meaning::Clock(minutes)),
            () if has(&["下午", "晚", "傍晚", "中午"]) => Some(Meaning::Clock(if hour == 12 { minutes } else { minutes + 720 })),
            () if has(&["早", "上午", "凌晨"]) => Some(Meaning::Clock(minutes)),
            () => Some(Meaning::Hour(minutes % 720)),
        }
    }
}
