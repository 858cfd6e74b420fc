//! A value that is made once, by whoever asks first, while the others wait for it.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::Result;

/// A value that is made when it is first needed. Making it may fail; then the next who asks tries again.
pub(super) struct Once<T> {
    value: OnceLock<T>,
    making: Mutex<()>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Once { value: OnceLock::new(), making: Mutex::new(()) }
    }
}

impl<T> Once<T> {
    pub(super) fn get_or_make(&self, make: impl FnOnce() -> Result<T>) -> Result<&T> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        match self.value.get() {
            Some(value) => Ok(value),
            None => {
                let value = make()?;
                Ok(self.value.get_or_init(|| value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::Error;

    #[test]
    fn many_ask_and_one_makes() {
        let (once, made) = (Once::default(), AtomicUsize::new(0));
        let make = || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            Ok(made.fetch_add(1, Ordering::Relaxed))
        };
        let asked = || assert_eq!(*once.get_or_make(make).expect("made"), 0);
        std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(asked))));
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn after_a_failure_the_next_tries_again() {
        let once = Once::default();
        assert!(once.get_or_make(|| Err(Error::EmptyQuery)).is_err());
        assert_eq!(*once.get_or_make(|| Ok(7)).expect("made"), 7);
    }
}
