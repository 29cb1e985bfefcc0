CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
){strict};

CREATE TABLE idempotency (
    actor_id {uuid} NOT NULL,
    key {uuid} NOT NULL,
    operation TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor_id, key)
){strict};
