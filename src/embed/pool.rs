//! A pool of things that one caller at a time can use, such as inference sessions.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Result;

/// At most so many `T`, each made when first wanted. A caller gets whichever is free, and waits only while all are used.
pub(super) struct Pool<T> {
    most: usize,
    state: Mutex<State<T>>,
    freed: Condvar,
}

struct State<T> {
    idle: Vec<T>,
    /// Those that exist or are being made.
    made: usize,
}

impl<T> Pool<T> {
    /// A pool of at most `most`, at least 1.
    pub(super) fn new(most: usize) -> Self {
        Pool { most: most.max(1), state: Mutex::new(State { idle: Vec::new(), made: 0 }), freed: Condvar::new() }
    }

    /// The most callers that are served at the same time.
    pub(super) fn size(&self) -> usize {
        self.most
    }

    /// What `work` makes of an idle `T`; `make` makes one if none is idle and the pool is not full.
    ///
    /// # Errors
    /// What `make` says.
    pub(super) fn with<R>(&self, make: impl FnOnce() -> Result<T>, work: impl FnOnce(&mut T) -> R) -> Result<R> {
        let mut place = Place { pool: self, held: self.take() };
        let held = match &mut place.held {
            Some(held) => held,
            empty => empty.insert(make()?),
        };
        Ok(work(held))
    }

    /// An idle one, or `None` with the right to make one; waits until there is either.
    fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(idle) = state.idle.pop() {
                return Some(idle);
            }
            if state.made < self.most {
                state.made += 1;
                return None;
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool that is in use: given back in every case, also after an error or a panic.
struct Place<'a, T> {
    pool: &'a Pool<T>,
    held: Option<T>,
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        match self.held.take() {
            Some(held) => state.idle.push(held),
            None => state.made -= 1,
        }
        drop(state);
        self.pool.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Barrier;

    use super::*;
    use crate::error::Error;

    fn failed() -> Error {
        Error::EmptyQuery
    }

    #[test]
    fn callers_at_the_same_time_get_one_each() {
        let (pool, together) = (Pool::new(2), Barrier::new(2));
        let made = AtomicUsize::new(0);
        let call = || {
            let make = || Ok(made.fetch_add(1, Ordering::Relaxed));
            pool.with(make, |mine| {
                // Returns only if both callers hold one now.
                together.wait();
                *mine
            })
        };
        let (a, b) = std::thread::scope(|scope| {
            let other = scope.spawn(call);
            (call().expect("made"), other.join().expect("alive").expect("made"))
        });
        assert_ne!(a, b);
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn no_more_are_made_than_there_is_room_for() {
        let (pool, made, used) = (Pool::new(3), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let make = || Ok(made.fetch_add(1, Ordering::Relaxed));
                        pool.with(make, |_| used.fetch_add(1, Ordering::Relaxed)).expect("made");
                    }
                });
            }
        });
        assert!(made.load(Ordering::Relaxed) <= 3);
        assert_eq!(used.load(Ordering::Relaxed), 600);
    }

    #[test]
    fn a_failure_and_a_panic_leave_their_place_free() {
        let pool = Pool::new(1);
        assert!(pool.with(|| Err(failed()), |_: &mut u8| ()).is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.with(|| Ok(7), |_| std::panic::panic_any("work died"))
        }));
        assert!(panicked.is_err());
        assert_eq!(pool.with(|| Err(failed()), |kept| *kept).expect("the one made before"), 7);
    }
}
