// The colour of a status. Its label comes from the server.
const GOOD: ReadonlySet<string> = new Set(["APPROVED", "ACKNOWLEDGED", "FINAL", "DEEMED_ACCEPTED", "DECIDED_CHANGED", "VERY_GOOD", "GOOD"]);
const WARN: ReadonlySet<string> = new Set(["DRAFT", "RETURNED", "OBJECTED", "DELIVERED", "NEEDS_IMPROVEMENT", "INADMISSIBLE"]);
const BAD: ReadonlySet<string> = new Set(["CANCELLED", "POOR", "VERY_POOR"]);

export function tone(status: string | null): string {
  if (status === null) return "badge";
  if (GOOD.has(status)) return "badge good";
  if (WARN.has(status)) return "badge warn";
  return BAD.has(status) ? "badge bad" : "badge";
}
