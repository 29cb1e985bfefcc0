CREATE TABLE org_unit (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    code TEXT{binary} NOT NULL,
    name TEXT{binary} NOT NULL,
    kind TEXT NOT NULL,
    time_zone TEXT,
    approximate {boolean} NOT NULL,
    external_id TEXT,
    source TEXT,
    valid_from {date} NOT NULL,
    valid_to {date},
    version INTEGER NOT NULL,
    UNIQUE (agency_id, code)
){strict};
CREATE INDEX org_unit_by_name ON org_unit (agency_id, name, id);

CREATE TABLE org_unit_parent (
    id {uuid} NOT NULL PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    parent_id {uuid} NOT NULL REFERENCES org_unit (id),
    valid_from {date} NOT NULL,
    valid_to {date},
    UNIQUE (unit_id, valid_from),
    CHECK (unit_id <> parent_id)
){strict};
CREATE INDEX org_unit_parent_by_parent ON org_unit_parent (parent_id, unit_id);

CREATE TABLE position (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    code TEXT{binary} NOT NULL,
    name TEXT{binary} NOT NULL,
    kind TEXT NOT NULL,
    level TEXT,
    version INTEGER NOT NULL,
    UNIQUE (agency_id, code)
){strict};

CREATE TABLE staff (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    nip TEXT{binary},
    name TEXT{binary} NOT NULL,
    employment_kind TEXT NOT NULL,
    status TEXT NOT NULL,
    ended_on {date},
    end_reason TEXT,
    external_id TEXT,
    source TEXT,
    version INTEGER NOT NULL
){strict};
CREATE UNIQUE INDEX staff_by_nip ON staff (nip);
CREATE UNIQUE INDEX staff_by_external_id ON staff (agency_id, source, external_id);
CREATE INDEX staff_by_name ON staff (agency_id, name, id);

CREATE TABLE assignment (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    position_id {uuid} NOT NULL REFERENCES position (id),
    rank TEXT,
    superior_id {uuid} REFERENCES assignment (id),
    capacity TEXT NOT NULL,
    leads {boolean} NOT NULL,
    valid_from {date} NOT NULL,
    valid_to {date},
    version INTEGER NOT NULL,
    CHECK (superior_id IS NULL OR superior_id <> id),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
){strict};
CREATE INDEX assignment_by_staff ON assignment (staff_id, valid_from);
CREATE INDEX assignment_by_unit ON assignment (unit_id, valid_from);
CREATE INDEX assignment_by_superior ON assignment (superior_id);

CREATE TABLE delegation (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    assignment_id {uuid} NOT NULL REFERENCES assignment (id),
    delegate_id {uuid} NOT NULL REFERENCES staff (id),
    capacity TEXT NOT NULL,
    valid_from {date} NOT NULL,
    valid_to {date},
    reason TEXT NOT NULL,
    version INTEGER NOT NULL
){strict};
CREATE INDEX delegation_by_delegate ON delegation (delegate_id);
CREATE INDEX delegation_by_assignment ON delegation (assignment_id);
