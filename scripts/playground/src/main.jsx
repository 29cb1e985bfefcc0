// The playground: GraphiQL under a bar that logs in and offers ready operations.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./editor.js";
import "./bar.css";
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { GraphiQLInterface } from "graphiql";
import { getOperationAST, parse } from "graphql";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { WELCOME } from "./documents.js";
import { Session } from "./session.js";

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const { dataset } = document.body;
    return new Worker(`/graphql/assets/${dataset[label] ?? dataset.editor}`, { type: "module" });
  },
};

const CHOSEN_LANGUAGE = "kinerja.language";
const PLUGINS = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN];
const session = new Session();

function fetcher(request, options) {
  const send = isSubscription(request) ? "follow" : "send";
  return session[send](request, options?.headers);
}

// Of what is sent: the document that GraphiQL hands over beside it may be that of the tab before.
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    // Whatever is wrong with it, the server tells.
    return false;
  }
}

function Playground() {
  return (
    // What was typed may be personal, and people share computers: nothing of it outlives the browser tab.
    <GraphiQLProvider
      fetcher={fetcher}
      storage={sessionStorage}
      defaultQuery={WELCOME}
      plugins={PLUGINS}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      inputValueDeprecation
      schemaDescription
    >
      <HistoryStore>
        <DocExplorerStore>
          <Page />
        </DocExplorerStore>
      </HistoryStore>
    </GraphiQLProvider>
  );
}

function Page() {
  const user = useSyncExternalStore(session.watch, session.user);
  const [language, setLanguage] = useState(localStorage.getItem(CHOSEN_LANGUAGE) === "en" ? "en" : "id");
  const open = useOpen();
  useSchemaAfterLogin(user);
  session.language = language;
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(CHOSEN_LANGUAGE, language);
  }, [language]);
  return (
    <div className="page">
      <Bar
        session={session}
        user={user}
        language={language}
        onLanguage={setLanguage}
        operations={OPERATIONS}
        onOperation={open}
      />
      <main>
        <GraphiQLInterface defaultEditorToolsVisibility="variables" />
      </main>
    </div>
  );
}

// A server may tell its schema only to those who are logged in.
function useSchemaAfterLogin(user) {
  const { introspect } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const before = useRef(user);
  useEffect(() => {
    if (user && user !== before.current && !schema) introspect();
    before.current = user;
  }, [user]);
}

// Opens a ready operation: in the tab that has it, in an unused one, or in a new one.
function useOpen() {
  const { addTab, changeTab, setOperationName } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick("tabs", "queryEditor", "variableEditor"));
  return ({ text, variables, operationName }) => {
    const there = tabs.findIndex((tab) => tab.query === text);
    if (there >= 0) {
      changeTab(there);
    } else {
      if (!["", WELCOME].includes(queryEditor.getValue())) addTab();
      queryEditor.setValue(text);
      variableEditor.setValue(variables);
    }
    // GraphiQL finds the name a moment later by itself; who runs it at once would ask for the name of before.
    setOperationName(operationName);
  };
}

createRoot(document.getElementById("root")).render(<Playground />);
