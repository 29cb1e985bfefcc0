-- 50 people, each with unit, 3 plans and 12 evaluations: only the columns that are asked for, and only the rows of the pages
-- with one more to know whether another follows. Written by hand; never derived from the server's statements.
-- :ids is an array of the 50 ids, :agency the agency.
SELECT id, name FROM staff WHERE agency_id = :agency::uuid AND status = 'ACTIVE' ORDER BY name_key, id LIMIT 51;
SELECT a.staff_id, u.id, u.name FROM assignment a JOIN org_unit u ON u.id = a.unit_id
 WHERE a.staff_id = ANY (:ids::uuid[]) AND a.valid_from <= current_date AND (a.valid_to IS NULL OR a.valid_to > current_date);
SELECT k, p.id, p.status FROM unnest(:ids::uuid[]) k
 CROSS JOIN LATERAL (SELECT id, status FROM plan WHERE staff_id = k ORDER BY id DESC LIMIT 4) p;
SELECT k, e.id, e.status, e.predicate FROM unnest(:ids::uuid[]) k
 CROSS JOIN LATERAL (SELECT id, status, predicate FROM evaluation WHERE staff_id = k ORDER BY id DESC LIMIT 13) e;
