CREATE TABLE activity (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    plan_id {uuid} NOT NULL REFERENCES plan (id),
    assignment_id {uuid} NOT NULL REFERENCES assignment (id),
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    period_id {uuid} NOT NULL REFERENCES period (id),
    result_id {uuid} REFERENCES plan_result (id),
    action_plan_id {uuid},
    rater_assignment_id {uuid} NOT NULL,
    rater_staff_id {uuid} NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    description TEXT NOT NULL,
    realisation BIGINT,
    measure TEXT,
    status TEXT NOT NULL,
    evidence TEXT NOT NULL,
    claimed_at BIGINT,
    received_at BIGINT NOT NULL,
    late {boolean} NOT NULL,
    return_reason TEXT,
    decided_at BIGINT,
    client_key {uuid} NOT NULL,
    version INTEGER NOT NULL,
    CHECK (staff_id <> rater_staff_id),
    UNIQUE (staff_id, client_key)
){strict};
CREATE INDEX activity_by_staff ON activity (staff_id, started_at, id);
CREATE INDEX activity_by_plan ON activity (plan_id, started_at);
CREATE INDEX activity_by_rater ON activity (rater_assignment_id, status, started_at);
