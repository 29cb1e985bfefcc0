// Evaluations of the worklist, and the inputs that are needed to make them final in addition to the ratings.
import type { EvaluationFinalisationInput, EvaluationsToDoQueryData, Predicate } from "../../operations";

type Node = NonNullable<EvaluationsToDoQueryData["viewer"]>["worklist"]["nodes"][number];
export type Evaluation = Extract<Node["subject"], { __typename: "Evaluation" }>;
export type Row = Evaluation & { name: string; deadline: string | null };

export function rowsOf(nodes: readonly Node[]): Row[] {
  return nodes.flatMap(({ subject, staff, deadline }) =>
    subject.__typename === "Evaluation" ? [{ ...subject, name: staff?.name ?? "", deadline }] : []);
}

/** Reasons that the server requires when something besides the ratings is missing. */
export class Extra {
  unitReason = $state("");
  /** By the id of the part of the year. */
  gaps = $state<Record<string, string>>({});
  /** By the id of the earlier evaluation of the year. */
  yearGaps = $state<Record<string, string>>({});
  yearPredicate = $state<Predicate | "">("");
  yearReason = $state("");
  /** The day on which a person without an account got the result on paper. */
  handedOverOn = $state("");
}

/** The data of an evaluation from which the required reasons follow. */
export interface Needing {
  id: string;
  yearProposalLabel?: string | null;
  yearParts?: readonly { evaluationId: string; label: string; isOwn: boolean; awaits: string | null; predicateLabel: string | null }[];
  plan: { evaluations: readonly { id: string; kind: string; status: string; period: { id: string; part: number } | null }[] } | null;
}

const UNFINISHED: ReadonlySet<string> = new Set(["OPEN", "SELF_REPORTED", "RATED_DRAFT"]);

/** Parts of the year without a final evaluation. */
export const openParts = (evaluation: Needing): { id: string; part: number }[] =>
  (evaluation.plan?.evaluations ?? [])
    .filter(({ kind, status }) => kind === "PERIODIC" && UNFINISHED.has(status))
    .flatMap(({ period }) => (period ? [period] : []))
    .sort((a, b) => a.part - b.part);

const filled = (reasons: Record<string, string>): [string, string][] =>
  Object.entries(reasons).map(([id, reason]): [string, string] => [id, reason.trim()]).filter(([, reason]) => reason !== "");

export function finalisation(evaluation: { id: string; version: number }, extra: Extra): EvaluationFinalisationInput {
  return {
    evaluationId: evaluation.id,
    expectedVersion: evaluation.version,
    missingUnitPredicateReason: extra.unitReason.trim() || null,
    gapReasons: filled(extra.gaps).map(([periodId, reason]) => ({ periodId, reason })),
    yearGapReasons: filled(extra.yearGaps).map(([evaluationId, reason]) => ({ evaluationId, reason })),
    yearDecision: extra.yearPredicate ? { predicate: extra.yearPredicate, reason: extra.yearReason.trim() } : null,
  };
}
