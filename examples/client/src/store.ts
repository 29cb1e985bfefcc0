// Where the app keeps what must survive it: tokens, the queue, cursors. On a phone this is its database.
import { open, readFile, rename } from "node:fs/promises";

/** A place for one text. A write that has ended is there after a crash. */
export interface Store {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** In a file: written beside it and renamed, so that it is never half there. */
export class FileStore implements Store {
  constructor(private readonly path: string) {}

  async read(): Promise<string | null> {
    try {
      return await readFile(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  async write(text: string): Promise<void> {
    const beside = `${this.path}.new`;
    const file = await open(beside, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path);
  }
}

/** In memory, for trying things out. */
export class MemoryStore implements Store {
  private text: string | null = null;

  async read(): Promise<string | null> {
    return this.text;
  }

  async write(text: string): Promise<void> {
    this.text = text;
  }
}
