//! The signatures that are accepted, verified by ring.
//!
//! The list is fixed here: a token can't choose `none`, nor HMAC with a public key as its secret (RFC 8725, section 3.1).

use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind,
    crypto::{CryptoProvider, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use signature::Verifier;

/// The accepted algorithms.
const ACCEPTED: [Algorithm; 8] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

/// Whether tokens may be signed with an algorithm.
pub fn is_accepted(algorithm: Algorithm) -> bool {
    ACCEPTED.contains(&algorithm)
}

/// Whether a key may verify signatures of an algorithm.
pub fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let for_signatures =
        key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let same = key.common.key_algorithm.as_ref().is_none_or(|named| named.to_string() == name(algorithm));
    for_signatures && same && is_of_its_kind(&key.algorithm, algorithm)
}

fn is_of_its_kind(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    match (key, algorithm) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::RSA(_), algorithm) => rsa(algorithm).is_some(),
        _ => false,
    }
}

/// The name of an algorithm in a key.
fn name(algorithm: Algorithm) -> String {
    KeyAlgorithm::from(algorithm).to_string()
}

const fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::RS256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

/// The public key of a token's signature.
struct Key {
    algorithm: Algorithm,
    kind: Kind,
}

enum Kind {
    Rsa { parameters: &'static RsaParameters, n: Vec<u8>, e: Vec<u8> },
    Curve { parameters: &'static dyn VerificationAlgorithm, point: Vec<u8> },
}

impl Verifier<Vec<u8>> for Key {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = match &self.kind {
            Kind::Rsa { parameters, n, e } => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            Kind::Curve { parameters, point } => {
                UnparsedPublicKey::new(*parameters, point).verify(message, signature)
            }
        };
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Key {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let kind = match (key.kind(), algorithm) {
        (DecodingKeyKind::RsaModulusExponent { n, e }, algorithm) => {
            let parameters = rsa(*algorithm).ok_or(ErrorKind::InvalidAlgorithm)?;
            // Some issuers write a number with leading zeros.
            let plain = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
            Kind::Rsa { parameters, n: plain(n), e: plain(e) }
        }
        (DecodingKeyKind::SecretOrDer(point), Algorithm::ES256) => {
            Kind::Curve { parameters: &ECDSA_P256_SHA256_FIXED, point: point.clone() }
        }
        (DecodingKeyKind::SecretOrDer(point), Algorithm::ES384) => {
            Kind::Curve { parameters: &ECDSA_P384_SHA384_FIXED, point: point.clone() }
        }
        _ => return Err(ErrorKind::InvalidAlgorithm.into()),
    };
    Ok(Box::new(Key { algorithm: *algorithm, kind }))
}

/// Installs ring as the cryptography of `jsonwebtoken`, which is built without its own. It only verifies.
pub fn install() {
    static RING: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| Err(Error::from(ErrorKind::InvalidAlgorithm)),
        verifier_factory: verifier,
        key_utils: KeyUtils::new_unimplemented(),
    };
    // It fails only if another issuer has already installed it.
    let _ = RING.install_default();
}
