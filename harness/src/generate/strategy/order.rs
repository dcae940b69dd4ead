//! The order of things that have none: form fields of a request, scopes of a list.

use proptest::prelude::*;

use crate::model::request::{Body, Request};

/// An order as one number: zero leaves things as they are, which is also what it shrinks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order(u32);

/// Any order of up to twelve things.
pub fn order() -> impl Strategy<Value = Order> {
    any::<u32>().prop_map(Order)
}

impl Order {
    /// The same things in this order.
    pub fn of<T>(self, mut things: Vec<T>) -> Vec<T> {
        // The digits of the number in the factorial number system say which one comes next.
        let mut rest = usize::try_from(self.0).unwrap_or(usize::MAX);
        let mut ordered = Vec::with_capacity(things.len());
        while !things.is_empty() {
            let left = things.len();
            ordered.push(things.remove(rest % left));
            rest /= left;
        }
        ordered
    }

    /// The same request with its form fields in this order.
    #[must_use]
    pub fn fields(self, mut request: Request) -> Request {
        if let Body::Form(fields) = request.body {
            request.body = Body::Form(self.of(fields));
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn zero_changes_nothing() {
        assert_eq!(Order(0).of(vec![1, 2, 3, 4]), [1, 2, 3, 4]);
    }

    #[test]
    fn every_order_is_reached() {
        let orders: BTreeSet<Vec<u8>> = (0..24).map(|number| Order(number).of(vec![1, 2, 3, 4])).collect();
        assert_eq!(orders.len(), 24);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_is_lost(order in order(), things in prop::collection::vec(any::<u8>(), 0..16)) {
            let mut ordered = order.of(things.clone());
            let mut sorted = things;
            sorted.sort_unstable();
            ordered.sort_unstable();
            prop_assert_eq!(ordered, sorted);
        }
    }
}
