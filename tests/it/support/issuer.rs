//! An OpenID Connect issuer on this machine, with its own keys. Tests can make its answers and tokens wrong.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Response, Uri, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;

/// The client id of the app.
pub const APP: &str = "kinerja-app";

/// A private key with its name.
#[derive(Clone)]
pub struct SigningKey {
    pub kid: String,
    pub kind: Arc<Kind>,
}

pub enum Kind {
    Curve(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl SigningKey {
    /// A new key on the curve P-256.
    pub fn curve(kid: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random);
        Self { kid: kid.to_owned(), kind: Arc::new(Kind::Curve(Box::new(pair.expect("a key")))) }
    }

    /// The RSA key of the tests; making one takes long.
    pub fn rsa(kid: &str) -> Self {
        let pair = RsaKeyPair::from_pkcs8(include_bytes!("../data/issuer/rsa.der")).expect("a key");
        Self { kid: kid.to_owned(), kind: Arc::new(Kind::Rsa(Box::new(pair))) }
    }

    /// The public key as a JSON Web Key.
    pub fn public(&self) -> Value {
        match self.kind.as_ref() {
            Kind::Curve(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": x, "y": y })
            }
            Kind::Rsa(pair) => {
                let key = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "use": "sig", "kid": self.kid, "n": encode(&key.n), "e": encode(&key.e) })
            }
        }
    }

    /// Signs with an algorithm. HMAC uses the bytes of the public key as its secret, as an attacker would.
    fn sign(&self, algorithm: &str, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match (self.kind.as_ref(), algorithm) {
            (_, "none") => Vec::new(),
            (Kind::Curve(pair), "HS256") => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
                hmac::sign(&key, text).as_ref().to_vec()
            }
            (Kind::Rsa(pair), "HS256") => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, pair.public().as_ref());
                hmac::sign(&key, text).as_ref().to_vec()
            }
            (Kind::Curve(pair), _) => pair.sign(&random, text).expect("a signature").as_ref().to_vec(),
            (Kind::Rsa(pair), algorithm) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let signed = match algorithm {
                    "PS256" => pair.sign(&RSA_PSS_SHA256, &random, text, &mut signature),
                    _ => pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature),
                };
                signed.expect("a signature");
                signature
            }
        }
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Writes a token with any header and claims.
pub fn token(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let head = encode(header.to_string().as_bytes());
    let text = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let algorithm = header["alg"].as_str().unwrap_or_default();
    format!("{text}.{}", encode(&key.sign(algorithm, text.as_bytes())))
}

/// The answers of the issuer.
#[derive(Clone)]
pub struct Answers {
    /// The keys in its set.
    pub keys: Vec<Value>,
    /// The name that its discovery document gives.
    pub issuer: Option<String>,
    /// The address of the keys in its discovery document.
    pub jwks_uri: Option<String>,
    /// The status of every answer.
    pub status: u16,
    /// How long it waits before each answer.
    pub delay: Duration,
    /// Bytes that it adds to the keys.
    pub padding: usize,
}

struct Shared {
    address: String,
    answers: Mutex<Answers>,
    asked: AtomicUsize,
}

/// A running issuer; it ends with the test.
#[derive(Clone)]
pub struct TestIssuer {
    shared: Arc<Shared>,
    pub key: SigningKey,
}

impl TestIssuer {
    /// Starts an issuer with a key on a curve.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let this = Self::at(address);
        let router = this.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        this
    }

    /// An issuer with this address, which the caller serves.
    pub fn at(address: String) -> Self {
        let key = SigningKey::curve("first");
        let answers = Answers {
            keys: vec![key.public()],
            issuer: None,
            jwks_uri: None,
            status: 200,
            delay: Duration::ZERO,
            padding: 0,
        };
        let shared = Shared { address, answers: Mutex::new(answers), asked: AtomicUsize::new(0) };
        Self { shared: Arc::new(shared), key }
    }

    pub fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.shared.clone())
    }

    /// The issuer's name.
    pub fn name(&self) -> String {
        self.shared.address.clone()
    }

    /// Changes its answers from now on.
    pub fn answer(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.shared.answers.lock().expect("no test panics"));
    }

    /// How often its keys were asked for.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// The claims of a good token.
    pub fn claims(&self, subject: &str, nip: Option<&str>, nonce: &str) -> Value {
        let now = service::env::machine_now().timestamp();
        json!({ "iss": self.name(), "sub": subject, "aud": APP, "exp": now + 300, "iat": now, "nonce": nonce, "nip": nip })
    }

    /// Signs claims with the issuer's key.
    pub fn sign(&self, claims: &Value) -> String {
        token(&self.key, &json!({ "alg": "ES256", "typ": "JWT", "kid": self.key.kid }), claims)
    }
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri) -> Response<Body> {
    let answers = shared.answers.lock().expect("no test panics").clone();
    tokio::time::sleep(answers.delay).await;
    let body = match uri.path() {
        "/.well-known/openid-configuration" => {
            let keys = answers.jwks_uri.unwrap_or_else(|| format!("{}/keys", shared.address));
            json!({ "issuer": answers.issuer.unwrap_or_else(|| shared.address.clone()), "jwks_uri": keys })
        }
        "/keys" => {
            shared.asked.fetch_add(1, Ordering::SeqCst);
            json!({ "keys": answers.keys, "padding": "x".repeat(answers.padding) })
        }
        _ => json!({}),
    };
    Response::builder()
        .status(answers.status)
        .header(header::CACHE_CONTROL, "max-age=600")
        .body(Body::from(body.to_string()))
        .expect("an answer")
}
