// The outbox. An activity is first stored on the device, then sent until the server has answered.
import { del, entries as all, set } from "idb-keyval";
import {
  ActivityQuery, CreateUploadMutation, RecordActivitiesMutation,
  type ActivityInput, type RecordActivitiesMutationData,
} from "../operations";
import { Refused, Unanswered, send, session } from "./api.svelte";
import * as keep from "./keep";
import { speech } from "./language.svelte";
import { pause } from "./wait";

export type StoredActivity = NonNullable<RecordActivitiesMutationData["recordActivities"]["results"][number]["activity"]>;

/** A file that waits for its upload, or has arrived. */
export interface Attached {
  name: string;
  bytes: Blob;
  /** The idempotency key of its `createUpload`. */
  key: string;
  /** Set when the bytes have arrived. The server keeps them for a day until an activity names them. */
  arrived?: { uploadId: string; at: string };
}

/** One activity, new or corrected, that the server does not have yet. */
export interface Entry {
  /** Identifies the entry on the device. For a new activity it is also the `clientKey`, which identifies it on the server permanently. */
  id: string;
  staffId: string;
  planId: string;
  /** The idempotency key of a correction. A new activity needs none, because its `clientKey` identifies it. */
  key: string;
  row: Omit<ActivityInput, "evidence" | "target">;
  /** The stored activity that it corrects. */
  corrects: { id: string; version: number } | null;
  links: { url: string; label: string | null }[];
  files: Attached[];
  /** For the list: the title of its result row. */
  title: string | null;
  state: "waiting" | "refused" | "conflict";
  /** The sentences of the refusal. */
  sentences: string[];
  /** The activity that the server has stored instead. */
  stored: StoredActivity | null;
}

/** Maximum number of rows in one request. */
const MOST = 100;
/** An upload is used within this many milliseconds after it arrived, otherwise it is sent again. */
const ARRIVED_FOR = 20 * 3_600_000;

class Outbox {
  private everyone = $state.raw<Entry[]>([]);
  /** The entries of the person who is logged in. */
  readonly entries: Entry[] = $derived(this.everyone.filter(({ staffId }) => staffId === session.person?.staffId));
  readonly waiting: number = $derived(this.entries.filter(({ state }) => state === "waiting").length);
  readonly problems: number = $derived(this.entries.length - this.waiting);
  /** Incremented when the server has accepted an entry. */
  accepted = $state(0);
  /** Whether the last attempt got no answer. */
  stuck = $state(false);
  private running = false;
  private again = false;
  /** Other tabs have their own copies of the list. */
  private readonly tabs = new BroadcastChannel("kinerja-outbox");

  async open(): Promise<void> {
    this.tabs.onmessage = () => void this.read();
    await this.read();
  }

  private async read(): Promise<void> {
    const stored = await all<string, Entry>(keep.waiting);
    this.everyone = stored.map(([, entry]) => entry).sort((a, b) => (a.row.claimedAt ?? "").localeCompare(b.row.claimedAt ?? ""));
  }

  /** Stores an entry. Once this returns it survives the end of the browser. */
  async put(entry: Entry): Promise<void> {
    await set(entry.id, entry, keep.waiting);
    await this.changed();
    void this.run();
  }

  async remove(id: string): Promise<void> {
    await del(id, keep.waiting);
    await this.changed();
  }

  /** Removes everything that this person has not sent. */
  async discard(): Promise<void> {
    for (const { id } of this.entries) await del(id, keep.waiting);
    await this.changed();
  }

  /** Discards the person's text in favour of the stored one. */
  async takeStored(entry: Entry): Promise<void> {
    await this.remove(entry.id);
    this.accepted += 1;
  }

  /** Sends the person's text as a correction of the version that was just shown to them. */
  async takeMine(entry: Entry): Promise<void> {
    if (!entry.stored) return;
    const { id, version } = entry.stored;
    const mine: Entry = {
      ...entry, id: crypto.randomUUID(), key: crypto.randomUUID(), corrects: { id, version },
      state: "waiting", sentences: [], stored: null,
    };
    // Writes the new entry first: if the browser ends between the two writes, both entries exist, and the old one is
    // still a conflict.
    await set(mine.id, mine, keep.waiting);
    await del(entry.id, keep.waiting);
    await this.changed();
    void this.run();
  }

  /** Sends the waiting entries, in one tab at a time. */
  async run(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    const drain = (): Promise<void> => this.drain();
    try {
      await ("locks" in navigator ? navigator.locks.request("kinerja-outbox", drain) : drain());
    } finally {
      this.running = false;
      if (this.again) {
        this.again = false;
        void this.run();
      }
    }
  }

  private async drain(): Promise<void> {
    await this.read();
    let tries = 0;
    while (session.person) {
      const waiting = this.entries.filter(({ state }) => state === "waiting");
      const [first] = waiting;
      if (!first) break;
      // New activities of one plan are sent together. A correction is sent alone, with its own key.
      const batch = first.corrects
        ? [first]
        : waiting.filter((entry) => !entry.corrects && entry.planId === first.planId).slice(0, MOST);
      try {
        await this.sendBatch(batch);
        tries = 0;
        this.stuck = false;
      } catch (error) {
        if (error instanceof Refused && error.code === "UNAUTHENTICATED") break;
        // If the server does not know this version of the page, its error does not concern the entries.
        const ofPage = error instanceof Refused && ["DOCUMENT_REFUSED", "OPERATION_NOT_ALLOWED"].includes(error.code);
        if (error instanceof Refused && !ofPage) {
          // Nothing of this request was written.
          await Promise.all(batch.map((entry) => this.settle(entry, [error.message], null, error.code)));
          continue;
        }
        this.stuck = true;
        await pause(tries);
        tries += 1;
      }
    }
    this.stuck = false;
  }

  private async sendBatch(batch: Entry[]): Promise<void> {
    const ready: Entry[] = [];
    for (const entry of batch) {
      const arrived = await this.upload(entry);
      if (arrived) ready.push(arrived);
    }
    const [first] = ready;
    if (!first) return;
    const rows = ready.map((entry): ActivityInput => ({
      ...entry.row,
      evidence: [
        ...entry.links.map(({ url, label }) => ({ url, label })),
        ...entry.files.map(({ name, arrived }) => ({ uploadId: arrived?.uploadId ?? null, label: name.slice(0, 120) })),
      ],
      target: entry.corrects
        ? { correction: { id: entry.corrects.id, expectedVersion: entry.corrects.version } }
        : { clientKey: entry.id },
    }));
    const idempotencyKey = first.corrects ? first.key : null;
    const { recordActivities } = await send(RecordActivitiesMutation, { input: { planId: first.planId, rows, idempotencyKey } });
    const { results, errors } = recordActivities;
    for (const [at, entry] of ready.entries()) {
      const result = results.find(({ row }) => row === at);
      const found = [...(result?.errors ?? []), ...errors];
      if (found.length === 0 && result?.activity) {
        await this.remove(entry.id);
        this.accepted += 1;
        continue;
      }
      const conflict = found.some(({ code }) => code === "CONFLICT");
      const stored = conflict ? result?.activity ?? (await this.storedOf(entry)) : null;
      await this.settle(entry, found.map(({ message }) => message), stored, found[0]?.code ?? "INTERNAL_SERVER_ERROR");
    }
  }

  /** The activity that a correction would have changed. */
  private async storedOf(entry: Entry): Promise<StoredActivity | null> {
    if (!entry.corrects) return null;
    const { node } = await send(ActivityQuery, { id: entry.corrects.id });
    return node?.__typename === "Activity" ? node : null;
  }

  private async settle(entry: Entry, sentences: string[], stored: StoredActivity | null, code: string): Promise<void> {
    const state = code === "CONFLICT" && stored ? "conflict" : "refused";
    await set(entry.id, { ...entry, state, sentences, stored } satisfies Entry, keep.waiting);
    await this.changed();
  }

  /** Sends the files of an entry that have not arrived. Returns the entry, or null if one was refused. */
  private async upload(entry: Entry): Promise<Entry | null> {
    let present = entry;
    for (const [at, file] of entry.files.entries()) {
      if (file.arrived && Date.now() - Date.parse(file.arrived.at) < ARRIVED_FOR) continue;
      // The server has removed an upload that was not used in time, so upload the file again with a new key.
      const key = file.arrived ? crypto.randomUUID() : file.key;
      const input = { purpose: "EVIDENCE" as const, name: file.name, size: file.bytes.size, idempotencyKey: key };
      const { createUpload } = await send(CreateUploadMutation, { input });
      const [error] = createUpload.errors;
      if (error || !createUpload.url || !createUpload.uploadId) {
        await this.settle(entry, [`${file.name}: ${error?.message ?? speech.words.record.fileFailed}`], null, "BAD_USER_INPUT");
        return null;
      }
      const answer = await fetch(createUpload.url, { method: "PUT", body: file.bytes }).catch((cause: unknown) => {
        throw new Unanswered(String(cause));
      });
      if (answer.status === 400) {
        const body = (await answer.json().catch(() => null)) as { errors?: { message: string }[] } | null;
        await this.settle(entry, [`${file.name}: ${body?.errors?.[0]?.message ?? speech.words.record.fileFailed}`], null, "BAD_USER_INPUT");
        return null;
      }
      if (answer.status === 404 || answer.status === 410) {
        // This upload can't be continued, so the next attempt uses a new key.
        await this.withFile(present, at, { ...file, key: crypto.randomUUID() });
        throw new Unanswered(String(answer.status));
      }
      if (!answer.ok) throw new Unanswered(String(answer.status));
      const arrived = { uploadId: createUpload.uploadId, at: new Date().toISOString() };
      present = await this.withFile(present, at, { ...file, key, arrived });
    }
    return present;
  }

  private async withFile(entry: Entry, at: number, file: Attached): Promise<Entry> {
    const changed = { ...entry, files: entry.files.with(at, file) };
    await set(entry.id, changed, keep.waiting);
    await this.changed();
    return changed;
  }

  private async changed(): Promise<void> {
    await this.read();
    this.tabs.postMessage(null);
  }
}

export const outbox = new Outbox();
