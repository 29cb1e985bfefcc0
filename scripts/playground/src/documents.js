// The operations that the bar itself sends. The build validates them, like the ready operations, against the schema.

const FIELDS = "accessToken refreshToken expiresAt errors { code message }";
export const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { ${FIELDS} } }`;
export const REFRESH = `mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) { ${FIELDS} } }`;
export const WHO = "query Who { viewer { staff { name } } }";
export const LOGOUT = "mutation Logout { logout(input: {}) { done } }";
export const WELCOME = `# Masuk lewat bilah di atas, lalu pilih contoh atau tulis kueri sendiri.
# Log in above, then choose an example or write a query of your own.
query Server {
  serviceConfig {
    version
    languages
  }
}
`;
