// The bar above the editor: ready operations, login or API key, language.
import { useState } from "react";

const TEXTS = {
  id: {
    bar: "Masuk dan contoh", user: "NIP atau nama pengguna", password: "Kata sandi", login: "Masuk", logout: "Keluar",
    as: "Masuk sebagai", key: "Kunci API", useKey: "Pakai kunci", withKey: "dengan kunci API",
    withPassword: "dengan kata sandi", choose: "Contoh operasi", failed: "Server tidak menjawab",
    expired: "Sesi berakhir, silakan masuk lagi", language: "Bahasa",
    groups: { employee: "Pegawai", superior: "Atasan", reporting: "Pelaporan" },
  },
  en: {
    bar: "Login and examples", user: "NIP or user name", password: "Password", login: "Log in", logout: "Log out",
    as: "Logged in as", key: "API key", useKey: "Use key", withKey: "with an API key",
    withPassword: "with a password", choose: "Example operations", failed: "The server does not answer",
    expired: "Your session has ended, log in again", language: "Language",
    groups: { employee: "Employee", superior: "Superior", reporting: "Reporting tool" },
  },
};

export function Bar({ session, user, language, onLanguage, operations, onOperation }) {
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
        <Credentials texts={texts} session={session} />
      )}
      <select aria-label={texts.language} value={language} onChange={(event) => onLanguage(event.target.value)}>
        <option value="id">Bahasa Indonesia</option>
        <option value="en">English</option>
      </select>
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

function Credentials({ texts, session }) {
  const [withKey, setWithKey] = useState(false);
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
    <form id="login" onSubmit={submit}>
      <span role="alert">{error}</span>
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
