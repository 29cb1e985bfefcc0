// The operations that the page itself sends. The build validates them, like the ready operations, against the schema.

const FIELDS = "accessToken refreshToken expiresAt errors { code message }";
export const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { ${FIELDS} } }`;
export const REFRESH = `mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) { ${FIELDS} } }`;
export const WHO = "query Who { viewer { staff { name } } }";
// Readable with every API key, but not without a login.
export const KEY = "query Key { orgUnits(first: 1) { nodes { id } } }";
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

// Look-ups that fill the variables of ready operations.
export const MY_PLAN = `query MyPlan {
  viewer { staff { plans(first: 50) { nodes { id status period { startsOn endsOn } } } } }
}`;
export const PLAN_TO_REVIEW = `query PlanToReview {
  plans(first: 20, filter: { ratedByMe: true, status: [SUBMITTED] }) {
    nodes { id version allowedActions { action allowed } }
  }
}`;
export const RATEE_PLAN = `query RateePlan {
  plans(first: 20, filter: { ratedByMe: true, status: [APPROVED] }) {
    nodes { id effectiveRevision { results { id } } allowedActions { action allowed } }
  }
}`;
export const COLLEAGUES = `query Colleagues {
  staff(first: 100) { nodes { id feedbackDirections } }
}`;
export const PERIODS = "query Years { periods(first: 50, filter: { yearsOnly: true }) { nodes { id year status } } }";
export const UNITS = "query Agency { orgUnits(first: 1, filter: { kind: AGENCY }) { nodes { id parent { id } } } }";
export const VIEWER_UNITS = `query MyUnits {
  viewer { roleGrants { orgUnit { id } } staff { assignment { unit { id } } } }
}`;
export const PERMITTED = `query Permitted($unit: ID!, $period: ID!) {
  reports { planCompletion(orgUnitId: $unit, periodId: $period, depth: 0) { rows { staff } } }
}`;
