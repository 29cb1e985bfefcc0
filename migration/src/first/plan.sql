CREATE TABLE plan (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    assignment_id {uuid} NOT NULL REFERENCES assignment (id),
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    period_id {uuid} NOT NULL REFERENCES period (id),
    status TEXT NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date} NOT NULL,
    rater_assignment_id {uuid} NOT NULL,
    rater_staff_id {uuid} NOT NULL,
    rater TEXT NOT NULL,
    late {boolean} NOT NULL,
    copied_from {uuid},
    decision_note TEXT,
    created_at BIGINT NOT NULL,
    submitted_at BIGINT,
    decided_at BIGINT,
    version INTEGER NOT NULL,
    CHECK (staff_id <> rater_staff_id)
){strict};
CREATE UNIQUE INDEX plan_once ON plan (assignment_id, period_id) WHERE status <> 'CANCELLED';
CREATE INDEX plan_by_staff ON plan (staff_id, period_id);
CREATE INDEX plan_by_unit ON plan (unit_id, period_id, status);
CREATE INDEX plan_by_rater ON plan (rater_assignment_id, status);
CREATE INDEX plan_by_rater_staff ON plan (rater_staff_id, status);
CREATE INDEX plan_by_period ON plan (agency_id, period_id, id);

CREATE TABLE plan_revision (
    id {uuid} NOT NULL PRIMARY KEY,
    plan_id {uuid} NOT NULL REFERENCES plan (id),
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    UNIQUE (plan_id, number)
){strict};

CREATE TABLE plan_result (
    id {uuid} NOT NULL PRIMARY KEY,
    plan_id {uuid} NOT NULL REFERENCES plan (id),
    serves_id {uuid} REFERENCES plan_result (id),
    active {boolean} NOT NULL,
    title TEXT NOT NULL
){strict};
CREATE INDEX plan_result_by_plan ON plan_result (plan_id);
CREATE INDEX plan_result_by_served ON plan_result (serves_id);
