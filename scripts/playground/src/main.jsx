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

// Decides by the text that is sent: the parsed document that GraphiQL passes beside it may be that of the previous tab.
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    // The server reports the syntax error.
    return false;
  }
}

function Playground() {
  return (
    // Session storage: the typed text may be personal, and people share computers, so it ends with the browser tab.
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

// Requests the schema again after a login: a server may give its schema only to people who are logged in.
function useSchemaAfterLogin(user) {
  const { introspect } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const before = useRef(user);
  useEffect(() => {
    if (user && user !== before.current && !schema) introspect();
    before.current = user;
  }, [user]);
}

// Opens a ready operation: in the tab that already contains it, in an unused tab, or in a new one.
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
    // GraphiQL finds the name itself a moment later. Until then, running the operation would send the previous name.
    setOperationName(operationName);
  };
}

createRoot(document.getElementById("root")).render(<Playground />);
