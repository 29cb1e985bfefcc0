// Notifies a screen of the area when others have changed the data that it shows.
//
// The API has streams of activities and of evaluations, but none of the plans that wait for a review. So a screen
// follows one stream, and also reads again each minute and when the tab is shown again. A hidden tab follows no stream,
// because over HTTP/1.1 a browser has only six connections to a server for all its tabs.
import { ActivityUpdatesSubscription, EvaluationUpdatesSubscription } from "../../operations";
import { follow } from "../../lib/stream";
import { pause } from "../../lib/wait";

/** Milliseconds between two readings. */
const EACH = 60_000;
/** Changes within this many milliseconds cause only one reading. */
const TOGETHER = 1_000;
/** Minimum milliseconds between two readings because of the stream. A decision on many rows makes many changes, and readings cost budget. */
const APART = 10_000;

/** What the stream is about: the activities of a unit and those below it, or all evaluations that the person can see. */
export type Subject = { activitiesOf: string } | "evaluations" | null;

/** Calls `changed` until the returned function is called. */
export function watch(subject: Subject, changed: () => void): () => void {
  let running = true;
  let turn = 0;
  let close = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      last = Date.now();
      changed();
    }, Math.max(TOGETHER, last + APART - Date.now()));
  };

  async function listen(): Promise<void> {
    if (!subject) return;
    const mine = ++turn;
    const open = (): boolean => running && mine === turn && !document.hidden;
    let cursor = "";
    for (let tries = 0; open(); tries += 1) {
      const next = (at: string): void => {
        cursor = at;
        tries = 0;
        soon();
      };
      const common = { after: async () => cursor, opened: (end: () => void) => (close = end) };
      try {
        if (subject === "evaluations") {
          await follow({ ...common, operation: EvaluationUpdatesSubscription, variables: {}, next: ({ evaluationUpdates }) => next(evaluationUpdates.cursor) });
        } else {
          const variables = { orgUnitId: subject.activitiesOf };
          await follow({ ...common, operation: ActivityUpdatesSubscription, variables, next: ({ activityUpdates }) => next(activityUpdates.cursor) });
        }
      } catch {
        // The next reading includes the changes that the stream misses.
        cursor = "";
      }
      if (open()) await pause(tries);
    }
  }
  function shown(): void {
    close();
    if (document.hidden) return;
    changed();
    void listen();
  }

  void listen();
  const clock = setInterval(() => {
    if (!document.hidden) changed();
  }, EACH);
  document.addEventListener("visibilitychange", shown);
  return () => {
    running = false;
    close();
    clearInterval(clock);
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
