//! Which connections are closed when there are too many.

use super::*;

const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

fn connections(max: usize, address_percent: u8) -> Connections {
    let limits = ConnectionLimits { address_percent, ..ConnectionLimits::default() };
    Connections::new(&limits, max, Arc::default())
}

/// Whether a connection has been closed in favour of a new one; does not wait.
async fn told_to_close(connection: &Connection) -> bool {
    tokio::time::timeout(Duration::ZERO, connection.must_close.notified()).await.is_ok()
}

#[tokio::test]
async fn a_new_connection_takes_the_place_of_the_longest_waiting_one() {
    let connections = connections(3, 0);
    let [first, second, third] = [(); 3].map(|()| connections.admit(ONE).expect("room"));
    let running = first.begin();
    let fourth = connections.admit(OTHER).expect("the place of the second");
    assert!(told_to_close(&second).await && !told_to_close(&first).await && !told_to_close(&third).await);
    // Closing it later frees no second place.
    second.close();
    assert_eq!(connections.figures().open, 3);
    drop(running);
    // The first has been waiting since its request ended.
    connections.admit(OTHER).expect("the place of the third");
    assert!(told_to_close(&third).await && !told_to_close(&first).await && !told_to_close(&fourth).await);
}

#[tokio::test]
async fn without_a_waiting_connection_a_new_one_is_refused() {
    let connections = connections(2, 0);
    let [request, socket] = [(); 2].map(|()| connections.admit(ONE).expect("room"));
    let running = request.begin();
    let upgrade = socket.begin();
    socket.upgraded();
    drop(upgrade);
    assert!(connections.admit(OTHER).is_none(), "a request and a socket");
    assert_eq!((connections.figures().waiting, connections.figures().refused), (0, 1));
    socket.close();
    assert!(connections.admit(OTHER).is_some());
    drop(running);
    request.close();
    assert_eq!(connections.figures().open, 1);
}

/// A connection that was accepted a moment ago is not closed before it can send its request.
#[tokio::test]
async fn few_waiting_connections_keep_their_places() {
    for (max, address_percent) in [(32, 0), (64, 50)] {
        let connections = connections(max, address_percent);
        let all = [(); 32].map(|()| connections.admit(ONE).expect("room"));
        let mut running: Vec<Running> = all[2..].iter().map(Connection::begin).collect();
        assert!(connections.admit(ONE).is_none(), "two wait");
        assert!(!told_to_close(&all[0]).await && !told_to_close(&all[1]).await);
        // Negative control: a third waits.
        running.pop();
        assert!(connections.admit(ONE).is_some());
        assert!(told_to_close(&all[0]).await);
    }
}

#[tokio::test]
async fn an_address_is_limited_to_its_share() {
    let connections = connections(4, 50);
    let first = connections.admit(ONE).expect("room");
    let second = connections.admit(ONE).expect("room");
    let other = connections.admit(OTHER).expect("room");
    connections.admit(ONE).expect("the place of its own first");
    assert!(told_to_close(&first).await && !told_to_close(&other).await);
    assert!(!told_to_close(&second).await);
    assert_eq!(connections.figures().open, 3);
    // Negative control: without a share, and as a trusted proxy, it takes a free place.
    let proxies: TrustedProxies = serde_json::from_value(serde_json::json!([ONE])).expect("a list");
    let half = ConnectionLimits { address_percent: 50, ..ConnectionLimits::default() };
    for connections in [self::connections(4, 0), Connections::new(&half, 4, Arc::new(proxies))] {
        let first = connections.admit(ONE).expect("room");
        let _rest = [(); 3].map(|()| connections.admit(ONE).expect("room"));
        assert!(!told_to_close(&first).await);
    }
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let [one, same, other] = ["2001:db8:0:aa00::1", "2001:db8:0:aaff::2", "2001:db8:0:ab00::1"]
        .map(|address| block(address.parse().expect("an address")));
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_eq!(block("::ffff:192.0.2.1".parse().expect("an address")), ONE);
}

#[tokio::test]
async fn each_phase_has_its_timeout() {
    let (header, idle) = (Duration::from_millis(200), Duration::from_millis(800));
    let limits = ConnectionLimits { header_ms: 200, idle_ms: 800, ..ConnectionLimits::default() };
    let connections = Connections::new(&limits, 0, Arc::default());
    let connection = connections.admit(ONE).expect("room");
    // Whole milliseconds are counted.
    let least = |expected: Duration| expected - Duration::from_millis(10);
    let begun = Instant::now();
    connection.overdue().await;
    assert!(begun.elapsed() >= least(header), "a silent connection: {:?}", begun.elapsed());
    let running = connection.begin();
    let long = tokio::time::timeout(idle * 2, connection.overdue()).await;
    assert!(long.is_err(), "a running request has no timeout here");
    let begun = Instant::now();
    drop(running);
    connection.overdue().await;
    assert!(begun.elapsed() >= least(idle), "an idle connection: {:?}", begun.elapsed());
    // More bytes of a header don't extend its timeout. The phase is checked, because a busy machine may be late.
    drop(connection.begin());
    connection.received();
    let since = connection.since.load(Ordering::Relaxed);
    assert_eq!(connection.phase.load(Ordering::Relaxed), HEADER);
    tokio::time::sleep(Duration::from_millis(20)).await;
    connection.received();
    assert_eq!(connection.since.load(Ordering::Relaxed), since);
    // Frames of HTTP/2 outside a request begin no header.
    connection.speaks_http2();
    drop(connection.begin());
    connection.received();
    assert_eq!(connection.phase.load(Ordering::Relaxed), IDLE);
}
