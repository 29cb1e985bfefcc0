#!/usr/bin/env node
// Checks descriptions, names, problems for generated Swift and Kotlin, and breaking changes:
//
//   node schema-lint.mjs SCHEMA.graphql [--against OLD.graphql] [--strict]
import { readFileSync, existsSync } from "node:fs";
import { ESLint } from "eslint";
import gqlPlugin from "@graphql-eslint/eslint-plugin";
import { diff } from "@graphql-inspector/core";
import {
  buildSchema,
  validateSchema,
  isEnumType,
  isObjectType,
  isInputObjectType,
  isInterfaceType,
  isUnionType,
  isScalarType,
  isNonNullType,
  getNamedType,
  isSpecifiedScalarType,
} from "graphql";
import { args, Report } from "./lib/util.mjs";
const { pos, opt } = args();
const file = pos[0];
const R = new Report("schema lint", opt);
const text = readFileSync(file, "utf8");
const schema = buildSchema(text);
const errs = validateSchema(schema);
R.add("MUST", "V01 schema is valid", errs.length === 0, errs[0]?.message);
const MUST = {
  "require-description": [
    "error",
    {
      types: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      DirectiveDefinition: true,
      // async-graphql exports no descriptions of the arguments of directives.
      ignoredSelectors: ["DirectiveDefinition > InputValueDefinition"],
    },
  ],
  "require-deprecation-reason": "error",
  "no-typename-prefix": "error",
  "no-hashtag-description": "error",
  "unique-enum-value-names": "error",
  "no-scalar-result-type-on-mutation": "error",
  "input-name": ["error", { checkInputType: true, caseSensitiveInputType: false }],
  "naming-convention": [
    "error",
    {
      types: "PascalCase",
      FieldDefinition: "camelCase",
      InputValueDefinition: "camelCase",
      Argument: "camelCase",
      DirectiveDefinition: "camelCase",
      EnumValueDefinition: "UPPER_CASE",
      "FieldDefinition[parent.name.value=Query]": {
        forbiddenPrefixes: ["get", "list", "query"],
        forbiddenSuffixes: ["Query"],
      },
      "FieldDefinition[parent.name.value=Mutation]": {
        forbiddenPrefixes: ["mutation"],
        forbiddenSuffixes: ["Mutation"],
      },
    },
  ],
  "relay-connection-types": "error",
  "relay-edge-types": [
    "error",
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
  "relay-arguments": ["error", { includeBoth: false }],
  "relay-page-info": "error",
  "no-unreachable-types": "error",
};
const SHOULD = {
  "require-nullable-fields-with-oneof": "warn",
  "no-root-type": ["warn", { disallow: [] }],
  "require-type-pattern-with-oneof": "off",
  "description-style": ["warn", { style: "block" }],
};
const rules = Object.fromEntries(
  Object.entries({ ...MUST, ...SHOULD })
    .filter(([k, v]) => v !== "off" && gqlPlugin.rules[k] && k !== "no-root-type")
    .map(([k, v]) => ["@graphql-eslint/" + k, v]),
);
const es = new ESLint({
  overrideConfigFile: true,
  cwd: "/",
  ignore: false,
  overrideConfig: [
    {
      files: ["**/*.graphql"],
      languageOptions: { parser: gqlPlugin.parser, parserOptions: { graphQLConfig: { schema: text } } },
      plugins: { "@graphql-eslint": gqlPlugin },
      rules,
    },
  ],
});
const [res] = await es.lintText(text, { filePath: new URL("schema-under-test.graphql", import.meta.url).pathname });
const byRule = {};
for (const m of res.messages) (byRule[m.ruleId ?? "parse"] ??= []).push(m);
for (const id of Object.keys(rules)) {
  // The schema also prints the directives of the specification, which need no description.
  const m = (byRule[id] ?? []).filter(
    (x) => !/directive [`"](specifiedBy|oneOf|include|skip|deprecated)[`"]/i.test(x.message),
  );
  R.add(
    MUST[id.split("/")[1]] ? "MUST" : "SHOULD",
    id,
    m.length === 0,
    m.length ? `${m.length}: line ${m[0].line} ${m[0].message}` : "",
  );
}
for (const id of Object.keys(byRule).filter((i) => !rules[i])) R.add("MUST", id, false, byRule[id][0].message);
// Names that Apollo iOS / Apollo Kotlin generate badly or must rename.
const T = Object.values(schema.getTypeMap()).filter((t) => !t.name.startsWith("__") && !isSpecifiedScalarType(t));
const clash = new Set([
  "Schema",
  "Fragment",
  "Query",
  "Type",
  "Protocol",
  "String",
  "Int",
  "Float",
  "Double",
  "Boolean",
  "Bool",
  "Any",
  "Error",
  "Optional",
  "Set",
  "Array",
  "Dictionary",
  "Map",
  "List",
  "Object",
  "Unit",
  "Nothing",
  "DocumentType",
  "Self",
  "Result",
  "Character",
  "UUID",
  "URL",
  "Data",
  "Date",
  "Decimal",
  "Operation",
]);
R.add(
  "SHOULD",
  "M01 no type name that shadows a Swift/Kotlin built-in",
  !T.some((t) => clash.has(t.name) && t !== schema.getQueryType() && !isScalarType(t)),
  T.filter((t) => clash.has(t.name) && t !== schema.getQueryType() && !isScalarType(t))
    .map((t) => t.name)
    .join(),
);
const low = {};
for (const t of T) (low[t.name.toLowerCase()] ??= []).push(t.name);
R.add(
  "MUST",
  "M02 type names differ by more than letter case (files collide on macOS/Windows)",
  !Object.values(low).some((l) => l.length > 1),
  Object.values(low)
    .filter((l) => l.length > 1)
    .join(";"),
);
const bad = T.filter(isEnumType).flatMap((e) =>
  e
    .getValues()
    .filter((v) =>
      ["name", "ordinal", "entries", "rawvalue", "type", "unknown__", "self", "init"].includes(v.name.toLowerCase()),
    )
    .map((v) => e.name + "." + v.name),
);
R.add("SHOULD", "M03 no enum value that collides with generated enum members", !bad.length, bad.join());
const ent = T.filter((t) => isObjectType(t) || isInterfaceType(t)).flatMap((t) =>
  Object.values(t.getFields())
    .filter((f) => ["hashValue", "debugDescription", "__typename", "fragments", "init", "self"].includes(f.name))
    .map((f) => t.name + "." + f.name),
);
R.add("MUST", "M04 no field that collides with generated properties", !ent.length, ent.join());
const noSpec = T.filter((t) => isScalarType(t) && !t.specifiedByURL).map((t) => t.name);
R.add("SHOULD", "M05 each custom scalar has @specifiedBy", !noSpec.length, noSpec.join());
const cyc = [];
for (const t of T.filter(isInputObjectType)) {
  const seen = new Set();
  const go = (x) => {
    if (seen.has(x.name)) return;
    seen.add(x.name);
    for (const f of Object.values(x.getFields())) {
      const n = getNamedType(f.type);
      if (isInputObjectType(n)) {
        if (n === t) cyc.push(t.name + "." + f.name);
        else go(n);
      }
    }
  };
  go(t);
}
R.add(
  "SHOULD",
  "M06 only filters are recursive input types",
  cyc.every((c) => /Filter|Where/.test(c)),
  cyc.join(),
);
const one = T.filter((t) => isInputObjectType(t) && t.isOneOf).flatMap((t) =>
  Object.values(t.getFields())
    .filter((f) => isNonNullType(f.type) || f.defaultValue !== undefined)
    .map((f) => t.name + "." + f.name),
);
R.add("MUST", "M07 @oneOf members are nullable without default", !one.length, one.join());
const floats = T.filter(isObjectType).flatMap((t) =>
  Object.values(t.getFields())
    .filter((f) => /amount|money|price|salary|budget/i.test(f.name) && getNamedType(f.type).name === "Float")
    .map((f) => t.name + "." + f.name),
);
R.add("SHOULD", "M08 no money as Float", !floats.length, floats.join());
if (opt.against && existsSync(opt.against)) {
  const ch = await diff(buildSchema(readFileSync(opt.against, "utf8")), schema);
  const br = ch.filter((c) => c.criticality.level === "BREAKING"),
    dg = ch.filter((c) => c.criticality.level === "DANGEROUS");
  R.add(
    "MUST",
    "D01 no breaking change",
    !br.length,
    br
      .slice(0, 3)
      .map((c) => c.message)
      .join(" | "),
  );
  R.add(
    "SHOULD",
    "D02 no dangerous change",
    !dg.length,
    dg
      .slice(0, 3)
      .map((c) => c.message)
      .join(" | "),
  );
}
R.done();
