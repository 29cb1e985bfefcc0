// The form of a rating: the person's input, and the version of the evaluation that it is based on.
import { SvelteMap } from "svelte/reactivity";
import type { Expectation, RateEvaluationInput, RatingQueryData } from "../../operations";

export type Evaluation = NonNullable<RatingQueryData["evaluation"]>;
interface Part {
  rating: Expectation | null;
  note: string;
}

export class Rating {
  resultRating = $state<Expectation | null>(null);
  resultReason = $state("");
  behaviourRating = $state<Expectation | null>(null);
  behaviourReason = $state("");
  unratedReason = $state("");
  /** By the `rowKey` of the result row. */
  readonly rows = new SvelteMap<string, Part>();
  /** By the id of the criterion. */
  readonly values = new SvelteMap<string, Part>();
  /** The version whose content the form started with. */
  version = $state(0);
  private begun = $state("");

  /** Fills the form with the stored ratings. */
  take(evaluation: Evaluation): void {
    this.resultRating = evaluation.resultRating;
    this.resultReason = evaluation.resultReason ?? "";
    this.behaviourRating = evaluation.behaviourRating;
    this.behaviourReason = evaluation.behaviourReason ?? "";
    this.rows.clear();
    const results = evaluation.plan?.currentRevision?.results ?? [];
    for (const { planResultId, rating, note } of evaluation.resultRatings) {
      const row = results.find(({ id, rowKey }) => id === planResultId || rowKey === planResultId);
      if (row) this.rows.set(row.rowKey, { rating, note: note ?? "" });
    }
    this.values.clear();
    for (const { criterionId, rating, note } of evaluation.behaviourRatings) this.values.set(criterionId, { rating, note: note ?? "" });
    this.version = evaluation.version;
    this.begun = this.content();
  }

  /** Keeps the person's text and bases it on this version, which they have now seen. */
  keepFor(version: number): void {
    this.version = version;
  }

  /** The server has stored this content as this version. Text typed since then is still unsaved. */
  saved(version: number, content: string): void {
    this.version = version;
    this.begun = content;
  }

  readonly dirty: boolean = $derived.by(() => this.content() !== this.begun);

  /** An empty reason counts as none; a note without a rating is not sent. */
  input(evaluation: Evaluation): Omit<RateEvaluationInput, "idempotencyKey"> {
    const rated = (parts: SvelteMap<string, Part>): { id: string; rating: Expectation; note: string | null }[] =>
      [...parts].flatMap(([id, { rating, note }]) => (rating ? [{ id, rating, note: note.trim() || null }] : []));
    const reason = (rating: Expectation | null, text: string): string | null => (rating === "AS_EXPECTED" ? null : text.trim() || null);
    return {
      evaluationId: evaluation.id,
      expectedVersion: this.version,
      resultRating: this.resultRating,
      resultReason: reason(this.resultRating, this.resultReason),
      resultRatings: rated(this.rows).map(({ id, rating, note }) => ({ planResultId: id, rating, note })),
      behaviourRating: this.behaviourRating,
      behaviourReason: reason(this.behaviourRating, this.behaviourReason),
      behaviourRatings: rated(this.values).map(({ id, rating, note }) => ({ criterionId: id, rating, note })),
      unratedReportReason: evaluation.reportedAt ? null : this.unratedReason.trim() || null,
    };
  }

  /** The whole content as one text, for comparison. */
  content(): string {
    const parts = (map: SvelteMap<string, Part>): [string, Part][] => [...map].filter(([, { rating, note }]) => rating || note).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([
      this.resultRating, this.resultReason, this.behaviourRating, this.behaviourReason, this.unratedReason, parts(this.rows), parts(this.values),
    ]);
  }
}
