// The time of the server's clock in a demo, whose date differs from today's; otherwise the device's time.
const SHIFT = "kinerja.shift";

const given = document.documentElement.dataset["now"];
if (given) {
  const shift = Date.parse(given) - Date.now();
  localStorage.setItem(SHIFT, String(shift));
}
const shift = Number(localStorage.getItem(SHIFT) ?? "0");

export const now = (): Date => new Date(Date.now() + shift);
