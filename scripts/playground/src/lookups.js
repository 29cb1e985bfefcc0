// The variables of ready operations. Each function finds the variables of one operation by queries in the session of
// the person who is logged in. It returns `{ variables }`, or `{ missing }` with the key of a sentence in `texts.js`.
//
// `ask(document, variables)` sends a query and returns its data. `now` is the time by the server's clock, which differs
// from the browser's in a demo.
import {
  COLLEAGUES, ME, MY_CORRECTIONS, MY_PLAN, OUTCOME, PERMITTED, PERIODS, PLAN_TO_REVIEW, QUARTERS, RATEE_PLAN, SUPERIOR, UNITS, VIEWER_UNITS, YEAR,
} from "./documents.js";

const yearOf = (now) => Number(now.slice(0, 4));

/** Whether the person who is logged in may do this with a plan now. */
const may = ({ allowedActions }, wanted) => allowedActions.some(({ action, allowed }) => allowed && action === wanted);

/** The first wanted node of a list. Reads page after page, because the node can be on any page. */
async function firstOf(ask, document, listOf, isWanted) {
  for (let after = null; ; ) {
    const list = listOf(await ask(document, { after }));
    const found = list?.nodes.find(isWanted);
    if (found || !list?.pageInfo.hasNextPage) return found;
    after = list.pageInfo.endCursor;
  }
}

// "My" means the person who is logged in, even if they can see other people.
async function me({ ask }) {
  const { viewer } = await ask(ME);
  return viewer?.staff ? { variables: { me: viewer.staff.id } } : { missing: "needsEmployee" };
}

async function myYear({ ask, now }) {
  const { variables, missing } = await me({ ask });
  if (missing) return { missing };
  const { periods } = await ask(YEAR, { year: yearOf(now) });
  const year = periods?.nodes[0]?.id;
  return year ? { variables: { ...variables, year } } : { missing: "noPeriod" };
}

async function myQuarter({ ask }) {
  const { variables, missing } = await me({ ask });
  if (missing) return { missing };
  const { evaluations } = await ask(QUARTERS, variables);
  const [newest] = [...(evaluations?.nodes ?? [])].sort((one, other) => other.period.endsOn.localeCompare(one.period.endsOn));
  return newest ? { variables: { result: newest.id } } : { missing: "noQuarterResult" };
}

async function activity({ ask, now }) {
  const { viewer } = await ask(MY_PLAN);
  const day = now.slice(0, 10);
  const plan = viewer?.staff?.plans.nodes.find(
    (one) => one.status === "APPROVED" && one.period.startsOn <= day && day <= one.period.endsOn,
  );
  if (!plan) return { missing: "noApprovedPlan" };
  const ended = Date.parse(now);
  return {
    variables: {
      plan: plan.id,
      key: uuid(),
      startedAt: new Date(ended - 30 * 60_000).toISOString(),
      endedAt: new Date(ended).toISOString(),
      description: "Menyusun laporan harian (contoh dari playground)",
    },
  };
}

async function planToReview({ ask }) {
  const plan = await firstOf(ask, PLAN_TO_REVIEW, ({ plans }) => plans, (one) => may(one, "REVIEW_PLAN"));
  return plan ? { variables: { plan: plan.id, version: plan.version } } : { missing: "noSubmittedPlan" };
}

async function feedback({ ask }) {
  const fits = (one) => may(one, "GIVE_FEEDBACK") && one.effectiveRevision?.results.length > 0;
  const plan = await firstOf(ask, RATEE_PLAN, ({ plans }) => plans, fits);
  if (!plan) return { missing: "noSubordinate" };
  return {
    variables: {
      plan: plan.id,
      result: plan.effectiveRevision.results[0].id,
      text: "Hasil kerja ini sudah rapi; lengkapi buktinya (contoh dari playground)",
    },
  };
}

// A coaching dialogue on today's date by the server's clock; its agreement is due in a month.
async function dialogue({ ask, now }) {
  const plan = await firstOf(ask, RATEE_PLAN, ({ plans }) => plans, (one) => may(one, "HOLD_DIALOGUE"));
  if (!plan) return { missing: "noSubordinate" };
  const day = (from) => new Date(from).toISOString().slice(0, 10);
  return {
    variables: {
      plan: plan.id,
      day: now.slice(0, 10),
      text: "Cara menata bukti dukung agar mudah ditinjau (contoh dari playground)",
      agreement: "Menata ulang bukti dukung bulan ini (contoh dari playground)",
      due: day(Date.parse(now) + 30 * 86_400_000),
    },
  };
}

async function colleague({ ask }) {
  const inConfidence = ({ feedbackDirections: [only, ...others] }) => others.length === 0 && ["PEER", "SUBORDINATE"].includes(only);
  const { viewer } = await ask(SUPERIOR);
  const { leads, superior } = viewer?.staff?.assignment ?? {};
  const inUnit = (answer) => answer.viewer?.staff?.assignment?.unit?.staff;
  let found = superior?.staff && inConfidence(superior.staff) ? superior.staff : undefined;
  // In a unit that the person heads, everyone is below them, and there can be thousands.
  if (!found && leads === false) found = await firstOf(ask, COLLEAGUES, inUnit, inConfidence);
  if (!found) return { missing: "noColleague" };
  return { variables: { colleague: found.id, text: "Terima kasih sudah sabar melayani warga (contoh dari playground)" } };
}

// A report: the largest unit that the reader may see, and the newest year with this status. A closed year shows results,
// an open one progress.
async function report({ session, ask }, wanted) {
  const { periods } = await ask(PERIODS);
  const years = [...(periods?.nodes ?? [])].sort((one, other) => other.year - one.year);
  const period = years.find(({ status }) => status === wanted) ?? years[0];
  if (!period) return { missing: "noPeriod" };
  for (const unit of await candidates(session, ask)) {
    const { reports } = await ask(PERMITTED, { unit, period: period.id });
    if (reports?.planCompletion) return { variables: { unit, period: period.id } };
  }
  return { missing: "noReport" };
}

// An API key sees no figures about ratings before a period is closed.
const progress = (about) => report(about, about.session.kind === "key" ? "CLOSED" : "OPEN");

// Few people have a gap and a training, and an API key sees no figures about few people.
async function outcome(about) {
  const found = await report(about, "CLOSED");
  if (found.missing || about.session.kind !== "key") return found;
  const { reports } = await about.ask(OUTCOME, found.variables);
  return reports?.developmentOutcome?.people === null ? { missing: "outcomeHidden" } : found;
}

async function candidates(session, ask) {
  const { orgUnits } = await ask(UNITS);
  const units = (orgUnits?.nodes ?? []).filter(({ parent }) => !parent).map(({ id }) => id);
  if (session.kind === "person") {
    const { viewer } = await ask(VIEWER_UNITS);
    const granted = viewer?.roleGrants.map(({ orgUnit }) => orgUnit?.id) ?? [];
    units.push(...granted, viewer?.staff?.assignment?.unit?.id);
  }
  return new Set(units.filter(Boolean));
}

/** A random UUID. `crypto.randomUUID` does not exist on pages without TLS, except on this machine. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The calendar of the year by the server's clock.
async function calendar({ now }) {
  return { variables: { year: yearOf(now) } };
}

// An award of today, by the server's clock. A new key each time: it is another training.
async function training({ now }) {
  const key = uuid();
  return {
    variables: {
      key,
      day: now.slice(0, 10),
      title: "Pegawai teladan (contoh dari playground)",
      link: `https://contoh.invalid/sertifikat/${key}`,
    },
  };
}

// A correction of the person's own position from today on, by the server's clock. Only one request for each part of the
// record can be open.
async function correction({ ask, now }) {
  const { viewer } = await ask(MY_CORRECTIONS);
  if (!viewer?.staff) return { missing: "needsEmployee" };
  const waits = ({ subject, status }) => subject === "POSITION" && status === "REQUESTED";
  if (viewer.staff.corrections.some(waits)) return { missing: "correctionWaits" };
  return {
    variables: {
      key: uuid(),
      day: now.slice(0, 10),
      proposed: "Analis Kebijakan Ahli Muda (contoh dari playground)",
      reason: "Jabatan ini berlaku menurut surat keputusan terakhir",
    },
  };
}

/** By the names of the operations. The build fails if an operation with variables is absent. */
export const LOOKUPS = {
  MyPlans: myYear,
  MyResults: me,
  MyQuarterResult: myQuarter,
  MyObjections: me,
  MyEvidence: me,
  FeedbackAboutMe: me,
  RecordActivity: activity,
  ApprovePlan: planToReview,
  GiveFeedback: feedback,
  GiveFeedbackInConfidence: colleague,
  HoldDialogue: dialogue,
  DaysOff: calendar,
  RecordTraining: training,
  RequestCorrection: correction,
  Distribution: (about) => report(about, "CLOSED"),
  DevelopmentOutcome: outcome,
  EvaluationProgress: progress,
};
