//! Tests the proofs with published vectors, honest journals and tampered journals.

mod journal;
mod program;
mod receipts;
mod tampering;
mod vectors;
