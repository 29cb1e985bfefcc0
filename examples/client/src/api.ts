// Operations over HTTP, with tokens that renew themselves.
import {
  LoginMutation, LogoutMutation, RefreshSessionMutation,
  type ErrorCode, type LoginMutationVariables, type Operation,
} from "./operations.js";
import type { Store } from "./store.js";

/** What the server says is wrong with a request; `code` tells what to do. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Nobody knows whether the request was done: the network failed, or the server could not finish. Send it again. */
export class Unanswered extends Error {}

/** Nobody is logged in any more: ask for the password. What is queued stays. */
export class LoggedOut extends Error {}

/** After these the same request, sent again later, may do. */
const PASSING: ReadonlySet<string> = new Set([
  "IN_PROGRESS", "TIMEOUT", "RATE_LIMITED", "STORAGE_FULL", "INTERNAL_SERVER_ERROR",
]);

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: Record<string, unknown> & { code?: ErrorCode } }[];
}

export class Api {
  private tokens: Tokens | null = null;
  private renewing: Promise<string> | null = null;
  /** Told of each new access token, so that open sockets can be kept alive with it. */
  onToken: (token: string) => void = () => {};

  constructor(
    /** Such as https://kinerja.example/graphql. */
    readonly url: string,
    private readonly store: Store,
    private readonly timeout = 15_000,
  ) {}

  /** Takes up where the app left off; false where nobody is logged in. */
  async open(): Promise<boolean> {
    const text = await this.store.read();
    this.tokens = text ? (JSON.parse(text) as Tokens | null) : null;
    return this.tokens !== null;
  }

  async login(input: LoginMutationVariables["input"]): Promise<void> {
    const { login } = await this.post(LoginMutation, { input }, null);
    const [error] = login.errors;
    if (error) throw new ApiError(error.code, error.message);
    await this.keep(login);
  }

  async logout(idempotencyKey: string): Promise<void> {
    await this.send(LogoutMutation, { input: { idempotencyKey } });
    await this.forget();
  }

  /** Sends an operation; a token that has expired is renewed once on the way. */
  async send<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables): Promise<Data> {
    const token = this.accessToken();
    try {
      return await this.post(operation, variables, token);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "UNAUTHENTICATED")) throw error;
    }
    // Another request may have renewed it in the meantime.
    const now = this.accessToken();
    return this.post(operation, variables, now === token ? await this.renew() : now);
  }

  accessToken(): string {
    if (!this.tokens) throw new LoggedOut("nobody is logged in");
    return this.tokens.accessToken;
  }

  /** New tokens. Only one request at a time. Without an answer the same refresh token is sent again, soon. */
  renew(): Promise<string> {
    this.renewing ??= this.renewed().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewed(): Promise<string> {
    if (!this.tokens) throw new LoggedOut("nobody is logged in");
    const input = { refreshToken: this.tokens.refreshToken };
    try {
      const { refreshSession } = await this.post(RefreshSessionMutation, { input }, null);
      if (refreshSession.accessToken === null) {
        await this.forget();
        throw new LoggedOut(refreshSession.errors[0]?.message ?? "the session has ended");
      }
      return await this.keep(refreshSession);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "UNAUTHENTICATED")) throw error;
      await this.forget();
      throw new LoggedOut(error.message);
    }
  }

  private async keep(session: { accessToken: string | null; refreshToken: string | null }): Promise<string> {
    const { accessToken, refreshToken } = session;
    if (accessToken === null || refreshToken === null) throw new LoggedOut("the server gave no tokens");
    // Stored before they are used.
    await this.store.write(JSON.stringify({ accessToken, refreshToken }));
    this.tokens = { accessToken, refreshToken };
    this.onToken(accessToken);
    return accessToken;
  }

  private async forget(): Promise<void> {
    this.tokens = null;
    await this.store.write("null");
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
    let answer: Answer<Data>;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers,
        body: JSON.stringify({ documentId: operation.id, variables }),
        signal: AbortSignal.timeout(this.timeout),
      });
      answer = (await response.json()) as Answer<Data>;
    } catch (error) {
      throw new Unanswered(`${operation.name}: ${String(error)}`);
    }
    const [error] = answer.errors ?? [];
    if (error) {
      const code = error.extensions?.code ?? "INTERNAL_SERVER_ERROR";
      if (PASSING.has(code)) throw new Unanswered(`${operation.name}: ${code}`);
      throw new ApiError(code, error.message, error.extensions);
    }
    if (!answer.data) throw new Unanswered(`${operation.name}: no answer of the server`);
    return answer.data;
  }
}
