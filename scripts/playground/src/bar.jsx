// The bar above the editor: ready operations, login or API key, the logins of a demo, language.
import { useState } from "react";
import { TEXTS } from "./texts.js";

export function Bar({ session, user, language, onLanguage, operations, onOperation, demo, narrow }) {
  const texts = TEXTS[language];
  return (
    <header className="bar" aria-label={texts.bar}>
      <strong>kinerja</strong>
      <Operations texts={texts} language={language} operations={operations} onOperation={onOperation} />
      <span className="space" />
      {user ? (
        <div id="who">
          <span>{texts.as} <b>{user}</b></span>
          <button type="button" className="plain" onClick={() => session.logout()}>{texts.logout}</button>
        </div>
      ) : (
        <Credentials texts={texts} session={session} folded={demo.length > 0} />
      )}
      <select aria-label={texts.language} value={language} onChange={(event) => onLanguage(event.target.value)}>
        <option value="id">{narrow ? "ID" : "Bahasa Indonesia"}</option>
        <option value="en">{narrow ? "EN" : "English"}</option>
      </select>
      {demo.length > 0 && <DemoLogins texts={texts} session={session} demo={demo} inUse={Boolean(user)} />}
    </header>
  );
}

// Resets to its title after each choice, so that the same operation can be chosen again.
function Operations({ texts, language, operations, onOperation }) {
  return (
    <select
      id="operations"
      aria-label={texts.choose}
      value=""
      onChange={(event) => onOperation(operations.find(({ name }) => name === event.target.value))}
    >
      <option value="" disabled>{texts.choose}…</option>
      {Object.entries(texts.groups).map(([group, label]) => (
        <optgroup key={group} label={label}>
          {operations.filter((operation) => operation.group === group).map((operation) => (
            <option key={operation.name} value={operation.name}>{operation[language]}</option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

// One button for each login that the demo has. The server names them only to browsers on its own machine.
function DemoLogins({ texts, session, demo, inUse }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);

  async function enter({ user, password, key }) {
    setBusy(true);
    setError(null);
    const answer = key ? session.useKey(key) : session.login(user, password);
    setError(await answer.catch(() => texts.failed));
    setBusy(false);
  }

  return (
    <div id="demo" role="group" aria-label={texts.demo} data-in-use={inUse}>
      <span aria-hidden="true">{texts.demo}:</span>
      {demo.map((login) => (
        <button
          key={login.who}
          type="button"
          className="plain"
          data-who={login.who}
          title={login.user}
          aria-pressed={session.account === (login.user ?? "API key")}
          disabled={busy}
          onClick={() => enter(login)}
        >
          {texts.personas[login.who] ?? login.user}
        </button>
      ))}
      <span role="alert">{error}</span>
    </div>
  );
}

function Credentials({ texts, session, folded }) {
  const [withKey, setWithKey] = useState(false);
  const [open, setOpen] = useState(!folded);
  const [error, setError] = useState(session.expired ? texts.expired : null);

  async function submit(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setError(null);
    const answer = withKey
      ? session.useKey(form.get("key").trim())
      : session.login(form.get("user").trim(), form.get("password"));
    setError(await answer.catch(() => texts.failed));
  }

  return (
    <form id="login" onSubmit={submit} data-open={open}>
      <span role="alert">{error}</span>
      <button type="button" className="plain" id="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {texts.login}
      </button>
      {withKey ? (
        <Field name="key" label={texts.key} type="password" autoComplete="off" />
      ) : (
        <>
          <Field name="user" label={texts.user} autoComplete="username" autoCapitalize="none" />
          <Field name="password" label={texts.password} type="password" autoComplete="current-password" />
        </>
      )}
      <button type="submit">{withKey ? texts.useKey : texts.login}</button>
      <button type="button" className="plain" id="other" onClick={() => setWithKey(!withKey)}>
        {withKey ? texts.withPassword : texts.withKey}
      </button>
    </form>
  );
}

function Field({ label, ...input }) {
  return (
    <label>
      {label}
      <input required spellCheck={false} {...input} />
    </label>
  );
}
