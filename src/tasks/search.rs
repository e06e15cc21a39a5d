//! Finding one task. The service has no command for that, and neither the order of its list nor the list's length without
//! `cnt` is documented: so the list is asked for from just before the id, by a length of our own, which grows while the
//! task could still be beyond the end.

/// What a list tells about a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is there, at this place.
    Found(usize),
    /// It does not exist.
    Missing,
    /// It may be beyond the end: ask for more.
    AskMore,
}

/// A search under way.
#[derive(Debug)]
pub struct Search {
    id: u64,
    limit: u64,
}

/// The first length asked for, and by how much it grows.
const FIRST: u64 = 100;
const GROWTH: u64 = 10;
const MOST: u64 = 1_000_000;

impl Search {
    /// A search for a task.
    #[must_use]
    pub fn new(id: u64) -> Self {
        Self { id, limit: FIRST }
    }

    /// After which id to list; 0 lists all.
    #[must_use]
    pub fn after_id(&self) -> u64 {
        self.id.saturating_sub(1)
    }

    /// How many tasks to list.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Judges the list that was given.
    pub fn judge(&mut self, ids: &[u64]) -> Verdict {
        if let Some(place) = ids.iter().position(|id| *id == self.id) {
            return Verdict::Found(place);
        }
        let full = u64::try_from(ids.len()).is_ok_and(|count| count >= self.limit);
        // Rising from just before the id, the task would have come first.
        let rising = ids.is_sorted() && ids.len() > 1 && ids.first().is_some_and(|first| *first > self.id);
        if full && !rising && self.limit < MOST {
            self.limit = self.limit.saturating_mul(GROWTH).min(MOST);
            Verdict::AskMore
        } else {
            Verdict::Missing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that lists so many tasks at most, rising or falling.
    fn find(id: u64, ids: &[u64], falling: bool, most: usize) -> (Verdict, usize) {
        let mut search = Search::new(id);
        for requests in 1.. {
            let mut list: Vec<u64> = ids.iter().copied().filter(|other| *other > search.after_id()).collect();
            if falling {
                list.reverse();
            }
            list.truncate(most.min(usize::try_from(search.limit()).unwrap()));
            match search.judge(&list) {
                Verdict::AskMore => {}
                verdict => return (verdict, requests),
            }
        }
        unreachable!()
    }

    #[test]
    fn found_in_whatever_order_with_few_requests() {
        let ids: Vec<u64> = (1..=5_000).collect();
        assert_eq!(find(7, &ids, false, usize::MAX), (Verdict::Found(0), 1));
        assert_eq!(find(7, &ids, true, usize::MAX), (Verdict::Found(4_993), 3));
        assert_eq!(find(4_990, &ids, true, usize::MAX), (Verdict::Found(10), 1));
        assert_eq!(find(7, &ids, false, 20), (Verdict::Found(0), 1));
    }

    #[test]
    fn what_does_not_exist_is_missing() {
        let even: Vec<u64> = (1..=2_000).map(|n| n * 2).collect();
        assert_eq!(find(7, &even, false, usize::MAX), (Verdict::Missing, 1));
        assert_eq!(find(7, &even, true, usize::MAX), (Verdict::Missing, 3));
        assert_eq!(find(9_999, &even, true, usize::MAX), (Verdict::Missing, 1));
        assert_eq!(find(1, &[], false, usize::MAX), (Verdict::Missing, 1));
        assert_eq!(find(7, &even, true, 500), (Verdict::Missing, 2));
    }
}
