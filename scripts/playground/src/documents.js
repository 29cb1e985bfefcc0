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

// Look-ups that fill the variables of ready operations. The server filters: a list of everybody is too long in a city.
// Lists with `$after` are read page by page until something fits.
export const ME = "query Me { viewer { staff { id } } }";
export const MY_CORRECTIONS = "query MyOpenCorrections { viewer { staff { corrections { subject status } } } }";
export const YEAR = `query ThisYear($year: Int!) {
  periods(first: 1, filter: { year: $year, yearsOnly: true }) { nodes { id } }
}`;
export const QUARTERS = `query MyQuarters($me: ID!) {
  evaluations(first: 50, filter: { staffId: $me, kind: PERIODIC, status: [FINAL, CLOSED] }, orderBy: { createdAt: DESCENDING }) {
    nodes { id period { endsOn } }
  }
}`;
export const MY_PLAN = `query MyPlan {
  viewer { staff { plans(first: 50) { nodes { id status period { startsOn endsOn } } } } }
}`;
export const PLAN_TO_REVIEW = `query PlanToReview($after: String) {
  plans(first: 50, after: $after, filter: { ratedByMe: true, status: [SUBMITTED] }) {
    nodes { id version allowedActions { action allowed } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const RATEE_PLAN = `query RateePlan($after: String) {
  plans(first: 50, after: $after, filter: { ratedByMe: true, status: [APPROVED] }, orderBy: { createdAt: DESCENDING }) {
    nodes { id effectiveRevision { results { id } } allowedActions { action allowed } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const SUPERIOR = `query MySuperior {
  viewer { staff { assignment { leads superior { staff { id feedbackDirections } } } } }
}`;
export const COLLEAGUES = `query Colleagues($after: String) {
  viewer { staff { assignment { unit { staff(first: 100, after: $after) {
    nodes { id feedbackDirections }
    pageInfo { hasNextPage endCursor }
  } } } } }
}`;
export const PERIODS = "query Years { periods(first: 50, filter: { yearsOnly: true }) { nodes { id year status } } }";
export const UNITS = "query Agency { orgUnits(first: 1, filter: { kind: AGENCY }) { nodes { id parent { id } } } }";
export const VIEWER_UNITS = `query MyUnits {
  viewer { roleGrants { orgUnit { id } } staff { assignment { unit { id } } } }
}`;
export const OUTCOME = `query Outcome($unit: ID!, $period: ID!) {
  reports { developmentOutcome(orgUnitId: $unit, periodId: $period) { people } }
}`;
export const PERMITTED = `query Permitted($unit: ID!, $period: ID!) {
  reports { planCompletion(orgUnitId: $unit, periodId: $period, depth: 0) { rows { staff } } }
}`;
