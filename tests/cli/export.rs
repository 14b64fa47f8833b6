//! `dialoq export`: what other programs get of a session is what the runs hold, number for number.

use dialoq::cli::export::curve;
use dialoq::cli::export::sheet::{Form, Sheet};
use dialoq::learn::machine::Edit;
use dialoq::run::journal::{Line, SpecLine};
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::world::WorldSource;
use dialoq::world::env::{ActionId, Env};
use serde_json::Value;

use super::{Answer, dialoq, file, path};
use crate::support::{built_in, exact, run, start};

/// A session of two runs: A, and B, which left it after 100 dialogues with another α. Both are returned as they ended.
fn session(name: &str) -> (Box<dyn Run>, Box<dyn Run>) {
    let world = built_in("customer-service");
    let source = WorldSource::Builtin("customer-service".into());
    let spec = RunSpec { source, profile: "standard".into(), masks: None, agent: "q-learning".into(), seed: 7, settings: Vec::new() };
    let mut a = start(&world, "q-learning", 7, Vec::new());
    a.advance(Limit::dialogues(100));
    let mut b = a.branch();
    let edit = Edit::Tune { knob: "alpha".into(), value: 0.5 };
    let text = b.edit(edit.clone()).unwrap();
    let (tick, dialogue) = (b.now().0, b.dialogues());
    a.advance(Limit::dialogues(300));
    b.advance(Limit::dialogues(150));
    let head = |id: u32, run: &dyn Run| Line::Head {
        run: id,
        tick: run.now().0,
        dialogue: run.dialogues(),
        digest: Some(run.digest().to_string()),
    };
    let lines = [
        Line::session("dialoq test", name, "2026-11-23T16:00:00Z"),
        Line::Run { run: 0, name: "A".into(), spec: SpecLine::new(&spec, &world.digest.to_string()), parent: None },
        Line::Branch { run: 1, name: "B".into(), parent: 0, tick, dialogue },
        Line::Edit { run: 1, tick, dialogue, edit, text },
        head(0, &*a),
        head(1, &*b),
        // The person went back before leaving: what is exported is all that was learned.
        Line::Here { run: 0, tick: 40 },
    ];
    let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    file(&format!("{name}.jsonl"), &text);
    (a, b)
}

/// Rows of comma-separated values without quotes, as text.
fn rows(answer: &Answer) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    let mut lines = answer.out.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    (lines.next().expect("a line of names"), lines.collect())
}

fn export(name: &str, flags: &str) -> Answer {
    dialoq(&format!("export ./{name}.jsonl {flags}"))
}

#[test]
fn a_curve_has_a_row_for_every_dialogue_of_every_run() {
    session("export-curve");
    let (head, rows) = rows(&export("export-curve", "--csv"));
    assert_eq!(head.join(","), "run,from,to,return,return_min,return_max,success,turns,abs_delta,epsilon");
    assert_eq!(rows.iter().filter(|row| row[0] == "A").count(), 400);
    assert_eq!(rows.iter().filter(|row| row[0] == "B").count(), 250);
    // Until they parted both runs are one.
    let of = |run: &str| rows.iter().filter(|row| row[0] == run).map(|row| row[1..].to_vec()).collect::<Vec<_>>();
    let (a, b) = (of("A"), of("B"));
    assert_eq!(a[..100], b[..100]);
    assert_ne!(a[100..250], b[100..250]);
    let only = export("export-curve", "--csv --run B").out;
    assert!(only.lines().skip(1).all(|line| line.starts_with("B,")) && only.lines().count() == 251);
}

#[test]
fn the_same_rows_come_as_json_lines_and_by_learning_again() {
    session("export-same");
    let csv = export("export-same", "--csv --run A");
    let each = export("export-same", "--csv --run A --each");
    assert_eq!(each.code, 0, "{}", each.err);
    let close = |(x, y): (&str, &str)| x == y || (x.parse::<f64>().unwrap() - y.parse::<f64>().unwrap()).abs() < 1e-5;
    for (kept, again) in csv.out.lines().zip(each.out.lines()) {
        assert!(kept.split(',').zip(again.split(',')).all(close), "{kept} and {again}");
    }
    assert_eq!(each.out.lines().count(), csv.out.lines().count());
    let json = export("export-same", "--jsonl --what curve --run A").out;
    for (object, line) in json.lines().zip(csv.out.lines().skip(1)) {
        let object: Value = serde_json::from_str(object).unwrap();
        let fields: Vec<String> = object.as_object().unwrap().values().map(|v| v.to_string().trim_matches('"').to_owned()).collect();
        assert_eq!(fields.join(","), line);
    }
    assert_eq!(json.lines().count(), 400);
}

#[test]
fn a_long_curve_comes_in_blocks_without_gap_or_overlap() {
    let mut long = run(&built_in("customer-service"), "random", 3, &[]);
    long.advance(Limit::dialogues(70_000));
    let mut bytes = Vec::new();
    let mut sheet = Sheet::new(&mut bytes, Form::Csv, curve::HEAD).unwrap();
    curve::blocks(&mut sheet, "A", &*long).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut at = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<u64> = line.split(',').skip(1).take(2).map(|n| n.parse().unwrap()).collect();
        assert_eq!(fields[0], at, "{line}");
        assert!(fields[1] > at);
        at = fields[1];
    }
    assert!(at <= 70_000 && at > 70_000 - 64, "{at}: but for the last block all is there");
}

#[test]
fn the_table_has_every_cell_with_its_value_and_the_optimum() {
    let (a, _) = session("export-table");
    let (head, rows) = rows(&export("export-table", "--csv --what table --run A"));
    assert_eq!(head.join(","), "run,state,words,act,q,visits,optimal_q");
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let actions = world.actions();
    let cells: Vec<(u32, u32)> = (0..world.states().unwrap())
        .flat_map(|s| (0..actions).map(move |a| (s, a)))
        .filter(|(s, a)| world.legal(*s) >> a & 1 == 1)
        .collect();
    assert_eq!(rows.len(), cells.len(), "a row for every act that may be chosen");
    for (row, (state, act)) in rows.iter().zip(&cells) {
        assert_eq!(row[1], state.to_string());
        assert_eq!(row[2], world.state_text(*state));
        assert_eq!(row[3], world.act_view(ActionId(*act as u8)).name);
        assert_eq!(row[6].parse::<f64>().unwrap(), solution.q(*state, *act, actions));
    }
    let learned: u64 = rows.iter().map(|row| row[5].parse::<u64>().unwrap()).sum();
    assert_eq!(learned, a.now().0, "every turn updated one cell");
    assert!(rows.iter().any(|row| row[4].parse::<f64>().unwrap() != 0.0));
}

#[test]
fn the_policy_shares_its_chance_among_greedy_acts() {
    let (a, _) = session("export-policy");
    let (head, rows) = rows(&export("export-policy", "--csv --what policy --run A"));
    assert_eq!(head.join(","), "run,state,words,visits,act,probability");
    let world = built_in("customer-service");
    for (state, greedy) in a.candidate().greedy.into_iter().enumerate() {
        let mine: Vec<&Vec<String>> = rows.iter().filter(|row| row[1] == state.to_string()).collect();
        assert_eq!(mine.len() as u32, greedy.count_ones(), "state {state}");
        let chance: f64 = mine.iter().map(|row| row[5].parse::<f64>().unwrap()).sum();
        assert!((chance - 1.0).abs() < 1e-12);
        let named = |act: u8| mine.iter().any(|row| row[4] == world.act_view(ActionId(act)).name);
        assert!((0..64).filter(|a| greedy >> a & 1 == 1).all(named), "state {state}");
        if state > 200 {
            break;
        }
    }
}

#[test]
fn transcripts_are_the_dialogues_that_were_held() {
    let (a, b) = session("export-talk");
    let answer = export("export-talk", "--jsonl --lang en");
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    let told: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), 20 + 20, "the last twenty of each run");
    let of = |run: &str| told.iter().filter(|d| d["run"] == run).map(|d| d["dialogue"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("A"), (380..400).collect::<Vec<_>>());
    assert_eq!(of("B"), (230..250).collect::<Vec<_>>());
    for dialogue in &told {
        let run = if dialogue["run"] == "A" { &a } else { &b };
        let records = run.dialogue(dialogue["dialogue"].as_u64().unwrap());
        let turns = dialogue["turns"].as_array().unwrap();
        assert_eq!(turns.len(), records.len());
        let mut return_ = 0.0;
        for (turn, record) in turns.iter().zip(&records) {
            assert_eq!(turn["state"], record.state);
            assert_eq!(turn["tick"], record.tick);
            assert_eq!(turn["act"], run.world().act_view(record.act).name);
            return_ += turn["reward"].as_f64().unwrap();
            assert!(!turn["agent"].as_str().unwrap().is_empty());
        }
        assert!((dialogue["return"].as_f64().unwrap() - return_).abs() < 1e-4);
        assert_ne!(dialogue["ending"], "");
    }
    let count = |flags: &str| export("export-talk", flags).out.lines().count();
    assert_eq!(count("--jsonl --run A --last 3"), 3);
    assert_eq!(count("--jsonl --run A --dialogues 0..4"), 5);
    assert_eq!(count("--jsonl --run B --dialogues 248..999"), 2, "only finished ones");
}

/// Whether every tag that opens is closed in its order; the text of a figure needs no more of XML.
fn balanced(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) if open.pop() != Some(name) => return false,
            (false, false) => open.push(name),
            _ => {}
        }
    }
    open.is_empty()
}

#[test]
fn the_figure_has_a_line_for_every_run_and_is_whole() {
    session("export-figure");
    let svg = export("export-figure", "--svg").out;
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{svg}");
    assert!(balanced(&svg) && !balanced(&svg.replace("</svg>", "")), "{svg}");
    assert_eq!(svg.matches("<polyline").count(), 2);
    assert_eq!(export("export-figure", "--svg --run B").out.matches("<polyline").count(), 1);
    for text in [
        "export-figure · customer-service",
        "dialogues",
        "return per dialogue",
        "A · q-learning",
        "B · α 0.1 → 0.5",
        "optimum at γ 0.95: 9.69",
    ] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    // All points stand inside of the axes.
    for points in svg.split("points=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let inside = |point: &str| {
            let (x, y) = point.split_once(',').unwrap();
            (76.0..=700.0).contains(&x.parse::<f64>().unwrap()) && (48.0..=420.0).contains(&y.parse::<f64>().unwrap())
        };
        assert!(points.split(' ').count() > 100 && points.split(' ').all(inside), "{points}");
    }
}

#[test]
fn a_directory_gets_a_file_of_each_kind() {
    session("export-many");
    let _ = std::fs::remove_dir_all(path("export-dir"));
    let answer = export("export-many", "--csv --out export-dir/");
    assert_eq!((answer.code, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
    let read = |name: &str| std::fs::read_to_string(path("export-dir").join(name)).unwrap();
    assert_eq!(read("export-many-curve.csv"), export("export-many", "--csv").out);
    assert_eq!(read("export-many-table.csv"), export("export-many", "--csv --what table").out);
    assert_eq!(read("export-many-policy.csv"), export("export-many", "--csv --what policy").out);
    assert_eq!(export("export-many", "--svg --out export-many.svg --force").out, "");
    assert_eq!(std::fs::read_to_string(path("export-many.svg")).unwrap(), export("export-many", "--svg").out);
}

#[test]
fn what_cannot_be_exported_is_refused_in_one_sentence() {
    session("export-wrong");
    let foreign = file("export-foreign.jsonl", "a letter\n");
    let cases = [
        ("./export-nowhere.jsonl --csv", "./export-nowhere.jsonl: there is no such file;"),
        (&format!("./{foreign} --csv"), "./export-foreign.jsonl: it is not a session of dialoq"),
        ("./export-wrong.jsonl --csv --run Z", "--run: export-wrong has no open run \"Z\"; use A or B"),
        ("./export-wrong.jsonl --csv --what transcripts", "--what: transcripts do not fit into rows of values; use --jsonl"),
        ("./export-wrong.jsonl --svg --what table", "--what: a figure shows learning curves only; use --csv or --jsonl"),
        ("./export-wrong.jsonl --svg --each", "--each: there is no row for every dialogue here;"),
        ("./export-wrong.jsonl --csv --last 3", "--last chooses transcripts; use it with --jsonl"),
        ("./export-wrong.jsonl --jsonl --dialogues 9..3", "--dialogues: \"9..3\" is not a range of dialogues; write it as first..last,"),
        ("./export-wrong.jsonl --jsonl --dialogues 99999..100000", "--dialogues: dialogue 99999 has not been yet;"),
        ("./export-wrong.jsonl --csv --what all", "--what: \"all\" is not known; use curve, transcripts, table or policy"),
        ("./export-wrong.jsonl --csv --out /nonexistent/x.csv", "--out /nonexistent/x.csv: its directory is not there;"),
    ];
    for (flags, sentence) in cases {
        let answer = dialoq(&format!("export {flags}"));
        assert_eq!((answer.code, answer.out.as_str(), answer.err.lines().count()), (2, "", 1), "{flags}: {}", answer.err);
        assert!(answer.err.starts_with(&format!("error: {sentence}")), "{flags}: {}", answer.err);
    }
    assert_eq!(dialoq("export ./export-wrong.jsonl").code, 2, "a format is needed");
}

#[test]
fn what_can_be_read_of_a_damaged_session_is_exported_and_the_damage_is_named() {
    session("export-torn");
    let whole = export("export-torn", "--csv").out;
    let text = std::fs::read_to_string(path("export-torn.jsonl")).unwrap();
    file("export-torn.jsonl", &(text + "{\"line\":\"edit\",\"run\":0,\"ti"));
    let answer = export("export-torn", "--csv");
    assert_eq!((answer.code, &answer.out), (1, &whole));
    assert_eq!(answer.err.lines().count(), 1, "{}", answer.err);
    assert!(answer.err.contains("damaged from line 8"), "{}", answer.err);
}

#[test]
fn names_with_commas_and_quotes_are_quoted() {
    let mut bytes = Vec::new();
    let mut sheet = Sheet::new(&mut bytes, Form::Csv, &["a", "b", "c"]).unwrap();
    sheet.row(vec!["x, \"y\"".into(), Value::Null, 0.1.into()]).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "a,b,c\n\"x, \"\"y\"\"\",,0.1\n");
}
