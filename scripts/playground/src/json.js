// Formats variables and headers with the library that parses them; GraphiQL would bundle a JavaScript formatter for it.
import { applyEdits, format } from "jsonc-parser";

export { parseJSONC, tryParseJSONC } from "../node_modules/@graphiql/react/dist/utility/jsonc.js";

export async function formatJSONC(content) {
  return applyEdits(content, format(content, undefined, { insertSpaces: true, tabSize: 2, insertFinalNewline: true }));
}
