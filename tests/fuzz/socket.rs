//! Sockets: frames, messages and `connection_init`. For any input, the server does not panic, and it closes the
//! connection once the client has ended its side. The first byte chooses what follows it: bit 0 raw bytes instead of
//! messages, which are separated by the byte 0x1e; bit 1 a valid `connection_init` before them.

use crate::city::City;
use kinerja::http::{listen, settings::AppSettings, stream::StreamLimits};
use service::testing::city::Person;
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};
use tokio::net::TcpListener;

pub const WORDS: &[&str] = &[
    "{\"type\":\"",
    "connection_init",
    "ping",
    "pong",
    "subscribe",
    "complete",
    "next",
    "\",\"id\":\"",
    "\"payload\":",
    "{\"query\":\"",
    "subscription { reviewUpdates { cursor } }",
    "\"token\":",
    "\"variables\":{",
    "\"extensions\":",
    "\"documentId\":\"sha256:",
    "null",
    "\u{1e}",
    "\u{1}",
    "\0\0\0\0",
    "}",
    "[",
    "\\u0000",
    "\\ud800",
    "é",
];

/// The server closes a socket within two seconds after the client has; a busy machine takes longer.
const LONGEST: Duration = Duration::from_secs(30);

const UPGRADE: &str = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

pub fn seeds() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 7] = [
        b"0{\"type\":\"connection_init\",\"payload\":{\"token\":\"x\"}}\x1e{\"type\":\"ping\"}",
        b"2{\"type\":\"ping\",\"payload\":{\"token\":\"x\"}}\x1e{\"type\":\"complete\",\"id\":\"1\"}",
        b"2{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"subscription { reviewUpdates { cursor kind } }\"}}",
        b"2{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ viewer { roles } }\"}}\x1e{\"type\":\"pong\"}",
        b"3\x81\x8f\0\0\0\0{\"type\":\"ping\"}\x89\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xe8",
        b"3\x01\x83\0\0\0\0{\"t\x80\x8c\0\0\0\0ype\":\"ping\"}",
        b"1\x82\xfe\x01\0\0\0\0\0",
    ];
    texts.into_iter().map(<[u8]>::to_vec).collect()
}

pub struct Target {
    city: City,
    address: SocketAddr,
}

impl Target {
    pub fn new() -> Self {
        let streams = StreamLimits { messages_per_second: 1_000_000, ..StreamLimits::default() };
        let settings = AppSettings { cost_per_minute: 0, streams, ..AppSettings::default() };
        let city = City::found(&settings, Person::Employee);
        let listener = city.runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        city.runtime.spawn(listen::serve(listener, city.app.clone(), std::future::pending()));
        Self { city, address }
    }

    pub fn try_input(&self, input: &[u8]) -> String {
        let (form, rest) = input.split_first().unwrap_or((&0, input));
        let mut bytes = UPGRADE.as_bytes().to_vec();
        if form & 2 != 0 {
            let init =
                format!("{{\"type\":\"connection_init\",\"payload\":{{\"token\":\"{}\"}}}}", self.city.token);
            bytes.extend(frame(init.as_bytes()));
        }
        if form & 1 != 0 {
            bytes.extend(rest);
        } else {
            bytes.extend(rest.split(|byte| *byte == 0x1e).flat_map(frame));
        }
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(LONGEST)).expect("a timeout");
        // The server may close first.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        if let Err(cause) = stream.read_to_end(&mut answer) {
            assert!(!matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "still open");
        }
        // Without the header: the frames, in which ids and times differ.
        let frames =
            answer.windows(4).position(|end| end == b"\r\n\r\n").map_or(&answer[..], |at| &answer[at..]);
        let text = String::from_utf8_lossy(frames);
        format!(
            "{} {}",
            form & 3,
            text.chars().filter(|letter| letter.is_ascii_alphabetic()).take(120).collect::<String>()
        )
    }
}

/// A masked frame with a text. The mask is zero, so the text is readable.
fn frame(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut frame = vec![0x81];
    match u8::try_from(length) {
        Ok(short @ 0..=125) => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(&text[..usize::from(length)]);
    frame
}
