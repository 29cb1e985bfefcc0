CREATE TABLE event (
    drawn {serial},
    id {uuid} NOT NULL,
    agency_id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id {uuid},
    subject_kind TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    subject_version INTEGER NOT NULL,
    request_id {uuid},
    commitment TEXT NOT NULL,
    UNIQUE (id)
){strict};
CREATE INDEX event_by_subject ON event (subject_id, drawn);

CREATE TABLE event_payload (
    event_id {uuid} NOT NULL PRIMARY KEY,
    salt TEXT NOT NULL,
    reason TEXT,
    before TEXT,
    after TEXT
){strict};
