// Leaves out of the bundle what the page has no use for. Each entry names the module that it puts another in place
// of; the build fails when one of them is no longer asked for, so that an update of GraphiQL is noticed.
import { join } from "node:path";

const source = join(import.meta.dirname, "src");
const formatter = join(import.meta.dirname, "node_modules/prettier/plugins/graphql.mjs");
const replacements = [
  // The whole editor, by the parts that we use.
  { filter: /^monaco-graphql\/esm\/monaco-editor\.js$/, path: join(source, "editor.js") },
  // A formatter of JavaScript that is used for JSON only (GraphiQL bundles its source by file).
  { filter: /\/jsonc\.js$/, from: /@graphiql\/react\/dist/, path: join(source, "json.js") },
  // The same formatter of GraphQL under its older name.
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
