//! Problems of files that are named: formats, superiors, faults of rows.

use super::*;

both!(foreign_formats_are_named_with_the_remedy, |app| async move {
    let admin = office(&app).await;
    for (start, name) in [
        (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], "Excel 97-2003 (.xls)"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument (.ods)"),
        (b"<html><table>", "HTML"),
        (b"%PDF-1.4", "PDF"),
        (&[0xff, 0xfe, b'n', 0], "UTF-16"),
    ] {
        let run = checked(&admin, [start, &[0x20; 600]].concat()).await;
        let failure = run["failure"].as_str().expect("a sentence");
        assert!(failure.contains(name) && failure.contains(".xlsx"), "{failure}");
    }
});

both!(a_definitive_and_an_acting_post_are_both_read, |app| async move {
    let admin = office(&app).await;
    let text = format!(
        "{STAFF}199001012015011048;Rangkap Uji;PNS;UJI;UJI-STAF;III/a;DEFINITIF;;2025-03-01\n\
         199001012015011048;Rangkap Uji;PNS;UJI-1;UJI-KEPALA;III/a;PLT;ya;2025-03-01\n"
    );
    let run = applied(&admin, &text).await;
    assert_eq!(run["changes"]["created"], 2, "{run:#}");
    let capacity = person(&admin, "199001012015011048").await["assignment"]["capacity"].clone();
    assert_eq!(capacity, "DEFINITIVE");
});

both!(problems_come_in_the_order_of_work_and_follow_ups_are_counted, |app| async move {
    let admin = office(&app).await;
    let mut sheets = department();
    sheets.reverse();
    // The kind of the unit is wrong, so the rows of its people are only counted. A word in a person's row is wrong, so
    // the rows of superiors that name this person are only counted.
    sheets[3].rows[1] = ["BARU", "Dinas Baru", "WARUNG", "KOTA"].map(str::to_owned).to_vec();
    sheets[2].rows[1][2] = "XYZ".to_owned();
    for row in &mut sheets[1].rows[1..] {
        row[3] = "BARU".to_owned();
    }
    sheets[1].rows[2][0] = "199001012015011077".to_owned();
    sheets[1].rows[2][2] = "???".to_owned();
    sheets[0].rows[1][0] = "199001012015011077".to_owned();
    let run = checked(&admin, workbook(&sheets)).await;
    let expected = [at("UNIT", &["C2"]), at("POSITION", &["C2"]), at("STAFF", &["C3"])].concat();
    assert_eq!(places(&run), expected, "{run:#}");
    let counted = problems(&run, "WARNING");
    assert!(
        counted
            .iter()
            .any(|(sheet, place, text)| sheet == "UNIT" && place == "2" && text.starts_with("2 baris")),
        "{run:#}"
    );
    assert!(
        counted.iter().any(|(sheet, _, text)| sheet == "STAFF" && text.starts_with("1 baris")),
        "{run:#}"
    );
});

both!(people_without_superior_are_warned_of_and_a_second_head_is_an_error, |app| async move {
    let admin = office(&app).await;
    let text = format!("{STAFF}199001012015011090;Tanpa Atasan;PNS;UJI;UJI-STAF;III/a;;;2025-03-01\n");
    let run = checked(&admin, &text).await;
    assert_eq!(run["status"], "READY");
    assert!(problems(&run, "WARNING")[0].2.contains("belum memiliki atasan"), "{run:#}");
    let text = format!("{STAFF}199001012015011090;Kepala Dua;PNS;UJI;UJI-STAF;III/a;;ya;2025-03-01\n");
    let run = checked(&admin, &text).await;
    assert_eq!(places(&run), at("STAFF", &["H2"]), "{run:#}");
    assert!(problems(&run, "ERROR")[0].2.contains("Kepala Uji"), "{run:#}");
});

both!(a_person_whose_superior_moves_is_warned_of_each_time, |app| async move {
    let admin = office(&app).await;
    // The superior moves by the same file. The row of their subordinate changes nothing.
    let text = format!(
        "{STAFF}{HEAD};Dr. Hj. Kepala Uji, S.Pd., M.Pd.;PNS;UJI-1;UJI-STAF;IV/b;;;\n\
         199001012015011002;Staf Uji Dua, S.E.;PNS;UJI;UJI-STAF;III/a;;;\n"
    );
    for expected in [json!("READY"), json!("APPLIED"), json!("APPLIED")] {
        let id = upload(&admin, &text).await;
        let run = import(&admin, &id, expected == "READY").await;
        assert_eq!(run["status"], expected, "{run:#}");
        let warned = problems(&run, "WARNING");
        let of_subordinate: Vec<_> = warned.iter().filter(|(_, place, _)| place == "3").collect();
        assert_eq!(of_subordinate.len(), 1, "{run:#}");
        assert!(of_subordinate[0].2.contains("Kepala Uji"), "{of_subordinate:?}");
    }
});

both!(an_assignment_that_has_begun_can_not_begin_in_the_future, |app| async move {
    let admin = office(&app).await;
    let row =
        |day: &str| format!("{STAFF}199001012015011002;Staf Uji Dua, S.E.;PNS;UJI;UJI-STAF;III/a;;;{day}\n");
    // The future, and the time before the person was born.
    for day in ["2026-12-30", "1985-01-02"] {
        let run = checked(&admin, row(day)).await;
        assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("STAFF", &["I2"])), "{run:#}");
    }
    let run = checked(&admin, row("2014-12-31")).await;
    let warned = problems(&run, "WARNING");
    assert!(warned.iter().any(|(.., text)| text.contains("pengangkatan dalam NIP")), "{run:#}");
});

both!(rows_that_contradict_each_other_about_a_person_are_refused, |app| async move {
    let admin = office(&app).await;
    let header = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;id_eksternal\n";
    let nip = "199001012015011005";
    applied(&admin, format!("{header}{nip};Dua Kunci;PNS;UJI;UJI-STAF;X100\n")).await;
    // The same person by NIP and by external id.
    let run = checked(
        &admin,
        format!("{header}{nip};Nama Lain;PNS;UJI-1;UJI-STAF;\n;Nama Ketiga;PNS;UJI;UJI-STAF;X100\n"),
    )
    .await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("STAFF", &["F3"])), "{run:#}");
    assert!(problems(&run, "ERROR")[0].2.contains("baris 2"), "{run:#}");
    let run = checked(&admin, format!("pegawai;atasan\nX100;{HEAD}\n{nip};199001012015011002\n")).await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("SUPERIOR", &["A3"])), "{run:#}");
    // The NIP of somebody as the external id of another person.
    let run = checked(&admin, format!("{header}199001012015011006;Enam;PNS;UJI;UJI-STAF;{nip}\n")).await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("STAFF", &["F2"])), "{run:#}");
    // A mistyped NIP in the row of an acting person.
    let row = format!("{STAFF}{nip};Orang Lain;PNS;UJI;UJI-KEPALA;;PLT;;\n");
    let run = checked(&admin, row).await;
    assert_eq!((&run["status"], places(&run)), (&json!("REFUSED"), at("STAFF", &["B2"])), "{run:#}");
    // PPPK have other ranks than PNS.
    let header = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan\n";
    let row = "199001012015011002;Staf Uji Dua, S.E.;PPPK;UJI;UJI-STAF\n";
    let run = checked(&admin, format!("{header}{row}")).await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
    assert!(problems(&run, "ERROR").iter().any(|(.., text)| text.contains("\"III/a\"")), "{run:#}");
});

both!(a_quotation_mark_that_is_not_closed_is_named_in_its_row, |app| async move {
    let admin = office(&app).await;
    for text in [
        format!(
            "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan\n{HEAD};Dua;PNS;UJI;UJI-STAF\n199001012015011003;\"Ani;PNS;UJI;UJI-STAF\n"
        ),
        format!(
            "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan\n{HEAD};Dua;PNS;UJI;UJI-STAF\n199001012015011003;\"Ani;PNS;UJI;UJI-STAF"
        ),
        "kode;nama;jenis;kode_induk\nA1;Bidang;BIDANG;UJI\nA2;\"Bidang;BIDANG;UJI\n".to_owned(),
    ] {
        let run = checked(&admin, &text).await;
        assert_eq!(run["status"], "REFUSED", "{run:#}");
        let found = problems(&run, "ERROR");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].1, "3");
        assert!(found[0].2.contains("tidak ditutup"), "{found:#?}");
    }
});

both!(two_workbooks_with_unread_sheets_at_one_place_are_imported_together, |app| async move {
    let admin = office(&app).await;
    let notes = || Sheet::new("Petunjuk", &[&["Isi lembar pegawai"]]);
    let units = Sheet::new(
        "units",
        &[&["kode", "nama", "jenis", "kode_induk"], &["BARU", "Bidang Baru", "BIDANG", "UJI"]],
    );
    let positions = Sheet::new(
        "positions",
        &[&["kode", "nama", "jenis", "jenjang"], &["P-BARU", "Pengelola", "PELAKSANA", ""]],
    );
    let files = [
        upload(&admin, workbook(&[notes(), units])).await,
        upload(&admin, workbook(&[notes(), positions])).await,
        upload(&admin, "apa;saja\n1;2\n").await,
    ];
    let run = import_files(&admin, &files, true, Wait::Short).await;
    assert_eq!((&run["status"], &run["changes"]["created"]), (&json!("READY"), &json!(2)), "{run:#}");
    let warnings = problems(&run, "WARNING");
    assert_eq!(warnings.iter().filter(|(sheet, ..)| sheet == "OTHER").count(), 3, "{warnings:#?}");
    assert!(
        warnings.iter().any(|(.., text)| text.contains("Berkas \"berkas.csv\" tidak dibaca")),
        "{warnings:#?}"
    );
});

both!(every_fault_of_a_row_is_found_in_one_run, |app| async move {
    let admin = office(&app).await;
    let text = format!("{STAFF}199001012015011003;Ani;Magang;TIDAKADA;XX;II/x;;;besok\n");
    let run = checked(&admin, &text).await;
    let mut found = places(&run);
    found.sort();
    assert_eq!(found, at("STAFF", &["C2", "D2", "E2", "F2", "I2"]), "{run:#}");
});

both!(levels_and_codes_are_named_with_what_is_allowed, |app| async move {
    let admin = office(&app).await;
    let text = "kode;nama;jenis;jenjang\nF1;Analis;FUNGSIONAL;Ahli Hebat\nF2;Analis;FUNGSIONAL;\nuji-staf;Analis;PELAKSANA;\n";
    let run = checked(&admin, text).await;
    let mut found = places(&run);
    found.sort();
    assert_eq!(found, at("POSITION", &["A4", "D2", "D3"]), "{run:#}");
    assert!(problems(&run, "ERROR").iter().filter(|(.., text)| text.contains("Ahli Muda")).count() == 2);
});

both!(a_formula_without_a_result_and_a_column_without_a_header_are_named, |app| async move {
    let admin = office(&app).await;
    let text = "N I P *;NAMA;STATUS KEPEGAWAIAN;KODE UNIT;KODE JABATAN;T M T;;\n199001012015011003;Ani;PNS;UJI;UJI-STAF;01-03-2025;;catatan\n";
    let run = checked(&admin, text).await;
    assert_eq!(run["status"], "READY", "{run:#}");
    assert!(problems(&run, "WARNING").iter().any(|(_, cell, _)| cell == "H2"), "{run:#}");
});

both!(an_acting_row_that_can_not_head_its_unit_says_so, |app| async move {
    let admin = office(&app).await;
    let text = format!(
        "{STAFF}199001012015011048;Rangkap Uji;PNS;UJI-1;UJI-STAF;III/a;DEFINITIF;;2025-03-01\n\
         199001012015011048;Rangkap Uji;PNS;UJI;UJI-STAF;III/a;PLT;ya;2025-03-01\n"
    );
    for status in ["READY", "APPLIED"] {
        let id = upload(&admin, &text).await;
        let run = import(&admin, &id, status == "READY").await;
        assert_eq!(run["status"], status, "{run:#}");
        let warnings = problems(&run, "WARNING");
        let found = warnings.iter().find(|(_, place, _)| place == "H3").expect("a warning");
        for words in ["tidak berpengaruh", "\"Dinas Uji Coba (UJI)\"", "Kepala Uji"] {
            assert!(found.2.contains(words), "{found:?}");
        }
    }
});

both!(a_superior_who_has_left_is_named_with_the_last_day, |app| async move {
    let admin = office(&app).await;
    let leaves = json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun" });
    admin.done("endStaff", "staff { id }", leaves).await;
    let nip = |who: Person| who.nip().expect("a NIP");
    let run =
        checked(&admin, format!("pegawai;atasan\n{};{}\n", nip(Person::Peer), nip(Person::Outsider))).await;
    let errors = problems(&run, "ERROR");
    assert_eq!(places(&run), at("SUPERIOR", &["B2"]));
    for words in ["Outsider Contoh", "berhenti", "2026-03-01", "aktifkan kembali"] {
        assert!(errors[0].2.contains(words), "{errors:?}");
    }
});

both!(uploads_are_kept_where_only_the_server_reads_them, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mode = |path: &Path| path.metadata().expect("a file").permissions().mode() & 0o777;
    std::fs::set_permissions(&*app.env.uploads, Permissions::from_mode(0o755)).expect("another mode");
    upload(&admin, "pegawai;atasan\n").await;
    assert_eq!(mode(&app.env.uploads), 0o700);
    let files =
        std::fs::read_dir(&*app.env.uploads).expect("a folder").map(|file| file.expect("a file").path());
    // The database of the test is in the same folder; files that arrived have an id as their name.
    let files: Vec<_> = files.filter(|path| path.file_name().is_some_and(|name| name.len() == 36)).collect();
    assert!(!files.is_empty() && files.iter().all(|path| mode(path) == 0o600), "{files:?}");
});
