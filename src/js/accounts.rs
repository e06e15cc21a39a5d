//! The limits of every account that this process uses.

use std::{cell::RefCell, rc::Rc};

use super::float;
use crate::limits::{Limits, Ticket, Turn};

/// The limits of one account, which all its clients share.
pub type SharedLimits = Rc<RefCell<Limits>>;

/// Those of all accounts.
#[derive(Debug)]
pub struct Accounts {
    limits: Vec<(String, SharedLimits)>,
    last_ticket: Ticket,
}

impl Accounts {
    /// None yet.
    pub const fn new() -> Self {
        Self { limits: Vec::new(), last_ticket: 0 }
    }

    /// The limits of an account. Those that nobody uses any more and that hold nothing back are forgotten.
    pub fn limits_of(&mut self, account: &str, now: u64) -> SharedLimits {
        self.limits.retain(|(name, limits)| {
            name == account || Rc::strong_count(limits) > 1 || !limits.borrow_mut().is_idle(now)
        });
        if let Some((_, limits)) = self.limits.iter().find(|(name, _)| name == account) {
            return Rc::clone(limits);
        }
        let limits = SharedLimits::default();
        self.limits.push((account.into(), Rc::clone(&limits)));
        limits
    }

    /// Another number in the lines.
    pub fn ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.wrapping_add(1).max(1);
        self.last_ticket
    }

    /// Whose turn it is of those that wait: its ticket as a negative number, or the milliseconds until then, or infinity
    /// where only the end of another request can tell.
    pub fn turn(&self, now: u64) -> f64 {
        let mut soonest = f64::INFINITY;
        for (_, limits) in &self.limits {
            match limits.borrow_mut().turn(now) {
                Turn::Of(ticket) => return -f64::from(ticket),
                Turn::In(ms) => soonest = soonest.min(float(ms)),
                Turn::Nobody => {}
            }
        }
        soonest
    }
}
