// The employee requests a correction of their name. The admin can't answer "fixed" before the record has changed, and
// the superior can't see the request.
import { randomUUID } from "node:crypto";

const fields = "correction { id version statusLabel subjectLabel recorded dueOn change { kindLabel } }";

export async function correction({ send, mutate, refused, step, employee, superior, admin }) {
  const { viewer } = await send(employee, "{ viewer { staff { id name version } } }");
  const { id, name, version } = viewer.staff;
  const proposed = `${name} (contoh)`;
  const { correction: requested } = await mutate(employee, "requestCorrection", fields, {
    clientKey: randomUUID(),
    subject: "NAME",
    proposed,
    reason: "Gelar baru menurut ijazah",
    evidence: [{ url: "https://contoh.invalid/ijazah", label: "Ijazah" }],
  });
  const read = "query ($id: ID!) { node(id: $id) { id } }";
  const hidden = await send(superior, read, { id: requested.id });
  if (hidden.node !== null) throw new Error("the superior sees the correction");
  const list = "{ viewer { worklist(kinds: [RESOLVE_CORRECTION]) { nodes { deadline subject { ... on Correction { id } } } } } }";
  const waiting = (await send(admin, list)).viewer.worklist.nodes;
  if (!waiting.some(({ deadline, subject }) => subject.id === requested.id && deadline === requested.dueOn)) {
    throw new Error(JSON.stringify(waiting));
  }
  const answer = { correctionId: requested.id, expectedVersion: requested.version, outcome: "FIXED" };
  const early = await refused(admin, "resolveCorrection", answer);
  step(`"fixed" before the record changes: ${early.message}`);
  await mutate(admin, "updateStaff", "staff { id }", { staffId: id, expectedVersion: version, name: proposed });
  const { correction: fixed } = await mutate(admin, "resolveCorrection", fields, answer);
  if (!fixed.change) throw new Error(JSON.stringify(fixed));
  step(`${fixed.subjectLabel}, requested with an answer due on ${fixed.dueOn}: ${fixed.statusLabel} (${fixed.change.kindLabel})`);
}
