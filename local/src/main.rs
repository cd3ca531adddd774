//! Muster.
fn main() {
    let explain = std::env::var("EXPLAIN").is_ok();
    for path in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let bytes = std::fs::read(&path).unwrap();
        let snapshot = match domain::snapshot::Snapshot::parse(&bytes) { Ok(s) => s, Err(e) => { println!("{path}: {e}"); continue } };
        let club = domain::club::Club::new(snapshot);
        let load = t.elapsed();
        match solver::solve(&club, &solver::Options::default(), &|_| {}) {
            Ok(p) => {
                let t2 = std::time::Instant::now();
                let a = solver::answer(&p, if explain { solver::Detail::Explained } else { solver::Detail::Plain });
                println!("{path} {:?} score {} bound {} load {:?} build {:?} solve {:?} extract {:?} size {:?}", p.status, p.terms.score(), p.bound, load, p.build, p.solve, t2.elapsed(), p.size);
                let out = format!("{}.answer", path.replace("../shared/data","/tmp/out"));
                std::fs::write(out, serde_json::to_vec_pretty(&a).unwrap()).unwrap();
            }
            Err(e) => println!("{path}: ERROR {e}"),
        }
    }
}
