//! The proofs against published vectors, honest journals and tampered ones.

mod journal;
mod program;
mod receipts;
mod tampering;
mod vectors;
