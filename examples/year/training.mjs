// The employee records a workshop with its certificate, the admin verifies it, and the first quarter recognises it. A second
// record of the same certificate counts no second time.
import { randomUUID } from "node:crypto";

const fields = "training { id version status statusLabel kindLabel }";
const certificate = Buffer.from("%PDF-1.4\n% Sertifikat\n%%EOF\n");

export async function training({ send: call, mutate, step, server, employee, admin, plan, row, criterion }) {
  const hours = async () => (await call(employee, "{ viewer { staff { trainingHours(year: 2026) { hours target } } } }")).viewer.staff.trainingHours;
  const recognised = async (id, more = "") => {
    const query = `query ($id: ID!) { evaluation(id: $id) { status explanationText trainings { title hours kindLabel sameCertificateAs } } ${more} }`;
    return call(employee, query, { id });
  };
  const record = async (about, upload) =>
    (await mutate(employee, "recordTraining", fields, {
      clientKey: randomUUID(),
      kind: "WORKSHOP",
      title: "Lokakarya arsip digital",
      organiser: "Badan Pengembangan SDM",
      hours: 24,
      startsOn: "2026-03-09",
      endsOn: "2026-03-11",
      certificateNumber: "21/BPSDM/2026",
      evidence: [{ uploadId: upload, label: "Sertifikat" }],
      supports: { planId: plan.id, about },
    })).training;
  const verify = async ({ id, version }) =>
    (await mutate(admin, "verifyTraining", fields, { trainingId: id, expectedVersion: version, verified: true })).training;

  return {
    // On the last day of the first quarter, before the rating.
    async record(quarter) {
      const { uploadId, url } = await mutate(employee, "createUpload", "uploadId url", {
        purpose: "EVIDENCE",
        name: "sertifikat.pdf",
        size: certificate.length,
      });
      const sent = await fetch(new URL(url, server), { method: "PUT", body: certificate });
      if (sent.status !== 204) throw new Error(`PUT: ${sent.status}`);
      const first = await record({ planResultId: row.id }, uploadId);
      const second = await record({ criterionId: criterion.id }, uploadId);
      if ((await recognised(quarter)).evaluation.trainings.length > 0) throw new Error("counted before its verification");
      const verified = await verify(first);
      await verify(second);
      const { evaluation } = await recognised(quarter);
      const [counts, same] = evaluation.trainings;
      if (evaluation.status === "FINAL" || counts.sameCertificateAs !== null || same.sameCertificateAs === null) {
        throw new Error(JSON.stringify(evaluation));
      }
      const { hours: done, target } = await hours();
      if (done !== 24) throw new Error(`${done} hours`);
      step(`${verified.kindLabel}, ${verified.statusLabel}: proposed for the quarter; ${done} of ${target} hours of the year`);
    },

    // After the quarter became final.
    async recognised(quarter) {
      const { evaluation, verifyRecalculation } = await recognised(quarter, "verifyRecalculation(evaluationId: $id) { matches }");
      const [text] = evaluation.explanationText.match(/Lokakarya 24 JP[^.]*sertifikatnya sama[^.]*\./) ?? [];
      if (evaluation.trainings.length !== 2 || !text || !verifyRecalculation.matches) throw new Error(JSON.stringify(evaluation));
      step(`the result explains: ${text}`);
    },
  };
}
