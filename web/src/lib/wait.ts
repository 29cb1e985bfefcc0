// Waits between attempts: from half a second, doubled up to 30 s, each a random time between half and all of it.

export function pause(tries: number): Promise<void> {
  const full = Math.min(30_000, 500 * 2 ** Math.min(tries, 10));
  return new Promise((done) => {
    // A network that comes back ends the wait.
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, full / 2 + Math.random() * (full / 2));
    addEventListener("online", end);
  });
}
