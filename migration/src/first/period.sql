CREATE TABLE period (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    year INTEGER NOT NULL,
    cycle TEXT NOT NULL,
    part INTEGER NOT NULL,
    parent_id {uuid} REFERENCES period (id),
    starts_on {date} NOT NULL,
    ends_on {date} NOT NULL,
    plan_deadline {date} NOT NULL,
    report_deadline {date} NOT NULL,
    rating_deadline {date} NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (agency_id, year, part)
){strict};

CREATE TABLE unit_predicate (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    period_id {uuid} NOT NULL REFERENCES period (id),
    predicate TEXT NOT NULL,
    note TEXT,
    set_by {uuid} NOT NULL,
    set_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (unit_id, period_id)
){strict};
