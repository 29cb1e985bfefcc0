// Loads in advance the data that a person needs without a network: their current plans with the rows to record for, and
// the latest activities.
import { ActivitiesQuery, CriteriaQuery, PlanQuery, PlansQuery } from "../operations";
import { Reading } from "./reading.svelte";

export async function readAhead(staffId: string): Promise<void> {
  const plans = new Reading(PlansQuery);
  await plans.load({ staffId });
  for (const { id, status } of plans.data?.plans?.nodes ?? []) {
    if (status !== "APPROVED") continue;
    await new Reading(PlanQuery).load({ id });
    await new Reading(ActivitiesQuery).load({ planId: id });
  }
  await new Reading(CriteriaQuery).load({});
}
