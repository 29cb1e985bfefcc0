// A login: stores the tokens of this browser tab and renews them.
import { KEY, LOGIN, LOGOUT, REFRESH, WHO } from "./documents.js";

const STORAGE_KEY = "kinerja.session";
// A token is renewed this many milliseconds before it expires.
const EARLY = 60_000;

const refused = (answer) => answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED") ?? false;

// The items of an event stream. Comments only keep the connection alive.
async function* items(body) {
  let text = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data:"))?.slice(5).trim();
      if (data) yield JSON.parse(data);
    }
  }
}

export class Session {
  language = "id";
  #tokens = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
  #expired = false;
  #renewal = null;
  #watchers = new Set();

  // Arrow functions, because React calls `watch` and `user` unbound.
  watch = (watcher) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
  user = () => this.#tokens?.user ?? null;

  /** "nobody", "person" or "key". */
  get kind() {
    if (!this.#tokens) return "nobody";
    return this.#tokens.refreshToken ? "person" : "key";
  }

  /** The user name of the login, or the text for an API key. */
  get account() {
    return this.#tokens?.account ?? null;
  }

  /** The token that a request of this tab carries. */
  get token() {
    return this.#tokens?.accessToken ?? null;
  }

  /** Whether a login ended without a logout. */
  get expired() {
    return this.#expired;
  }

  /** Returns null on success, otherwise the message of the error. */
  async login(user, password) {
    const answer = await this.#post({ query: LOGIN, variables: { input: { user, password, client: "Playground" } } });
    const payload = answer.data?.login;
    if (!payload?.accessToken) return (payload ?? answer).errors?.[0]?.message ?? "?";
    const { data } = await this.#post({ query: WHO }, payload.accessToken);
    const name = data?.viewer?.staff?.name;
    const before = this.#tokens;
    this.#storeTokens(payload, { user: name ? `${name} (${user})` : user, account: user });
    if (before?.refreshToken) await this.#post({ query: LOGOUT }, before.accessToken).catch(() => {});
    return null;
  }

  /** Returns the same as `login`. */
  async useKey(key) {
    const answer = await this.#post({ query: KEY }, key);
    if (refused(answer)) return answer.errors[0].message;
    this.#store({ user: "API key", account: "API key", accessToken: key });
    return null;
  }

  async logout() {
    const tokens = this.#tokens;
    this.#store(null);
    // This tab has already removed the login, even if the request fails.
    if (tokens?.refreshToken) await this.#post({ query: LOGOUT }, tokens.accessToken).catch(() => {});
  }

  /** Sends GraphiQL's request with a token that stays valid for a while, and once more if the server refuses the token. */
  async send({ query, variables, operationName }, headers, measure) {
    const request = { query, variables, operationName };
    await this.#renewEarly();
    const used = this.#tokens;
    const answer = await this.#post(request, used?.accessToken, headers, measure);
    if (!refused(answer) || !used?.refreshToken) return answer;
    if (used === this.#tokens) await this.#renew();
    return this.#post(request, this.#tokens?.accessToken, headers, measure);
  }

  /** Yields the items of a subscription until it ends or `stop` is aborted; calls `opened` when it has begun. */
  async *follow({ query, variables, operationName }, more, stop, opened) {
    await this.#renewEarly();
    const headers = this.#headers("text/event-stream", this.#tokens?.accessToken, more);
    const body = JSON.stringify({ query, variables, operationName });
    try {
      const response = await fetch("/graphql/stream", { method: "POST", headers, body, signal: stop.signal });
      if (!/event-stream/.test(response.headers.get("Content-Type") ?? "")) {
        yield await response.json();
        return;
      }
      opened();
      yield* items(response.body);
    } finally {
      stop.abort();
    }
  }

  async #renewEarly() {
    if (this.#tokens?.refreshToken && Date.parse(this.#tokens.expiresAt) - Date.now() < EARLY) await this.#renew();
  }

  // A refresh token works once, and a second use ends the session, so concurrent requests share one renewal.
  #renew() {
    this.#renewal ??= this.#refresh(this.#tokens).finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #refresh({ refreshToken, user, account }) {
    const answer = await this.#post({ query: REFRESH, variables: { input: { refreshToken } } });
    // The user has logged out or in during the request.
    if (this.#tokens?.refreshToken !== refreshToken) return;
    const payload = answer.data?.refreshSession;
    if (payload?.accessToken) this.#storeTokens(payload, { user, account });
    // Other errors keep the login: the server may only be unable to answer now.
    else if (payload || refused(answer)) this.#store(null, true);
  }

  #storeTokens({ accessToken, refreshToken, expiresAt }, login) {
    this.#store({ ...login, accessToken, refreshToken, expiresAt });
  }

  #store(tokens, expired = false) {
    this.#tokens = tokens;
    this.#expired = expired;
    if (tokens) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(tokens));
    else sessionStorage.removeItem(STORAGE_KEY);
    for (const watcher of this.#watchers) watcher();
  }

  #headers(accept, token, more) {
    const headers = new Headers({
      "Content-Type": "application/json", Accept: accept, "Accept-Language": this.language,
    });
    if (token) headers.set("Authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(more ?? {})) headers.set(name, value);
    return headers;
  }

  // With the older media type, every well-formed request gets the status 200, so that the browser's console shows no
  // errors.
  async #post(request, token, more, measure) {
    const headers = this.#headers("application/json", token, more);
    const begun = performance.now();
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(request) });
    if (!/json/.test(response.headers.get("Content-Type") ?? "")) throw new Error(`HTTP ${response.status}`);
    const text = await response.text();
    measure?.({ milliseconds: performance.now() - begun, bytes: new Blob([text]).size, status: response.status });
    return JSON.parse(text);
  }
}
