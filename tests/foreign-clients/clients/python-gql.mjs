// Starts `python_gql.py` and passes it the requests of the scenario.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("python_gql.py", import.meta.url));

export const name = "Python gql";

export function open({ url, session, text }) {
  const python = process.env.PYTHON ?? "target/gql/bin/python";
  const child = spawn(python, [program, url], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map();
  let ids = 0;
  const gone = new Promise((done) => {
    child.once("exit", (code) => done(`${python} ended with status ${code}`));
    child.once("error", (error) => done(`${python} does not start: ${error.message}`));
  });
  void gone.then((why) => {
    for (const { failed } of waiting.values()) failed({ code: why, message: why });
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, data, item, ended, code, message } = JSON.parse(line);
    const handler = waiting.get(id);
    if (item) return handler.item(item);
    waiting.delete(id);
    if (data) handler.done(data);
    else if (ended) handler.ended();
    else handler.failed({ code, message });
  });
  const ask = (message, handler) => {
    const id = String((ids += 1));
    waiting.set(id, handler);
    child.stdin.write(`${JSON.stringify({ id, token: session.token, cursor: session.cursor, ...message })}\n`);
    return id;
  };
  const query = (operation, variables) =>
    new Promise((done, failed) => ask({ do: "query", document: text(operation), variables }, { done, failed }));
  return {
    code: ({ code, message }) => code ?? message,
    query,
    mutate: query,
    subscribe(operation, variables, handler) {
      const of = ask({ do: "follow", document: text(operation), variables }, handler);
      return () => ask({ do: "stop", of }, { done() {}, ended() {}, failed() {} });
    },
    async close() {
      child.stdin.end();
      child.kill();
      await gone;
    },
  };
}
