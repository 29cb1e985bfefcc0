// The data that the page stores on the device, in IndexedDB.
import type { UseStore } from "idb-keyval";

/**
 * A store for idb-keyval whose writes are on the disk before they are reported: its own stores leave that to the browser, and what a person
 * recorded offline must survive a device that loses power.
 */
function durable(name: string): UseStore {
  let opening: Promise<IDBDatabase> | null = null;
  const open = (): Promise<IDBDatabase> => {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("keep");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        // Safari closes idle databases.
        database.onclose = () => (opening = null);
        resolve(database);
      };
    }).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return async (mode, use) => {
    const database = await open();
    return use(database.transaction("keep", mode, { durability: "strict" }).objectStore("keep"));
  };
}

/** The refresh token, the device token and the cursor of the stream. */
export const session = durable("kinerja-session");
/** Data that was read, for times without a network. */
export const readings = durable("kinerja-readings");
/** Activities that the person recorded and the server does not have yet. */
export const waiting = durable("kinerja-outbox");
