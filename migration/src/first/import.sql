CREATE TABLE upload (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT,
    token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    received_at BIGINT
){strict};

CREATE TABLE import_run (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    upload_id {uuid} NOT NULL REFERENCES upload (id),
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    dry_run {boolean} NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    changes TEXT NOT NULL,
    failure TEXT,
    created_by {uuid} NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
){strict};

CREATE TABLE import_row (
    id {uuid} NOT NULL PRIMARY KEY,
    run_id {uuid} NOT NULL REFERENCES import_run (id),
    number INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    action TEXT NOT NULL,
    label TEXT NOT NULL,
    problems TEXT NOT NULL,
    UNIQUE (run_id, sheet, number)
){strict};
