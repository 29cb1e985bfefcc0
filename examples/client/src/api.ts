// Sends operations over HTTP and refreshes tokens automatically.
import {
  LoginMutation, LogoutMutation, RefreshSessionMutation,
  type ErrorCode, type LoginMutationVariables, type Operation,
} from "./operations.js";
import type { Store } from "./store.js";

/** An error from the server; `code` decides how to handle it. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The outcome is unknown: the network failed, or the server could not finish. Send the same request again. */
export class Unanswered extends Error {}

/** The session has ended: ask for the password. The queue stays. */
export class LoggedOut extends Error {}

/** Temporary errors: the same request can succeed later. */
const TEMPORARY: ReadonlySet<string> = new Set([
  "IN_PROGRESS", "OVERLOADED", "TIMEOUT", "RATE_LIMITED", "STORAGE_FULL", "INTERNAL_SERVER_ERROR",
]);

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** A device token and the user who got it. It is kept after a logout. */
interface Device {
  user: string;
  token: string;
}

/** What is stored: the tokens of the session, if someone is logged in, and the known device. */
interface Stored {
  tokens: Tokens | null;
  device: Device | null;
}

interface ResponseBody<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: Record<string, unknown> & { code?: ErrorCode } }[];
}

export class Api {
  private tokens: Tokens | null = null;
  private device: Device | null = null;
  private refreshing: Promise<string> | null = null;
  /** Called with each new access token, so that open sockets can send it and stay open. */
  onToken: (token: string) => void = () => {};

  constructor(
    /** URL of the GraphQL endpoint, such as https://kinerja.example/graphql. */
    readonly url: string,
    private readonly store: Store,
    private readonly timeout = 15_000,
  ) {}

  /** Loads the stored tokens; false if no one is logged in. */
  async open(): Promise<boolean> {
    const text = await this.store.read();
    const stored = text ? (JSON.parse(text) as Stored) : null;
    this.tokens = stored?.tokens ?? null;
    this.device = stored?.device ?? null;
    return this.tokens !== null;
  }

  async login(input: LoginMutationVariables["input"]): Promise<void> {
    // With the token, failed logins of others can't keep this person out.
    const deviceToken = this.device?.user === input.user ? this.device.token : null;
    const { login } = await this.post(LoginMutation, { input: { deviceToken, ...input } }, null);
    const [error] = login.errors;
    if (error) throw new ApiError(error.code, error.message);
    if (login.deviceToken !== null) this.device = { user: input.user, token: login.deviceToken };
    await this.storeTokens(login);
  }

  async logout(idempotencyKey: string): Promise<void> {
    await this.send(LogoutMutation, { input: { idempotencyKey } });
    await this.clearTokens();
  }

  /** Sends an operation; refreshes an expired token once and retries. */
  async send<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables): Promise<Data> {
    const token = this.accessToken();
    try {
      return await this.post(operation, variables, token);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "UNAUTHENTICATED")) throw error;
    }
    // Another request may have refreshed it by now.
    const now = this.accessToken();
    return this.post(operation, variables, now === token ? await this.renew() : now);
  }

  accessToken(): string {
    if (!this.tokens) throw new LoggedOut("no one is logged in");
    return this.tokens.accessToken;
  }

  /** Refreshes the tokens, with one request at a time. If there is no response, call it again soon. */
  renew(): Promise<string> {
    this.refreshing ??= this.requestTokens().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async requestTokens(): Promise<string> {
    if (!this.tokens) throw new LoggedOut("no one is logged in");
    const input = { refreshToken: this.tokens.refreshToken };
    try {
      const { refreshSession } = await this.post(RefreshSessionMutation, { input }, null);
      if (refreshSession.accessToken === null) {
        await this.clearTokens();
        throw new LoggedOut(refreshSession.errors[0]?.message ?? "the session has ended");
      }
      return await this.storeTokens(refreshSession);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "UNAUTHENTICATED")) throw error;
      await this.clearTokens();
      throw new LoggedOut(error.message);
    }
  }

  private async storeTokens(session: { accessToken: string | null; refreshToken: string | null }): Promise<string> {
    const { accessToken, refreshToken } = session;
    if (accessToken === null || refreshToken === null) throw new LoggedOut("the server gave no tokens");
    // Store the tokens before using them.
    await this.write({ accessToken, refreshToken });
    this.onToken(accessToken);
    return accessToken;
  }

  private async clearTokens(): Promise<void> {
    this.tokens = null;
    await this.write(null);
  }

  private async write(tokens: Tokens | null): Promise<void> {
    const stored: Stored = { tokens, device: this.device };
    await this.store.write(JSON.stringify(stored));
    this.tokens = tokens;
  }

  private async post<Variables, Data>(
    operation: Operation<Variables, Data>,
    variables: Variables,
    token: string | null,
  ): Promise<Data> {
    const headers: Record<string, string> = {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
      "accept-language": "id",
    };
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    let body: ResponseBody<Data>;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers,
        body: JSON.stringify({ documentId: operation.id, variables }),
        signal: AbortSignal.timeout(this.timeout),
      });
      body = (await response.json()) as ResponseBody<Data>;
    } catch (error) {
      throw new Unanswered(`${operation.name}: ${String(error)}`);
    }
    const [error] = body.errors ?? [];
    if (error) {
      const code = error.extensions?.code ?? "INTERNAL_SERVER_ERROR";
      if (TEMPORARY.has(code)) throw new Unanswered(`${operation.name}: ${code}`);
      throw new ApiError(code, error.message, error.extensions);
    }
    if (!body.data) throw new Unanswered(`${operation.name}: no data in the response`);
    return body.data;
  }
}
