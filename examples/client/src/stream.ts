// Subscriptions over graphql-transport-ws that lose nothing: each goes on after the cursor that the app has stored.
import { Api, LoggedOut } from "./api.js";
import { UpdatesQuery, type Operation } from "./operations.js";
import type { Store } from "./store.js";
import { Backoff } from "./wait.js";

/** What both a browser's WebSocket and the package `ws` are. */
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
  errors?: Failure[];
}
interface Failure {
  message: string;
  extensions?: { code?: string; cursor?: string };
}

/** What an app does with a stream. */
export interface Follower<Item> {
  /** Where the cursor is kept. An app keeps it in the same transaction as what `apply` writes. */
  store: Store;
  /** Told of each item once, in order. */
  apply(item: Item): void | Promise<void>;
  /** The cursor is too old: read everything anew; the stream then goes on after `cursor`. */
  refetch(cursor: string): Promise<void>;
  /** It won't go on: the plan is no longer visible, say. */
  ended(code: string, message: string): void;
}

interface Followed {
  operation: Operation<{ after?: string | null }, object>;
  variables: object;
  follower: Follower<{ cursor: string }>;
  /** Under which id it runs on the socket that is open now. */
  id: string | null;
  /** Items that are being applied, one after the other. */
  work: Promise<void>;
}

/** Close codes after which coming back is of no use: the client itself is wrong, or it was displaced. */
const FINAL: ReadonlySet<number> = new Set([1008, 4400, 4406, 4409, 4429]);

export class Streams {
  private socket: Socket | null = null;
  private ready = false;
  private wanted = true;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private ids = 0;
  private readonly followed = new Set<Followed>();
  private readonly backoff: Backoff;
  /** Told of the code each time that a socket closes. */
  onClosed: (code: number) => void = () => {};
  /** Told that a password is needed. */
  onLoggedOut: () => void = () => {};
  /** Told of what went wrong and is tried again. */
  onFault: (error: unknown) => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly WebSocket: SocketClass,
    backoff: { first: number; most: number } = { first: 500, most: 30_000 },
  ) {
    this.backoff = new Backoff(backoff.first, backoff.most);
    // A socket outlives its token if it is told of the next one in time.
    api.onToken = (token) => {
      if (this.ready) this.tell({ type: "ping", payload: { token } });
    };
  }

  /** Follows a stream until the function that it gives is called. */
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
      if (this.ready && followed.id) this.tell({ type: "complete", id: followed.id });
    };
  }

  close(): void {
    this.wanted = false;
    if (this.timer) clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  private connect(): void {
    if (this.socket || this.timer || !this.wanted) return;
    const socket = new this.WebSocket(this.api.url.replace(/^http/, "ws"), "graphql-transport-ws");
    this.socket = socket;
    socket.onopen = () => {
      try {
        this.tell({ type: "connection_init", payload: { token: this.api.accessToken() } });
      } catch {
        socket.close(1000);
      }
    };
    socket.onmessage = (event: never) => this.hear(JSON.parse((event as { data: string }).data) as Message);
    socket.onerror = () => {};
    socket.onclose = (event: never) => void this.lost((event as { code: number }).code);
  }

  private tell(message: Message): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private hear(message: Message): void {
    switch (message.type) {
      case "connection_ack":
        this.ready = true;
        this.backoff.reset();
        for (const followed of this.followed) void this.begin(followed);
        return;
      case "ping":
        this.tell({ type: "pong" });
        return;
    }
    const followed = [...this.followed].find(({ id }) => id !== null && id === message.id);
    // Said before the server heard that nobody listens any more.
    if (!followed) return;
    switch (message.type) {
      case "next": {
        const { data, errors } = message.payload as Item;
        const item = data && Object.values(data)[0];
        // An item that could not be read to its end is not taken, nor what follows it: it comes again.
        if (item && !errors) this.take(followed, item);
        else this.restart(followed, errors?.[0]);
        return;
      }
      case "error":
        void this.failed(followed, (message.payload as Failure[])[0]);
        return;
      case "complete":
        this.followed.delete(followed);
        followed.follower.ended("COMPLETE", "the stream has ended");
    }
  }

  private take(followed: Followed, item: { cursor: string }): void {
    const { follower, id } = followed;
    followed.work = followed.work.then(async () => {
      // What a socket said that is lost by now comes again on the next one, unless it was applied.
      if (id === null || followed.id !== id) return;
      try {
        await follower.apply(item);
        await follower.store.write(item.cursor);
      } catch (error) {
        // The app could not take it: it comes again after the stored cursor, and so do those behind it.
        this.restart(followed, error);
      }
    });
  }

  private restart(followed: Followed, fault: unknown): void {
    if (followed.id !== null) this.tell({ type: "complete", id: followed.id });
    this.again(followed);
    this.onFault(fault);
  }

  /** Goes on after the stored cursor, in a while. */
  private again(followed: Followed): void {
    followed.id = null;
    setTimeout(() => {
      if (this.ready && followed.id === null && this.followed.has(followed)) void this.begin(followed);
    }, this.backoff.next());
  }

  private async begin(followed: Followed): Promise<void> {
    this.ids += 1;
    const id = String(this.ids);
    followed.id = id;
    // What is being applied decides where to go on.
    await followed.work;
    const after = await followed.follower.store.read();
    if (followed.id !== id) return;
    const payload = { documentId: followed.operation.id, variables: { ...followed.variables, after } };
    this.tell({ type: "subscribe", id, payload });
  }

  private async failed(followed: Followed, failure: Failure | undefined): Promise<void> {
    const code = failure?.extensions?.code ?? "INTERNAL_SERVER_ERROR";
    switch (code) {
      case "SUBSCRIPTION_LAGGED": // We were too slow: nothing is lost, we go on after what we have applied.
      case "INTERNAL_SERVER_ERROR":
      case "TIMEOUT":
        this.again(followed);
        return;
      case "CURSOR_EXPIRED":
        try {
          // First the place, then the data: what happens in between comes once more, by the stream.
          const { updates } = await this.api.send(UpdatesQuery, { first: 1 });
          const cursor = updates.pageInfo.endCursor ?? "start";
          await followed.follower.refetch(cursor);
          await followed.follower.store.write(cursor);
        } catch (error) {
          if (error instanceof LoggedOut) return this.onLoggedOut();
          this.onFault(error);
        }
        this.again(followed);
        return;
      default:
        this.followed.delete(followed);
        followed.follower.ended(code, failure?.message ?? code);
    }
  }

  private async lost(code: number): Promise<void> {
    this.socket = null;
    this.ready = false;
    for (const followed of this.followed) followed.id = null;
    this.onClosed(code);
    if (!this.wanted) return;
    if (FINAL.has(code)) {
      for (const { follower } of this.followed) follower.ended(String(code), "the server closed the socket");
      return;
    }
    try {
      // The session's token has expired, or the session has ended: the refresh token tells.
      if (code === 4401 || code === 4403) await this.api.renew();
      else this.api.accessToken();
    } catch (error) {
      if (error instanceof LoggedOut) return this.onLoggedOut();
      this.onFault(error);
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect();
    }, this.backoff.next());
  }
}
