//! Which bad token does the service let in? `cargo test -p orders` finds out.

use std::process::ExitCode;

use orders::Orders;
use poolproof::Service;

fn main() -> ExitCode {
    Service::new("orders").scope("https://api.poolproof.test/read").echo("/claims").test(
        |issuer| async move {
            let service = Orders::start(&issuer.url, &issuer.client).await;
            Ok::<_, String>((service.url().to_owned(), service))
        },
    )
}
