// On a narrow screen only one pane fits, so the panes are tabs.
import { DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef, useSyncExternalStore } from "react";

const PANES = ["query", "variables", "result", "docs"];
const narrow = matchMedia("(max-width: 699.98px)");

function watchWidth(watcher) {
  narrow.addEventListener("change", watcher);
  return () => narrow.removeEventListener("change", watcher);
}

export const useNarrow = () => useSyncExternalStore(watchWidth, () => narrow.matches);

/** The tabs, and a button that runs the operation from each of them. */
export function Panes({ pane, onPane, texts }) {
  const { run, stop, setVisiblePlugin } = useGraphiQLActions();
  const { isFetching, subscription, visiblePlugin } = useGraphiQL(pick("isFetching", "subscription", "visiblePlugin"));
  const tabs = useRef({});
  const running = isFetching || Boolean(subscription);
  useEffect(() => {
    if (pane === "docs" && !visiblePlugin) setVisiblePlugin(DOC_EXPLORER_PLUGIN);
  }, [pane]);

  function move(event) {
    const at = PANES.indexOf(pane);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: PANES.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = PANES[(to + PANES.length) % PANES.length];
    onPane(next);
    tabs.current[next].focus();
  }

  return (
    <div className="panes">
      <div role="tablist" aria-label={texts.paneList} onKeyDown={move}>
        {PANES.map((name) => (
          <button
            key={name}
            ref={(node) => (tabs.current[name] = node)}
            type="button"
            role="tab"
            id={`pane-${name}`}
            aria-controls="panes"
            aria-selected={name === pane}
            tabIndex={name === pane ? 0 : -1}
            onClick={() => onPane(name)}
          >
            {texts.panes[name]}
          </button>
        ))}
      </div>
      <button type="button" id="run" onClick={running ? stop : run}>{running ? texts.stop : texts.run}</button>
    </div>
  );
}
