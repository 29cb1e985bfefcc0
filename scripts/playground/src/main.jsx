// The playground: GraphiQL under a bar that logs in and offers ready operations.
import "graphiql/style.css";
import "./bar.css";
import { GraphiQL } from "graphiql";
import { useCallback, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { Session } from "./session.js";

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    return new Worker(`/graphql/assets/${WORKERS[label] ?? WORKERS.editor}`);
  },
};

const CHOSEN_LANGUAGE = "kinerja.language";
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
  const [language, setLanguage] = useState(localStorage.getItem(CHOSEN_LANGUAGE) === "en" ? "en" : "id");
  const [operation, setOperation] = useState({ chosen: 0 });
  const fetcher = useCallback((request) => session.send(request), [session]);
  session.language = language;
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(CHOSEN_LANGUAGE, language);
  }, [language]);
  return (
    <div className="page">
      <Bar
        session={session}
        language={language}
        onLanguage={setLanguage}
        operations={OPERATIONS}
        onOperation={({ text, variables }) => setOperation(({ chosen }) => ({ text, variables, chosen: chosen + 1 }))}
      />
      {/* Mounted anew for a chosen operation, which GraphiQL then opens in a tab beside those it had. */}
      <main className="editor">
        <GraphiQL
          key={operation.chosen}
          fetcher={fetcher}
          initialQuery={operation.text}
          initialVariables={operation.variables}
          defaultQuery={WELCOME}
          forcedTheme="light"
        />
      </main>
    </div>
  );
}

createRoot(document.getElementById("root")).render(<Playground />);
