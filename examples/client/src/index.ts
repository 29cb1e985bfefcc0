export { Api, ApiError, LoggedOut, Unanswered } from "./api.js";
export * from "./operations.js";
export { Queue, type Entry, type OnRefused, type Refusal } from "./queue.js";
export { FileStore, MemoryStore, type Store } from "./store.js";
export { Streams, type Follower, type Socket, type SocketClass } from "./stream.js";
export { wake } from "./wake.js";
