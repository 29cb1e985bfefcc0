// The area's own sentences, which are loaded with it.
import { speech } from "../../lib/language.svelte";
import { english } from "../../words/team-en";
import { indonesian, type TeamWords } from "../../words/team-id";

/** The sentences in the current language; call this inside `$derived`. */
export const sentences = (): TeamWords => (speech.language === "id" ? indonesian : english);
