// Subscriptions over graphql-transport-ws without gaps: each resumes after the cursor that the app has stored.
import { Api, LoggedOut } from "./api.js";
import { UpdatesQuery, type Operation } from "./operations.js";
import type { Store } from "./store.js";
import { Backoff } from "./wait.js";

/** The interface that a browser's WebSocket and the package `ws` share. */
export interface Socket {
  readyState: number;
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}
export type SocketClass = new (url: string, protocol: string) => Socket;

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}
interface Item {
  data?: Record<string, { cursor: string } | null> | null;
  errors?: StreamError[];
}
interface StreamError {
  message: string;
  extensions?: { code?: string; cursor?: string };
}

/** The app's handler of a stream. */
export interface Follower<Item> {
  /** Stores the cursor. An app stores it in the same transaction as the writes of `apply`. */
  store: Store;
  /** Called for each item once, in order. */
  apply(item: Item): void | Promise<void>;
  /** The cursor is too old or unknown: read all data again; the stream then continues after `cursor`. */
  refetch(cursor: string): Promise<void>;
  /** The stream has ended for good, for example because the plan is no longer visible. */
  ended(code: string, message: string): void;
}

interface Followed {
  operation: Operation<{ after?: string | null }, object>;
  variables: object;
  follower: Follower<{ cursor: string }>;
  /** Id of the subscription on the open socket; null if it is not running. */
  id: string | null;
  /** Applies items one after the other. */
  work: Promise<void>;
}

/** Close codes after which the client must not reconnect: it violated the protocol, or newer sockets replaced it. */
const FINAL: ReadonlySet<number> = new Set([1008, 4400, 4406, 4409, 4429]);

export class Streams {
  private socket: Socket | null = null;
  private ready = false;
  private open = true;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private ids = 0;
  private readonly followed = new Set<Followed>();
  private readonly backoff: Backoff;
  /** Called with the close code each time a socket closes. */
  onClosed: (code: number) => void = () => {};
  /** Called when the person has to log in again. */
  onLoggedOut: () => void = () => {};
  /** Called with errors after which the client retries. */
  onError: (error: unknown) => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly WebSocket: SocketClass,
    backoff: { first: number; most: number } = { first: 500, most: 30_000 },
  ) {
    this.backoff = new Backoff(backoff.first, backoff.most);
    // A socket stays open after its token expires if it receives the new token in time.
    api.onToken = (token) => {
      if (this.ready) this.send({ type: "ping", payload: { token } });
    };
  }

  /** Follows a stream until the returned function is called. */
  follow<Field extends string, Item extends { cursor: string }, Variables extends { after?: string | null }>(
    operation: Operation<Variables, Record<Field, Item>>,
    variables: Omit<Variables, "after" | "first">,
    follower: Follower<Item>,
  ): () => void {
    const followed: Followed = {
      operation: operation as unknown as Followed["operation"],
      variables,
      follower: follower as unknown as Followed["follower"],
      id: null,
      work: Promise.resolve(),
    };
    this.followed.add(followed);
    if (this.ready) void this.begin(followed);
    else this.connect();
    return () => {
      this.followed.delete(followed);
      if (this.ready && followed.id) this.send({ type: "complete", id: followed.id });
    };
  }

  close(): void {
    this.open = false;
    if (this.timer) clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  private connect(): void {
    if (this.socket || this.timer || !this.open) return;
    const socket = new this.WebSocket(this.api.url.replace(/^http/, "ws"), "graphql-transport-ws");
    this.socket = socket;
    socket.onopen = () => {
      try {
        this.send({ type: "connection_init", payload: { token: this.api.accessToken() } });
      } catch {
        socket.close(1000);
      }
    };
    socket.onmessage = (event: never) => this.receive(JSON.parse((event as { data: string }).data) as Message);
    socket.onerror = () => {};
    socket.onclose = (event: never) => void this.lost((event as { code: number }).code);
  }

  private send(message: Message): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private receive(message: Message): void {
    switch (message.type) {
      case "connection_ack":
        this.ready = true;
        this.backoff.reset();
        for (const followed of this.followed) void this.begin(followed);
        return;
      case "ping":
        this.send({ type: "pong" });
        return;
    }
    const followed = [...this.followed].find(({ id }) => id !== null && id === message.id);
    // The server sent this before it received `complete`.
    if (!followed) return;
    switch (message.type) {
      case "next": {
        const { data, errors } = message.payload as Item;
        const item = data && Object.values(data)[0];
        // Skip an incomplete item and the items after it: resubscribe to receive them again.
        if (item && !errors) this.apply(followed, item);
        else this.restart(followed, errors?.[0]);
        return;
      }
      case "error":
        void this.failed(followed, (message.payload as StreamError[])[0]);
        return;
      case "complete":
        this.followed.delete(followed);
        followed.follower.ended("COMPLETE", "the stream has ended");
    }
  }

  private apply(followed: Followed, item: { cursor: string }): void {
    const { follower, id } = followed;
    followed.work = followed.work.then(async () => {
      // Ignore items of a closed socket: the next one delivers them again unless they were applied.
      if (id === null || followed.id !== id) return;
      try {
        await follower.apply(item);
        await follower.store.write(item.cursor);
      } catch (error) {
        // The app could not apply it: resubscribe after the stored cursor to receive it and the later items again.
        this.restart(followed, error);
      }
    });
  }

  private restart(followed: Followed, error: unknown): void {
    if (followed.id !== null) this.send({ type: "complete", id: followed.id });
    this.resume(followed);
    this.onError(error);
  }

  /** Resumes after the stored cursor, after a wait. */
  private resume(followed: Followed): void {
    followed.id = null;
    setTimeout(() => {
      if (this.ready && followed.id === null && this.followed.has(followed)) void this.begin(followed);
    }, this.backoff.next());
  }

  private async begin(followed: Followed): Promise<void> {
    this.ids += 1;
    const id = String(this.ids);
    followed.id = id;
    // Wait for running `apply` calls: they move the stored cursor.
    await followed.work;
    const after = await followed.follower.store.read();
    if (followed.id !== id) return;
    const payload = { documentId: followed.operation.id, variables: { ...followed.variables, after } };
    this.send({ type: "subscribe", id, payload });
  }

  private async failed(followed: Followed, error: StreamError | undefined): Promise<void> {
    const code = error?.extensions?.code ?? "INTERNAL_SERVER_ERROR";
    switch (code) {
      case "SUBSCRIPTION_LAGGED": // The client was too slow. Nothing is lost: resume after the last applied item.
      case "INTERNAL_SERVER_ERROR":
      case "OVERLOADED":
      case "TIMEOUT":
        this.resume(followed);
        return;
      case "CURSOR_EXPIRED":
      case "CURSOR_UNKNOWN": // The journal does not contain the cursor's entry, for example after a restore.
        try {
          // First the cursor, then the data: the stream delivers changes made in between again.
          const { updates } = await this.api.send(UpdatesQuery, { first: 1 });
          const cursor = updates?.pageInfo.endCursor ?? "start";
          await followed.follower.refetch(cursor);
          await followed.follower.store.write(cursor);
        } catch (cause) {
          if (cause instanceof LoggedOut) return this.onLoggedOut();
          this.onError(cause);
        }
        this.resume(followed);
        return;
      default:
        this.followed.delete(followed);
        followed.follower.ended(code, error?.message ?? code);
    }
  }

  private async lost(code: number): Promise<void> {
    this.socket = null;
    this.ready = false;
    for (const followed of this.followed) followed.id = null;
    this.onClosed(code);
    if (!this.open) return;
    if (FINAL.has(code)) {
      for (const { follower } of this.followed) follower.ended(String(code), "the server closed the socket");
      return;
    }
    try {
      // The token has expired or the session has ended: a refresh shows which.
      if (code === 4401 || code === 4403) await this.api.renew();
      else this.api.accessToken();
    } catch (error) {
      if (error instanceof LoggedOut) return this.onLoggedOut();
      this.onError(error);
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect();
    }, this.backoff.next());
  }
}
