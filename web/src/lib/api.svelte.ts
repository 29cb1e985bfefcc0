// Operations over HTTP as trusted documents, with the tokens of the session.
import { Client, createRequest, fetchExchange, type DocumentInput } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { clear, get, set } from "idb-keyval";
import { filter, pipe, take, toPromise } from "wonka";
import {
  LoginMutation, LogoutMutation, RefreshMutation, type ErrorCode, type LoginInput, type Operation,
} from "../operations";
import { now } from "./clock";
import * as keep from "./keep";
import { speech } from "./language.svelte";

/** An error from the server; the message is a sentence for people. */
export class Refused extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly path: readonly string[] | null = null,
    /** Seconds to wait, if the server named them. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/** The outcome is unknown, or the server can't answer now: the same request can succeed later. */
export class Unanswered extends Error {}

/** Codes after which the same request can succeed later. */
const TEMPORARY: ReadonlySet<string> = new Set([
  "IN_PROGRESS", "OVERLOADED", "TIMEOUT", "RATE_LIMITED", "STORAGE_FULL", "INTERNAL_SERVER_ERROR",
]);
/** A token is renewed this many milliseconds before it expires. */
const EARLY = 60_000;
/** The timeout of a request, in milliseconds. */
const PATIENCE = 30_000;

export interface Person {
  staffId: string;
  name: string;
}
interface Stored {
  refreshToken: string;
  person: Person;
}
interface Device {
  user: string;
  token: string;
}

class Session {
  /** Who is logged in; `undefined` until the device's store was read. */
  person = $state<Person | null | undefined>(undefined);
  /** Whether the server ended the session. The page then says why it asks for the password. */
  ended = $state(false);
  /** The person for whom read data is stored on the device; null as soon as a log-out begins. */
  keptFor: string | null = null;
  /** The access token stays in memory. */
  access: string | null = null;
  expires = 0;
  private renewal: Promise<boolean> | null = null;

  /** Whether data that this person read may be stored: they are logged in, and no log-out has begun. */
  keepsFor(owner: string | null): boolean {
    return owner !== null && owner === this.keptFor;
  }

  async open(): Promise<void> {
    this.person = (await get<Stored>("session", keep.session))?.person ?? null;
    this.keptFor = this.person?.staffId ?? null;
  }

  async login(input: LoginInput): Promise<void> {
    const device = await get<Device>("device", keep.session);
    const deviceToken = device?.user === input.user ? device.token : null;
    const { login } = await send(LoginMutation, { input: { client: "Web", deviceToken, ...input } });
    const [error] = login.errors;
    if (error) throw new Refused(error.code, error.message, error.path);
    const staff = login.viewer?.staff;
    if (login.secondFactorMissing) throw new Refused("FORBIDDEN", speech.words.login.secondFactorMissing);
    if (!login.accessToken || !login.refreshToken || !staff) throw new Refused("FORBIDDEN", speech.words.login.noStaff);
    const before = await get<Person>("owner", keep.session);
    // Another person on this device must not see data of the previous one. Unsent changes of the previous person stay
    // stored, visible to that person only.
    if (before && before.staffId !== staff.id) {
      await Promise.all([clear(keep.readings), clear(keep.session)]);
      if (device && !login.deviceToken) await set("device", device, keep.session);
    }
    const person = { staffId: staff.id, name: staff.name };
    if (login.deviceToken) await set("device", { user: input.user, token: login.deviceToken } satisfies Device, keep.session);
    await set("owner", person, keep.session);
    await this.keepTokens(login.refreshToken, person);
    this.access = login.accessToken;
    this.expires = Date.parse(login.expiresAt ?? "");
    this.ended = false;
    this.keptFor = staff.id;
    this.person = person;
  }

  /** Ends the session and removes all data that the page has stored, except the device token. */
  async logout(): Promise<void> {
    this.keptFor = null;
    const device = await get<Device>("device", keep.session);
    // The page removes the person's data even if the server can't be reached.
    await send(LogoutMutation, {}).catch(() => undefined);
    this.access = null;
    await Promise.all([clear(keep.readings), clear(keep.session)]);
    if (device) await set("device", device, keep.session);
    this.person = null;
  }

  /** Renews the tokens. Only one tab sends the request at a time. Returns whether there is a session. */
  renew(): Promise<boolean> {
    const alone = async (): Promise<boolean> =>
      "locks" in navigator ? await navigator.locks.request("kinerja-renewal", () => this.exchange()) : this.exchange();
    this.renewal ??= alone().finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  private async exchange(): Promise<boolean> {
    const stored = await get<Stored>("session", keep.session);
    if (!stored) return false;
    // Throws `Unanswered` without a network; the stored token is then sent again later.
    const answer = await send(RefreshMutation, { input: { refreshToken: stored.refreshToken } }).catch((error: unknown) => {
      if (error instanceof Refused && error.code === "UNAUTHENTICATED") return null;
      throw error;
    });
    // If the person has logged out or in again since the request, this answer belongs to an earlier session.
    const present = await get<Stored>("session", keep.session);
    if (present?.refreshToken !== stored.refreshToken) return this.access !== null;
    const tokens = answer?.refreshSession;
    if (!tokens?.accessToken || !tokens.refreshToken) {
      // The outbox and the stored readings stay, for the same person.
      await set("session", undefined, keep.session);
      this.access = null;
      this.ended = true;
      this.keptFor = null;
      this.person = null;
      return false;
    }
    // Stored before it is used.
    await this.keepTokens(tokens.refreshToken, stored.person);
    this.access = tokens.accessToken;
    this.expires = Date.parse(tokens.expiresAt ?? "");
    return true;
  }

  /** A token that stays valid for a while; null without a session. */
  async token(): Promise<string | null> {
    if (!this.access || this.expires - now().getTime() < EARLY) await this.renew();
    return this.access;
  }

  private async keepTokens(refreshToken: string, person: Person): Promise<void> {
    await set("session", { refreshToken, person } satisfies Stored, keep.session);
  }
}

export const session = new Session();

const PUBLIC: ReadonlySet<string> = new Set([LoginMutation.id, RefreshMutation.id]);

const settings = {
  url: "/graphql",
  preferGetMethod: false,
  fetchOptions: () => ({
    headers: { Accept: "application/graphql-response+json", "Accept-Language": speech.language },
  }),
  fetch: (address: RequestInfo | URL, options?: RequestInit) => {
    const patience = AbortSignal.timeout(PATIENCE);
    const signal = options?.signal && "any" in AbortSignal ? AbortSignal.any([options.signal, patience]) : patience;
    return fetch(address, { ...options, signal });
  },
};
const authorised = authExchange(async (utilities) => ({
  addAuthToOperation: (operation) =>
    session.access ? utilities.appendHeaders(operation, { Authorization: `Bearer ${session.access}` }) : operation,
  willAuthError: () => session.person != null && (!session.access || session.expires - now().getTime() < EARLY),
  didAuthError: (error) => error.graphQLErrors.some(({ extensions }) => extensions["code"] === "UNAUTHENTICATED"),
  refreshAuth: async () => {
    await session.renew().catch(() => false);
  },
}));
const client = new Client({ ...settings, exchanges: [authorised, fetchExchange] });
// While tokens are renewed, the operations of the other client wait. The renewal itself must not wait, so it uses this
// client.
const open = new Client({ ...settings, exchanges: [fetchExchange] });

let turn = 0;

/** Sends an operation. Throws `Refused` or `Unanswered`. */
export async function send<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables): Promise<Data> {
  // Only the id is sent, and urql needs no other part of a document.
  const document = { kind: "Document", definitions: [], documentId: operation.id } as unknown as DocumentInput<Data>;
  const parameters = variables as Record<string, unknown>;
  const through = PUBLIC.has(operation.id) ? open : client;
  const request = createRequest<Data, Record<string, unknown>>(document, parameters);
  // urql answers a query with the result of an equal query that is still running. That result may be older than the
  // change after which this query reads, so each query has its own key.
  const source = operation.kind === "Mutation" ? through.executeMutation(request) : through.executeQuery({ ...request, key: (turn += 1) });
  const result = await toPromise(pipe(source, filter(({ stale, hasNext }) => !stale && !hasNext), take(1)));
  const [error] = result.error?.graphQLErrors ?? [];
  if (error) {
    const code = (error.extensions["code"] ?? "INTERNAL_SERVER_ERROR") as ErrorCode;
    const retryAfter = Number(error.extensions["retryAfterSeconds"] ?? 0) || null;
    if (TEMPORARY.has(code)) throw new Unanswered(error.message);
    throw new Refused(code, error.message, null, retryAfter);
  }
  if (result.error || !result.data) throw new Unanswered(speech.words.offline.unanswered);
  return result.data;
}
