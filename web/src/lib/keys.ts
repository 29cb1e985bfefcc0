// Keys of changes, and the sentence of a change that failed.
import { Unanswered } from "./api.svelte";

/** Idempotency keys. A change keeps its key until there is an answer, so that pressing the button again does not repeat the change. */
export class Keys {
  private readonly open = new Map<string, string>();

  /** Runs a change with its key. A change without an answer keeps it. */
  async with<Input, Answer>(input: Input, run: (input: Input & { idempotencyKey: string }) => Promise<Answer>): Promise<Answer> {
    const text = JSON.stringify(input);
    const idempotencyKey = this.open.get(text) ?? crypto.randomUUID();
    this.open.set(text, idempotencyKey);
    try {
      const answer = await run({ ...input, idempotencyKey });
      this.open.delete(text);
      return answer;
    } catch (error) {
      if (!(error instanceof Unanswered)) this.open.delete(text);
      throw error;
    }
  }
}

/** The sentence of an error. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
