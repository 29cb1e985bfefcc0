//! Sockets: frames, messages and `connection_init`. Whatever a client sends, the server neither panics nor keeps the
//! connection once the client has ended its side. The first byte chooses what follows it: bit 0 raw bytes instead of
//! messages, which are separated by the byte 0x1e; bit 1 a valid `connection_init` before them.

#![no_main]

use fuzz::{City, block_on, choice, spawn};
use kinerja::http::{app::AppSettings, listen, stream::StreamLimits};
use libfuzzer_sys::fuzz_target;
use service::testing::city::Person;
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::LazyLock,
    time::Duration,
};
use tokio::net::TcpListener;

/// The server closes a socket within two seconds after the client has; a busy machine takes longer.
const LONGEST: Duration = Duration::from_secs(20);

static SERVER: LazyLock<(SocketAddr, String)> = LazyLock::new(|| {
    block_on(async {
        let streams = StreamLimits { messages_per_second: 1_000_000, ..StreamLimits::default() };
        let settings = AppSettings { cost_per_minute: 0, streams, ..AppSettings::default() };
        let city = City::found(&settings).await;
        let token = city.token(Person::Employee).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        spawn(async move {
            let City { app, db, .. } = city;
            listen::serve(listener, app, std::future::pending()).await;
            drop(db);
        });
        (address, token)
    })
});

const UPGRADE: &str = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

/// A masked frame with a text. The mask is zero, so the text is readable.
fn frame(text: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        length => {
            let length = u16::try_from(length).unwrap_or(u16::MAX);
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(&text[..text.len().min(usize::from(u16::MAX))]);
    frame
}

fuzz_target!(|data: &[u8]| {
    let (address, token) = &*SERVER;
    let (form, rest) = choice(data);
    let mut bytes = UPGRADE.as_bytes().to_vec();
    if form & 2 != 0 {
        let init = format!(r#"{{"type":"connection_init","payload":{{"token":"{token}"}}}}"#);
        bytes.extend(frame(init.as_bytes()));
    }
    if form & 1 != 0 {
        bytes.extend(rest);
    } else {
        bytes.extend(rest.split(|byte| *byte == 0x1e).flat_map(frame));
    }
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(LONGEST)).expect("a timeout");
    // The server may close first.
    let _ = stream.write_all(&bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    if let Err(cause) = stream.read_to_end(&mut answer) {
        assert!(
            !matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            "still open: {form} {rest:?}"
        );
    }
});
