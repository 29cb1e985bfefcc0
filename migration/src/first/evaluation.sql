CREATE TABLE evaluation (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    plan_id {uuid} NOT NULL REFERENCES plan (id),
    assignment_id {uuid} NOT NULL REFERENCES assignment (id),
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    unit_id {uuid} NOT NULL REFERENCES org_unit (id),
    period_id {uuid} NOT NULL REFERENCES period (id),
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    rater_assignment_id {uuid} NOT NULL,
    rater_staff_id {uuid} NOT NULL,
    rater TEXT NOT NULL,
    regulation_code TEXT NOT NULL,
    regulation_version INTEGER NOT NULL,
    detail TEXT NOT NULL,
    result_rating TEXT,
    behaviour_rating TEXT,
    predicate TEXT,
    unit_predicate TEXT,
    delivered_at BIGINT,
    finalised_at BIGINT,
    objection_until {date},
    version INTEGER NOT NULL,
    CHECK (staff_id <> rater_staff_id),
    UNIQUE (plan_id, period_id)
){strict};
CREATE INDEX evaluation_by_staff ON evaluation (staff_id, period_id);
CREATE INDEX evaluation_by_unit ON evaluation (period_id, unit_id, status, predicate);
CREATE INDEX evaluation_by_rater ON evaluation (rater_assignment_id, status);
CREATE INDEX evaluation_by_rater_staff ON evaluation (rater_staff_id, status);

CREATE TABLE feedback (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    unit_id {uuid} NOT NULL,
    plan_id {uuid} NOT NULL REFERENCES plan (id),
    evaluation_id {uuid} REFERENCES evaluation (id),
    about_kind TEXT NOT NULL,
    about_id {uuid} NOT NULL,
    author_id {uuid} NOT NULL,
    text TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    version INTEGER NOT NULL
){strict};
CREATE INDEX feedback_by_plan ON feedback (plan_id, given_at, id);
CREATE INDEX feedback_by_staff ON feedback (staff_id, given_at, id);

CREATE TABLE recommendation (
    id {uuid} NOT NULL PRIMARY KEY,
    agency_id {uuid} NOT NULL,
    evaluation_id {uuid} NOT NULL REFERENCES evaluation (id),
    staff_id {uuid} NOT NULL REFERENCES staff (id),
    author_id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    version INTEGER NOT NULL
){strict};
CREATE INDEX recommendation_by_evaluation ON recommendation (evaluation_id, made_at);
