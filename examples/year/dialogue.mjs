// The superior holds a coaching and a counselling dialogue with the employee. The agreements are in the worklists until
// they are completed. Only the two people can read the text of the counselling.

const fields = "dialogue { id version kindLabel text agreements { number text dueOn completedAt } }";

export async function dialogue({ send: call, mutate, step, employee, superior, head, plan }) {
  const read = async (token) =>
    (await call(token, "query ($id: ID!) { plan(id: $id) { dialogues { kind text superior { name } } } }", { id: plan.id })).plan.dialogues;
  const waiting = async (token) => {
    const query = "{ viewer { worklist(kinds: [COMPLETE_AGREEMENT], first: 10) { nodes { deadline subject { ... on Dialogue { id } } } } } }";
    return (await call(token, query)).viewer.worklist.nodes;
  };
  let held;

  return {
    // At the start of the year.
    async hold() {
      ({ dialogue: held } = await mutate(superior, "holdDialogue", fields, {
        planId: plan.id,
        kind: "COACHING",
        heldOn: "2026-01-05",
        text: "Cara menata berkas guru agar mudah ditemukan kembali",
        agreements: [
          { text: "Menyusun daftar isi lemari arsip", doer: "EMPLOYEE", dueOn: "2026-02-27" },
          { text: "Menyediakan rak tambahan", doer: "SUPERIOR", dueOn: "2026-01-30" },
        ],
      }));
      const inConfidence = { planId: plan.id, kind: "COUNSELLING", heldOn: "2026-01-05", text: "Jam masuk selama orang tua dirawat" };
      await mutate(superior, "holdDialogue", fields, inConfidence);
      const [own, theirs] = [await waiting(employee), await waiting(superior)];
      if (own[0]?.deadline !== "2026-02-27" || theirs[0]?.deadline !== "2026-01-30") throw new Error(JSON.stringify([own, theirs]));
      const [mine, above] = [await read(employee), await read(head)];
      const counselling = (all) => all.find(({ kind }) => kind === "COUNSELLING");
      if (counselling(mine).text === null || counselling(above).text !== null) throw new Error(JSON.stringify(above));
      if (above.find(({ kind }) => kind === "COACHING").text === null) throw new Error(JSON.stringify(above));
      step(`${held.kindLabel} with ${held.agreements.length} agreements, due ${theirs[0].deadline} and ${own[0].deadline}; the head reads it, and not the counselling`);
    },

    // On the last day of the first quarter.
    async complete() {
      for (const [token, number] of [[employee, 1], [superior, 2]]) {
        const input = { dialogueId: held.id, expectedVersion: held.version, number, note: "Sudah selesai" };
        ({ dialogue: held } = await mutate(token, "completeAgreement", fields, input));
      }
      if ((await waiting(employee)).length + (await waiting(superior)).length > 0) throw new Error("an agreement still waits");
      step("both completed what they agreed; it left their worklists");
    },
  };
}
