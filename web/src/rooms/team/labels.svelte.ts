// Labels of values that are not in the objects of the screen, from the server.
import { speech } from "../../lib/language.svelte";
import { Reading } from "../../lib/reading.svelte";
import { PredicatesQuery, type Expectation, type Predicate } from "../../operations";

class Labels {
  private readonly reading = new Reading(PredicatesQuery);
  private readonly all = $derived(this.reading.data?.serviceConfig?.labels ?? []);

  read(): void {
    if (this.reading.data === null) void this.reading.load({});
  }

  private of<Value extends string>(enumeration: string, order: readonly Value[]): { id: Value; label: string }[] {
    return order.map((id) => {
      const found = this.all.find((one) => one.enumeration === enumeration && one.value === id);
      return { id, label: (speech.language === "id" ? found?.indonesian : found?.english) ?? id };
    });
  }
  readonly predicates = $derived(this.of<Predicate>("Predicate", ["VERY_POOR", "POOR", "NEEDS_IMPROVEMENT", "GOOD", "VERY_GOOD"]));
  readonly expectations = $derived(this.of<Expectation>("Expectation", ["BELOW", "AS_EXPECTED", "ABOVE"]));
}

export const labels = new Labels();
