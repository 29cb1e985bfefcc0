//! `serviceConfig.limits`: every limit that the server enforces, from the settings and from the use cases.
//!
//! The settings are destructured without `..`, so that a new setting does not compile until clients can read it.

use async_graphql::SimpleObject;
use document::{Limits, NESTING};
use service::{Env, batch, evidence, identity, import, journal, regulation, report, tick};

/// Limits of documents, requests, pages, connections, sessions, uploads and inputs.
#[derive(SimpleObject)]
pub struct ServiceLimits {
    /// Maximum size of a document, in bytes.
    document_bytes: i32,
    /// Maximum number of tokens in a document.
    tokens: i32,
    /// Maximum number of brackets that are open at the same time in a document.
    brackets: i32,
    /// Maximum nesting depth of a document.
    depth: i32,
    /// Maximum nesting depth of selection sets, counting those of fragments.
    nesting: i32,
    /// Maximum number of fields in a document, in all its operations and with each spread of a fragment counted.
    fields: i32,
    /// Maximum number of aliases in a document, counted like `fields`.
    aliases: i32,
    /// Maximum number of input values in a document with its variables. A value counts once for each object that it
    /// applies to.
    values: i32,
    /// Maximum number of directives in a document.
    directives: i32,
    /// Maximum number of fragments in a document.
    fragment_definitions: i32,
    /// Maximum number of operations in a document.
    operations: i32,
    /// Maximum number of root fields in a mutation or subscription.
    root_fields: i32,
    /// Maximum number of nested lists of types in an introspection query.
    introspection_lists: i32,
    /// Maximum size of an introspection query, as a multiple of the usual introspection query.
    introspection_times: i32,
    /// Maximum cost of an operation: the number of objects that it can return plus the `@cost` of its fields.
    cost: i32,
    /// The cost that a caller may spend per minute; 0 means no limit. `extensions.cost.budget` contains the remaining
    /// budget.
    cost_per_minute: i32,
    /// Number of items that the cost assumes for a list without paging and without `@listSize`.
    list_rows: i32,
    /// Default page size, without `first` and `last`.
    default_page_size: i32,
    /// Maximum page size.
    max_page_size: i32,
    /// Maximum number of ids in `nodes`.
    node_ids: i32,
    /// Maximum `depth` of a report: the number of levels below the unit.
    report_depth: i32,
    /// Maximum number of rows in a batch.
    batch_size: i32,
    /// Maximum size of a request body, in bytes.
    body_bytes: i32,
    /// Maximum number of errors in a response.
    errors: i32,
    /// Seconds within which a body must arrive, and within which a request must finish.
    request_seconds: i32,
    /// Maximum pause within the body of a request to `/graphql` or `/graphql/stream`, in seconds.
    body_pause_seconds: i32,
    /// Maximum number of WebSockets per person. When a person opens one more, the oldest closes with code 1008.
    sockets_per_person: i32,
    /// Maximum number of subscriptions per WebSocket, and of event streams per person.
    streams_per_socket: i32,
    /// Maximum size of a WebSocket message, in bytes.
    message_bytes: i32,
    /// Maximum number of WebSocket messages per second; bursts of twice as many are allowed.
    messages_per_second: i32,
    /// Maximum length of a subscription's id on a WebSocket, in bytes.
    subscription_id_bytes: i32,
    /// Maximum length of `Last-Event-ID`, in bytes; a longer one is ignored.
    last_event_id_bytes: i32,
    /// Seconds within which a new WebSocket must send `connection_init`.
    init_seconds: i32,
    /// Seconds within which a client must receive a message; afterwards the connection closes.
    send_seconds: i32,
    /// Seconds between pings of a WebSocket; after two pings without a response the server closes it.
    ping_seconds: i32,
    /// Seconds between heartbeats of a silent event stream.
    heartbeat_seconds: i32,
    /// Seconds between the checks in which ended sessions and changed rights take effect on open connections.
    check_seconds: i32,
    /// Minutes for which a connection stays open after its own access token has expired, if its session has a newer
    /// token.
    minutes_past_token: i32,
    /// Maximum `first` of a subscription.
    subscription_items: i32,
    /// Days that personal streams go back; older cursors are CURSOR_EXPIRED.
    replay_days: i32,
    /// Minimum number of people in a figure that an API key can see.
    minimum_group: i32,
    /// Days for which entries of the access log are kept.
    access_log_days: i32,
    /// Days for which the outcome of an idempotency key is stored.
    idempotency_key_days: i32,
    /// Minutes for which an access token is valid.
    access_token_minutes: i32,
    /// Days for which a refresh token is valid.
    refresh_token_days: i32,
    /// Days for which an activation code is valid.
    activation_code_days: i32,
    /// Maximum number of failed logins of a user within `failedLoginMinutes`, for each address block (IPv4 /24, IPv6
    /// /56) and for each device token. Further logins are RATE_LIMITED.
    failed_logins_of_user: i32,
    /// Maximum number of failed logins of a user within `failedLoginMinutes` from all unfamiliar address blocks
    /// together. A block is unfamiliar if the user has not logged in from it for 90 days. Further logins from such
    /// blocks are RATE_LIMITED.
    failed_logins_from_elsewhere: i32,
    /// Maximum number of failed logins without a device token from one address block within a minute; unknown
    /// activation codes are counted separately, with the same maximum. Further attempts are RATE_LIMITED.
    failed_logins_of_address: i32,
    /// Minutes for which a failed login counts against a user.
    failed_login_minutes: i32,
    /// Days for which a device token is valid after the last login with it.
    device_token_days: i32,
    /// Maximum number of device tokens of a user; one more token replaces the token that was unused for longest.
    device_tokens: i32,
    /// Minimum length of a password, in characters.
    password_min: i32,
    /// Maximum length of a password, in characters.
    password_max: i32,
    /// Maximum size of an uploaded file, in bytes.
    upload_bytes: i32,
    /// Seconds within which an upload must finish.
    upload_seconds: i32,
    /// Maximum pause of an upload, in seconds.
    upload_pause_seconds: i32,
    /// Minutes for which the URL of an upload is valid.
    upload_address_minutes: i32,
    /// Maximum number of a person's uploads that were created but have not arrived yet.
    uploads_per_person: i32,
    /// Maximum size of all uploads of a person in a day, in bytes.
    upload_bytes_per_person: i32,
    /// Maximum size of a file of evidence, in bytes.
    evidence_bytes: i32,
    /// Maximum size of all files of evidence of a person, in bytes.
    evidence_bytes_per_person: i32,
    /// Maximum number of a person's files of evidence that were created but have not arrived yet.
    evidence_uploads_per_person: i32,
    /// Minutes for which the URL of the download of evidence is valid.
    evidence_address_minutes: i32,
    /// Maximum number of rows in an import.
    import_rows: i32,
    /// Maximum number of columns with a header in a sheet of an import.
    import_columns: i32,
    /// Maximum memory for the rows and texts of an import, in bytes.
    import_memory_bytes: i32,
    /// Maximum number of bytes that a workbook may unpack to.
    import_unpacked_bytes: i32,
    /// Maximum number of problems that an import lists; further ones are only counted.
    import_problems: i32,
    /// Maximum number of a person's imports that have not ended.
    imports_per_person: i32,
    /// Maximum size of a regulation's document, in bytes.
    regulation_bytes: i32,
    /// Maximum length of a reason, note or description, in characters.
    text_characters: i32,
    /// Maximum length of a name, in characters.
    name_characters: i32,
    /// Maximum number of results in a plan.
    results_per_plan: i32,
    /// Maximum number of indicators of a result.
    indicators_per_result: i32,
    /// Maximum number of action plans of a result.
    action_plans_per_result: i32,
    /// Maximum number of behaviour expectations in a plan.
    expectations_per_plan: i32,
    /// Maximum number of pieces of evidence for an activity.
    evidence_per_activity: i32,
    /// Maximum number of criteria in a set.
    criteria_per_set: i32,
    /// Maximum number of guiding behaviours of a criterion.
    behaviours_per_criterion: i32,
}

/// Limits of the HTTP server around the schema.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// The cost that a caller may spend per minute; 0 means no limit.
    pub cost_per_minute: u32,
    /// Maximum size of a body, in bytes.
    pub body_bytes: usize,
    /// Maximum number of errors in one answer.
    pub errors: usize,
    /// Seconds for receiving a body, and the same again for running the request.
    pub request_seconds: u64,
    /// The longest pause within a body, in seconds.
    pub body_pause_seconds: u64,
    /// Maximum number of WebSockets of a person.
    pub sockets_per_person: usize,
    /// Maximum number of subscriptions of a WebSocket, and of event streams of a person.
    pub streams_per_socket: usize,
    /// Maximum size of a WebSocket message, in bytes.
    pub message_bytes: usize,
    /// Maximum number of WebSocket messages in a second.
    pub messages_per_second: u32,
    /// Maximum length of a subscription's id, in bytes.
    pub subscription_id_bytes: usize,
    /// Maximum length of `Last-Event-ID`, in bytes.
    pub last_event_id_bytes: usize,
    /// Milliseconds within which a WebSocket must send `connection_init`.
    pub init_ms: u64,
    /// Milliseconds within which a client must receive a message.
    pub send_ms: u64,
    /// Milliseconds between pings.
    pub ping_ms: u64,
    /// Milliseconds between heartbeats of an event stream.
    pub heartbeat_ms: u64,
    /// Milliseconds after which changed rights take effect.
    pub check_ms: u64,
    /// Minutes for which a connection stays open after its own token has expired.
    pub minutes_past_token: i64,
    /// Seconds within which an upload must finish.
    pub upload_seconds: u64,
    /// The longest pause of an upload, in seconds.
    pub upload_pause_seconds: u64,
}

/// Converts a number; the largest number means "no limit".
fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

impl ServiceLimits {
    /// The limits of a server with these settings.
    pub(super) fn new(limits: &Limits, server: &ServerLimits, env: &Env) -> Self {
        let Limits {
            document_bytes,
            tokens,
            brackets,
            depth,
            fields,
            aliases,
            values,
            directives,
            fragments,
            operations,
            introspection_lists,
            introspection_times,
            root_fields,
            cost,
            // The resolvers enforce the sizes of pages.
            page_default: _,
            page_max: _,
            list_rows,
        } = *limits;
        let ServerLimits {
            cost_per_minute,
            body_bytes,
            errors,
            request_seconds,
            body_pause_seconds,
            sockets_per_person,
            streams_per_socket,
            message_bytes,
            messages_per_second,
            subscription_id_bytes,
            last_event_id_bytes,
            init_ms,
            send_ms,
            ping_ms,
            heartbeat_ms,
            check_ms,
            minutes_past_token,
            upload_seconds,
            upload_pause_seconds,
        } = *server;
        let seconds = |milliseconds: u64| int(milliseconds.div_ceil(1_000));
        Self {
            document_bytes: int(document_bytes),
            tokens: int(tokens),
            brackets: int(brackets),
            depth: int(depth),
            nesting: int(NESTING),
            fields: int(fields),
            aliases: int(aliases),
            values: int(values),
            directives: int(directives),
            fragment_definitions: int(fragments),
            operations: int(operations),
            root_fields: int(root_fields),
            introspection_lists: int(introspection_lists),
            introspection_times: int(introspection_times),
            cost: int(cost),
            cost_per_minute: int(cost_per_minute),
            list_rows: int(list_rows),
            default_page_size: int(service::db::DEFAULT_PAGE),
            max_page_size: int(service::db::LARGEST_PAGE),
            node_ids: int(super::node::MAX_IDS),
            report_depth: report::MAX_DEPTH,
            batch_size: int(batch::MAX_BATCH),
            body_bytes: int(body_bytes),
            errors: int(errors),
            request_seconds: int(request_seconds),
            body_pause_seconds: int(body_pause_seconds),
            sockets_per_person: int(sockets_per_person),
            streams_per_socket: int(streams_per_socket),
            message_bytes: int(message_bytes),
            messages_per_second: int(messages_per_second),
            subscription_id_bytes: int(subscription_id_bytes),
            last_event_id_bytes: int(last_event_id_bytes),
            init_seconds: seconds(init_ms),
            send_seconds: seconds(send_ms),
            ping_seconds: seconds(ping_ms),
            heartbeat_seconds: seconds(heartbeat_ms),
            check_seconds: seconds(check_ms),
            minutes_past_token: int(minutes_past_token),
            subscription_items: super::subscription::MAX_FIRST,
            replay_days: int(journal::REPLAY_DAYS),
            minimum_group: int(env.minimum_group.max(domain::disclosure::FEWEST)),
            access_log_days: int(env.access_log_days),
            idempotency_key_days: int(tick::OUTCOME_DAYS),
            access_token_minutes: int(identity::ACCESS_MINUTES),
            refresh_token_days: int(identity::REFRESH_DAYS),
            activation_code_days: int(identity::CODE_DAYS),
            failed_logins_of_user: int(identity::FAILURES_OF_ACCOUNT),
            failed_logins_from_elsewhere: int(identity::FAILURES_FROM_ELSEWHERE),
            failed_logins_of_address: int(identity::FAILURES_OF_BLOCK),
            failed_login_minutes: int(identity::WINDOW_MINUTES),
            device_token_days: int(identity::DEVICE_DAYS),
            device_tokens: int(identity::DEVICES_OF_ACCOUNT),
            password_min: int(identity::PASSWORD_MIN),
            password_max: int(identity::PASSWORD_MAX),
            upload_bytes: int(import::MAX_BYTES),
            upload_seconds: int(upload_seconds),
            upload_pause_seconds: int(upload_pause_seconds),
            upload_address_minutes: int(import::UPLOAD_MINUTES),
            uploads_per_person: int(import::UPLOADS_OPEN),
            upload_bytes_per_person: int(import::UPLOAD_BYTES_OF_PERSON),
            evidence_bytes: int(env.evidence.file_bytes),
            evidence_bytes_per_person: int(env.evidence.person_bytes),
            evidence_uploads_per_person: int(evidence::MAX_OPEN),
            evidence_address_minutes: int(evidence::DOWNLOAD_MINUTES),
            import_rows: int(import::MAX_ROWS),
            import_columns: int(import::MAX_COLUMNS),
            import_memory_bytes: int(env.imports.memory_bytes),
            import_unpacked_bytes: int(import::MAX_UNPACKED_BYTES),
            import_problems: int(import::MAX_FINDINGS),
            imports_per_person: int(import::MAX_WAITING),
            regulation_bytes: int(regulation::MAX_BYTES),
            text_characters: int(domain::error::TEXT_MAX),
            name_characters: int(domain::unit::NAME_MAX),
            results_per_plan: int(domain::plan::RESULTS_MAX),
            indicators_per_result: int(domain::plan::INDICATORS_MAX),
            action_plans_per_result: int(domain::plan::ACTION_PLANS_MAX),
            expectations_per_plan: int(domain::plan::EXPECTATIONS_MAX),
            evidence_per_activity: int(domain::activity::EVIDENCE_MAX),
            criteria_per_set: int(domain::criteria::CRITERIA_MAX),
            behaviours_per_criterion: int(domain::criteria::BEHAVIOURS_MAX),
        }
    }
}
