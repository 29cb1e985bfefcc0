-- One evaluation with the name of its person, :id.
SELECT e.id, e.status, s.name FROM evaluation e JOIN staff s ON s.id = e.staff_id WHERE e.id = :id::uuid;
