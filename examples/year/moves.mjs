// Moves of the example year: a head who leaves without a successor, a colleague who is transferred under the acting head,
// and a person who left by mistake.

// The colleague works in the head's unit. From January on, this program sends the colleague's requests, as their app
// would.
export async function moves({ send: call, mutate, step, login, admin, head, acting, year }) {
  const { orgUnits } = await call(
    admin,
    "{ orgUnits(first: 60) { edges { node { id code name head { id version staff { id name version } } } } } }",
  );
  const unit = (code) => orgUnits.edges.map(({ node }) => node).find((node) => node.code === code);
  const { viewer } = await call(head, "{ viewer { staff { assignment { id unit { id code } } } } }");
  const from = viewer.staff.assignment;
  const to = unit("INSPEKTORAT");
  const { staff } = await call(
    admin,
    "query ($in: ID!) { staff(first: 60, filter: { orgUnitId: $in }) { nodes { id name version assignment { id version leads unit { id } position { id } } } } }",
    { in: from.unit.id },
  );
  const colleague = staff.nodes.find(({ assignment }) => assignment.unit.id === from.unit.id && !assignment.leads);
  const planFields = "plan { id version status evaluations { id status period { part } } currentRevision { results { id indicators { id } } } }";
  let token;
  let plan;

  const begin = async (assignmentId, approver) => {
    let made = (await mutate(token, "createPlan", planFields, { assignmentId, periodId: year.id })).plan;
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
    made = (await mutate(token, "updatePlan", planFields, { planId: made.id, expectedVersion: made.version, content })).plan;
    made = (await mutate(token, "submitPlan", planFields, { planId: made.id, expectedVersion: made.version })).plan;
    const review = { planId: made.id, expectedVersion: made.version, decision: "APPROVE" };
    return (await mutate(approver, "reviewPlan", planFields, review)).plan;
  };
  const evaluationFields = "evaluation { id version status predicateLabel }";
  // Reports, rates and finalises the colleague's part.
  const rate = async (part, rater) => {
    const { plan: now } = await call(
      token,
      "query ($id: ID!) { plan(id: $id) { evaluations { id version kind status period { part } } currentRevision { results { id indicators { id } } } } }",
      { id: plan.id },
    );
    let evaluation = now.evaluations.find(({ kind, period }) => kind === "PERIODIC" && period.part === part);
    const [row] = now.currentRevision.results;
    const input = () => ({ evaluationId: evaluation.id, expectedVersion: evaluation.version });
    const realisations = [{ planResultId: row.id, indicatorId: row.indicators[0].id, value: "5", text: "Sesuai rencana" }];
    evaluation = (await mutate(token, "reportRealisation", evaluationFields, { ...input(), realisations })).evaluation;
    const ratings = { resultRating: "AS_EXPECTED", behaviourRating: "AS_EXPECTED" };
    evaluation = (await mutate(rater, "rateEvaluation", evaluationFields, { ...input(), ...ratings })).evaluation;
    const missingUnitPredicateReason = "Capaian unit ditetapkan pada akhir tahun";
    return (await mutate(rater, "finaliseEvaluation", evaluationFields, { ...input(), missingUnitPredicateReason })).evaluation;
  };
  const problems = async (token, on) => {
    const query = "query ($unit: ID!, $on: Date) { reports { rosterProblems(orgUnitId: $unit, on: $on) { totalCount problems(first: 100) { nodes { kind message whoCan { name } } } } } }";
    return (await call(token, query, { unit: to.id, on })).reports.rosterProblems;
  };
  const rater = async (on) => {
    const query = "query ($staff: ID!, $on: Date!) { whoRates(staffId: $staff, on: $on) { rater { name capacity } problem { message } } }";
    return (await call(token, query, { staff: colleague.id, on })).whoRates[0];
  };

  return {
    // In January a colleague activates their account, and starts a plan like everyone.
    async begin() {
      const issue = "mutation ($input: IssueActivationCodesInput!) { issueActivationCodes(input: $input) { codes { code userName } } }";
      const { issueActivationCodes } = await call(admin, issue, { input: { recipients: { staffIds: [colleague.id] } } });
      const [{ code, userName }] = issueActivationCodes.codes;
      const password = "sandi contoh yang panjang 2026";
      const activate = "mutation ($input: ActivateAccountInput!) { activateAccount(input: $input) { errors { message } } }";
      const { activateAccount } = await call(null, activate, { input: { code, password } });
      if (activateAccount.errors.length > 0) throw new Error(activateAccount.errors[0].message);
      token = await login({ user: userName, password });
      plan = await begin(colleague.assignment.id, head);
      step(`a colleague activates their account; their plan is ${plan.status}`);
    },

    // The head rates the first two quarters, the acting head the others.
    async rate(part) {
      const { status, predicateLabel } = await rate(part, part < 3 ? head : acting);
      step(`the colleague's quarter ${part}: ${status}, ${predicateLabel}`);
    },

    // June has ended for a head who retires.
    async leave() {
      const leaver = to.head.staff;
      const input = { staffId: leaver.id, expectedVersion: leaver.version, lastDay: "2026-06-30", reason: "Pensiun" };
      const fields = "consequences { kind kindLabel sentence } scheduledChange { effectiveOn } staff { name }";
      const dry = await mutate(admin, "endStaff", fields, { ...input, dryRun: true });
      const gaps = dry.consequences.filter(({ kind }) => kind === "ROSTER_GAP");
      if (gaps.length === 0) throw new Error(`a head leaves, and the dry run shows no gap: ${JSON.stringify(dry)}`);
      step(`before ${leaver.name} retires, the dry run shows: ${gaps[0].sentence}`);
      await mutate(admin, "endStaff", fields, input);
    },

    // On the first day of July the post is vacant, and an acting head is appointed.
    async appoint() {
      const found = await problems(admin, null);
      if (!found.problems.nodes.some(({ kind }) => kind === "NOBODY_CAN_ACT")) throw new Error(JSON.stringify(found));
      step(`the list of gaps has ${found.totalCount} people: ${found.problems.nodes[0].message}`);
      const { viewer } = await call(acting, "{ viewer { staff { id name } } }");
      await mutate(admin, "createDelegation", "delegation { id }", {
        assignmentId: to.head.id,
        delegateId: viewer.staff.id,
        capacity: "PLT",
        from: "2026-07-01",
        reason: "Kepala pensiun; pejabat baru belum ditetapkan",
      });
      const left = await problems(admin, null);
      if (left.totalCount !== 0) throw new Error(JSON.stringify(left));
      step(`${viewer.staff.name} becomes acting head, and the list is empty`);
    },

    // The colleague is transferred under the acting head.
    async transfer() {
      const input = {
        assignmentId: colleague.assignment.id,
        expectedVersion: colleague.assignment.version,
        reason: "Kebutuhan organisasi",
        to: {
          orgUnitId: to.id,
          positionId: colleague.assignment.position.id,
          superiorAssignmentId: to.head.id,
          from: "2026-07-01",
        },
      };
      const fields = "consequences { kind kindLabel sentence } assignment { id }";
      const dry = await mutate(admin, "transferStaff", fields, { ...input, dryRun: true });
      const kinds = dry.consequences.map(({ kind }) => kind);
      if (!kinds.includes("PLAN_CLOSED") || !kinds.includes("EVALUATION_CANCELLED")) throw new Error(JSON.stringify(dry));
      const labels = [...new Set(dry.consequences.map(({ kindLabel }) => kindLabel))];
      step(`the dry run of the transfer lists ${dry.consequences.length} consequences: ${labels.join(", ")}`);
      const { assignment } = await mutate(admin, "transferStaff", fields, input);
      const old = plan;
      plan = await begin(assignment.id, acting);
      const query = "query ($id: ID!) { plan(id: $id) { status evaluations { status period { part } } } }";
      const { plan: closed } = await call(token, query, { id: old.id });
      const cancelled = closed.evaluations.filter(({ status }) => status === "CANCELLED").map(({ period }) => period.part);
      const open = plan.evaluations.map(({ period }) => period.part);
      if (closed.status !== "CLOSED" || cancelled.some((part) => part !== null && part < 3)) throw new Error(JSON.stringify(closed));
      step(`the old plan is ${closed.status}, its quarters ${cancelled.filter(Boolean)} are cancelled; the new plan has ${open.filter(Boolean)}`);
      const [may, august] = [await rater("2026-05-15"), await rater("2026-08-15")];
      if (may.rater.capacity !== "DEFINITIVE" || august.rater.capacity !== "PLT") throw new Error(JSON.stringify([may, august]));
      step(`who rates the colleague: in May ${may.rater.name}, in August ${august.rater.name} (${august.rater.capacity})`);
    },

    // A person's departure is recorded by mistake, and undone.
    async reinstate() {
      const query = "query ($in: ID!) { staff(first: 60, filter: { orgUnitId: $in }) { nodes { id name version assignment { leads } } } }";
      const { staff } = await call(admin, query, { in: unit("BKPSDM").id });
      const person = staff.nodes.find(({ assignment }) => !assignment.leads);
      const fields = "staff { version status } consequences { kind }";
      const ended = await mutate(admin, "endStaff", fields, {
        staffId: person.id,
        expectedVersion: person.version,
        lastDay: "2026-09-29",
        reason: "Salah tunjuk",
      });
      const back = await mutate(admin, "reinstateStaff", fields, {
        staffId: person.id,
        expectedVersion: ended.staff.version,
        reason: "Orang lain yang dimaksud",
      });
      step(`${person.name} leaves by mistake (${ended.staff.status}) and is reinstated: ${back.staff.status}`);
    },
  };
}
