//! Feature vectors of a finite MDP file: read, named, shown to agents and written back; refused with one sentence each.

use dialoq::world::env::{Env, Feature};
use dialoq::world::mdp;
use dialoq::world::names::Lang;
use serde_json::{Value, json};

fn text(change: impl FnOnce(&mut Value)) -> String {
    let mut root = json!({
        "format": "dialoq-mdp", "version": 1, "states": 2, "actions": 1, "P": [[[[1.0, 1, 0.0, false]]], [[[1.0, 0, 1.0, true]]]],
        "features": [[0, 0.25, -3], [1, 0, 0]], "feature_names": ["door", "light", "cold"],
    });
    change(&mut root);
    root.to_string()
}

#[test]
fn a_states_row_is_what_an_agent_sees_of_it() {
    let world = crate::support::mdp(&text(|_| ()));
    assert_eq!(world.shape().features, 3);
    let mut seen = Vec::new();
    world.features(0, &mut seen);
    assert_eq!(seen, [Feature { at: 1, value: 0.25 }, Feature { at: 2, value: -3.0 }]);
    world.shape().sight.features(1, &mut seen);
    assert_eq!(seen, [Feature { at: 0, value: 1.0 }]);
    assert_eq!(world.feature_names(Lang::English), ["door", "light", "cold"]);
}

#[test]
fn features_without_names_are_numbered() {
    let world = crate::support::mdp(&text(|root| drop(root.as_object_mut().unwrap().remove("feature_names"))));
    assert_eq!(world.feature_names(Lang::English), ["feature 0", "feature 1", "feature 2"]);
}

#[test]
fn without_features_each_state_is_its_own() {
    let strip = |root: &mut Value| ["features", "feature_names"].iter().for_each(|key| drop(root.as_object_mut().unwrap().remove(*key)));
    let world = crate::support::mdp(&text(strip));
    let mut seen = Vec::new();
    world.features(1, &mut seen);
    assert_eq!((world.shape().features, &seen[..]), (2, &[Feature { at: 1, value: 1.0 }][..]));
    assert_eq!(world.feature_names(Lang::English), ["state 0", "state 1"]);
}

#[test]
fn features_are_written_back_as_they_were_read() {
    for source in [text(|_| ()), include_str!("../data/baird.json").to_owned()] {
        let read = mdp::parse(&source).unwrap();
        let mut written = Vec::new();
        mdp::write(&read, &mut written).unwrap();
        let back = mdp::parse(std::str::from_utf8(&written).unwrap()).unwrap();
        assert_eq!(back.features, read.features);
        assert!(back.features.is_some());
    }
}

#[test]
fn what_is_wrong_with_features_is_said() {
    let cases = [
        ("features", json!(3), "features: a list is needed here"),
        ("features", json!([[1]]), "features: it has 1 rows for 2 states; one row for each state is needed"),
        ("features", json!([[], []]), "features[0]: it has 0 numbers; between 1 and 65536 are possible"),
        ("features", json!([1, 2]), "features[0]: a list is needed here"),
        ("features", json!([[1, 2, 3], [1]]), "features[1]: it has 1 numbers, but the first row has 3; all rows are of one length"),
        ("features", json!([[1, "x", 3], [1, 2, 3]]), "features[0][1]: \"x\" is not a number; use one such as -1.0"),
        (
            "features",
            json!([[1, 2, 1e39], [1, 2, 3]]),
            "features[0][2]: 1000000000000000000000000000000000000000 is too large; features lie within 3.4e38 of 0",
        ),
        ("feature_names", json!(["door"]), "feature_names: there are 1 names for 3 features; one for each is needed"),
        ("feature_names", json!(["door", 2, "cold"]), "feature_names[1]: 2 is not a name"),
        ("features", Value::Null, "features: a list is needed here"),
    ];
    for (key, value, expected) in cases {
        assert_eq!(mdp::parse(&text(|root| root[key] = value)).unwrap_err().to_string(), expected);
    }
    let nameless = text(|root| drop(root.as_object_mut().unwrap().remove("features")));
    let said = mdp::parse(&nameless).unwrap_err().to_string();
    assert_eq!(said, "feature_names: there are no features to name; add \"features\", a row of numbers for each state");
}
