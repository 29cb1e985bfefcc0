// The language of the page, and its words.
import { english } from "../words/en";
import { indonesian, type Words } from "../words/id";

export type Language = "id" | "en";
const CHOSEN = "kinerja.language";

function first(): Language {
  const chosen = localStorage.getItem(CHOSEN);
  if (chosen === "id" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "id";
}

class Speech {
  language = $state<Language>(first());
  readonly words: Words = $derived(this.language === "id" ? indonesian : english);

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(CHOSEN, language);
  }

  private format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.language === "id" ? "id-ID" : "en-GB", options);
  }

  /** A day such as `2026-10-15`, or an instant, as people write it. */
  day(text: string, weekday = false): string {
    const date = text.length === 10 ? new Date(`${text}T00:00:00`) : new Date(text);
    return this.format({ day: "numeric", month: "long", year: "numeric", ...(weekday && { weekday: "long" }) }).format(date);
  }

  dayAndTime(text: string): string {
    return this.format({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(new Date(text));
  }

  times(from: string, until: string): string {
    const time = this.format({ hour: "2-digit", minute: "2-digit" });
    return `${time.format(new Date(from))} – ${time.format(new Date(until))}`;
  }

  number(text: string | number): string {
    return new Intl.NumberFormat(this.language === "id" ? "id-ID" : "en-GB", { maximumFractionDigits: 6 }).format(Number(text));
  }
}

export const speech = new Speech();
