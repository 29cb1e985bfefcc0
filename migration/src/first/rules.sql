CREATE TABLE regulation (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    code TEXT{binary} NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    scheme TEXT NOT NULL,
    source TEXT NOT NULL,
    effective_from {date} NOT NULL,
    effective_to {date},
    format TEXT NOT NULL,
    document TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    UNIQUE (agency_id, code, version)
){strict};

CREATE TABLE criteria_set (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    code TEXT{binary} NOT NULL,
    name_id TEXT NOT NULL,
    name_en TEXT NOT NULL,
    regulation_code TEXT NOT NULL,
    valid_from {date} NOT NULL,
    valid_to {date},
    version INTEGER NOT NULL,
    UNIQUE (agency_id, code, valid_from)
){strict};

CREATE TABLE criterion (
    id {uuid} NOT NULL PRIMARY KEY,
    set_id {uuid} NOT NULL REFERENCES criteria_set (id),
    code TEXT{binary} NOT NULL,
    position INTEGER NOT NULL,
    name_id TEXT NOT NULL,
    name_en TEXT NOT NULL,
    behaviours TEXT NOT NULL,
    weight BIGINT,
    UNIQUE (set_id, code)
){strict};
