// Three people of the team object to their annual results: one decision changes the predicate, one upholds it, and the third
// objection comes a day late.

const fields =
  "objection { id version status statusLabel filedOn lastDay answerUntil decideUntil decider { name } }";

export async function objections({ send: call, mutate, step, superior, head, members, year }) {
  const annual = async ({ token }) => {
    const query = `query ($period: ID!) { evaluations(first: 1, filter: { periodId: $period }) {
      nodes { id version status predicate predicateLabel objection { id version status } } } }`;
    return (await call(token, query, { period: year.id })).evaluations.nodes[0];
  };
  const file = async (member, text) => {
    const { id, version } = await annual(member);
    const about = { planResultId: member.row.id };
    const grounds = [{ about, text, evidence: [{ url: "https://contoh.invalid/bukti/surat", label: "Buku agenda" }] }];
    const input = { evaluationId: id, expectedVersion: version, grounds };
    try {
      return (await mutate(member.token, "fileObjection", fields, input)).objection;
    } catch (error) {
      // On a new day the tick may change the result between the two requests. Then this program reads the result again,
      // as an app does.
      if (error.code !== "CONFLICT" || (await annual(member)).version === version) throw error;
      return file(member, text);
    }
  };
  const change = ({ id, version }) => ({ objectionId: id, expectedVersion: version });
  const [changed, upheld, late] = members;
  const open = [];

  return {
    // Within the objection period.
    async file() {
      open.push(await file(changed, "Target 20 surat sudah tercapai; buku agenda terlampir"));
      open.push(await file(upheld, "Saya mengerjakan lebih banyak surat daripada yang tercatat"));
      for (const { status } of open) if (status !== "EXPLANATIONS") throw new Error(status);
      step(`two people object; ${open[0].decider.name} decides after explanations until ${open[0].answerUntil}`);
    },

    // Both sides explain themselves; the rater's superior sees the new predicate before the decision is final.
    async decide() {
      const heard = [];
      for (const [at, member] of [changed, upheld].entries()) {
        let one = open[at];
        one = (await mutate(member.token, "answerObjection", fields, { ...change(one), text: "Agenda surat lengkap" })).objection;
        one = (await mutate(superior, "answerObjection", fields, { ...change(one), text: "Sebagian surat bukan tugasnya" })).objection;
        heard.push(one);
      }
      const decision = {
        ...change(heard[0]),
        reason: "Buku agenda menunjukkan 24 surat dan layanan yang patut dicontoh",
        newRatings: { resultRating: "ABOVE", behaviourRating: "ABOVE" },
      };
      const outcome = "outcome { predicate predicateLabel }";
      const seen = await mutate(head, "decideObjection", `${fields} ${outcome}`, { ...decision, dryRun: true });
      if (seen.objection !== null) throw new Error(JSON.stringify(seen));
      const before = (await annual(changed)).predicateLabel;
      const done = await mutate(head, "decideObjection", `${fields} ${outcome}`, decision);
      const after = await annual(changed);
      if (after.predicate !== seen.outcome.predicate || after.status !== "DECIDED") throw new Error(JSON.stringify(after));
      step(`${done.objection.statusLabel}: ${before} becomes ${after.predicateLabel}`);
      const kept = await mutate(head, "decideObjection", `${fields} ${outcome}`, { ...change(heard[1]), reason: "Sesuai catatan kegiatan" });
      step(`${kept.objection.statusLabel}: ${kept.outcome.predicateLabel}`);
      // The document that changed is signed again.
      for (const who of [superior, head]) {
        const { id, version } = await annual(changed);
        await mutate(who, "signEvaluation", "evaluation { status }", { evaluationId: id, expectedVersion: version });
      }
      const { verifyRecalculation } = await call(
        changed.token,
        "query ($id: ID!) { verifyRecalculation(evaluationId: $id) { matches } }",
        { id: after.id },
      );
      if (!verifyRecalculation.matches) throw new Error("the decided result does not recompute");
    },

    // The day after the objection period.
    async late() {
      const { status, filedOn, lastDay, statusLabel } = await file(late, "Saya baru membaca hasilnya");
      if (status !== "INADMISSIBLE") throw new Error(status);
      step(`${statusLabel}: filed on ${filedOn}, the last day was ${lastDay}`);
    },
  };
}
