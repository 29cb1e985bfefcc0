// Decisions on many rows: the person's choice for each row, and the server's answer.
import { SvelteMap } from "svelte/reactivity";
import { sentence } from "../../lib/keys";
import type { ReviewDecision } from "../../operations";

interface Row {
  id: string;
  version: number;
}
interface Decision {
  choice: ReviewDecision;
  /** The version that the person saw when they chose. */
  version: number;
}
export interface Decided<R> {
  row: R;
  choice: ReviewDecision;
  reason: string;
}
/** A row that the server refused, as the person saw it. */
export interface Stuck<R> {
  row: R;
  sentences: string[];
  /** The fields that the server asks for. */
  fields: string[];
}
export interface Outcome {
  id: string;
  /** The sentences of the refusal; none if the row was stored. */
  sentences: string[];
  /** The first part of the path of each error. */
  fields?: string[];
}

/** Maximum number of rows in one request. */
export const MOST = 100;

export class Review<R extends Row> {
  readonly decisions = new SvelteMap<string, Decision>();
  /** Why rows are returned. A reason stays when the row is refused or has changed. */
  readonly reasons = new SvelteMap<string, string>();
  readonly stuck = new SvelteMap<string, Stuck<R>>();
  busy = $state(false);
  /** How many rows of the last sending were approved and returned. */
  done = $state.raw<{ approved: number; returned: number } | null>(null);
  /** Why the sending as a whole ended early. */
  failed = $state<string | null>(null);
  /** Whether reasons were asked for, so that missing ones are shown. */
  asked = $state(false);

  /** The decision on a row; none if the row has changed since. */
  of(row: R): Decision | null {
    const decision = this.decisions.get(row.id);
    return decision?.version === row.version ? decision : null;
  }

  /** Whether the row has changed since the person chose. */
  changed(row: R): boolean {
    const decision = this.decisions.get(row.id);
    return decision !== undefined && decision.version !== row.version;
  }

  /** Called when the screen opens again: choices are kept, messages of an earlier sending are removed. */
  enter(): void {
    this.done = null;
    this.failed = null;
    this.asked = false;
    this.stuck.clear();
  }

  choose(row: R, choice: ReviewDecision | null): void {
    if (choice === null) this.decisions.delete(row.id);
    else this.decisions.set(row.id, { choice, version: row.version });
  }

  /** Approves all rows without a decision. */
  approveRest(rows: readonly R[]): void {
    for (const row of rows) if (!this.of(row)) this.choose(row, "APPROVE");
  }

  decided(rows: readonly R[]): Decided<R>[] {
    return rows.flatMap((row) => {
      const decision = this.of(row);
      return decision ? [{ row, choice: decision.choice, reason: (this.reasons.get(row.id) ?? "").trim() }] : [];
    });
  }

  /** The first returned row without a reason. */
  incomplete(rows: readonly R[]): R | null {
    return this.decided(rows).find(({ choice, reason }) => choice === "RETURN" && reason === "")?.row ?? null;
  }

  /** Sends groups of decisions, one after the other. An answered group is settled even if a later group gets no answer. */
  async send(groups: Decided<R>[][], act: (group: Decided<R>[]) => Promise<Outcome[]>): Promise<void> {
    this.busy = true;
    this.failed = null;
    this.asked = false;
    this.stuck.clear();
    let [approved, returned] = [0, 0];
    try {
      for (const group of groups) {
        const outcomes = new Map((await act(group)).map((outcome) => [outcome.id, outcome]));
        for (const { row, choice } of group) {
          const { sentences = [], fields = [] } = outcomes.get(row.id) ?? {};
          // A refused row needs a new decision.
          this.decisions.delete(row.id);
          if (sentences.length > 0) {
            this.stuck.set(row.id, { row, sentences, fields });
            continue;
          }
          this.reasons.delete(row.id);
          if (choice === "APPROVE") approved += 1;
          else returned += 1;
        }
      }
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.done = { approved, returned };
      this.busy = false;
    }
  }
}

/** Parts of at most `MOST` rows. */
export function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / MOST) }, (_, at) => rows.slice(at * MOST, (at + 1) * MOST));
}
