// An officer at a counter gets feedback on how they deal with people: from three colleagues in confidence, and from the
// superior.

export async function feedback({ send: call, mutate, step, superior, members }) {
  const [officer, ...colleagues] = members.slice(0, 4);
  const person = async (token) => (await call(token, "{ viewer { staff { id } } }")).viewer.staff.id;
  const who = await person(officer.token);
  const ask = async (token) => {
    const input = { planId: officer.plan, toId: await person(token), dueOn: "2026-02-27" };
    return (await mutate(officer.token, "requestFeedback", "feedbackRequest { id inConfidence }", input)).feedbackRequest;
  };
  const { criteria } = await call(null, "{ criteria { id code name } }");
  const service = criteria[0];
  const about = { criterionId: service.id };
  const given = "feedback { id directionLabel author { name } } waits";
  const read = "query ($id: ID!) { plan(id: $id) { feedback { id version direction directionLabel text author { name } givenAt reply } } }";
  const texts = [
    "Sabar mendengarkan warga yang bingung dengan syaratnya",
    "Kadang lupa menyapa warga yang sudah lama antre",
    "Selalu menjelaskan ulang dengan bahasa yang mudah",
  ];

  return {
    // In the first quarter. Nobody but their authors can read the texts of colleagues.
    async give() {
      const [asked, openly] = [await ask(colleagues[0].token), await ask(superior)];
      for (const [at, { token }] of colleagues.entries()) {
        const feedbackRequestId = at === 0 ? asked.id : null;
        const { waits } = await mutate(token, "giveFeedback", given, { staffId: who, about, text: texts[at], feedbackRequestId });
        if (!waits) throw new Error("a text in confidence does not wait");
      }
      const text = "Antrean pagi jauh lebih tertib";
      const open = await mutate(superior, "giveFeedback", given, { planId: officer.plan, about, text, feedbackRequestId: openly.id });
      const { viewer } = await call(officer.token, "{ viewer { feedbackRequests { inConfidence status } } }");
      const statuses = viewer.feedbackRequests.map(({ inConfidence, status }) => `${inConfidence} ${status}`);
      if (statuses.join() !== "false GIVEN,true REQUESTED") throw new Error(statuses.join());
      const { plan } = await call(officer.token, read, { id: officer.plan });
      if (plan.feedback.length !== 1) throw new Error(JSON.stringify(plan));
      step(`of two requests the officer sees only the answer of the superior; three colleagues write about ${service.name} in confidence; the officer reads only what ${open.feedback.author.name} wrote`);
    },

    // After the first quarter, the server releases them within a minute of its start.
    async release() {
      let found = [];
      for (let tries = 0; found.length < 4 && tries < 200; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        found = (await call(officer.token, read, { id: officer.plan })).plan.feedback;
      }
      const released = found.filter(({ direction }) => direction === "PEER");
      const hidden = released.every(({ author, givenAt }) => author === null && givenAt === null);
      if (released.length !== 3 || !hidden) throw new Error(JSON.stringify(found));
      const seen = (await call(superior, read, { id: officer.plan })).plan.feedback;
      const names = seen.filter(({ direction, author }) => direction === "PEER" && author).length;
      if (names !== 3) throw new Error(JSON.stringify(seen));
      const open = found.find(({ direction }) => direction === "SUPERIOR");
      const reply = { feedbackId: open.id, expectedVersion: open.version, text: "Terima kasih, loket kedua sangat membantu" };
      await mutate(officer.token, "replyFeedback", "feedback { reply }", reply);
      step(`${released.length} texts of colleagues are released without names; the rater sees who wrote them; the officer replies to the superior`);
    },
  };
}
