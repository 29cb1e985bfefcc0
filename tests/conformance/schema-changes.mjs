#!/usr/bin/env node
// Compares the schema with the last released one: node schema-changes.mjs RELEASED CURRENT ACCEPTED
//
// Fails on a breaking change that ACCEPTED does not list, on a line of ACCEPTED that is no change any more, and on a
// deprecation without a date. First checks on changed copies of the released schema that it finds such changes.
import { readFileSync } from "node:fs";
import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

const [releasedFile, currentFile, acceptedFile] = process.argv.slice(2);
const text = (file) => readFileSync(file, "utf8");
const breaking = (before, after) =>
  findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ type, description }) => `${type} ${description}`);

/// Elements that are deprecated without a day after which they may be removed.
function undated(schema) {
  const found = [];
  const look = (name, element) => {
    const reason = element.deprecationReason;
    if (reason != null && !/\b20\d\d-\d\d-\d\d\b/.test(reason)) found.push(`${name}: ${reason}`);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      for (const argument of field.args ?? []) look(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
  return found;
}

const released = text(releasedFile);
const current = text(currentFile);
const problems = [];

// Negative control: each of these changes of a small schema must be found.
const small = `type Query { plan(id: ID!, depth: Int): Plan status: Status! }
  type Plan { id: ID! title: String! } input PlanInput { title: String } enum Status { OPEN CLOSED }
  type Mutation { save(input: PlanInput!): Plan }`;
const controls = [
  ["title: String! }", "}", BreakingChangeType.FIELD_REMOVED],
  ["title: String!", "title: String", BreakingChangeType.FIELD_CHANGED_KIND],
  ["OPEN CLOSED", "OPEN", BreakingChangeType.VALUE_REMOVED_FROM_ENUM],
  ["depth: Int", "depth: Int!", BreakingChangeType.ARG_CHANGED_KIND],
  [", depth: Int", "", BreakingChangeType.ARG_REMOVED],
  ["title: String }", "title: String year: Int! }", BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED],
  ["type Plan { id: ID!", "type Plan { number: ID!", BreakingChangeType.FIELD_REMOVED],
];
for (const [from, to, type] of controls) {
  const changed = small.replace(from, to);
  const found = breaking(small, changed);
  if (changed === small || !found.some((change) => change.startsWith(type))) {
    problems.push(`control: ${type} was not found after "${from}" became "${to}"`);
  }
}
if (breaking(small, small.replace("OPEN CLOSED", "OPEN CLOSED PAUSED")).length > 0) {
  problems.push("control: a new value of an enumeration counts as breaking");
}
const plain = small.replace("title: String!", 'title: String! @deprecated(reason: "use name")');
if (undated(buildSchema(plain)).length !== 1) problems.push("control: a deprecation without a date was not found");

const accepted = new Set(
  text(acceptedFile)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#")),
);
const changes = new Set(breaking(released, current));
for (const change of changes) if (!accepted.has(change)) problems.push(`breaking, and not accepted: ${change}`);
for (const line of accepted) if (!changes.has(line)) problems.push(`accepted, but no change: ${line}`);
for (const element of undated(buildSchema(current))) problems.push(`deprecated without a date: ${element}`);

for (const problem of problems) console.error(problem);
console.log(`${changes.size} breaking changes since the release, ${accepted.size} accepted; ${controls.length} controls`);
process.exit(problems.length > 0 ? 1 : 0);
