//! The life of rules, told against a whole Netra: what people have agreed to runs, nothing else queues anybody's post, and a rule
//! that runs away is stopped without anybody.

use std::time::Duration;

use netra::model::{Platform, Role};

use crate::world::{Database, Desk, PACK, World};

/// Long enough for the next poll, too short for a session to end.
const LATER: Duration = Duration::from_mins(6);
const REASON: &str = "Sudah dibaca bersama contohnya.";

/// The version on a page of a rule that stands in the files.
fn version_of(page: &str) -> String {
    let at = page.find("<h2 id=\"v-").expect("a version is shown") + 10;
    page[at..].split('"').next().unwrap().to_owned()
}

/// What a form says of the rule's version in the files.
async fn value(desk: &mut Desk, stage: &str) -> String {
    let page = desk.get("/aturan/satu/D1-uji").await;
    assert_eq!(page.status, 200, "{}", page.text);
    format!("D1-uji@{}@{stage}", version_of(&page.text))
}

async fn step(desk: &mut Desk, value: &str, to: &str, compared: &str) -> (u16, String) {
    let fields = [("aturan", value), ("ke", to), ("alasan", REASON), ("banding", compared)];
    let page = desk.post("/aturan/langkah", &fields).await;
    (page.status, page.text)
}

/// Runs the comparison; gives its number.
async fn compare(desk: &mut Desk) -> (String, String) {
    let page = desk.post("/aturan/uji", &[("hari", "30")]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let number = page.text.split("perbandingan no. ").nth(1).expect("it has a number");
    let number = number.chars().take_while(char::is_ascii_digit).collect();
    (number, page.text)
}

async fn publishes(world: &World, text: &str) {
    world.feeds.publish("ana", text);
    world.pass(LATER);
    world.poll().await;
}

#[tokio::test]
async fn a_rules_page_says_in_whose_words_it_holds_and_what_reaches_it() {
    let world = World::on(Database::Sqlite).await;
    let suppressor = r#"
[[rule]]
id = "S-uji"
title = "Bukan ajakan"
category = "penolakan"
match = "'bukan'"
reach = "clause"
effect = "note"
"#;
    world.write_pack(&format!("{PACK}{suppressor}")).await;
    let mut tuti = world.enter("tuti", Role::Tuner).await;
    let page = tuti.get("/aturan/satu/D1-uji").await.text;
    for told in [
        "<dt>Berlaku dalam</dt><dd>semua kata dalam kiriman</dd>",
        "<dt>Kata orang lain</dt><dd>hanya menjadi catatan",
        "<dt>Diredam dari</dt><dd>seluruh kiriman</dd>",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let page = tuti.get("/aturan/satu/S-uji").await.text;
    for told in [
        "<dt>Meredam di</dt><dd>kalimat yang sama, tidak melewati",
        "<dt>Yang tersisa</dt><dd>catatan</dd>",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("Kata orang lain"), "{page}");

    // What another version says of it stands beside that version.
    let narrower = PACK.replace(
        "level =",
        "content = [\"own\", \"link\"]\nvoice = \"any\"\nreach = 4\nregions = [\"74\", \"7171\"]\nlevel =",
    );
    world.write_pack(&narrower).await;
    let page = tuti.get("/aturan/satu/D1-uji").await.text;
    let (files, adopted) = page.rsplit_once("<h2 id=\"v-").unwrap();
    for (version, told) in [
        (files, "<dd>kata pemilik akun sendiri; judul atau kartu tautan</dd>"),
        (files, "<dt>Kata orang lain</dt><dd>dihitung seperti kata sendiri</dd>"),
        (
            files,
            "<dt>Diredam dari</dt><dd>kalimat yang sama, jarak paling jauh 4 kata</dd>",
        ),
        (files, "<dt>Wilayah</dt><dd>74, 7171</dd>"),
        (adopted, "<dt>Berlaku dalam</dt><dd>semua kata dalam kiriman</dd>"),
        (adopted, "<dt>Wilayah</dt><dd>semua</dd>"),
    ] {
        assert!(version.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn a_reworded_rule_queues_nothing_until_another_person_has_seen_what_it_changes() {
    a_reworded_rule_on(Database::Sqlite).await;
}

#[tokio::test]
async fn a_reworded_rule_queues_nothing_until_another_person_has_seen_what_it_changes_on_postgres() {
    a_reworded_rule_on(Database::Postgres).await;
}

async fn a_reworded_rule_on(database: Database) {
    let world = World::on(database).await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    // What a fresh installation finds runs at once, and a person stands up for it afterwards.
    publishes(&world, "Ayo coblos nomor 2").await;
    assert_eq!(world.cases().await.len(), 1);
    assert_eq!(world.recorded().await[0], "rules.adopted rules:");
    let (mut tuti, mut sari) = (world.enter("tuti", Role::Tuner).await, world.supervisor("sari").await);
    assert!(tuti.get("/aturan").await.text.contains("belum dikukuhkan"));
    assert_eq!(sari.post("/aturan/kukuhkan", &[]).await.status, 303);
    assert!(!tuti.get("/aturan").await.text.contains("belum dikukuhkan"));

    // The rule is reworded: the new version only counts, the one that was agreed to runs on.
    let reworded = PACK.replace(
        "near('coblos', 'nomor', 12)",
        "near(any('coblos', 'tusuk'), 'nomor', 12)",
    );
    world.write_pack(&reworded).await;
    publishes(&world, "Ayo tusuk nomor 2").await;
    assert_eq!(world.cases().await.len(), 1);
    publishes(&world, "Mari coblos nomor 2").await;
    assert_eq!(world.cases().await.len(), 2);
    let page = tuti.get("/aturan").await.text;
    assert!(
        page.contains("Menunggu langkah") && page.contains("tetap berlaku sementara itu"),
        "{page}"
    );

    // Nobody passes the order, and the author passes nothing.
    let unknown = value(&mut tuti, "-").await;
    assert_eq!(step(&mut sari, &unknown, "shadow", "").await.0, 409, "not proposed");
    assert_eq!(step(&mut tuti, &unknown, "draft", "").await.0, 303);
    let draft = value(&mut tuti, "draft").await;
    let (status, said) = step(&mut tuti, &draft, "shadow", "").await;
    assert!(status == 409 && said.contains("orang lain"), "{said}");
    assert_eq!(step(&mut sari, &draft, "live", "").await.0, 409, "past the shadow");
    assert_eq!(step(&mut sari, &draft, "shadow", "").await.0, 303);
    let shadow = value(&mut sari, "shadow").await;
    let (status, said) = step(&mut sari, &shadow, "live", "").await;
    assert!(status == 409 && said.contains("belum Anda lihat"), "{said}");
    let (tutis, _) = compare(&mut tuti).await;
    assert_eq!(step(&mut tuti, &shadow, "live", &tutis).await.0, 409, "her own");
    assert_eq!(step(&mut sari, &shadow, "live", &tutis).await.0, 409, "another looked");
    let (saris, page) = compare(&mut sari).await;
    assert!(page.contains("<b>2</b><span>teks dibandingkan"), "{page}");
    assert!(
        page.contains("aturan tetap, 2 petunjuk sama") && page.contains("name=\"banding\""),
        "{page}"
    );

    // What was seen does not count for another wording.
    let again = reworded.replace("'tusuk'", "'tusuk', 'pilih'");
    world.write_pack(&again).await;
    let third = value(&mut tuti, "-").await;
    assert_ne!(third.split('@').nth(1), unknown.split('@').nth(1));
    assert_eq!(step(&mut tuti, &third, "draft", "").await.0, 303);
    assert_eq!(
        step(&mut sari, &third.replace("@-", "@draft"), "shadow", "").await.0,
        303
    );
    let (status, said) = step(&mut sari, &third.replace("@-", "@shadow"), "live", &saris).await;
    assert!(status == 409 && said.contains("tidak memuat versi ini"), "{said}");
    world.write_pack(&reworded).await;

    // What she has seen, of the set in force, goes live; the older version steps back.
    assert_eq!(step(&mut sari, &shadow, "live", &saris).await.0, 303);
    world.look_at_rules().await;
    publishes(&world, "Ayo tusuk nomor 2 besok").await;
    assert_eq!(world.cases().await.len(), 3);
    let page = tuti.get("/aturan/satu/D1-uji").await.text;
    assert!(
        page.contains("digantikan versi") && page.contains("setelah perbandingan no."),
        "{page}"
    );

    // A bad file changes nothing; neither does it keep anybody from stopping the rule.
    world.write_pack("[pack]\nid = ").await;
    publishes(&world, "Ayo tusuk nomor 2 lusa").await;
    assert_eq!(world.cases().await.len(), 4);
    let live = value(&mut tuti, "live").await;
    assert_eq!(
        step(&mut tuti, &live, "shadow", "").await.0,
        303,
        "its author may stop it"
    );
    world.look_at_rules().await;
    assert!(tuti.get("/aturan").await.text.contains("Susunan baru ditolak"));
    publishes(&world, "Ayo tusuk nomor 2 hari Rabu").await;
    assert_eq!(world.cases().await.len(), 4);
    assert_eq!(
        step(&mut sari, &live, "retired", "").await.0,
        409,
        "the page is older than the step"
    );
    world.verify_record().await;
    world.audit().await;
}

#[tokio::test]
async fn only_tuners_and_supervisors_take_steps() {
    let world = World::new().await;
    for (name, role) in [
        ("reni", Role::Registrar),
        ("oka", Role::Operator),
        ("audi", Role::Auditor),
    ] {
        let mut desk = world.enter(name, role).await;
        let page = desk.get("/aturan").await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("action=\"/aturan/"), "{role}");
        assert_eq!(desk.post("/aturan/kukuhkan", &[]).await.status, 403);
        let fields = [("aturan", "D1-uji@x@live"), ("ke", "shadow"), ("alasan", REASON)];
        assert_eq!(desk.post("/aturan/langkah", &fields).await.status, 403);
        assert_eq!(desk.get("/aturan/uji").await.status, 403);
    }
}

#[tokio::test]
async fn a_rule_that_hits_a_crowd_goes_back_to_the_shadow() {
    a_crowd_on(Database::Sqlite).await;
}

#[tokio::test]
async fn a_rule_that_hits_a_crowd_goes_back_to_the_shadow_on_postgres() {
    a_crowd_on(Database::Postgres).await;
}

async fn a_crowd_on(database: Database) {
    let world = World::on(database).await;
    // One person who says it thirty times is no crowd.
    let loud = world.person("Loud").await;
    world.account(loud, Platform::Feed, &world.feeds.feed("loud")).await;
    for n in 0..30 {
        world.feeds.publish("loud", &format!("Ayo coblos nomor 2, alasan {n}"));
    }
    world.poll().await;
    assert_eq!(world.cases().await.len(), 30);
    assert!(!world.recorded().await.contains(&"rule.braked rule:D1-uji".to_owned()));

    for n in 0..30 {
        let person = world.person(&format!("Orang {n}")).await;
        let name = format!("orang{n}");
        world.account(person, Platform::Feed, &world.feeds.feed(&name)).await;
        world.feeds.publish(&name, "Lomba: coblos nomor undian Anda!");
    }
    world.pass(LATER);
    world.poll().await;
    // With the twenty-first person it stops, in the same transaction; what it had queued stays.
    let cases = world.cases().await.len();
    assert_eq!(cases, 30 + 20, "twenty others and the one who was there");
    let recorded = world.recorded().await;
    assert_eq!(
        recorded
            .iter()
            .filter(|entry| *entry == "rule.braked rule:D1-uji")
            .count(),
        1
    );
    assert!(
        World::log().contains("hit 21 people where 20 is the limit"),
        "{}",
        World::log()
    );
    world.look_at_rules().await;
    let mut sari = world.supervisor("sari").await;
    let page = sari.get("/aturan").await.text;
    assert!(page.contains("Rem menurunkan") && page.contains("21 orang"), "{page}");
    world.feeds.publish("loud", "Ayo coblos nomor 2 sekarang");
    world.pass(LATER);
    world.poll().await;
    assert_eq!(world.cases().await.len(), cases);

    // A person who has seen what it does may let it run again; from there people are counted anew.
    let shadow = value(&mut sari, "shadow").await;
    let (seen, page) = compare(&mut sari).await;
    assert!(page.contains("50 baru"), "{page}");
    assert_eq!(step(&mut sari, &shadow, "live", &seen).await.0, 303);
    world.look_at_rules().await;
    assert!(!sari.get("/aturan").await.text.contains("Rem menurunkan"));
    world.feeds.publish("loud", "Ayo coblos nomor 2 besok pagi");
    world.pass(LATER);
    world.poll().await;
    assert_eq!(world.cases().await.len(), cases + 1);
    world.verify_record().await;
    world.audit().await;
}

#[tokio::test]
async fn a_rule_that_treats_candidates_unlike_does_not_go_live() {
    an_unlike_rule_on(Database::Sqlite).await;
}

#[tokio::test]
async fn a_rule_that_treats_candidates_unlike_does_not_go_live_on_postgres() {
    an_unlike_rule_on(Database::Postgres).await;
}

async fn an_unlike_rule_on(database: Database) {
    let world = World::on(database).await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    publishes(&world, "Ayo coblos nomor 2").await;
    let (mut tuti, mut sari) = (world.enter("tuti", Role::Tuner).await, world.supervisor("sari").await);
    let (_, page) = compare(&mut sari).await;
    assert!(page.contains("tidak ada yang diuji"), "nothing waits: {page}");

    // One candidate's number in a condition: the other's posts would be left alone.
    let unlike = PACK.replace("'nomor', 12)", "'nomor 2', 12)");
    world.write_pack(&unlike).await;
    let unknown = value(&mut tuti, "-").await;
    assert_eq!(step(&mut tuti, &unknown, "draft", "").await.0, 303);
    let draft = value(&mut tuti, "draft").await;
    assert_eq!(step(&mut sari, &draft, "shadow", "").await.0, 303);
    let shadow = value(&mut sari, "shadow").await;
    let (seen, page) = compare(&mut sari).await;
    assert!(
        page.contains("belum memperlakukan semua calon sama") && page.contains("belum setara"),
        "{page}"
    );
    assert!(!page.contains("name=\"aturan\""), "there is no box to tick: {page}");
    let (status, said) = step(&mut sari, &shadow, "live", &seen).await;
    assert!(
        status == 409 && said.contains("belum memperlakukan semua calon sama"),
        "{said}"
    );

    // Mended, it is proven and goes live.
    world
        .write_pack(&PACK.replace("near('coblos', 'nomor', 12)", "near('coblos', @nomor, 12)"))
        .await;
    let unknown = value(&mut tuti, "-").await;
    assert_eq!(step(&mut tuti, &unknown, "draft", "").await.0, 303);
    let draft = value(&mut tuti, "draft").await;
    assert_eq!(step(&mut sari, &draft, "shadow", "").await.0, 303);
    let shadow = value(&mut sari, "shadow").await;
    let (status, said) = step(&mut sari, &shadow, "live", &seen).await;
    assert!(status == 409 && said.contains("tidak memuat versi ini"), "{said}");
    let (seen, page) = compare(&mut sari).await;
    assert!(page.contains("Semua calon diperlakukan sama"), "{page}");
    assert_eq!(step(&mut sari, &shadow, "live", &seen).await.0, 303);
    world.verify_record().await;
    world.audit().await;
}

#[tokio::test]
async fn a_comparison_names_cases_and_shows_no_text() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish("ana", "Ayo coblos nomor 2, kata kucing");
    world.poll().await;
    world.write_pack(&PACK.replace("'coblos'", "'tusuk'")).await;
    let (mut tuti, mut sari) = (world.enter("tuti", Role::Tuner).await, world.supervisor("sari").await);
    let (_, tutis) = compare(&mut tuti).await;
    let (_, saris) = compare(&mut sari).await;
    for page in [&tutis, &saris] {
        assert!(
            page.contains("0 baru · 1 hilang · 0 sama") && page.contains("1 teks: antrean → bersih"),
            "{page}"
        );
        assert!(!page.contains("kucing"), "{page}");
    }
    assert!(saris.contains("<a href=\"/perkara/1\">perkara 1</a>"), "{saris}");
    assert!(
        tutis.contains("perkara 1") && !tutis.contains("href=\"/perkara"),
        "a tuner reads no cases: {tutis}"
    );
    // Nothing to compare on is nothing seen.
    let page = sari.post("/aturan/uji", &[("hari", "0")]).await.text;
    assert!(page.contains("Tidak ada teks yang dapat dibandingkan"), "{page}");
}
