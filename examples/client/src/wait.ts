// How long to wait before the next try.

/** Between tries: doubled each time up to 30 s, and spread, so that a city's phones don't come back at once. */
export class Backoff {
  private tries = 0;

  constructor(
    private readonly first = 500,
    private readonly most = 30_000,
  ) {}

  /** Milliseconds until the next try. */
  next(): number {
    const full = Math.min(this.most, this.first * 2 ** this.tries);
    this.tries += 1;
    return full / 2 + Math.random() * (full / 2);
  }

  /** It went well. */
  reset(): void {
    this.tries = 0;
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
