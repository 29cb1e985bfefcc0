// The outbox: what the person did, kept until the server has it.
import { randomUUID } from "node:crypto";
import { Api, ApiError, LoggedOut, Unanswered } from "./api.js";
import type { ErrorCode, Operation } from "./operations.js";
import type { Store } from "./store.js";
import { Backoff, sleep } from "./wait.js";

/** What a payload says is wrong. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  path: string[] | null;
  /** The version that the object has by now, with CONFLICT. */
  currentVersion?: number;
}

/** One change that is on its way. */
export interface Entry {
  /** The idempotency key: the same at each try, so that the change happens once. */
  key: string;
  name: string;
  documentId: string;
  input: object;
  /** When the person did it, in UTC. */
  at: string;
}

/** What becomes of an entry that the server refuses: another input under a new key, or nothing. */
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
  /** Told of each entry that the server has taken. */
  onDone: (entry: Entry, payload: unknown) => void = () => {};
  /** Told that a password is needed before anything more can be sent. */
  onLoggedOut: () => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly onRefused: OnRefused,
    backoff: { first: number; most: number } = { first: 500, most: 30_000 },
  ) {
    this.backoff = new Backoff(backoff.first, backoff.most);
  }

  /** Takes up what the app had not sent when it ended. */
  async open(): Promise<void> {
    this.entries = JSON.parse((await this.store.read()) ?? "[]") as Entry[];
  }

  get waiting(): readonly Entry[] {
    return this.entries;
  }

  /** Keeps a change; it is safe once this ends. */
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

  /** Sends until `stop`: in order, one after the other, and each again until there is an answer. */
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
        await this.deliver(entry);
        this.backoff.reset();
      } catch (error) {
        if (error instanceof LoggedOut) {
          // The entries stay; after the login `run` goes on with the same keys.
          this.onLoggedOut();
          return;
        }
        if (!(error instanceof Unanswered)) throw error;
        await sleep(this.backoff.next());
      }
    }
  }

  private async deliver(entry: Entry): Promise<void> {
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
      // KEY_REUSED, NOT_FOUND, a document that the server no longer knows: the same again would fail again.
      refusals = [{ code: error.code, message: error.message, path: null }];
    }
    const instead = refusals.length > 0 ? await this.onRefused(entry, refusals) : null;
    // Out of the store before anything else is sent. What is sent in its place is another change: a new key.
    if (instead) this.entries[0] = { ...entry, key: randomUUID(), input: instead };
    else this.entries.shift();
    await this.save();
    if (refusals.length === 0) this.onDone(entry, payload);
  }

  // One write after the other, each of what is there by then.
  private save(): Promise<void> {
    this.writing = this.writing.then(() => this.store.write(JSON.stringify(this.entries)));
    return this.writing;
  }
}
