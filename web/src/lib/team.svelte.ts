// Whether the person has subordinates, and how many tasks about them wait.
import { TeamQuery } from "../operations";
import { Reading } from "./reading.svelte";

class Team {
  private readonly reading = new Reading(TeamQuery);
  private readonly viewer = $derived(this.reading.data?.viewer);
  /** Tasks about others that wait for this person. */
  readonly waiting: number = $derived(this.viewer?.worklist.totalCount ?? 0);
  /** True also for people who act for a superior, and for raters who still have tasks about people who have left. */
  readonly has: boolean = $derived((this.viewer?.subordinates.nodes.length ?? 0) > 0 || this.waiting > 0);
  /** Whether the server was asked; only then is `has` valid. */
  readonly asked: boolean = $derived(this.reading.data !== null || !this.reading.loading);

  read(): void {
    void this.reading.load({});
  }

  forget(): void {
    this.reading.data = null;
    this.reading.loading = true;
  }
}

export const team = new Team();
