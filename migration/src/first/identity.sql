CREATE TABLE account (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    user_name TEXT{binary} NOT NULL,
    password_hash TEXT,
    epoch INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT,
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

CREATE TABLE login_attempt (
    id {uuid} NOT NULL PRIMARY KEY,
    user_key TEXT NOT NULL,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    succeeded {boolean} NOT NULL
){strict};
CREATE INDEX login_attempt_by_user ON login_attempt (user_key, at);
CREATE INDEX login_attempt_by_address ON login_attempt (address, at);

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
