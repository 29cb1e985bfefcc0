// The stream of changes that others make to the person's objects. It resumes after the stored cursor.
import { get, setMany } from "idb-keyval";
import { ReviewUpdatesSubscription, UpdatesEndQuery, type ReviewUpdatesSubscriptionData } from "../operations";
import { Refused, send, session } from "./api.svelte";
import * as keep from "./keep";
import { follow } from "./stream";
import { pause } from "./wait";

export type News = ReviewUpdatesSubscriptionData["reviewUpdates"];
/** Maximum number of news items that the page keeps. */
const KEPT = 20;

class Live {
  /** Incremented with each item, so that screens read again. */
  version = $state(0);
  /** The latest news first. */
  news = $state.raw<News[]>([]);
  /** The latest item, for the region that screen readers announce. */
  latest = $state<News | null>(null);
  private stop: (() => void) | null = null;
  /** The person whose stream it is. */
  private owner: string | null = null;

  start(): void {
    this.stop ??= this.follow();
  }

  end(): void {
    this.stop?.();
    this.stop = null;
    this.news = [];
    this.latest = null;
  }

  private follow(): () => void {
    let running = true;
    let closeClient = (): void => {};
    this.owner = session.keptFor;
    void (async () => {
      this.news = (await get<News[]>("news", keep.session)) ?? [];
      for (let tries = 0; running; tries += 1) {
        try {
          // Reads the end of the journal first, so that changes made while screens read are delivered too.
          if (!(await get<string>("cursor", keep.session))) await this.begin();
          await this.connect((close) => (closeClient = close), () => (tries = 0));
        } catch (error) {
          // The journal no longer contains the cursor: read everything again, and continue at its current end.
          if (error instanceof Refused && ["CURSOR_EXPIRED", "CURSOR_UNKNOWN"].includes(error.code)) {
            await this.begin().catch(() => undefined);
            this.version += 1;
          }
        }
        if (running) await pause(tries);
      }
    })();
    return () => {
      running = false;
      closeClient();
    };
  }

  private async begin(): Promise<void> {
    const { updates } = await send(UpdatesEndQuery, {});
    const cursor = updates?.pageInfo.endCursor ?? "start";
    if (session.keepsFor(this.owner)) await setMany([["cursor", cursor]], keep.session);
  }

  private connect(opened: (close: () => void) => void, received: () => void): Promise<void> {
    return follow({
      operation: ReviewUpdatesSubscription,
      variables: {},
      after: async () => (await get<string>("cursor", keep.session)) ?? "",
      opened,
      next: async ({ reviewUpdates }) => {
        received();
        await this.apply(reviewUpdates);
      },
    });
  }

  private async apply(item: News): Promise<void> {
    // An item that comes during a log-out is not stored again.
    if (!session.keepsFor(this.owner)) return;
    const news = [item, ...this.news].slice(0, KEPT);
    // The item and its cursor in one transaction.
    await setMany([["news", news], ["cursor", item.cursor]], keep.session);
    this.news = news;
    this.latest = item;
    this.version += 1;
  }
}

export const live = new Live();
