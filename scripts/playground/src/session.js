// A login: keeps the tokens of this browser tab and renews them.

const KEPT = "kinerja.session";
const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { accessToken refreshToken expiresAt errors { message } }
}`;
const REFRESH = `mutation Refresh($input: RefreshSessionInput!) {
  refreshSession(input: $input) { accessToken refreshToken expiresAt errors { message } }
}`;
const LOGOUT = "mutation Logout { logout(input: {}) { done } }";
// Renewed this long before its end.
const EARLY = 60_000;

export class Session {
  language = "id";
  #tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

  get user() {
    return this.#tokens?.user ?? null;
  }

  async login(user, password) {
    const payload = (await this.#post(LOGIN, { input: { user, password, client: "Playground" } })).data?.login;
    this.#keep(payload, user);
    return payload?.accessToken ? null : (payload?.errors[0]?.message ?? "?");
  }

  useKey(key) {
    this.#store({ user: "API key", accessToken: key });
  }

  async logout() {
    if (this.#tokens?.refreshToken) await this.#post(LOGOUT, {}).catch(() => {});
    this.#store(null);
  }

  // What GraphiQL sends, with a token that is good for a while.
  async send({ query, variables, operationName }) {
    await this.#renew();
    return this.#post(query, variables, operationName);
  }

  async #renew() {
    const tokens = this.#tokens;
    if (!tokens?.refreshToken || Date.parse(tokens.expiresAt) - Date.now() > EARLY) return;
    const answer = await this.#post(REFRESH, { input: { refreshToken: tokens.refreshToken } }, undefined, false);
    this.#keep(answer.data?.refreshSession, tokens.user);
  }

  #keep(payload, user) {
    this.#store(payload?.accessToken ? { user, ...payload, errors: undefined } : null);
  }

  #store(tokens) {
    this.#tokens = tokens;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
  }

  async #post(query, variables, operationName, authorized = true) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": this.language };
    if (authorized && this.#tokens) headers.Authorization = `Bearer ${this.#tokens.accessToken}`;
    const body = JSON.stringify({ query, variables, operationName });
    const response = await fetch("/graphql", { method: "POST", headers, body });
    return response.json();
  }
}
