// The bar above the editor: ready operations, login or API key, language.
import { useEffect, useState } from "react";

const TEXTS = {
  id: {
    bar: "Masuk dan contoh", user: "NIP atau nama pengguna", password: "Kata sandi", login: "Masuk", logout: "Keluar",
    as: "Masuk sebagai", key: "Kunci API", useKey: "Pakai kunci", choose: "Contoh operasi", failed: "Gagal masuk",
    groups: { employee: "Pegawai", superior: "Atasan", reporting: "Pelaporan" }, language: "Bahasa",
  },
  en: {
    bar: "Login and examples", user: "NIP or user name", password: "Password", login: "Log in", logout: "Log out",
    as: "Logged in as", key: "API key", useKey: "Use key", choose: "Example operations", failed: "Login failed",
    groups: { employee: "Employee", superior: "Superior", reporting: "Reporting tool" }, language: "Language",
  },
};

export function Bar({ session, language, onLanguage, operations, onOperation }) {
  const texts = TEXTS[language];
  const [user, setUser] = useState(session.user);
  useEffect(() => {
    session.onChange = setUser;
  }, [session]);
  return (
    <header className="bar" aria-label={texts.bar}>
      <strong>kinerja</strong>
      <Operations texts={texts} language={language} operations={operations} onOperation={onOperation} />
      <span className="space" />
      {user ? (
        <span id="who">
          {texts.as} <b>{user}</b>{" "}
          <button type="button" onClick={() => session.logout()}>{texts.logout}</button>
        </span>
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

// Goes back to its title after each choice, so that the same operation can be chosen again.
function Operations({ texts, language, operations, onOperation }) {
  const groups = Object.keys(texts.groups);
  return (
    <select
      id="operations"
      aria-label={texts.choose}
      value=""
      onChange={(event) => onOperation(operations.find(({ name }) => name === event.target.value))}
    >
      <option value="" disabled>{texts.choose}…</option>
      {groups.map((group) => (
        <optgroup key={group} label={texts.groups[group]}>
          {operations.filter((operation) => operation.group === group).map((operation) => (
            <option key={operation.name} value={operation.name}>{operation[language]}</option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

function Credentials({ texts, session }) {
  const [fault, setFault] = useState(null);

  async function login(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setFault(await session.login(form.get("user"), form.get("password")).catch(() => texts.failed));
  }

  function takeKey(event) {
    event.preventDefault();
    session.useKey(new FormData(event.currentTarget).get("key").trim());
  }

  return (
    <>
      <span role="alert">{fault}</span>
      <form id="login" onSubmit={login}>
        <input name="user" required autoComplete="username" aria-label={texts.user} placeholder={texts.user} />
        <input
          name="password" type="password" required autoComplete="current-password"
          aria-label={texts.password} placeholder={texts.password}
        />
        <button type="submit">{texts.login}</button>
      </form>
      <form id="key" onSubmit={takeKey}>
        <input name="key" type="password" required autoComplete="off" aria-label={texts.key} placeholder={texts.key} />
        <button type="submit">{texts.useKey}</button>
      </form>
    </>
  );
}
