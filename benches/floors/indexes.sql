-- What the floors may rest on. Made only after server and peer were measured.
CREATE INDEX IF NOT EXISTS floor_evaluation ON evaluation (staff_id, id DESC) INCLUDE (status, predicate);
CREATE INDEX IF NOT EXISTS floor_plan ON plan (staff_id, id DESC) INCLUDE (status);
VACUUM ANALYZE;
