//! Cues: words by which people say what they want, in whatever sentence they stand. A task's strongest cue decides; where two tasks have
//! cues of one strength, and as many, the person is asked which they mean.

mod chinese;
mod english;

use std::collections::BTreeSet;

use super::meant::aliases;
use crate::lm::phrases;
use crate::lm::vocabulary::pieces;
use crate::world::names::Lang;
use crate::world::scenario::Scenario;

/// By a task's name: cues by strength, those of one strength parted by `|`. `*` ends a stem, `~` stands for one to three words.
pub type Table = &'static [(&'static str, &'static [(u8, &'static str)])];

/// What a sentence is for, apart from a wish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aim {
    #[default]
    Task,
    /// What the agent can do.
    Help,
    /// To talk to a person.
    Person,
    Insult,
    Greeting,
}

/// What cues tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Tasks of the strongest cue: one, or those among which to choose.
    pub tasks: Vec<usize>,
    /// Of that cue.
    pub strength: u8,
    pub aim: Aim,
}

#[derive(Clone, Debug)]
pub struct Cues {
    lang: Lang,
    /// By task: strength and cue.
    tasks: Vec<Vec<(u8, &'static str)>>,
    /// Words that a slip of the keyboard may have been meant for.
    known: Vec<String>,
    /// Words of the scenario's users.
    said: BTreeSet<String>,
}

/// Words that are no slip, though a letter away from a cue.
const THEMSELVES: &[&str] = &[
    "part", "parts", "truck", "trick", "meaning", "melting", "petting", "heart", "later", "order", "older", "phase", "clone", "close",
    "blinks", "dinners", "lease", "house", "there", "three", "these", "those", "where", "money", "honey", "blend", "blond", "brand",
    "board", "chair", "clash", "glass", "place", "plane", "paint", "point", "great", "their", "they", "then", "them", "than", "that",
    "what", "when", "were", "want", "went", "will", "well", "with", "wish", "have", "here", "hear", "head", "home", "hour", "learnt",
    "lights", "kettles", "teapots", "cancer", "dooms", "marina", "paris", "party's", "sitting", "setting", "seating", "letting", "maria",
    "tomorrow", "fright", "flight", "slight", "delight", "night", "tonight",
];

/// Words of an English text without apostrophes, a blank around each.
pub fn padded(words: &[String]) -> String {
    format!(" {} ", words.join(" "))
}

/// Whether the cue stands in the padded text.
pub fn stands(text: &str, cue: &str, lang: Lang) -> bool {
    if lang == Lang::Chinese {
        return text.contains(cue);
    }
    if let Some((before, after)) = cue.split_once(" ~ ") {
        let gap =
            |rest: &str| rest.find(&format!(" {after} ")).is_some_and(|end| (1..=3).contains(&rest[..end].split_whitespace().count()));
        let begin = format!(" {before} ");
        return text.match_indices(&begin).any(|(at, _)| gap(&text[at + begin.len() - 1..]));
    }
    match cue.strip_suffix('*') {
        Some(stem) => text.contains(&format!(" {stem}")),
        None => text.contains(&format!(" {cue} ")),
    }
}

fn any(text: &str, list: &'static str, lang: Lang) -> bool {
    list.split('|').any(|cue| stands(text, cue.trim(), lang))
}

impl Cues {
    pub fn new(scenario: &Scenario, lang: Lang) -> Cues {
        let table = if lang == Lang::Chinese { chinese::TASKS } else { english::TASKS };
        let of_task = |name: &str| -> Vec<(u8, &'static str)> {
            let rows = table.iter().filter(|(own, _)| *own == name).flat_map(|(_, rows)| rows.iter());
            rows.flat_map(|(strength, list)| list.split('|').map(|cue| (*strength, cue.trim()))).collect()
        };
        let tasks: Vec<Vec<(u8, &'static str)>> = scenario.tasks.iter().map(|task| of_task(&task.name)).collect();
        let cues = tasks.iter().flatten().flat_map(|(_, cue)| cue.split([' ', '*', '~'])).map(str::to_owned);
        let values = scenario.slots.iter().flat_map(|slot| slot.values.of(lang)).flat_map(|value| pieces(value));
        let all = scenario.slots.iter().flat_map(|slot| slot.values.of(lang));
        let names = all.flat_map(|value| aliases(value, lang)).flat_map(|(_, name)| name.split([' ', '~'])).map(str::to_owned);
        let said = phrases::user(scenario, lang).into_iter().flat_map(|(_, texts)| texts).flat_map(|text| pieces(&text)).collect();
        let mut known: Vec<String> = cues.chain(values).chain(names).filter(|word| word.chars().count() >= 5).collect();
        known.sort_unstable();
        known.dedup();
        Cues { lang, tasks, known, said }
    }

    /// The text as it is compared: small letters, full-width ones narrow, no apostrophes, slips of the keyboard mended.
    pub fn words(&self, text: &str) -> Vec<String> {
        let narrow = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '’' | '‘' | '`' => '\'',
            _ => c,
        };
        let text: String = text.chars().map(narrow).collect();
        let mut out = Vec::new();
        for word in pieces(&text) {
            let word = if word.len() > 1 { word.replace('\'', "") } else { word };
            out.push(self.mended(&word).unwrap_or(word));
        }
        out
    }

    /// The text with slips of the keyboard mended; as it is, if there are none.
    pub fn mend(&self, text: &str) -> String {
        let all = pieces(text);
        let mended: Vec<Option<String>> = all.iter().map(|word| self.mended(word)).collect();
        if mended.iter().all(Option::is_none) {
            return text.to_owned();
        }
        all.into_iter().zip(mended).map(|(word, better)| better.unwrap_or(word)).collect::<Vec<_>>().join(" ")
    }

    /// Whether a text, made ready, names the task by one of its cues.
    pub fn names(&self, text: &str, task: usize) -> bool {
        self.tasks[task].iter().any(|(strength, cue)| *strength >= 5 && stands(text, cue, self.lang))
    }

    /// The known word that a word is one slip away from, or two if it is long.
    fn mended(&self, word: &str) -> Option<String> {
        let length = word.chars().count();
        let letters = self.lang == Lang::English && word.chars().all(|c| c.is_ascii_alphabetic());
        // `yesss`
        let short = word.trim_end_matches(|c| word.ends_with(c));
        let drawn = word.chars().last().map(|c| format!("{short}{c}")).filter(|drawn| letters && drawn != word);
        if let Some(drawn) = drawn.filter(|drawn| ["yes", "no", "yep", "ok", "yeah"].contains(&drawn.as_str())) {
            return Some(drawn);
        }
        if !letters
            || length < 4
            || THEMSELVES.contains(&word)
            || self.said.contains(word)
            || self.known.iter().any(|known| word.starts_with(known.as_str()))
        {
            return None;
        }
        // A longer word may hold two, but ends as it should: an accountant is no accounting.
        let ends = |known: &str| (known.chars().next(), known.chars().last());
        let close = |known: &&String| match strsim::damerau_levenshtein(known, word) {
            0 | 1 => known.chars().next() == word.chars().next(),
            2 => length >= 8 && ends(known) == ends(word),
            _ => false,
        };
        let plural = format!("{word}s");
        self.known.iter().filter(close).find(|known| **known != plural).cloned()
    }

    /// The text in which cues are looked for.
    pub fn text(&self, text: &str) -> String {
        let words = self.words(text);
        match self.lang {
            Lang::English => {
                // Hyphens join words in few cues; both forms are there.
                let joined = padded(&words.iter().filter(|word| word.chars().any(char::is_alphanumeric)).cloned().collect::<Vec<_>>());
                if joined.contains('-') { format!("{joined}{}", joined.replace('-', " ")) } else { joined }
            }
            Lang::Chinese => chinese::APART.iter().fold(words.concat(), |text, word| text.replace(word, "·")),
        }
    }

    /// By task: its strongest cue and how many there are of that strength.
    fn strengths(&self, text: &str) -> Vec<(u8, usize)> {
        let of_task = |task: &Vec<(u8, &'static str)>| {
            let found: Vec<u8> = task.iter().filter(|(_, cue)| stands(text, cue, self.lang)).map(|(strength, _)| *strength).collect();
            let most = found.iter().copied().max().unwrap_or(0);
            (most, found.into_iter().filter(|strength| *strength == most).count())
        };
        self.tasks.iter().map(of_task).collect()
    }

    pub fn find(&self, text: &str) -> Found {
        let mut plain = self.text(text);
        let mut strengths = self.strengths(&plain);
        if self.lang == Lang::Chinese && strengths.iter().all(|(most, _)| *most < 5) {
            let heard = self.alike(&plain);
            let of_sound = self.strengths(&heard);
            if of_sound.iter().any(|(most, _)| *most >= 5) {
                (plain, strengths) = (heard, of_sound);
            }
        }
        let best = strengths.iter().copied().max().unwrap_or((0, 0));
        let tasks: Vec<usize> =
            if best.0 < 2 { Vec::new() } else { (0..strengths.len()).filter(|task| strengths[*task] == best).collect() };
        Found { aim: self.aim(&plain, best.0), tasks, strength: best.0 }
    }

    /// A Chinese text with the characters of cues in place of those that sound like them.
    fn alike(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (_, cue) in self.tasks.iter().flatten().filter(|(strength, cue)| *strength >= 5 && cue.chars().count() >= 2) {
            let cue_chars: Vec<char> = cue.chars().collect();
            let chars: Vec<char> = out.chars().collect();
            let same = |a: char, b: char| a == b || chinese::ALIKE.iter().any(|list| list.contains(a) && list.contains(b));
            let at = chars.windows(cue_chars.len()).position(|window| window.iter().zip(&cue_chars).all(|(a, b)| same(*a, *b)));
            if let Some(at) = at {
                let parts = [&chars[..at], &cue_chars, &chars[at + cue_chars.len()..]];
                out = parts.concat().into_iter().collect();
            }
        }
        out
    }

    fn aim(&self, text: &str, strongest: u8) -> Aim {
        let chinese = self.lang == Lang::Chinese;
        let lists = if chinese {
            [chinese::PERSON, chinese::RATHER_PERSON, chinese::HELP, chinese::INSULT, chinese::GREETING]
        } else {
            [english::PERSON, english::RATHER_PERSON, english::HELP, english::INSULT, english::GREETING]
        };
        let has = |k: usize| any(text, lists[k], self.lang);
        let short = if chinese { text.chars().count() <= 8 } else { text.split_whitespace().count() <= 5 };
        let alone = ["help", "help me", "help please", "帮助", "帮帮我", "帮忙", "救命"].contains(&text.trim());
        match () {
            () if has(0) => Aim::Person,
            () if alone || strongest < 4 && has(2) => Aim::Help,
            () if strongest < 5 && has(1) => Aim::Person,
            () if strongest < 3 && has(3) => Aim::Insult,
            () if strongest == 0 && short && has(4) => Aim::Greeting,
            () => Aim::Task,
        }
    }
}
