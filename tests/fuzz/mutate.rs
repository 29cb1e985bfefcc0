//! Random changes of inputs, for a time.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// An input is no longer than this, in bytes.
const LONGEST: usize = 8 * 1024;
/// The most seeds that are kept.
const SEEDS: usize = 2_000;

/// The name of the threads of a server.
pub const SERVER: &str = "server";

/// Panics in tasks of a server, which are caught there.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Tries inputs for `KINERJA_FUZZ_SECONDS`, by default one second.
pub struct Fuzzer {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    outcomes: HashSet<String>,
    /// The state of xorshift64*.
    random: u64,
}

impl Fuzzer {
    pub fn new(name: &'static str, seeds: &[Vec<u8>], words: &'static [&'static str]) -> Self {
        let begun = u64::from(std::process::id());
        Self {
            name,
            seeds: seeds.to_vec(),
            words,
            outcomes: HashSet::new(),
            random: 0x9e37_79b9_7f4a_7c15 ^ begun,
        }
    }

    /// Calls the target with one input after the other. It returns a short text about the outcome.
    pub fn run(mut self, target: impl Fn(&[u8]) -> String) {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some(SERVER) {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            before(info);
        }));
        let seconds =
            std::env::var("KINERJA_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut tried = 0_u64;
        let first = self.seeds.clone();
        let mut first = first.into_iter();
        while Instant::now() < end {
            let input = first.next().unwrap_or_else(|| self.changed());
            let panics = PANICS.load(Ordering::SeqCst);
            let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
            tried += 1;
            match outcome {
                Ok(_) if PANICS.load(Ordering::SeqCst) != panics => {
                    self.report(&input);
                    panic!("a task of the server panicked");
                }
                Ok(outcome) => {
                    if self.seeds.len() < SEEDS && self.outcomes.insert(outcome) {
                        self.seeds.push(input);
                    }
                }
                Err(panicked) => {
                    self.report(&input);
                    resume_unwind(panicked);
                }
            }
        }
        println!("{}: {tried} inputs in {seconds} s, {} outcomes", self.name, self.outcomes.len());
    }

    fn report(&self, input: &[u8]) {
        eprintln!("{}: {:?}", self.name, String::from_utf8_lossy(input));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(format!("fuzz-{}", self.name));
        std::fs::write(file, input).expect("the finding is stored");
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let mixed = self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(mixed).unwrap_or_default() % bound.max(1)
    }

    /// A seed after one to eight changes.
    fn changed(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut input = self.seeds[seed].clone();
        for _ in 0..=self.below(8) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (from, other) = (self.below(input.len() + 1), self.below(input.len() + 1));
        let (start, end) = (from.min(other), from.max(other));
        match self.below(9) {
            0 if from < input.len() => input[from] ^= 1 << self.below(8),
            1 if from < input.len() => input[from] = self.below(256).to_le_bytes()[0],
            2 => {
                let word = self.words[self.below(self.words.len())];
                input.splice(from..from, word.bytes());
            }
            3 => {
                let word = self.words[self.below(self.words.len())];
                input.splice(start..end, word.bytes());
            }
            4 => drop(input.drain(start..end)),
            5 => {
                let piece = input[start..end].to_vec();
                let times = 1 + self.below(4);
                input.splice(end..end, piece.repeat(times));
            }
            6 => {
                let seed = self.below(self.seeds.len());
                let tail = self.seeds[seed].clone();
                let at = self.below(tail.len() + 1);
                input.truncate(from);
                input.extend(&tail[at..]);
            }
            7 => input.truncate(from),
            _ => input.insert(from, self.below(256).to_le_bytes()[0]),
        }
    }
}
