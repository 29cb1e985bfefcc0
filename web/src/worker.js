// The service worker. It caches the page's own files, so that the page opens without a network. The page itself stores
// data. The build inserts the version and the list of files.
const VERSION = "{version}";
const FILES = ["{files}"];
/** Files that are cached only after they were needed: the areas that only some people open. */
const LATER = ["{later}"];
const STORE = `kinerja-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    await store.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    const page = await fetch("/", { headers: { Accept: "text/html" }, cache: "reload" });
    if (!page.ok) throw new Error(`the page: ${page.status}`);
    // The time belongs to this request; a cached page must not show it again.
    const text = (await page.text()).replace(/ data-now="[^"]*"/, ' data-now=""');
    await store.put("/", new Response(text, { headers: page.headers }));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("kinerja-") && name !== STORE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const own = request.method === "GET" && origin === location.origin;
  const page = own && request.mode === "navigate" && pathname === "/";
  const later = own && LATER.includes(pathname);
  if (!page && !later && !(own && FILES.includes(pathname))) return;
  event.respondWith((async () => {
    const store = await caches.open(STORE);
    const kept = await store.match(page ? "/" : pathname);
    if (kept) return kept;
    const answer = await fetch(request);
    if (later && answer.ok) await store.put(pathname, answer.clone());
    return answer;
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "change") self.skipWaiting();
});
