// A login: keeps the tokens of this browser tab and renews them.
import { LOGIN, LOGOUT, REFRESH, WHO } from "./documents.js";

const KEPT = "kinerja.session";
// Renewed this long before its end.
const EARLY = 60_000;

const refused = (answer) => answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED") ?? false;

// The items of an event stream; comments keep it alive and say nothing.
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
  #tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  #expired = false;
  #renewal = null;
  #watchers = new Set();

  // Both are bound, so that React can watch who is logged in.
  watch = (watcher) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
  user = () => this.#tokens?.user ?? null;

  /** Whether a login came to its end without being asked to. */
  get expired() {
    return this.#expired;
  }

  /** Null when it went well, otherwise why not. */
  async login(user, password) {
    const answer = await this.#post({ query: LOGIN, variables: { input: { user, password, client: "Playground" } } });
    const payload = answer.data?.login;
    if (!payload?.accessToken) return (payload ?? answer).errors?.[0]?.message ?? "?";
    const { data } = await this.#post({ query: WHO }, payload.accessToken);
    const name = data?.viewer?.staff?.name;
    this.#keep(payload, name ? `${name} (${user})` : user);
    return null;
  }

  /** As `login`. A key may be for reports alone and have no person; it is refused only when it is not known. */
  async useKey(key) {
    const answer = await this.#post({ query: WHO }, key);
    if (refused(answer)) return answer.errors[0].message;
    this.#store({ user: "API key", accessToken: key });
    return null;
  }

  async logout() {
    const tokens = this.#tokens;
    this.#store(null);
    // Whether or not the server hears of it, this tab has forgotten the login.
    if (tokens?.refreshToken) await this.#post({ query: LOGOUT }, tokens.accessToken).catch(() => {});
  }

  /** What GraphiQL sends, with a token that is good for a while; once more when the server refused the token. */
  async send({ query, variables, operationName }, headers) {
    const request = { query, variables, operationName };
    await this.#renewEarly();
    const used = this.#tokens;
    const answer = await this.#post(request, used?.accessToken, headers);
    if (!refused(answer) || !used?.refreshToken) return answer;
    if (used === this.#tokens) await this.#renew();
    return this.#post(request, this.#tokens?.accessToken, headers);
  }

  /** A subscription, item by item, until it ends or GraphiQL is told to stop. */
  async *follow({ query, variables, operationName }, more) {
    await this.#renewEarly();
    const stop = new AbortController();
    const headers = this.#headers("text/event-stream", this.#tokens?.accessToken, more);
    const body = JSON.stringify({ query, variables, operationName });
    try {
      const response = await fetch("/graphql/stream", { method: "POST", headers, body, signal: stop.signal });
      if (!/event-stream/.test(response.headers.get("Content-Type") ?? "")) {
        yield await response.json();
        return;
      }
      yield* items(response.body);
    } finally {
      stop.abort();
    }
  }

  async #renewEarly() {
    if (this.#tokens?.refreshToken && Date.parse(this.#tokens.expiresAt) - Date.now() < EARLY) await this.#renew();
  }

  // A refresh token is good once, and a second use ends the session: requests at the same time share one renewal.
  #renew() {
    this.#renewal ??= this.#refresh(this.#tokens).finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #refresh({ refreshToken, user }) {
    const answer = await this.#post({ query: REFRESH, variables: { input: { refreshToken } } });
    // Logged out or in anew meanwhile.
    if (this.#tokens?.refreshToken !== refreshToken) return;
    const payload = answer.data?.refreshSession;
    if (payload?.accessToken) this.#keep(payload, user);
    // A server that cannot answer now is no reason to forget a login.
    else if (payload || refused(answer)) this.#store(null, true);
  }

  #keep({ accessToken, refreshToken, expiresAt }, user) {
    this.#store({ user, accessToken, refreshToken, expiresAt });
  }

  #store(tokens, expired = false) {
    this.#tokens = tokens;
    this.#expired = expired;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
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

  // The older media type answers 200 to every well-formed request, so that a browser's console stays quiet.
  async #post(request, token, more) {
    const headers = this.#headers("application/json", token, more);
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(request) });
    if (!/json/.test(response.headers.get("Content-Type") ?? "")) throw new Error(`HTTP ${response.status}`);
    return response.json();
  }
}
