// Waiting between attempts.

/** Exponential backoff up to 30 s, with jitter so that many phones don't reconnect at the same moment. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly first = 500,
    private readonly most = 30_000,
  ) {}

  /** Returns the milliseconds until the next attempt. */
  next(): number {
    const full = Math.min(this.most, this.first * 2 ** this.attempts);
    this.attempts += 1;
    return full / 2 + Math.random() * (full / 2);
  }

  /** Starts over after a success. */
  reset(): void {
    this.attempts = 0;
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
