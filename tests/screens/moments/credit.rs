//! The credit trail.

use super::*;

#[test]
fn the_reward_of_the_turn_shown_is_followed() {
    let s = sample::training();
    assert_eq!(asked(&s, "t"), [Ask::Credit(9_871)]);
    assert_eq!(asked(&s, "3<up><up>t"), [Ask::Credit(9_869)]);
}

#[test]
fn a_trail_comes_into_sight_and_goes_with_escape() {
    let mut s = sample::training();
    for screen in ["1", "2", "3"] {
        s.findings.trail = None;
        let mut model = at(&s);
        type_in(&mut model, &s, screen);
        s.findings.trail = Some(sample::trail(9));
        receive(&mut model, &s);
        assert!(picture(&model, &s, DARK).contains("Credit trail"), "{screen}");
        assert_eq!(type_in(&mut model, &s, "<esc>").asks, [Ask::Dismiss]);
        assert!(!picture(&model, &s, DARK).contains("Credit trail"), "{screen}");
    }
}

#[test]
fn enter_goes_to_just_after_the_update_of_a_hop() {
    let mut s = sample::training();
    let mut model = at(&s);
    s.findings.trail = Some(sample::trail(9));
    receive(&mut model, &s);
    assert_eq!(type_in(&mut model, &s, "<down><down><enter>").asks, [Ask::SeekTick(9_870 - 2 * 211 + 1)]);
}

#[test]
fn asked_again_the_same_trail_comes_into_sight_again() {
    let mut s = sample::training();
    s.findings.trail = Some(sample::trail(9));
    let mut model = at(&s);
    type_in(&mut model, &s, "p");
    assert!(!picture(&model, &s, DARK).contains("Credit trail"));
    type_in(&mut model, &s, "t");
    receive(&mut model, &s);
    assert!(picture(&model, &s, DARK).contains("Credit trail"));
}
