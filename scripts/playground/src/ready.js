// Ready operations: fills in the variables of one before it runs.
import { LOOKUPS } from "./lookups.js";

const ready = new Map(OPERATIONS.map((operation) => [operation.text, operation]));
// Milliseconds by which the server's clock is ahead of the browser's clock. In a demo the two can differ by months.
const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
// The variables that the last look-up found, by operation. Other variables come from the person and stay as they are.
const found = new Map();

/** The ready operation with this text. */
export const readyOperation = (query) => ready.get(query);

/** Whether the variables are those of a look-up or blank, so that a new look-up may replace them. */
export function isUntouched(operation, variables) {
  const text = JSON.stringify(variables ?? {});
  return ["{}", JSON.stringify(JSON.parse(operation.variables || "{}")), found.get(operation.name)].includes(text);
}

/**
 * Looks the variables up in the session of the person who is logged in. Returns `{ variables }`, `{ missing }` with the key
 * of a sentence, or null for an operation that needs none.
 */
export async function lookUp(operation, session) {
  if (operation.group !== "public" && session.kind === "nobody") return { missing: NEEDED[operation.group] };
  if (operation.group === "employee" && session.kind === "key") return { missing: NEEDED.employee };
  if (operation.group === "superior" && session.kind === "key") return { missing: NEEDED.superior };
  const find = LOOKUPS[operation.operationName];
  if (!find) return null;
  const ask = async (query, variables) => {
    const answer = await session.send({ query, variables });
    if (!answer.data) throw new Error(answer.errors?.[0]?.message ?? "?");
    return answer.data;
  };
  const result = await find({ session, ask, now: new Date(Date.now() + ahead).toISOString() });
  if (result.variables) found.set(operation.name, JSON.stringify(result.variables));
  return result;
}

/** Keys of sentences that tell how an item of this subscription arrives; none for those that people write themselves. */
export function hints(query, session, demo) {
  if (readyOperation(query)?.operationName !== "FollowMyUpdates") return [];
  const employee = demo.find(({ who }) => who === "EMPLOYEE");
  return employee && session.account !== employee.user ? ["waitingMine", "waitingDemo"] : ["waitingMine"];
}

const NEEDED = { employee: "needsEmployee", superior: "needsSuperior", reporting: "needsReporter" };
