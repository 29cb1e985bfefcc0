CREATE TABLE account (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    user_name TEXT{binary} NOT NULL,
    password_hash TEXT,
    epoch INTEGER NOT NULL,
    activated_at BIGINT,
    UNIQUE (staff_id)
){strict};
CREATE UNIQUE INDEX account_by_user_name ON account (user_name);

CREATE TABLE activation_code (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    code_hash TEXT NOT NULL,
    issued_by {uuid},
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
){strict};
CREATE UNIQUE INDEX activation_code_by_hash ON activation_code (code_hash);
CREATE INDEX activation_code_by_account ON activation_code (account_id);

CREATE TABLE session (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    epoch INTEGER NOT NULL,
    access_hash TEXT NOT NULL,
    access_expires_at BIGINT NOT NULL,
    refresh_family TEXT NOT NULL,
    refresh_hash TEXT NOT NULL,
    previous_refresh_hash TEXT,
    repeat_until BIGINT,
    refresh_expires_at BIGINT NOT NULL,
    client TEXT,
    device_id {uuid},
    created_at BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    ended_at BIGINT
){strict};
CREATE UNIQUE INDEX session_by_access ON session (access_hash);
CREATE UNIQUE INDEX session_by_refresh ON session (refresh_family);
CREATE INDEX session_by_account ON session (account_id);

CREATE TABLE api_key (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    created_by {uuid} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
){strict};
CREATE UNIQUE INDEX api_key_by_hash ON api_key (key_hash);

CREATE TABLE known_device (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    token_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
){strict};
CREATE UNIQUE INDEX known_device_by_token ON known_device (token_hash);
CREATE INDEX known_device_by_account ON known_device (account_id, used_at);

CREATE TABLE login_block (
    account_id {uuid} NOT NULL REFERENCES account (id),
    block TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, block)
){strict};

CREATE TABLE login_attempt (
    id {uuid} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    user_key TEXT NOT NULL,
    block TEXT NOT NULL,
    device_id {uuid},
    is_pending {boolean} NOT NULL,
    at BIGINT NOT NULL
){strict};
CREATE INDEX login_attempt_by_user ON login_attempt (user_key, at);
CREATE INDEX login_attempt_by_block ON login_attempt (block, at);
CREATE INDEX login_attempt_by_device ON login_attempt (device_id, at) WHERE device_id IS NOT NULL;
CREATE INDEX login_attempt_by_time ON login_attempt (at);

CREATE TABLE role_grant (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT,
    version INTEGER NOT NULL
){strict};
CREATE UNIQUE INDEX role_grant_once ON role_grant (staff_id, role, unit_id) WHERE revoked_at IS NULL;
