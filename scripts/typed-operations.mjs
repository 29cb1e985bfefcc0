// TypeScript for operations: for each its id, its variables and its result.
import { createRequire } from "node:module";

const require = createRequire(new URL("../tests/conformance/package.json", import.meta.url));
const {
  getNamedType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, typeFromAST,
} = require("graphql");

const SCALARS = { Int: "number", Float: "number", Boolean: "boolean" };

/// The text of a module with all operations.
export function typed(schema, operations) {
  const inputs = new Map();

  // A type with its lists and nulls; `inner` writes what is at the bottom.
  function wrapped(type, inner, optional = "null") {
    if (isNonNullType(type)) return bare(type.ofType, inner, optional);
    return `${bare(type, inner, optional)} | ${optional}`;
  }
  function bare(type, inner, optional) {
    if (!isListType(type)) return inner(type);
    const item = wrapped(type.ofType, inner, optional);
    return item.includes("|") || item.includes("&") ? `(${item})[]` : `${item}[]`;
  }
  function leaf(type) {
    if (isEnumType(type)) {
      inputs.set(type.name, `export type ${type.name} = ${type.getValues().map(({ name }) => `"${name}"`).join(" | ")};`);
      return type.name;
    }
    return SCALARS[type.name] ?? "string";
  }
  function input(type) {
    if (!isInputObjectType(type)) return leaf(type);
    if (!inputs.has(type.name)) {
      inputs.set(type.name, "");
      const fields = Object.values(type.getFields()).map((field) => {
        const may = !isNonNullType(field.type) || field.defaultValue !== undefined;
        return `  ${field.name}${may ? "?" : ""}: ${wrapped(field.type, input)};`;
      });
      inputs.set(type.name, `export interface ${type.name} {\n${fields.join("\n")}\n}`);
    }
    return type.name;
  }

  // The fields that a selection gives for one concrete type.
  function fieldsOf(concrete, set) {
    const fields = new Map();
    for (const selection of set.selections) {
      if (selection.kind === "InlineFragment") {
        const on = typeFromAST(schema, selection.typeCondition);
        if (on === concrete || (isAbstractType(on) && schema.isSubType(on, concrete))) {
          for (const [key, field] of fieldsOf(concrete, selection.selectionSet)) fields.set(key, field);
        }
      } else {
        fields.set(selection.alias?.value ?? selection.name.value, selection);
      }
    }
    return fields;
  }
  function composite(type, set, indent) {
    const concrete = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    // Types that give the same fields share one alternative.
    const alternatives = new Map();
    for (const one of [...concrete].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const lines = [];
      let named = false;
      for (const [key, field] of fieldsOf(one, set)) {
        if (field.name.value === "__typename") named = true;
        else lines.push(`${indent}  ${key}: ${output(one.getFields()[field.name.value].type, field, `${indent}  `)};`);
      }
      const body = lines.join("\n");
      const entry = alternatives.get(body) ?? { names: [], named };
      entry.names.push(one.name);
      alternatives.set(body, entry);
    }
    const written = [...alternatives].map(([body, { names, named }]) => {
      const name = named ? `${indent}  __typename: ${names.map((it) => `"${it}"`).join(" | ")};` : "";
      return `{\n${[name, body].filter(Boolean).join("\n")}\n${indent}}`;
    });
    return written.length > 1 ? `(${written.join(" | ")})` : written[0];
  }
  function output(type, field, indent) {
    const named = getNamedType(type);
    return wrapped(type, (it) => (isCompositeType(named) ? composite(named, field.selectionSet, indent) : leaf(it)));
  }

  const parts = operations.map(({ name, kind, id, document }) => {
    const [operation] = document.definitions;
    const type = { Query: schema.getQueryType(), Mutation: schema.getMutationType(), Subscription: schema.getSubscriptionType() }[kind];
    const variables = operation.variableDefinitions.map((definition) => {
      const of = typeFromAST(schema, definition.type);
      const may = !isNonNullType(of) || definition.defaultValue !== undefined;
      return `${definition.variable.name.value}${may ? "?" : ""}: ${wrapped(of, input)}`;
    });
    const result = composite(type, operation.selectionSet, "");
    return `export type ${name}Variables = { ${variables.join("; ")} };
export type ${name}Data = ${result};
export const ${name}: Operation<${name}Variables, ${name}Data> = { name: "${name}", kind: "${kind}", id: "${id}" };`;
  });
  return `// Made by scripts/trusted-documents.mjs from examples/operations; not to be edited.

/** A document that the server knows by its id; the types are those of what goes in and comes out. */
export interface Operation<Variables, Data> {
  readonly name: string;
  readonly kind: "Query" | "Mutation" | "Subscription";
  readonly id: string;
  readonly __types?: (variables: Variables) => Data;
}

${[...inputs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text).join("\n\n")}

${parts.join("\n\n")}
`;
}
