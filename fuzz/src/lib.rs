//! What the fuzz targets share.

#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
pub use server::{City, block_on, spawn};

/// Splits an input into its first byte, which chooses what the rest means, and the rest.
pub fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}
