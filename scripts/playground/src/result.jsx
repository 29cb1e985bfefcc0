// Below the result: the time of the request, and its copy as a curl command or as a link. For a subscription, the list
// of its items replaces the result.
import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { parse as parseJsonc } from "jsonc-parser";
import { useEffect, useRef, useState } from "react";
import { KEPT_ITEMS } from "./exchanges.js";
import { isSubscription } from "./request.js";
import { curl, harmless, link } from "./share.js";

export function Result({ exchange, session, language, texts, onClear }) {
  return (
    <div className="result">
      {exchange.state === "stream" && <Stream stream={exchange} texts={texts} language={language} onClear={onClear} />}
      <div className="exchange" role="group" aria-label={texts.request}>
        <span id="took" role="status">{exchange.state === "answered" && took(exchange, texts, language)}</span>
        <span id="reason" role="alert">{exchange.state === "notSent" && sentence(exchange.reason, texts)}</span>
        <Copies session={session} language={language} texts={texts} />
      </div>
    </div>
  );
}

/** The sentence for a reason: what is missing, or why the look-up failed. */
export const sentence = ({ missing, message }, texts) => (missing ? texts[missing] : `${texts.lookup}: ${message}`);

function took({ milliseconds, bytes, status }, texts, language) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const size = bytes < 1000 ? `${bytes} B` : `${number.format(bytes / 1000)} kB`;
  return texts.took(number.format(Math.round(milliseconds)), size, status);
}

function Stream({ stream, texts, language, onClear }) {
  const { stop } = useGraphiQLActions();
  const { items, dropped, status, hints } = stream;
  const time = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const running = status === "running";
  return (
    <section id="stream" aria-label={texts.stream}>
      <div className="stream-head">
        <span role="status">{texts[status]} · {texts.items(items.length)}</span>
        {running && <button type="button" id="stop-stream" onClick={stop}>{texts.stopStream}</button>}
        <button type="button" id="clear-stream" onClick={onClear}>{texts.clear}</button>
      </div>
      {items.length === 0 && running && <p id="waiting">{[texts.waiting, ...hints.map((hint) => texts[hint])].join(" ")}</p>}
      <ol reversed start={items.length + dropped} aria-live="polite" aria-relevant="additions" tabIndex={0}>
        {items.map(({ number, at, content }) => (
          <li key={number}>
            <time dateTime={at.toISOString()}>{time.format(at)}</time>
            <pre>{JSON.stringify(content.errors ? content : content.data, null, 2)}</pre>
          </li>
        ))}
      </ol>
      {dropped > 0 && <p>{texts.dropped(dropped)} ({KEPT_ITEMS})</p>}
    </section>
  );
}

function Copies({ session, language, texts }) {
  const editors = useGraphiQL(pick("queryEditor", "variableEditor", "headerEditor", "operationName"));
  const [withToken, setWithToken] = useState(false);
  const [state, setState] = useState(null);
  const text = useRef(null);
  const token = session.token;
  useEffect(() => text.current?.select(), [state]);

  function request() {
    const query = editors.queryEditor?.getValue() ?? "";
    const variables = object(editors.variableEditor?.getValue());
    const headers = object(editors.headerEditor?.getValue());
    const operationName = editors.operationName ?? undefined;
    return { query, variables, headers, operationName, subscription: isSubscription({ query, operationName }) };
  }

  async function copy(value, sentence) {
    try {
      // Pages without TLS have no clipboard, except on this machine.
      await navigator.clipboard.writeText(value);
      setState({ sentence });
    } catch {
      setState({ sentence: texts.notCopied, value });
    }
  }

  const cleaned = (of) => {
    const { query, variables } = harmless(of);
    return query !== of.query || JSON.stringify(variables) !== JSON.stringify(of.variables);
  };

  function copyCurl() {
    const of = request();
    const chosen = withToken && token ? token : null;
    const value = curl(of, { token: chosen, needsToken: token !== null, language });
    return copy(value, chosen ? texts.copiedToken : cleaned(of) ? texts.copiedWithout : texts.copied);
  }

  function copyLink() {
    const of = request();
    return copy(link(of), cleaned(of) ? texts.copiedWithout : texts.copied);
  }

  return (
    <>
      <button type="button" id="copy-curl" onClick={copyCurl}>{texts.copyCurl}</button>
      {token && (
        <label>
          <input
            type="checkbox"
            id="with-token"
            checked={withToken}
            onChange={(event) => setWithToken(event.target.checked)}
          />
          {texts.withToken}
        </label>
      )}
      <button type="button" id="copy-link" onClick={copyLink}>{texts.copyLink}</button>
      <span id="copied" role="status">{state?.sentence}</span>
      {state?.value && <textarea readOnly ref={text} aria-label={texts.notCopied} value={state.value} rows={3} />}
    </>
  );
}

// The object that an editor contains, if it contains one.
function object(text) {
  const value = text?.trim() ? parseJsonc(text) : null;
  return value !== null && typeof value === "object" ? value : null;
}
