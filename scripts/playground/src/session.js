// A login: keeps the tokens of this browser tab and renews them.

const KEPT = "kinerja.session";
const FIELDS = "accessToken refreshToken expiresAt errors { code message }";
const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { ${FIELDS} } }`;
const REFRESH = `mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) { ${FIELDS} } }`;
const LOGOUT = "mutation Logout { logout(input: {}) { done } }";
// Renewed this long before its end.
const EARLY = 60_000;

export class Session {
  language = "id";
  onChange = () => {};
  #tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  #renewal = null;

  get user() {
    return this.#tokens?.user ?? null;
  }

  // Null when it went well, otherwise why not.
  async login(user, password) {
    const answer = await this.#post({ query: LOGIN, variables: { input: { user, password, client: "Playground" } } });
    const payload = answer.data?.login;
    if (payload?.accessToken) this.#keep(payload, user);
    return payload?.accessToken ? null : ((payload ?? answer).errors?.[0]?.message ?? "?");
  }

  useKey(key) {
    this.#store({ user: "API key", accessToken: key });
  }

  async logout() {
    const token = this.#tokens;
    this.#store(null);
    // Whether or not the server hears of it, this tab has forgotten the login.
    if (token?.refreshToken) await this.#post({ query: LOGOUT }, token.accessToken).catch(() => {});
  }

  // What GraphiQL sends, with a token that is good for a while; once more when the server refused the token.
  async send({ query, variables, operationName }) {
    if (this.#tokens?.refreshToken && Date.parse(this.#tokens.expiresAt) - Date.now() < EARLY) await this.#renew();
    const used = this.#tokens;
    const answer = await this.#post({ query, variables, operationName }, used?.accessToken);
    const refused = answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED");
    if (!refused || !used?.refreshToken) return answer;
    if (used === this.#tokens) await this.#renew();
    return this.#post({ query, variables, operationName }, this.#tokens?.accessToken);
  }

  // A refresh token is good for one refresh, so that requests at the same time share it.
  #renew() {
    this.#renewal ??= this.#refresh(this.#tokens).finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #refresh({ refreshToken, user }) {
    const answer = await this.#post({ query: REFRESH, variables: { input: { refreshToken } } });
    const payload = answer.data?.refreshSession;
    if (payload?.accessToken) this.#keep(payload, user);
    else if (payload) this.#store(null);
  }

  #keep({ accessToken, refreshToken, expiresAt }, user) {
    this.#store({ user, accessToken, refreshToken, expiresAt });
  }

  #store(tokens) {
    this.#tokens = tokens;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
    this.onChange(this.user);
  }

  async #post(request, token) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": this.language };
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(request) });
    return response.json();
  }
}
