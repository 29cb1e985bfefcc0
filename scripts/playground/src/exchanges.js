// The outcome of the last request of each editor tab: its time, the reason why it was not sent, or the items of its
// stream.

/** Items of a stream that the page keeps; older ones are dropped. */
export const KEPT_ITEMS = 200;

const NOTHING = { state: "none" };

export class Exchanges {
  #byTab = new Map();
  #watchers = new Set();
  #number = 0;

  watch = (watcher) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  of = (tab) => this.#byTab.get(tab) ?? NOTHING;

  /** Stores how long an answer took. */
  measured(tab, { milliseconds, bytes, status }) {
    this.#set(tab, { state: "answered", milliseconds, bytes, status });
  }

  /** Stores why a request was not sent. */
  notSent(tab, reason) {
    this.#set(tab, { state: "notSent", reason });
  }

  clear(tab) {
    this.#set(tab, NOTHING);
  }

  /** Begins the list of a stream. `hints` are keys of sentences that tell how an item arrives. */
  stream(tab, stop, hints) {
    this.#set(tab, { state: "stream", status: "running", stop, hints, items: [], dropped: 0 });
  }

  /** Adds an item at the top of the list. */
  item(tab, content) {
    const { items, dropped, ...rest } = this.of(tab);
    if (rest.state !== "stream") return;
    const added = [{ number: (this.#number += 1), at: new Date(), content }, ...items];
    const kept = added.slice(0, KEPT_ITEMS);
    this.#set(tab, { ...rest, items: kept, dropped: dropped + added.length - kept.length });
  }

  /** Empties the list of a stream without ending it. */
  empty(tab) {
    const stream = this.of(tab);
    if (stream.state === "stream") this.#set(tab, { ...stream, items: [], dropped: 0 });
  }

  /** Marks a stream as ended, or as stopped by the person. */
  end(tab, status) {
    const stream = this.of(tab);
    if (stream.state === "stream" && stream.status === "running") this.#set(tab, { ...stream, status });
  }

  #set(tab, exchange) {
    this.#byTab.set(tab, exchange);
    for (const watcher of this.#watchers) watcher();
  }
}
