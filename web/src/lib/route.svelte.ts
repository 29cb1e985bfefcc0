// The screen in the URL. It is in the part after the hash, so that the server has only one page.

class Route {
  /** The parts of the path; the first names the screen. */
  parts = $state.raw<string[]>(read());

  get screen(): string {
    return this.parts[0] ?? "";
  }

  go(path: string): void {
    location.hash = `#/${path}`;
  }
}

function read(): string[] {
  return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent).filter(Boolean);
}

export const route = new Route();
addEventListener("hashchange", () => (route.parts = read()));
