//! Muster.
fn main() {
    for path in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let bytes = std::fs::read(&path).unwrap();
        let snapshot = match domain::snapshot::Snapshot::parse(&bytes) { Ok(s) => s, Err(e) => { println!("{path}: {e}"); continue } };
        let club = domain::club::Club::new(snapshot);
        let load = t.elapsed();
        match solver::solve(&club, &solver::Options::default(), &|_| {}) {
            Ok(p) => println!("{path} {:?} score {} bound {} load {:?} build {:?} solve {:?} size {:?}", p.status, p.terms.score(), p.bound, load, p.build, p.solve, p.size),
            Err(e) => println!("{path}: ERROR {e}"),
        }
    }
}
