//! Deals for benchmarks and laws: the same text for the same number, in the style in which people write deals.

use std::fmt::Write as _;
use std::path::Path;

/// The day on which the deals are in order.
pub const TODAY: &str = "2026-11-23";

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// How many deals.
    pub deals: usize,
    /// Of how many in a thousand something is at fault.
    pub at_fault: usize,
}

/// The path of a deal below the workspace; a hundred to a folder.
pub fn path(number: usize) -> String {
    format!("deals/customer-{:04}/deal-{number:06}.yaml", number / 100)
}

/// The text of a deal.
pub fn deal(number: usize, mix: Mix) -> String {
    let mut draw = Draw(number as u64);
    let at_fault = draw.below(1_000) < mix.at_fault;
    let text = Draft::new(number, &mut draw).write();
    if at_fault { spoil(&text, draw.below(FAULTS.len())) } else { text }
}

/// Writes a workspace of deals that follow `standard`.
pub fn write(folder: &Path, mix: Mix) -> std::io::Result<()> {
    for number in 0..mix.deals {
        let file = folder.join(path(number));
        if number % 100 == 0 {
            std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
        }
        std::fs::write(file, deal(number, mix))?;
    }
    Ok(())
}

/// Numbers that look drawn and are the same every time (splitmix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or_default()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const STAGES: [&str; 6] = ["prospect", "qualified", "discovery", "developed", "proposed", "closed"];

/// The tasks of each stage, which are met by a line in `done`.
const TASKS: [&[&str]; 6] = [
    &["target-market", "producers-met"],
    &["opportunity-real", "agendas-drawn-up", "creation-decisions"],
    &["purchase-issues-analysed"],
    &["resources-evaluated"],
    &["contracts-approved", "changes-agreed", "sent-to-legal", "ready-for-creation"],
    &["product-implemented", "revenue-credited", "orders-completed"],
];

/// A deal that is in order.
struct Draft<'a> {
    number: usize,
    draw: &'a mut Draw,
    /// How many gates it has passed.
    passed: usize,
    /// Where it stands, counted from 0.
    stage: usize,
    outcome: Option<&'static str>,
    completed: bool,
    amount: usize,
    out: String,
}

impl<'a> Draft<'a> {
    fn new(number: usize, draw: &'a mut Draw) -> Self {
        let stage = draw.below(STAGES.len());
        let outcome = match draw.below(12) {
            0 => Some("lost"),
            1 if stage < 3 => Some("disqualified"),
            _ if stage == 5 => Some("won"),
            _ => None,
        };
        let completed = stage == 5 && outcome == Some("won") && draw.below(2) == 0;
        let passed = if completed { 6 } else { stage };
        let amount = (draw.below(900) + 10) * 500;
        Self { number, draw, passed, stage, outcome, completed, amount, out: String::with_capacity(2_048) }
    }

    fn write(mut self) -> String {
        self.head();
        self.people();
        self.meetings();
        self.issues();
        self.done();
        self.ending();
        self.notes();
        self.out
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }

    fn head(&mut self) {
        let what =
            self.draw.one(&["Rollout of line 4", "Renewal, 3 years", "Retrofit Süd", "Pilot: two cells"]);
        let customer =
            self.draw.one(&["Acme GmbH", "Müller & Söhne", "Ørsted Værk", "Nordwind AG", "Hahn KG"]);
        let quote = if what.contains(": ") { "\"" } else { "" };
        let (number, amount) = (self.number, self.amount);
        self.line(format_args!("# Deal {number}, kept by sales"));
        self.line(format_args!("name: {quote}{what} ({number}){quote}"));
        self.line(format_args!("customer: {customer}"));
        self.line(format_args!("stage: {}", STAGES[self.stage]));
        self.line(format_args!("owner: jane.{}@sales.example", number % 40));
        self.line(format_args!("amount: {amount} EUR"));
        if self.draw.below(3) == 0 {
            self.line(format_args!("probability: 35%"));
        }
        let close = self.draw.below(28) + 1;
        self.line(format_args!("close_date: 2027-02-{close:02}   # as agreed"));
        self.line(format_args!("opened: 2026-09-01"));
        let source = self.draw.one(&["referral", "trade fair", "website", "existing customer"]);
        self.line(format_args!("source: {source}"));
        self.line(format_args!("tags: [retrofit, {}, 'phase {}']", source.replace(' ', "-"), number % 7));
        self.line(format_args!("segment: {}", ["industry", "energy", "food"][number % 3]));
        self.line(format_args!("\nnext_step:\n  what: Call about the schedule\n  date: 2026-12-01"));
        self.line(format_args!("  by: jane.{}@sales.example\n", number % 40));
    }

    fn people(&mut self) {
        self.line(format_args!("contacts:"));
        for role in ["head of production", "purchasing"] {
            let name = self.draw.one(&["Ada Palmer", "Jörg Weiß", "Zoë Hart", "Łukasz Nowak"]);
            let stance = self.draw.one(&["ally", "neutral", "enemy"]);
            let email = self.draw.below(1_000);
            self.line(format_args!(
                "  - name: {name}\n    role: {role}\n    email: c{email}@customer.example"
            ));
            self.line(format_args!("    stance: {stance}"));
        }
    }

    fn meetings(&mut self) {
        self.line(format_args!("meetings:"));
        for (kind, date, stage) in [
            ("verification", "2026-09-02", 0),
            ("follow-up", "2026-09-16", 1),
            ("customer-visit", "2026-10-05", 3),
        ] {
            if stage <= self.stage {
                self.line(format_args!("  - {{date: {date}, kind: {kind}, with: [Ada Palmer, 'J. Weiß']}}"));
            }
        }
    }

    fn issues(&mut self) {
        if self.stage >= 2 {
            self.line(format_args!("issues:"));
            for priority in 1..=2 {
                let price = (self.draw.below(90) + 1) * 1_000;
                self.line(format_args!("  - title: Line {priority} stands still twice a week"));
                self.line(format_args!("    priority: {priority}\n    price: {price} EUR"));
            }
        }
        if self.stage >= 3 {
            self.line(format_args!("plan:\n  summary: >-\n    Two cells in spring,\n    the rest in summer"));
            let number = self.number;
            self.line(format_args!("  link: https://wiki.example/plan/{number}"));
        }
        if self.completed {
            self.line(format_args!("satisfaction: {{score: 9, date: 2026-11-20}}"));
        }
    }

    fn done(&mut self) {
        self.line(format_args!("\ndone:"));
        let number = self.number;
        for (stage, tasks) in TASKS.iter().enumerate().take(self.passed.max(1)) {
            for task in *tasks {
                let day = self.draw.below(5) + 1;
                self.line(format_args!("  {task}: 2026-{:02}-{:02}", 9 + stage / 3, stage * 2 + 8 + day));
            }
            match stage {
                2 => self.line(format_args!(
                    "  funding-received: {{date: 2026-10-02, evidence: https://files.example/{number}.pdf}}"
                )),
                3 => {
                    let amount = self.amount;
                    self.line(format_args!(
                        "  price-approved:\n    date: 2026-10-20\n    by: dana@sales.example"
                    ));
                    self.line(format_args!("    of: {{amount: {amount} EUR}}"));
                    self.line(format_args!("  roi-approved: {{date: 2026-10-21, by: dana@sales.example}}"));
                }
                4 => self.line(format_args!(
                    "  final-proposal: {{date: 2026-10-28, evidence: https://files.example/{number}.pdf}}"
                )),
                _ => {}
            }
        }
        if self.stage == 5 {
            self.line(format_args!(
                "  contracts-signed: {{date: 2026-11-02, evidence: https://files.example/c{number}.pdf}}"
            ));
        }
        self.line(format_args!("history:\n  - {{date: 2026-09-01, stage: prospect}}"));
        if self.stage > 0 {
            let entered = if self.stage == 5 { "2026-11-03" } else { "2026-11-01" };
            self.line(format_args!("  - {{date: {entered}, stage: {}}}", STAGES[self.stage]));
        } else {
            self.line(format_args!("on_hold: {{until: 2026-12-31, reason: waits for the budget}}"));
        }
    }

    fn ending(&mut self) {
        match self.outcome {
            Some("won") => self.line(format_args!("outcome: {{result: won, date: 2026-11-03}}")),
            Some(result) => {
                self.line(format_args!("outcome:\n  result: {result}\n  date: 2026-11-10"));
                self.line(format_args!("  reason: \"no budget: not before 2028\""));
            }
            None => {}
        }
        if self.completed {
            self.line(format_args!("completed: 2026-11-20"));
        }
    }

    /// Deals of early stages say more in words, so that most files are of one size.
    fn notes(&mut self) {
        self.line(format_args!("\nnotes: |"));
        for sentence in [
            "Jane called on Monday; they want the cells before the summer break.",
            "The line stands still twice a week: 40 minutes each.",
            "Purchasing asks for three offers, of which ours is the second.",
            "  - open: who signs, and when?",
            "Jörg knows the plant in Łódź and would show it to them.",
            "They compare us with their own workshop, which is busy until March.",
        ] {
            self.line(format_args!("  {sentence}"));
            if self.out.len() > 1_400 {
                break;
            }
        }
    }
}

/// What goes wrong in deals: what is replaced, and by what. The first that fits is taken, from a drawn one on.
const FAULTS: [(&str, &str); 6] = [
    ("source: ", "sourse: "),
    ("close_date: 2027", "close_date: 2025"),
    ("amount: ", "amount: about "),
    ("    email: c", "    email: <c"),
    ("  target-market: 2026", "  target-market: 2027"),
    ("  producers-met:", "  producer-met:"),
];

fn spoil(text: &str, first: usize) -> String {
    let mut from_first = FAULTS.iter().cycle().skip(first).take(FAULTS.len());
    // That the date has passed is no fault of a deal that has ended.
    let ended = text.contains("\noutcome:");
    let fits = |(from, _): &&(&str, &str)| text.contains(from) && !(ended && from.starts_with("close_date"));
    let (from, to) = from_first.find(fits).unwrap_or(&FAULTS[0]);
    text.replacen(from, to, 1)
}
