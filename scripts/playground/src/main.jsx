// The playground: GraphiQL under a bar that logs in and offers ready operations.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./editor.js";
import "./bar.css";
import "./result.css";
import "./panes.css";
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { WELCOME } from "./documents.js";
import { Exchanges } from "./exchanges.js";
import { Panes, useNarrow } from "./panes.jsx";
import { hints, isUntouched, lookUp, readyOperation } from "./ready.js";
import { isSubscription } from "./request.js";
import { Result, sentence } from "./result.jsx";
import { Session } from "./session.js";
import { linked } from "./share.js";
import { TEXTS } from "./texts.js";

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const { dataset } = document.body;
    return new Worker(`/graphql/assets/${dataset[label] ?? dataset.editor}`, { type: "module" });
  },
};

const CHOSEN_LANGUAGE = "kinerja.language";
const PLUGINS = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN];
const session = new Session();
const exchanges = new Exchanges();
// The logins of a demo; on another server there are none.
const demo = JSON.parse(document.body.dataset.demo || "[]");
// The request in a link. It never runs by itself. It is removed from the URL, so that a reload does not open it again.
const shared = linked(location.search);
if (shared) history.replaceState(null, "", location.pathname);
// The editors and the tab of the page, for the functions below that GraphiQL calls.
const page = { tab: null, queryEditor: null, variableEditor: null };

async function fetcher(request, options) {
  const { tab } = page;
  const operation = readyOperation(request.query);
  if (operation && isUntouched(operation, request.variables)) {
    const reason = await fill(operation, tab);
    if (reason.missing || reason.message) return { notSent: sentence(reason, TEXTS[session.language]) };
    if (reason.variables) request = { ...request, variables: reason.variables };
  }
  if (isSubscription(request)) return follow(request, options?.headers, tab);
  // The request of the schema does not come from a tab.
  const measure = request.operationName === "IntrospectionQuery" ? undefined : (took) => exchanges.measured(tab, took);
  return session.send(request, options?.headers, measure);
}

// Fills in the variables of a ready operation, and shows them or what is missing. Text that a person types during the
// look-up stays.
async function fill(operation, tab) {
  const before = page.variableEditor.getValue();
  const result = (await lookUp(operation, session).catch(({ message }) => ({ message }))) ?? {};
  if (result.missing || result.message) exchanges.notSent(tab, result);
  else if (exchanges.of(tab).state === "notSent") exchanges.clear(tab);
  const unchanged = page.tab === tab && page.queryEditor.getValue() === operation.text && page.variableEditor.getValue() === before;
  if (result.variables && unchanged) {
    page.variableEditor.setValue(JSON.stringify(result.variables, null, 2));
  }
  return result;
}

// Lists the items of a subscription. Stopping ends the connection at once, also while no item arrives.
function follow(request, headers, tab) {
  const stop = new AbortController();
  const source = session.follow(request, headers, stop, () => exchanges.stream(tab, stop, hints(request.query, session, demo)));
  exchanges.clear(tab);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const step = await source.next();
        if (step.done) exchanges.end(tab, "ended");
        else exchanges.item(tab, step.value);
        return step;
      } catch (error) {
        if (stop.signal.aborted) return { done: true, value: undefined };
        exchanges.end(tab, "ended");
        throw error;
      }
    },
    async return() {
      exchanges.end(tab, "stopped");
      stop.abort();
      return { done: true, value: undefined };
    },
  };
}

function Playground() {
  return (
    // Session storage: the typed text may be personal, and people share computers, so it ends with the browser tab.
    <GraphiQLProvider
      fetcher={fetcher}
      storage={sessionStorage}
      defaultQuery={WELCOME}
      initialQuery={shared?.query}
      initialVariables={shared?.variables}
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

/** The language that was chosen before, or else that of the browser; Indonesian if neither is supported. */
function firstLanguage() {
  const wanted = localStorage.getItem(CHOSEN_LANGUAGE) ?? navigator.language;
  return wanted.startsWith("en") ? "en" : "id";
}

function Page() {
  const user = useSyncExternalStore(session.watch, session.user);
  const [language, setLanguage] = useState(firstLanguage);
  const [pane, setPane] = useState("query");
  const narrow = useNarrow();
  const tab = useTab();
  const exchange = useSyncExternalStore(exchanges.watch, () => exchanges.of(tab));
  const isFetching = useGraphiQL((state) => state.isFetching);
  const open = useOpen();
  const texts = TEXTS[language];
  useSchemaAfterLogin(user);
  session.language = language;
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(CHOSEN_LANGUAGE, language);
  }, [language]);
  useEffect(() => {
    if (isFetching) setPane("result");
  }, [isFetching]);
  return (
    <div className="page" data-pane={narrow ? pane : null} data-stream={exchange.state === "stream"}>
      <Bar
        session={session}
        user={user}
        language={language}
        onLanguage={setLanguage}
        operations={OPERATIONS}
        demo={demo}
        narrow={narrow}
        onOperation={(operation) => {
          setPane("query");
          open(operation);
        }}
      />
      {narrow && <Panes pane={pane} onPane={setPane} texts={texts} />}
      <main id="panes" {...(narrow && { role: "tabpanel", "aria-labelledby": `pane-${pane}` })}>
        <GraphiQLInterface defaultEditorToolsVisibility="variables">
          <GraphiQL.Footer>
            <Result
              exchange={exchange}
              session={session}
              language={language}
              texts={texts}
              onClear={() => exchanges.empty(tab)}
            />
          </GraphiQL.Footer>
        </GraphiQLInterface>
      </main>
    </div>
  );
}

// The id of the editor tab. Keeps it, with the editors, for the functions that GraphiQL calls.
function useTab() {
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick("tabs", "activeTabIndex", "queryEditor", "variableEditor"),
  );
  const tab = tabs[activeTabIndex]?.id;
  useLayoutEffect(() => {
    Object.assign(page, { tab, queryEditor, variableEditor });
  });
  return tab;
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

// Opens a ready operation: in the tab that already contains it, in an unused tab, or in a new one. Then fills in its
// variables.
function useOpen() {
  const { addTab, changeTab, setOperationName } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick("tabs", "queryEditor", "variableEditor"));
  const [opened, setOpened] = useState(null);
  // After the next render, so that the editors are those of the opened tab.
  useEffect(() => {
    if (opened && session.kind !== "nobody") fill(opened.operation, page.tab);
  }, [opened]);
  return ({ text, variables, operationName, ...rest }) => {
    const there = tabs.findIndex((one) => one.query === text);
    if (there >= 0) {
      changeTab(there);
    } else {
      if (!["", WELCOME].includes(queryEditor.getValue())) addTab();
      queryEditor.setValue(text);
      variableEditor.setValue(variables);
    }
    // GraphiQL finds the name itself a moment later. Until then, running the operation would send the previous name.
    setOperationName(operationName);
    setOpened({ operation: { text, variables, operationName, ...rest } });
  };
}

createRoot(document.getElementById("root")).render(<Playground />);
