// Waits between attempts: half a second at first, then doubled up to 30 s. Each wait is a random time between half of
// this limit and the limit.

export function pause(tries: number): Promise<void> {
  const full = Math.min(30_000, 500 * 2 ** Math.min(tries, 10));
  return new Promise((done) => {
    // The wait ends when the network is available again.
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, full / 2 + Math.random() * (full / 2));
    addEventListener("online", end);
  });
}
