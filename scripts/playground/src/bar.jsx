// The bar above the editor: login, language, ready operations.
import { useState } from "react";

const TEXTS = {
  id: {
    user: "NIP atau nama pengguna", password: "Kata sandi", login: "Masuk", logout: "Keluar", as: "Masuk sebagai",
    key: "atau kunci API", useKey: "Pakai kunci", choose: "Contoh operasi…", failed: "Gagal masuk",
    groups: { employee: "Pegawai", superior: "Atasan", reporting: "Pelaporan" }, language: "Bahasa",
  },
  en: {
    user: "NIP or user name", password: "Password", login: "Log in", logout: "Log out", as: "Logged in as",
    key: "or an API key", useKey: "Use key", choose: "Example operations…", failed: "Login failed",
    groups: { employee: "Employee", superior: "Superior", reporting: "Reporting tool" }, language: "Language",
  },
};

export function Bar({ session, language, onLanguage, operations, onOperation }) {
  const texts = TEXTS[language];
  const [user, setUser] = useState(session.user);
  const [fault, setFault] = useState(null);

  async function submit(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (form.get("key")) {
      session.useKey(form.get("key"));
    } else {
      setFault(await session.login(form.get("user"), form.get("password")).catch(() => texts.failed));
    }
    setUser(session.user);
  }

  async function leave() {
    await session.logout();
    setUser(null);
  }

  const groups = Object.groupBy(operations, ({ group }) => group);
  return (
    <header className="bar">
      <strong>kinerja</strong>
      <select
        aria-label={texts.choose}
        value=""
        onChange={(event) => onOperation(operations[Number(event.target.value)].text)}
      >
        <option value="">{texts.choose}</option>
        {Object.entries(groups).map(([group, list]) => (
          <optgroup key={group} label={texts.groups[group]}>
            {list.map((operation) => (
              <option key={operation.name} value={operations.indexOf(operation)}>
                {operation[language]}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <span className="space" />
      {user ? (
        <span id="who">
          {texts.as} <b>{user}</b>{" "}
          <button type="button" onClick={leave}>{texts.logout}</button>
        </span>
      ) : (
        <form onSubmit={submit}>
          <input name="user" autoComplete="username" aria-label={texts.user} placeholder={texts.user} />
          <input
            name="password" type="password" autoComplete="current-password"
            aria-label={texts.password} placeholder={texts.password}
          />
          <input name="key" type="password" autoComplete="off" aria-label={texts.key} placeholder={texts.key} />
          <button type="submit">{texts.login}</button>
          <span role="alert">{fault}</span>
        </form>
      )}
      <select aria-label={texts.language} value={language} onChange={(event) => onLanguage(event.target.value)}>
        <option value="id">Bahasa Indonesia</option>
        <option value="en">English</option>
      </select>
    </header>
  );
}
