use dialoq::*;
use std::sync::Arc;
struct T(trainer::Trainer);
impl tui::Control for T {
    fn ask(&self, a: trainer::command::Ask) {
        self.0.ask(a)
    }
    fn snapshot(&self) -> Option<Arc<trainer::snapshot::Snapshot>> {
        self.0.snapshot()
    }
}
fn main() {
    let arg = |n: &str| std::env::args().skip_while(|a| a != n).nth(1);
    let spec = run::RunSpec {
        source: world::WorldSource::Builtin(arg("--scenario").unwrap_or("customer-service".into())),
        profile: "standard".into(),
        masks: None,
        agent: arg("--agent").unwrap_or("q-learning".into()),
        seed: arg("--seed").and_then(|s| s.parse().ok()).unwrap_or(7),
        settings: vec![],
    };
    let catalogue = Arc::new(trainer::snapshot::Catalogue::default());
    let t = trainer::Trainer::start(trainer::Orders {
        spec,
        pace: if arg("--pace").is_some() { trainer::snapshot::Pace::Full } else { trainer::snapshot::Pace::DialoguesPerSecond(60.0) },
        catalogue,
        build: Arc::new(|s, p| {
            let w = world::World::build(&s.source, &s.profile, s.masks, p).map_err(|e| e.to_string())?;
            agents::start(Arc::new(w), s).map_err(|e| e.to_string())
        }),
    })
    .unwrap();
    let r = tui::run(
        &T(t),
        tui::Options {
            theme: tui::ThemeChoice::Auto,
            safe: false,
            lang: if arg("--lang").is_some() { run::view::Lang::Chinese } else { run::view::Lang::English },
        },
    );
    if let Err(e) = r {
        eprintln!("{e}")
    }
}
