CREATE TABLE event (
    drawn {serial},
    number BIGINT,
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
    staff_id {uuid},
    unit_id {uuid},
    plan_id {uuid},
    UNIQUE (id)
){strict};
CREATE INDEX event_by_subject ON event (subject_id, drawn);
CREATE UNIQUE INDEX event_by_number ON event (number);
CREATE INDEX event_without_number ON event (drawn) WHERE number IS NULL;
CREATE INDEX event_by_at ON event (at);
CREATE INDEX event_by_staff ON event (staff_id, number);
CREATE INDEX event_by_unit ON event (unit_id, number);
CREATE INDEX event_by_plan ON event (plan_id, number);

CREATE TABLE event_payload (
    event_id {uuid} NOT NULL PRIMARY KEY,
    salt TEXT NOT NULL,
    reason TEXT,
    before TEXT,
    after TEXT
){strict};

CREATE TABLE journal_node (
    level INTEGER NOT NULL,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (level, position)
){strict};

CREATE TABLE journal_checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    note TEXT NOT NULL
){strict};
