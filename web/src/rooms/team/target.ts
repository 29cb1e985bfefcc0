// A target as people write it.
import { speech } from "../../lib/language.svelte";

interface Indicator {
  measure: string;
  target: { min: string; max: string };
  targetIsMaximum?: boolean;
}

export function target({ measure, target: { min, max }, targetIsMaximum }: Indicator): string {
  const figures = min === max ? speech.number(min) : `${speech.number(min)} – ${speech.number(max)}`;
  return `${targetIsMaximum ? `${speech.words.plan.atMost} ` : ""}${figures} ${measure}`;
}
