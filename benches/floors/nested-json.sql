-- The same tree as nested.sql as one JSON text, the way of servers that compile a document to one statement.
SELECT json_agg(json_build_object('id', s.id, 'name', s.name,
  'unit', (SELECT json_build_object('id', u.id, 'name', u.name) FROM assignment a JOIN org_unit u ON u.id = a.unit_id
    WHERE a.staff_id = s.id AND a.valid_from <= current_date AND (a.valid_to IS NULL OR a.valid_to > current_date) LIMIT 1),
  'plans', (SELECT json_agg(json_build_object('id', p.id, 'status', p.status)) FROM
    (SELECT id, status FROM plan WHERE staff_id = s.id ORDER BY id DESC LIMIT 3) p),
  'evaluations', (SELECT json_agg(json_build_object('id', e.id, 'status', e.status, 'predicate', e.predicate)) FROM
    (SELECT id, status, predicate FROM evaluation WHERE staff_id = s.id ORDER BY id DESC LIMIT 12) e)) ORDER BY s.name_key, s.id)
FROM (SELECT id, name, name_key FROM staff WHERE agency_id = :agency::uuid AND status = 'ACTIVE' ORDER BY name_key, id LIMIT 50) s;
