// The service worker, which caches the page itself for times without a network.

class Worker {
  /** Whether a newer version of the page waits. */
  newer = $state(false);
  private waiting: ServiceWorker | null = null;

  register(): void {
    if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
    void navigator.serviceWorker.register("/web/sw.js", { scope: "/" }).then((registration) => {
      const offer = (worker: ServiceWorker | null): void => {
        // The very first version replaces nothing.
        if (!worker || !navigator.serviceWorker.controller) return;
        this.waiting = worker;
        this.newer = true;
      };
      offer(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => {
          if (worker.state === "installed") offer(worker);
        });
      });
    });
  }

  /** Changes to the newer version. */
  change(): void {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    this.waiting?.postMessage("change");
  }
}

export const worker = new Worker();
