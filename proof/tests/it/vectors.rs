//! Tests with published vectors, and with vectors from a second implementation of the specifications (Python's
//! `hashlib` and `cryptography`).

use proof::{
    Hash,
    checkpoint::{CheckpointError, Keys, Signer},
    leaf::{Actor, Leaf, Payload, Subject},
    receipt::Receipt,
    tree::{Frontier, Nodes, consistency, extends, includes, inclusion, nodes_for_inclusion, root},
};
use uuid::Uuid;

/// The leaves of Certificate Transparency's test vectors, in hexadecimal.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The roots over the first 0 to 8 leaves.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Inclusion proofs: leaf, size, path.
const INCLUSION: [(u64, u64, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// Consistency proofs: old size, new size, hashes.
const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

fn hash(hex: &str) -> Hash {
    Hash::from_slice(&bytes(hex)).expect("32 bytes")
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hex| hash(hex)).collect()
}

fn leaf(at: usize) -> Hash {
    tlog_tiles::record_hash(&bytes(LEAVES[at])).into()
}

fn tree() -> Nodes {
    let mut frontier = Frontier::new();
    let mut nodes = Nodes::new();
    assert_eq!(frontier.root(), hash(ROOTS[0]));
    for (at, expected) in ROOTS.iter().enumerate().skip(1) {
        nodes.extend(frontier.append(leaf(at - 1)).into_iter().map(|node| (node.id, node.hash)));
        assert_eq!(frontier.root(), hash(expected), "root at {at}");
    }
    nodes
}

#[test]
fn roots_equal_those_of_certificate_transparency() {
    let nodes = tree();
    for (size, expected) in (0..).zip(ROOTS) {
        assert_eq!(root(size, &nodes), Ok(hash(expected)), "root at {size}");
        assert_eq!(Frontier::at(size, &nodes).expect("stored").root(), hash(expected));
    }
}

#[test]
fn proofs_equal_those_of_certificate_transparency() {
    let nodes = tree();
    for (index, size, expected) in INCLUSION {
        let proof = inclusion(index, size, &nodes).expect("a proof");
        assert_eq!(proof, hashes(expected), "leaf {index} of {size}");
        let at = usize::try_from(index).expect("small");
        let root = hash(ROOTS[usize::try_from(size).expect("small")]);
        assert!(includes(size, root, index, leaf(at), &proof));
        assert!(!includes(size, root, index, leaf((at + 1) % 8), &proof));
    }
    for (old, new, expected) in CONSISTENCY {
        let proof = consistency(old, new, &nodes).expect("a proof");
        assert_eq!(proof, hashes(expected), "{old} to {new}");
        let at = |size: u64| (size, hash(ROOTS[usize::try_from(size).expect("small")]));
        assert!(extends(at(old), at(new), &proof));
        assert!(!extends((old, hash(ROOTS[0])), at(new), &proof));
    }
}

#[test]
fn the_listed_nodes_suffice_for_every_proof_of_larger_trees() {
    let mut frontier = Frontier::new();
    let mut nodes = Nodes::new();
    let mut roots = vec![(0, frontier.root())];
    let leaves: Vec<Hash> =
        (0_u8..70).map(|at| tlog_tiles::record_hash(&[at, at.wrapping_mul(7)]).into()).collect();
    for leaf in &leaves {
        nodes.extend(frontier.append(*leaf).into_iter().map(|node| (node.id, node.hash)));
        assert_eq!(root(frontier.size(), &nodes), Ok(frontier.root()));
        assert_eq!(Frontier::at(frontier.size(), &nodes), Ok(frontier.clone()));
        roots.push((frontier.size(), frontier.root()));
    }
    for &(size, root) in &roots[1..] {
        for index in 0..size {
            let asked: Nodes = nodes_for_inclusion(index, size)
                .expect("in range")
                .into_iter()
                .map(|id| (id, nodes[&id]))
                .collect();
            let proof = inclusion(index, size, &asked).expect("a proof");
            let leaf = leaves[usize::try_from(index).expect("small")];
            assert!(includes(size, root, index, leaf, &proof), "{index} of {size}");
        }
        for &old in &roots[..=usize::try_from(size).expect("small")] {
            let proof = consistency(old.0, size, &nodes).expect("a proof");
            assert!(extends(old, (size, root), &proof), "{} to {size}", old.0);
        }
    }
    assert!(inclusion(70, 70, &nodes).is_err());
    assert!(inclusion(0, 71, &nodes).is_err());
    assert!(inclusion(u64::MAX, u64::MAX, &nodes).is_err());
    assert!(!includes(u64::MAX, roots[70].1, u64::MAX - 1, leaves[0], &[]));
    assert!(!includes(70, roots[70].1, 0, leaves[0], &vec![leaves[0]; 100_000]));
}

/// The note and key from the documentation of Go's `sumdb/note`.
#[test]
fn a_published_note_has_a_valid_signature_but_is_not_a_checkpoint() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let keys = Keys::parse([key]).expect("a key");
    assert_eq!(keys.open(note), Err(CheckpointError::Malformed));
    assert_eq!(keys.open(&note.replace("don't", "do")), Err(CheckpointError::BadSignature));
}

/// The example of the tlog-checkpoint specification. Its key is not published.
#[test]
fn the_checkpoint_of_the_specification_has_an_unknown_key() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    let other = Signer::from_seed("example.com/behind-the-sofa", &[1; 32]).expect("a key");
    let keys = Keys::parse([other.public()]).expect("a key");
    assert_eq!(keys.open(text), Err(CheckpointError::Unsigned));
    // With a second signature, by a known key, it is accepted: the unknown signature is ignored.
    let both = other.countersign(text).expect("a note");
    let checkpoint = keys.open(&both).expect("a checkpoint");
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(checkpoint.root.to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    assert_eq!(checkpoint.at, None);
}

const PUBLIC: &str = "kinerja.example.go.id/journal+94795aee+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const SECRET: &str =
    "PRIVATE+KEY+kinerja.example.go.id/journal+94795aee+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const SIGNED: &str = "kinerja.example.go.id/journal\n3\niNCvBgchWKrJ+8slYtruP7cMh0f/F1jRiRlMMd/DvWA=\n\
    time 2026-11-24T05:41:00.000000Z\n\n\
    — kinerja.example.go.id/journal lHla7u4DbUXnxA7By77mk0WeBM2QxDp2SlP03ETQDD009iiOpP2hAw+jg8RBWaWYM6quNxCASsJnzC+vSz1zm8TxmwA=\n";

fn entries() -> (Payload, [Leaf; 3]) {
    let payload = Payload {
        salt: "c2FsdHNhbHRzYWx0c2FsdA".to_owned(),
        reason: Some("Alasan é".to_owned()),
        before: None,
        after: Some(r#"{"rating":"GOOD"}"#.to_owned()),
    };
    let entry = |number: u64, staff: Option<u128>, request: Option<u128>| Leaf {
        number,
        event_id: Uuid::from_u128(0x100 + u128::from(number)),
        agency_id: Uuid::from_u128(7),
        kind: "EVALUATION_FINALISED".to_owned(),
        at: 1_795_498_860_000_000 + i64::try_from(number).expect("small"),
        actor: Actor {
            kind: if staff.is_some() { "STAFF" } else { "SYSTEM" }.to_owned(),
            id: staff.map(Uuid::from_u128),
        },
        subject: Subject { kind: "EVALUATION".to_owned(), id: Uuid::from_u128(9), version: 3 },
        request_id: request.map(Uuid::from_u128),
        commitment: payload.commitment(),
    };
    let entries = [entry(1, Some(5), None), entry(2, None, Some(6)), entry(3, Some(5), Some(6))];
    (payload, entries)
}

#[test]
fn leaves_and_commitments_equal_those_of_a_second_implementation() {
    let (payload, entries) = entries();
    assert_eq!(payload.commitment(), "de02307f148245a6a4a6560458fc5755663ee1352b99eb5636db289db54007bb");
    for (entry, (length, expected)) in entries.iter().zip([
        (241, "41d714cdecc7419ac0488662ba0d4120dbf4a7f84800bbae90db9f6e7bc2be7b"),
        (242, "ff7e9099c1ac1ea0e5cca3fe064f6837de6b3b631bef55469893cd38310e51d0"),
        (257, "36d4031ffa327293ccd8bf6b9a5ea9aecc4b5a8ca89457667fd4b1ada31d3d68"),
    ]) {
        assert_eq!(entry.bytes().len(), length);
        assert_eq!(entry.hash(), hash(expected));
    }
}

#[test]
fn a_checkpoint_equals_that_of_a_second_implementation() {
    let seed: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).expect("small"));
    let signer = Signer::from_seed("kinerja.example.go.id/journal", &seed).expect("a key");
    assert_eq!((signer.public(), signer.secret()), (PUBLIC, SECRET));
    assert_eq!(Signer::parse(&format!("{SECRET}\n")).expect("a key").public(), PUBLIC);
    let (payload, entries) = entries();
    let mut frontier = Frontier::new();
    let mut nodes = Nodes::new();
    for entry in &entries {
        nodes.extend(frontier.append(entry.hash()).into_iter().map(|node| (node.id, node.hash)));
    }
    let signed = signer.sign(3, frontier.root(), Some(1_795_498_860_000_000)).expect("signed");
    assert_eq!(signed, SIGNED);
    let keys = Keys::parse([PUBLIC]).expect("a key");
    assert_eq!(keys.open(SIGNED).expect("a checkpoint").at, Some(1_795_498_860_000_000));
    let receipt = Receipt::new(entries[1].clone(), Some(payload), 3, signed, &nodes).expect("a receipt");
    assert_eq!(
        receipt.proof.iter().map(Hash::to_string).collect::<Vec<_>>(),
        ["QdcUzezHQZrASIZiug1BINv0p/hIALuukNufbnvCvns=", "NtQDH/oycpPM2L9rml6prsxLWoyolFdmf9SxraMdPWg="]
    );
    assert!(receipt.verify(&keys, &[], &[]).expect("valid").disclosed);
}

#[test]
fn invalid_keys_and_names_are_rejected() {
    for name in ["", "with space", "with+plus", "with\nline"] {
        assert!(Signer::from_seed(name, &[1; 32]).is_err(), "{name:?}");
    }
    assert!(Signer::parse(PUBLIC).is_err());
    assert!(Keys::parse([SECRET]).is_err());
    assert!(Keys::parse(Vec::<String>::new()).is_err());
    assert!(!format!("{:?}", Signer::parse(SECRET).expect("a key")).contains("AQABAgME"));
    let other = Signer::from_seed("another.example.go.id", &[1; 32]).expect("a key");
    let both = other.countersign(SIGNED).expect("a note");
    let keys = Keys::parse([other.public()]).expect("a key");
    assert_eq!(keys.open(&both), Err(CheckpointError::OtherOrigin));
    assert!(Keys::parse([other.public(), PUBLIC, PUBLIC]).expect("keys").open(&both).is_ok());
}
