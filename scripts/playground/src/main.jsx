// The playground: GraphiQL under a bar that logs in and offers ready operations.
import "monaco-editor/min/vs/editor/editor.main.css";
import "graphiql/style.css";
import "./bar.css";
import { GraphiQL } from "graphiql";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { Session } from "./session.js";

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const name = WORKERS[label] ?? WORKERS.editor;
    return new Worker(`/graphql/assets/${name}`);
  },
};

const WELCOME = `# Masuk lewat bilah di atas, lalu pilih contoh atau tulis kueri sendiri.
# Log in above, then choose an example or write a query of your own.
{
  serviceConfig {
    version
    languages
  }
}
`;

function Playground() {
  const session = useMemo(() => new Session(), []);
  const [language, setLanguage] = useState("id");
  const [operation, setOperation] = useState({ text: WELCOME, key: 0 });
  session.language = language;
  return (
    <div className="page">
      <Bar
        session={session}
        language={language}
        onLanguage={setLanguage}
        operations={OPERATIONS}
        onOperation={(text) => setOperation(({ key }) => ({ text, key: key + 1 }))}
      />
      <div className="editor">
        <GraphiQL
          key={operation.key}
          fetcher={(request) => session.send(request)}
          initialQuery={operation.text}
          defaultTabs={[{ query: operation.text }]}
          forcedTheme="light"
        />
      </div>
    </div>
  );
}

createRoot(document.getElementById("root")).render(<Playground />);
