// Persistent storage for tokens, the queue and cursors. On a phone this is the app's database.
import { open, readFile, rename } from "node:fs/promises";

/** Stores one text. A completed write survives a crash. */
export interface Store {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** Stores the text in a file. Writes a temporary file and renames it, so that the file is never incomplete. */
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
    const temporary = `${this.path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path);
  }
}

/** Stores the text in memory, for experiments. */
export class MemoryStore implements Store {
  private text: string | null = null;

  async read(): Promise<string | null> {
    return this.text;
  }

  async write(text: string): Promise<void> {
    this.text = text;
  }
}
