//! Bounds on turns, characters of a turn and words of a record. Rules made for web pages (fifty words at least) would drop most turns.

use super::{Fixes, Kept, Reason};
use crate::data::near::words;
use crate::data::record::{Body, Record, Role};
use crate::data::settings::Settings;

pub fn run(record: &mut Record, settings: &Settings, _: &mut Fixes) -> Kept {
    let (fewest, most) = settings.turns;
    let spoken = record.turns().iter().filter(|t| matches!(t.role, Role::User | Role::Assistant | Role::Named(_))).count() as u32;
    let spoken = spoken + u32::from(matches!(record.body, Body::Preference { .. } | Body::Unpaired { .. }));
    if !matches!(record.body, Body::Labelled { .. }) {
        if spoken < fewest {
            return Err(Reason::new("too few turns", format!("{spoken} turns; {fewest} are asked for (--turns)")));
        }
        if spoken > most {
            return Err(Reason::new("too many turns", format!("{spoken} turns; {most} are allowed (--turns)")));
        }
    }
    let mut longest = 0;
    record.texts(&mut |text| longest = longest.max(text.chars().count()));
    if longest > settings.chars as usize {
        let allowed = settings.chars;
        return Err(Reason::new("a turn too long", format!("{longest} characters; {allowed} are allowed (--chars)")));
    }
    let words = words::count(record);
    if words > settings.words as usize {
        return Err(Reason::new("too many words", format!("{words} words; {} are allowed (--words)", settings.words)));
    }
    Ok(())
}
