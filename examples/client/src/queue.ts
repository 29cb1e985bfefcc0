// The outbox: stores each change until the server has processed it.
import { randomUUID } from "node:crypto";
import { Api, ApiError, LoggedOut, Unanswered } from "./api.js";
import type { ErrorCode, Operation } from "./operations.js";
import type { Store } from "./store.js";
import { Backoff, sleep } from "./wait.js";

/** An error in a payload. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  path: string[] | null;
  /** With CONFLICT: the stored version of the object. */
  currentVersion?: number;
}

/** One change that is not processed yet. */
export interface Entry {
  /** The idempotency key: the same for each attempt, so that the change happens once. */
  key: string;
  name: string;
  documentId: string;
  input: object;
  /** When the person made the change, in UTC. */
  at: string;
}

/** Decides what happens to an entry that the server refuses: a new input, which gets a new key, or null to drop it. */
export type OnRefused = (entry: Entry, refusals: Refusal[]) => Promise<object | null>;

type Payload = { errors: Refusal[]; results?: { errors: Refusal[] }[] };
type Mutation<Input> = Operation<{ input: Input }, object>;

export class Queue {
  private entries: Entry[] = [];
  private running: Promise<void> | null = null;
  private stopped = false;
  private wake: () => void = () => {};
  private writing: Promise<void> = Promise.resolve();
  private readonly backoff: Backoff;
  /** Called for each entry that the server has accepted. */
  onDone: (entry: Entry, payload: unknown) => void = () => {};
  /** Called when sending stops until the person logs in again. */
  onLoggedOut: () => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly onRefused: OnRefused,
    backoff: { first: number; most: number } = { first: 500, most: 30_000 },
  ) {
    this.backoff = new Backoff(backoff.first, backoff.most);
  }

  /** Loads the entries that were not sent when the app last stopped. */
  async open(): Promise<void> {
    this.entries = JSON.parse((await this.store.read()) ?? "[]") as Entry[];
  }

  get waiting(): readonly Entry[] {
    return this.entries;
  }

  /** Stores a change; once this returns, the change survives a crash. */
  async add<Input extends object>(operation: Mutation<Input>, input: Input): Promise<Entry> {
    const entry: Entry = {
      key: randomUUID(),
      name: operation.name,
      documentId: operation.id,
      input,
      at: new Date().toISOString(),
    };
    this.entries.push(entry);
    await this.save();
    this.wake();
    return entry;
  }

  /** Sends until `stop`: entries in order, one at a time, each repeatedly until there is a response. */
  run(): Promise<void> {
    this.stopped = false;
    this.running ??= this.loop().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      const entry = this.entries[0];
      if (!entry) {
        await new Promise<void>((done) => {
          this.wake = done;
        });
        continue;
      }
      try {
        await this.sendEntry(entry);
        this.backoff.reset();
      } catch (error) {
        if (error instanceof LoggedOut) {
          // The entries stay; after a login, `run` continues with the same keys.
          this.onLoggedOut();
          return;
        }
        if (!(error instanceof Unanswered)) throw error;
        await sleep(this.backoff.next());
      }
    }
  }

  private async sendEntry(entry: Entry): Promise<void> {
    const operation: Operation<{ input: object }, Record<string, Payload>> = {
      name: entry.name, kind: "Mutation", id: entry.documentId,
    };
    let refusals: Refusal[];
    let payload: Payload | undefined;
    try {
      const data = await this.api.send(operation, { input: { ...entry.input, idempotencyKey: entry.key } });
      payload = Object.values(data)[0];
      refusals = [...(payload?.errors ?? []), ...(payload?.results ?? []).flatMap((row) => row.errors)];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // KEY_REUSED, NOT_FOUND, a document that the server no longer knows: a retry would fail the same way.
      refusals = [{ code: error.code, message: error.message, path: null }];
    }
    const replacement = refusals.length > 0 ? await this.onRefused(entry, refusals) : null;
    // Update the store before sending anything else. A replacement is a different change, so it gets a new key.
    if (replacement) this.entries[0] = { ...entry, key: randomUUID(), input: replacement };
    else this.entries.shift();
    await this.save();
    if (refusals.length === 0) this.onDone(entry, payload);
  }

  // Writes one after the other, each with the latest entries.
  private save(): Promise<void> {
    this.writing = this.writing.then(() => this.store.write(JSON.stringify(this.entries)));
    return this.writing;
  }
}
