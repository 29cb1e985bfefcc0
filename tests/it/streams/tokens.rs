//! A stream and the access tokens of its session.

use super::*;
use service::testing::refresh_access_token;

const SHORT: chrono::Duration = chrono::Duration::milliseconds(2_500);

both!(a_stream_goes_on_while_its_session_is_refreshed_and_ends_with_a_cursor, |app| async move {
    let owner = app.client(Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let token = city::session_lasting(&app.env, Person::Employee, SHORT).await.expect("a session");
    let short = Client { token: Some(token.clone()), ..owner.clone() };
    let mut phone = server.phone(&short).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    let mut events = server.events(&short, OF_PLAN, json!({ "plan": plan["id"] })).await;
    until("both streams follow", || journal_progress(&app.env).1 == 2).await;
    // The negative control: the same token, of a session that is not refreshed.
    let other = city::session_lasting(&app.env, Person::Employee, SHORT).await.expect("a session");
    let mut left = server.phone(&Client { token: Some(other), ..owner.clone() }).await;
    refresh_access_token(&app.env, &token, SHORT * 3).await.expect("refreshed");
    assert_eq!(left.closed().await, (4403, "Forbidden: the token has expired".to_owned()));
    phone.is_silent().await;
    // The session is not refreshed again: both streams end with the cursor to resume after.
    let (code, reason) = phone.closed().await;
    let cursor = reason.strip_prefix("Forbidden: the token has expired; resume ").expect(&reason);
    assert_eq!(code, 4403);
    // The body ends; the connection stays open for other requests.
    let mut text = String::new();
    while !text.ends_with("\r\n0\r\n\r\n") {
        let mut some = [0; 4_096];
        let read = timeout(PATIENCE, events.read(&mut some)).await.expect("in time").expect("read");
        assert!(read > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    assert!(text.contains(&format!("\nid: {cursor}\n\n")) && !text.contains("event:"), "{text}");
    owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": cursor, "first": 1 })).await;
    assert_eq!(phone.item("planUpdates").await["kind"], "PLAN_SUBMITTED");
    assert_eq!(phone.receive().await["type"], "complete");
});
