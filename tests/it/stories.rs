//! What Netra promises, told as stories: something is published on a made-up host, Netra reads it over real HTTP, and a person
//! at the desk sees what may be seen.

use std::time::Duration;

use netra::model::{CaseState, Outlook, Platform};
use wiremock::ResponseTemplate;

use crate::world::{Database, World};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_flagged_post_reaches_the_desk() {
    a_flagged_post_reaches_the_desk_on(Database::Sqlite).await;
}

#[tokio::test]
async fn a_flagged_post_reaches_the_desk_on_postgres() {
    a_flagged_post_reaches_the_desk_on(Database::Postgres).await;
}

async fn a_flagged_post_reaches_the_desk_on(database: Database) {
    let world = World::on(database).await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish("ana", "Panen cabai hari ini");
    world.feeds.publish("ana", "Jangan lupa coblos nomor 2 tanggal 27 <3");
    world.poll().await;

    let mut desk = world.supervisor("sari").await;
    let queue = desk.get("/antrean").await;
    assert_eq!(
        (queue.status, queue.text.matches("data-row").count()),
        (200, 1),
        "{}",
        queue.text
    );
    assert!(!queue.text.contains("cabai"));

    let case = desk.get("/perkara/1").await;
    for part in [
        "<mark",
        "coblos",
        "&#60;3",
        "D1-uji",
        "kampanye",
        "SHA-256",
        "/entri/ana/",
    ] {
        assert!(
            case.text.to_lowercase().contains(&part.to_lowercase()),
            "`{part}` on the page:\n{}",
            case.text
        );
    }
}

#[tokio::test]
async fn a_flagged_post_on_mastodon_reaches_the_desk() {
    let world = World::new().await;
    let budi = world.person("Budi").await;
    world
        .account(budi, Platform::Mastodon, &world.social.actor("budi"))
        .await;
    world.social.publish_for("budi", "private", "Rahasia: coblos nomor 2");
    world
        .social
        .publish_for("budi", "unlisted", "Tak terdaftar: coblos nomor 2");
    for n in 0..50 {
        world.social.publish("budi", &format!("Catatan harian {n}"));
    }
    world.social.publish("budi", "Ayo coblos nomor 2");
    world.poll().await;

    let cases = world.cases().await;
    assert_eq!(cases.len(), 1);
    let page = world.supervisor("sari").await.get("/perkara/1").await;
    assert!(page.text.contains("Ayo ") && !page.text.contains("Rahasia") && !page.text.contains("terdaftar:"));
}

#[tokio::test]
async fn an_unflagged_post_leaves_no_trace() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.account(ana, Platform::Mastodon, &world.social.actor("ana")).await;
    // Both in the same answer as a flagged post: before it and after it.
    for (host, words) in [
        (&world.feeds, ["kutilangsatu", "kutilangdua"]),
        (&world.social, ["kutilangtiga", "kutilangempat"]),
    ] {
        host.publish("ana", words[0]);
        host.publish("ana", "Ayo coblos nomor 2 rajawali");
        host.publish("ana", words[1]);
    }
    world.poll().await;

    assert_eq!(world.cases().await.len(), 2);
    assert!(
        world.traces("rajawali").contains(&String::from("netra.db-wal")),
        "the search looks where words are"
    );
    assert_eq!(world.traces("kutilang"), Vec::<String>::new());
    // An edit that still does not flag, a second reading, and the end of the program change nothing.
    world.pass(HOUR);
    world.feeds.edit("ana", 1001, "kutilanglima");
    world.poll().await;
    let gone = world.close().await;
    assert_eq!(gone.traces("kutilang"), Vec::<String>::new());
}

#[tokio::test]
async fn an_edit_adds_a_version() {
    let world = World::new().await;
    let budi = world.person("Budi").await;
    world
        .account(budi, Platform::Mastodon, &world.social.actor("budi"))
        .await;
    let post = world.social.publish("budi", "Ayo coblos nomor 2");
    world.poll().await;
    world.pass(HOUR);
    world.social.edit("budi", post, "Selamat pagi semua");
    world.poll().await;

    let cases = world.cases().await;
    assert_eq!(cases.iter().map(|case| case.versions).collect::<Vec<_>>(), [2]);
    let page = world.supervisor("sari").await.get("/perkara/1").await;
    assert!(
        page.text.contains("Selamat pagi") && page.text.contains("coblos"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_edit_that_begins_to_flag_makes_a_case() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    let post = world.feeds.publish("ana", "Selamat pagi semua");
    world.poll().await;
    assert_eq!(world.cases().await.len(), 0);
    world.pass(HOUR);
    world.feeds.edit("ana", post, "Selamat pagi, ayo coblos nomor 2");
    world.poll().await;
    assert_eq!(world.cases().await.len(), 1);
}

#[tokio::test]
async fn a_deletion_is_said_only_after_two_looks() {
    let world = World::new().await;
    let budi = world.person("Budi").await;
    world
        .account(budi, Platform::Mastodon, &world.social.actor("budi"))
        .await;
    let post = world.social.publish("budi", "Ayo coblos nomor 2");
    world.poll().await;
    let outlook = async || world.cases().await[0].outlook;

    world.pass(DAY);
    world.poll().await;
    assert_eq!(outlook().await, Outlook::Online);

    world.social.delete("budi", post);
    let mut seen = vec![Outlook::Online];
    for _ in 0..12 {
        world.pass(DAY);
        world.poll().await;
        if seen.last() != Some(&outlook().await) {
            seen.push(outlook().await);
        }
    }
    assert_eq!(seen, [Outlook::Online, Outlook::Missing, Outlook::Gone]);
}

#[tokio::test]
async fn a_closed_robots_txt_is_obeyed_unless_the_owner_consented() {
    let world = World::new().await;
    let (ana, budi) = (world.person("Ana").await, world.person("Budi").await);
    world.feeds.robots("User-agent: *\nDisallow: /\n");
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish("ana", "Ayo coblos nomor 2");
    world.poll().await;
    assert_eq!(world.feeds.asked(), Vec::<String>::new());
    assert_eq!(world.cases().await.len(), 0);

    world
        .account_with_consent(budi, Platform::Feed, &world.feeds.feed("budi"), "Budi/2024-09-01")
        .await;
    world.feeds.publish("budi", "Ayo coblos nomor 2");
    world.pass(DAY);
    world.poll().await;
    assert_eq!(world.feeds.asked(), ["/budi.atom"]);
    assert_eq!(world.cases().await.len(), 1);
}

#[tokio::test]
async fn too_many_requests_blocks_the_host_not_the_account() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    for name in ["satu", "dua", "tiga"] {
        world.account(ana, Platform::Feed, &world.feeds.feed(name)).await;
        world.feeds.publish(name, "Ayo coblos nomor 2");
    }
    world.account(ana, Platform::Mastodon, &world.social.actor("ana")).await;
    world.social.publish("ana", "Ayo coblos nomor 2");
    world
        .feeds
        .answer_next(ResponseTemplate::new(429).insert_header("retry-after", "900"));
    world.poll().await;
    // One question told the whole host's answer; the other host was read meanwhile.
    assert_eq!(world.feeds.asked().len(), 1);
    assert_eq!(world.cases().await.len(), 1);

    world.pass(Duration::from_mins(14));
    world.poll().await;
    assert_eq!(world.feeds.asked(), Vec::<String>::new());

    world.pass(HOUR);
    world.poll().await;
    assert_eq!(world.feeds.asked().len(), 3);
    assert_eq!(world.cases().await.len(), 4);
}

#[tokio::test]
async fn a_post_is_one_case_for_each_person_however_many_accounts_show_it() {
    let world = World::new().await;
    let (ana, budi) = (world.person("Ana").await, world.person("Budi").await);
    // The same entries under several addresses: a blog and its categories, a page that two people run.
    let blog = world.feeds.feed("blog");
    world.account(ana, Platform::Feed, &blog).await;
    world
        .account(ana, Platform::Feed, &format!("{blog}?kategori=umum"))
        .await;
    world
        .account(budi, Platform::Feed, &format!("{blog}?penulis=budi"))
        .await;
    world.feeds.publish("blog", "Ayo coblos nomor 2");
    world.poll().await;
    world.pass(HOUR);
    world.poll().await;

    let mut people: Vec<_> = world.cases().await.iter().map(|case| case.person).collect();
    people.sort();
    assert_eq!(people, [ana, budi]);
}

#[tokio::test]
async fn sharing_anothers_post_is_an_act_of_ones_own() {
    let world = World::new().await;
    let (ana, budi) = (world.person("Ana").await, world.person("Budi").await);
    world.account(ana, Platform::Mastodon, &world.social.actor("ana")).await;
    world
        .account(budi, Platform::Mastodon, &world.social.actor("budi"))
        .await;
    let post = world.social.publish("ana", "Ayo coblos nomor 2");
    world.social.boost("budi", "ana", post);
    world.poll().await;

    let mut people: Vec<_> = world.cases().await.iter().map(|case| case.person).collect();
    people.sort();
    assert_eq!(people, [ana, budi]);
}

#[tokio::test]
async fn a_crawl_that_breaks_off_loses_nothing_and_doubles_nothing() {
    a_crawl_that_breaks_off_on(Database::Sqlite).await;
}

#[tokio::test]
async fn a_crawl_that_breaks_off_loses_nothing_and_doubles_nothing_on_postgres() {
    a_crawl_that_breaks_off_on(Database::Postgres).await;
}

async fn a_crawl_that_breaks_off_on(database: Database) {
    let world = World::on(database).await;
    let budi = world.person("Budi").await;
    world
        .account(budi, Platform::Mastodon, &world.social.actor("budi"))
        .await;
    for n in 0..70 {
        world.social.publish("budi", &format!("Ayo coblos nomor 2, alasan {n}"));
    }
    // Broken off after each question in turn: the resolution, the first page, the pages that follow.
    for questions in 1..5 {
        world.poll_and_break_off(&world.social, questions).await;
        world.pass(HOUR);
    }
    world.restart();
    world.pass(DAY);
    world.poll().await;

    let cases = world.cases().await;
    assert_eq!(cases.len(), 70);
    assert!(cases.iter().all(|case| case.versions == 1));
    world.verify_record().await;
}

#[tokio::test]
async fn a_case_moves_on_only_by_two_people_one_after_the_other() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish("ana", "Ayo coblos nomor 2");
    world.poll().await;
    let (mut sari, mut tono) = (world.supervisor("sari").await, world.supervisor("tono").await);
    let state = async || world.cases().await[0].state;
    assert_eq!(state().await, CaseState::Terdeteksi);

    let page = sari.get("/perkara/1").await;
    assert_eq!(state().await, CaseState::Telaah1);
    let reason = "Mengajak memilih pada masa kampanye, perlu telaah kedua.";
    let form = [
        ("revisi", page.field("revisi")),
        ("putusan", "teruskan"),
        ("alasan", reason),
    ];
    // Sari holds the case: Tono's form is refused though it carries the right revision.
    assert_eq!(tono.post("/perkara/1/putusan", &form).await.status, 409);
    assert_eq!(state().await, CaseState::Telaah1);
    let answer = sari.post("/perkara/1/putusan", &form).await;
    assert_eq!(
        (answer.status, answer.location.as_deref()),
        (303, Some("/antrean?selesai=1"))
    );
    assert_eq!(state().await, CaseState::Telaah2);

    // The same form again is stale, and the second reading is not hers.
    assert_eq!(sari.post("/perkara/1/putusan", &form).await.status, 409);
    let again = sari.get("/perkara/1").await.text;
    assert!(!again.contains("name=\"putusan\""), "{again}");
    // She has it open; her hold on it ends by itself.
    world.pass(Duration::from_mins(11));
    let page = tono.get("/perkara/1").await;
    let form = [
        ("revisi", page.field("revisi")),
        ("putusan", "tolak"),
        ("alasan", "Hanya mengutip berita setempat."),
    ];
    assert_eq!(tono.post("/perkara/1/putusan", &form).await.status, 303);
    assert_eq!(state().await, CaseState::Ditolak);
    world.verify_record().await;
}

#[tokio::test]
async fn outside_a_contest_nobody_is_read() {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish("ana", "Ayo coblos nomor 2");
    world.pass(DAY * 200);
    world.poll().await;
    assert_eq!(world.feeds.asked(), Vec::<String>::new());
}
