// Reads data: first the stored copy on the device, then the current data from the server.
import { get, set } from "idb-keyval";
import type { Operation } from "../operations";
import { Refused, Unanswered, send, session } from "./api.svelte";
import * as keep from "./keep";
import { speech } from "./language.svelte";

interface Kept<Data> {
  at: string;
  data: Data;
}

/** The data that one screen reads. */
export class Reading<Variables, Data> {
  data = $state.raw<Data | null>(null);
  /** The sentence of a refusal. */
  refusal = $state<string | null>(null);
  /** The time at which the shown data was read, if the server could not be reached since then. */
  asOf = $state<string | null>(null);
  loading = $state(true);
  private turn = 0;

  constructor(private readonly operation: Operation<Variables, Data>) {}

  async load(variables: Variables): Promise<void> {
    const turn = ++this.turn;
    const place = `${speech.language} ${this.operation.name} ${JSON.stringify(variables)}`;
    const owner = session.keptFor;
    this.loading = true;
    this.refusal = null;
    const kept = await get<Kept<Data>>(place, keep.readings).catch(() => undefined);
    if (turn !== this.turn) return;
    if (kept) this.data = kept.data;
    try {
      const data = await send(this.operation, variables);
      if (turn !== this.turn) return;
      this.data = data;
      this.asOf = null;
      // An answer that arrives during or after a log-out is not stored.
      if (session.keepsFor(owner)) {
        await set(place, { at: new Date().toISOString(), data } satisfies Kept<Data>, keep.readings).catch(() => undefined);
      }
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof Unanswered && kept) this.asOf = kept.at;
      else this.refusal = error instanceof Refused || error instanceof Unanswered ? error.message : String(error);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
