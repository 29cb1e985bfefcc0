// Replaces modules that the page does not need. Each entry names a module and its replacement. The build fails if one
// of these modules is no longer imported, so that a change in GraphiQL is noticed.
import { join } from "node:path";

const source = join(import.meta.dirname, "src");
const formatter = join(import.meta.dirname, "node_modules/prettier/plugins/graphql.mjs");
const replacements = [
  // The whole editor, replaced by the parts that the page uses.
  { filter: /^monaco-graphql\/esm\/monaco-editor\.js$/, path: join(source, "editor.js") },
  // A JavaScript formatter that GraphiQL uses for JSON only (GraphiQL bundles its source by file).
  { filter: /\/jsonc\.js$/, from: /@graphiql\/react\/dist/, path: join(source, "json.js") },
  // The GraphQL formatter, which is imported under an old and a new name.
  { filter: /^prettier\/(parser-graphql|plugins\/graphql)$/, path: formatter },
];

export function slim() {
  const used = new Set();
  return {
    name: "slim",
    setup({ onResolve, onEnd }) {
      for (const replacement of replacements) {
        onResolve({ filter: replacement.filter }, ({ importer }) => {
          if (importer.startsWith(source) || (replacement.from && !replacement.from.test(importer))) return undefined;
          used.add(replacement);
          return { path: replacement.path };
        });
      }
      onEnd(() => {
        const unused = replacements.filter((replacement) => !used.has(replacement));
        if (unused.length > 0) return { errors: unused.map(({ filter }) => ({ text: `nothing imports ${filter}` })) };
        return undefined;
      });
    },
  };
}
