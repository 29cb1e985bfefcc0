/// A way to power for oneself that a test opens, to see that it is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    OwnPower,
    OwnPredicate,
}
