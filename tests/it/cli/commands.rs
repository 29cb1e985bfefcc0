//! Imports, administrators, past years and the audit on the command line.

use super::*;

#[test]
fn import_checks_and_applies_files_without_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("password"), "sandi-yang-cukup-panjang\n").expect("a file");
    let (units, positions) = ("Kode;Nama;Jenis;Kode Induk\n", "kode;nama;jenis;jenjang\n");
    let staff = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;pimpinan;mulai\n";
    for (name, text) in [
        ("unit.csv", format!("{units}DINKES;Dinas Kesehatan;DINAS;KOTA\n")),
        ("jabatan.csv", format!("{positions}KADIS;Kepala Dinas;JPT PRATAMA;\n")),
        (
            "pegawai.csv",
            format!("{staff}199001012015011001;Satu Contoh;PNS;DINKES;KADIS;IV/a;ya;2020-01-01\n"),
        ),
        ("salah.csv", format!("{staff}199001012015011001;Satu Contoh;PNS;TIDAK-ADA;KADIS;IV/a;ya;\n")),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let (well, _, err) = run(kinerja(folder.path()).arg("serve").env("KINERJA_LISTEN", "127.0.0.1:0"));
    assert!(!well && err.contains("create-admin") && !err.contains("synthetic"), "{err}");
    let import = |files: &[&str]| run(kinerja(folder.path()).arg("import").args(files));
    let lists = ["unit.csv", "jabatan.csv", "pegawai.csv"];
    let (well, _, err) = import(&lists);
    assert!(!well && err.contains("create-admin"), "{err}");
    let (well, _, err) = run(kinerja(folder.path())
        .args(["create-admin", "--agency", "Kota Contoh", "--code", "KOTA", "--name", "Admin"])
        .args(["--user", "admin", "--password-file", "password"]));
    assert!(well, "{err}");

    let (well, out, err) = import(&lists);
    assert!(
        well && out.contains("3 baru, 0 berubah, 0 tetap") && out.contains("simpan dengan --apply"),
        "{out}{err}"
    );
    let (well, out, err) = import(&["unit.csv", "jabatan.csv", "pegawai.csv", "--apply"]);
    assert!(well && out.contains("3 baru") && out.ends_with("Sudah disimpan.\n"), "{out}{err}");
    let (well, out, err) = import(&["unit.csv", "jabatan.csv", "pegawai.csv", "--apply"]);
    assert!(well && out.contains("0 baru, 0 berubah, 3 tetap"), "{out}{err}");
    // The output is in Indonesian; `--language en` gives English.
    let (well, out, err) = import(&["salah.csv", "--apply"]);
    let cell = "Pegawai, sel D2 \"kode_unit\" (Satu Contoh): \"kode_unit\" \"TIDAK-ADA\" tidak dikenal.";
    assert!(!well && out.contains(cell) && err.contains("tidak ada yang disimpan"), "{out}{err}");
    let (well, out, err) = import(&["salah.csv", "--apply", "--language", "en"]);
    assert!(
        !well
            && out.contains("cell D2 \"kode_unit\"")
            && out.contains("is unknown")
            && err.contains("nothing was written"),
        "{out}{err}"
    );
    std::fs::write(folder.path().join("lain.csv"), "foo;bar\n1;2\n").expect("a file");
    let (well, out, err) = import(&["lain.csv"]);
    assert!(!well && err.contains("Tidak ada lembar yang dikenal"), "{out}{err}");
    let (well, _, err) = import(&["absent.csv"]);
    assert!(!well && err.contains("absent.csv"), "{err}");
}

#[test]
fn create_admin_works_once_and_demo_refuses_real_data() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("password"), "sandi-yang-cukup-panjang\n").expect("a file");
    let create = || {
        run(kinerja(folder.path())
            .args(["create-admin", "--agency", "Kota Contoh", "--name", "Admin"])
            .args(["--user", "admin", "--password-file", "password"]))
    };
    let (well, _, err) = create();
    assert!(well, "{err}");
    assert!(!create().0, "a second time is refused");
    let database = format!("sqlite:{}", folder.path().join("data/kinerja.db").display());
    let (well, _, err) =
        run(kinerja(folder.path()).args(["demo", "--port", "0"]).env("DATABASE_URL", &database));
    assert!(!well && err.contains("real data"), "{err}");
    let (well, _, err) = run(kinerja(folder.path()).arg("tick"));
    assert!(well, "{err}");
}

#[test]
fn recalculate_reports_a_past_year_without_differences() {
    let folder = tempfile::tempdir().expect("a folder");
    let (well, _, err) = run(kinerja(folder.path()).args(["recalculate", "--year", "2026"]));
    assert!(!well && err.contains("there is no database at sqlite:./data/kinerja.db"), "{err}");
    let (well, _, err) = run(kinerja(folder.path()).args(["generate", "--staff", "50", "--years", "2"]));
    assert!(well, "{err}");
    // Last year is over on any day that the test runs.
    let year = (service::env::machine_now().year() - 1).to_string();
    let (well, out, err) = run(kinerja(folder.path()).args(["recalculate", "--year", &year]));
    assert!(well, "{err}");
    assert!(out.contains("final evaluations recalculated") && out.contains("; ratio "), "{out}");
    assert!(out.ends_with("\n0 differences\n"), "{out}");
    assert!(!out.contains(": 0 final"), "{out}");
}

#[test]
fn audit_finds_rows_edited_without_a_journal_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    Server::demo(folder.path(), "2026-03-02").stop();
    let data = folder.path().join("data/demo");
    let database = format!("sqlite:{}", data.join("kinerja.db").display());
    let audit = |more: &[&str]| {
        run(kinerja(folder.path())
            .args(["audit"])
            .args(more)
            .env("DATABASE_URL", &database)
            .env("KINERJA_JOURNAL_KEY", data.join("journal/key")))
    };
    // A server that shuts down writes a checkpoint of all entries.
    let (well, out, err) = audit(&["verify", "--language", "en"]);
    assert!(well && out.ends_with("0 findings\n"), "{out}{err}");
    let count = out.split(' ').next().expect("a number");
    assert!(out.starts_with(&format!("{count} entries, {count} of them proven")), "{out}");
    // A cron job names its files by the day; other files in the folder do not matter.
    let (day, empty) = (folder.path().join("kept"), folder.path().join("empty"));
    for folder in [&day, &empty] {
        std::fs::create_dir(folder).expect("a folder");
        std::fs::write(folder.join("README"), "catatan").expect("a file");
    }
    let kept = |folder: &std::path::Path| {
        audit(&["verify", "--language", "en", "--checkpoints", folder.to_str().expect("a path")])
    };
    let (well, _, err) = kept(&day);
    assert!(!well && err.contains("contains no signed checkpoint"), "{err}");
    std::fs::copy(data.join("journal/checkpoints/latest"), day.join("checkpoint-2026-11-28"))
        .expect("a copy");
    let (well, out, err) = kept(&day);
    assert!(well && out.contains("proven by 1 kept checkpoints (2 files read)"), "{out}{err}");
    let forged = std::fs::read_to_string(day.join("checkpoint-2026-11-28")).expect("a checkpoint");
    std::fs::write(day.join("checkpoint-2026-11-29"), forged.replacen(count, "3", 1)).expect("a file");
    let (well, out, err) = kept(&day);
    assert!(!well && err.contains("checkpoint-2026-11-29"), "{out}{err}");
    let saved = folder.path().join("disimpan");
    std::fs::copy(data.join("journal/checkpoints/latest"), &saved).expect("a copy");

    let (well, _, err) = audit(&["erase", "--event", "1", "--reason", "permohonan"]);
    assert!(!well && err.contains("change the object first"), "{err}");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let connected = Db::connect(&service::db::Options::new(&database)).await.expect("a connection");
        let env = Env::new(connected, Clock::system(), folder.path());
        let edit = "UPDATE evaluation SET predicate = 'VERY_GOOD' WHERE predicate = 'GOOD'";
        service::testing::sql(&env, edit).await.expect("edited");
        env.db().clone().close().await.expect("closed");
    });
    let saved = saved.to_str().expect("a path");
    let (well, out, err) = audit(&["verify", "--checkpoints", saved]);
    assert!(!well && out.contains("evaluation tidak sesuai dengan entri terakhirnya: predicate"), "{out}");
    assert!(err.contains("PEMERIKSAAN GAGAL"), "{err}");
    let (well, _, err) = audit(&["verify", "--key", saved]);
    assert!(!well && err.contains("disimpan"), "{err}");
}

#[test]
fn commands_create_no_database_and_show_no_password() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [
        vec!["tick"],
        vec!["admin", "issue-code", "--staff", "admin"],
        vec!["person", "export", "--staff", "admin"],
        vec!["breach", "--actor", "admin", "--from", "2026-01-01", "--until", "2026-01-02"],
        vec!["recalculate", "--year", "2026"],
        vec!["audit", "erase", "--event", "1", "--reason", "permohonan"],
        vec!["audit", "declare-loss", "--reason", "uji"],
        vec!["backup", "cadangan"],
    ] {
        let (well, _, err) = run(kinerja(folder.path()).args(&command));
        assert!(!well && err.contains("there is no database"), "{command:?}: {err}");
        assert!(!folder.path().join("data").exists(), "{command:?}");
    }
    let (well, _, err) = run(kinerja(folder.path()).arg("check-config").env("DATABASE_URL", ""));
    assert!(!well && err.contains("DATABASE_URL (database_url) is empty"), "{err}");
    let (well, _, err) = run(kinerja(folder.path()).arg("tick").env("KINERJA_LOG", "bogus=,x"));
    assert!(!well && err.contains("bogus="), "{err}");
    for address in [
        "mysql://kinerja:GEHEIM@127.0.0.1/kinerja",
        "postgres//kinerja:GEHEIM@127.0.0.1/kinerja",
        "postgres://kinerja:GEHEIM@127.0.0.1:1/kinerja",
        "postgres://kinerja@127.0.0.1:1/kinerja?password=GEHEIM",
        "host=127.0.0.1 password=GEHEIM",
    ] {
        for command in ["check-config", "tick"] {
            let (well, out, err) = run(kinerja(folder.path()).arg(command).env("DATABASE_URL", address));
            assert!(!out.contains("GEHEIM") && !err.contains("GEHEIM"), "{command} {address}: {out}{err}");
            assert_eq!(well, command == "check-config", "{out}{err}");
            if address.contains(":1/") && command == "tick" {
                assert!(err.contains("127.0.0.1:1") && err.contains("refused"), "{err}");
            }
        }
    }
    let (_, out, _) = run(kinerja(folder.path()).arg("check-config"));
    assert!(out.contains("\"introspection\": \"signed_in\"") && out.contains("\"four_eyes\": true"), "{out}");
}
