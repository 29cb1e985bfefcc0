// The superior's year with a team of thirty: the office imports them, and the superior decides in batches. Counts what the
// superior's app sends.
import { randomUUID } from "node:crypto";

const PEOPLE = 30;
const PASSWORD = "sandi contoh yang panjang 2026";

export async function team({ send: call, mutate, step, login, importList, admin, superior, head, year }) {
  let requests = 1; // The login.
  const members = [];
  const ask = async (query, variables, list) => {
    requests += 1;
    return (await call(superior, query, variables))[list].nodes;
  };
  // Sends a mutation with rows, none of which may be refused.
  const batch = async (token, verb, selection, input) => {
    const type = `${verb[0].toUpperCase()}${verb.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { results { ${selection} errors { code message path } } errors { code message path } } }`;
    const { results, errors } = (await call(token, query, { input: { ...input, idempotencyKey: randomUUID() } }))[verb];
    const faults = [...errors, ...results.flatMap((row) => row.errors)];
    if (faults.length > 0) throw new Error(`${verb}: ${JSON.stringify(faults)}`);
    return results;
  };
  const decide = async (verb, selection, input) => {
    requests += 1;
    return batch(superior, verb, selection, input);
  };
  const once = async (token, verb, selection, input) => {
    const type = `${verb[0].toUpperCase()}${verb.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${selection} errors { code message path } } }`;
    const payload = (await call(token, query, { input }))[verb];
    if (payload.errors.length > 0) throw new Error(`${verb}: ${JSON.stringify(payload.errors)}`);
    return payload;
  };
  const ofEvaluation = ({ id, version }) => ({ evaluationId: id, expectedVersion: version });
  const evaluationsOf = (periodId) =>
    ask(
      "query ($period: ID!) { evaluations(first: 100, filter: { ratedByMe: true, periodId: $period }) { nodes { id version status staff { name } } } }",
      { period: periodId },
      "evaluations",
    ).then((found) => found.filter(({ staff }) => staff.name.startsWith("Anggota Tim")));
  const changed = "evaluation { id version status }";
  const all = (verb, evaluations, more = () => ({})) =>
    decide(verb, changed, { rows: evaluations.map((one, at) => ({ ...ofEvaluation(one), ...more(at) })) }).then((rows) =>
      rows.map(({ evaluation }) => evaluation),
    );
  const rate = async (periodId) => {
    const waiting = await evaluationsOf(periodId);
    if (waiting.length !== PEOPLE) throw new Error(`${waiting.length} of ${PEOPLE} evaluations`);
    const rated = await all("rateEvaluations", waiting, (at) =>
      at % 3 === 0
        ? { resultRating: "ABOVE", behaviourRating: "AS_EXPECTED", resultReason: `Melampaui target ke-${at}` }
        : { resultRating: "AS_EXPECTED", behaviourRating: "AS_EXPECTED" },
    );
    return all("finaliseEvaluations", rated, () => ({ missingUnitPredicateReason: "Capaian unit ditetapkan pada akhir tahun" }));
  };
  // Each member reports a part of the year, or the year.
  const report = async (part) => {
    for (const { token, plan, row } of members) {
      const query = "query ($id: ID!) { plan(id: $id) { evaluations { id version kind period { part } } } }";
      const { plan: found } = await call(token, query, { id: plan });
      const one = found.evaluations.find(({ kind, period }) => (part ? kind === "PERIODIC" && period.part === part : kind === "ANNUAL"));
      const realisations = [{ planResultId: row.id, indicatorId: row.indicators[0].id, value: "5", text: "Sesuai rencana" }];
      await once(token, "reportRealisation", "evaluation { id }", { ...ofEvaluation(one), realisations });
    }
  };

  return {
    members,

    // In January the office imports thirty people; they activate their accounts and submit plans, which the superior reviews.
    async begin() {
      const { viewer } = await call(superior, "{ viewer { staff { nip assignment { unit { code } position { code } } } } }");
      const { nip, assignment } = viewer.staff;
      const people = Array.from({ length: PEOPLE }, (_, at) => ({
        nip: `19900101201501${1 + (at % 2)}${String(500 + at)}`,
        name: `Anggota Tim ${String(at + 1).padStart(2, "0")}`,
      }));
      const rows = people.map((one) => `${one.nip};${one.name};PNS;${assignment.unit.code};PELAKSANA-UMUM;III/a;2026-01-02`);
      await importList("kode;nama;jenis;jenjang\nPELAKSANA-UMUM;Pelaksana umum contoh;PELAKSANA;\n");
      await importList(["nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;mulai", ...rows].join("\n"));
      await importList(["pegawai;atasan", ...people.map((one) => `${one.nip};${nip}`)].join("\n"));

      const query = "query { staff(first: 100, filter: { name: \"Anggota Tim\" }) { nodes { id assignment { id } } } }";
      const { staff } = await call(admin, query);
      const issue = "mutation ($input: IssueActivationCodesInput!) { issueActivationCodes(input: $input) { codes { code userName staffId } } }";
      const { issueActivationCodes } = await call(admin, issue, { input: { recipients: { staffIds: staff.nodes.map(({ id }) => id) } } });
      const content = {
        results: [
          {
            kind: "MAIN",
            title: "Layanan umum yang tertib",
            indicators: [{ aspect: "QUANTITY", text: "Surat terkelola", targetMin: "20", measure: "surat" }],
            actionPlans: [],
          },
        ],
        behaviourExpectations: [],
      };
      const planned = "plan { id version currentRevision { results { id indicators { id } } } }";
      for (const { code, userName, staffId } of issueActivationCodes.codes) {
        await once(null, "activateAccount", "__typename", { code, password: PASSWORD });
        const token = await login({ user: userName, password: PASSWORD });
        const { assignment } = staff.nodes.find((one) => one.id === staffId);
        let { plan } = await once(token, "createPlan", planned, { assignmentId: assignment.id, periodId: year.id, content });
        const [row] = plan.currentRevision.results;
        ({ plan } = await once(token, "submitPlan", planned, { planId: plan.id, expectedVersion: plan.version }));
        members.push({ token, plan: plan.id, row });
      }
      const plans = await ask(
        "{ plans(first: 100, filter: { ratedByMe: true, status: [SUBMITTED] }) { nodes { id version currentRevision { results { title } } } } }",
        {},
        "plans",
      );
      await decide("reviewPlans", "plan { status }", {
        rows: plans.map(({ id, version }) => ({ planId: id, expectedVersion: version, decision: "APPROVE" })),
      });
      step(`the superior reviews ${plans.length} plans in one request`);
    },

    // A quarter: three months of activities, each reviewed at once, then thirty ratings with reasons of their own.
    async quarter(part, periodId) {
      for (let month = 0; month < 3; month += 1) {
        for (const { token, plan } of members.slice(month * 10, month * 10 + 10)) {
          const day = `2026-${String((part - 1) * 3 + 1 + month).padStart(2, "0")}-20`;
          const row = {
            target: { clientKey: randomUUID() },
            description: "Mengelola surat",
            startedAt: `${day}T01:00:00Z`,
            endedAt: `${day}T02:00:00Z`,
          };
          const recorded = await batch(token, "recordActivities", "activity { id version }", { planId: plan, rows: [row] });
          const sent = recorded.map(({ activity }) => ({ id: activity.id, expectedVersion: activity.version }));
          await batch(token, "submitActivities", "activity { id }", { rows: sent });
        }
        const waiting = await ask(
          "{ activities(first: 100, filter: { ratedByMe: true, status: [SUBMITTED] }) { nodes { id version description } } }",
          {},
          "activities",
        );
        const rows = waiting.map(({ id, version }) => ({ id, expectedVersion: version }));
        await decide("reviewActivities", "activity { status }", { rows, decision: "APPROVE" });
      }
      await report(part);
      await all("closeEvaluations", await rate(periodId));
    },

    // The annual results of thirty people are rated and delivered; the employees acknowledge them, both superiors sign.
    async deliver() {
      await report(null);
      await all("deliverEvaluations", await rate(year.id));
      for (const { token, plan } of members) {
        const query = "query ($id: ID!) { plan(id: $id) { evaluations { id version kind } } }";
        const { plan: found } = await call(token, query, { id: plan });
        const own = found.evaluations.find(({ kind }) => kind === "ANNUAL");
        await once(token, "acknowledgeEvaluation", changed, ofEvaluation(own));
      }
      const signed = await all("signEvaluations", await evaluationsOf(year.id));
      await batch(head, "signEvaluations", changed, { rows: signed.map(ofEvaluation) });
    },

    // After the objection period.
    async end() {
      const closed = await evaluationsOf(year.id);
      const open = closed.filter(({ status }) => status !== "CLOSED");
      if (open.length > 0) await all("closeEvaluations", open);
      if (requests >= 60) throw new Error(`the superior's year took ${requests} requests`);
      step(`the superior's year with a team of ${PEOPLE} took ${requests} requests`);
    },
  };
}
