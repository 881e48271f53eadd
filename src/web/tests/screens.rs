//! The desk on a real port with a queue worth looking at:
//! `NETRA_DESK_PORT=8651 cargo test web::tests::screens -- --ignored --nocapture`, then stop it with Ctrl-C.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::world::{Flagged, PASSWORD, World, settings};
use crate::model::{Category, Level, PostKind, Role};
use crate::store::LookAnswer;
use crate::web::{Settings, serve};

#[tokio::test]
#[ignore = "serves until it is stopped; for people who want to look at the desk"]
async fn a_desk_to_look_at() {
    let port: u16 = std::env::var("NETRA_DESK_PORT")
        .ok()
        .and_then(|p| p.parse().ok())
        .unwrap_or(8651);
    let world = World::with(Settings {
        secure_cookies: false,
        page_size: 30,
        ..settings()
    })
    .await;
    for (name, role) in [
        ("ani", Role::Supervisor),
        ("bima", Role::Supervisor),
        ("audit", Role::Auditor),
        ("tuner", Role::Tuner),
    ] {
        world.user(name, role, None).await;
    }
    fill(&world).await;
    world.pass(Duration::from_hours(3));
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    println!("http://127.0.0.1:{port}/ as ani, bima, audit or tuner with `{PASSWORD}`");
    serve(listener, world.router.clone(), CancellationToken::new())
        .await
        .unwrap();
}

async fn fill(world: &World) {
    let first = Flagged {
        text: "Alhamdulillah sosialisasi di kelurahan lancar.\nRabu besok jangan lupa coblos nomor 2 ya bapak ibu, demi kota kita \
               yang lebih maju. Ajak keluarga dan tetangga.\n\nDua jari untuk perubahan ✌️",
        marks: &["coblos nomor 2", "Dua jari"],
        ..Flagged::default()
    };
    let case = world.flag_as(1, "surat-1", &first).await.unwrap();
    let edited = Flagged {
        text: "Alhamdulillah sosialisasi di kelurahan lancar.\nRabu besok jangan lupa coblos ya bapak ibu, nomor 2 demi \
               kota kita yang lebih maju. Ajak keluarga dan tetangga.\n\nDua jari untuk perubahan ✌️",
        marks: &["coblos ya bapak ibu, nomor 2", "Dua jari"],
        ..Flagged::default()
    };
    world.pass(Duration::from_mins(30));
    world.flag_as(1, "surat-1", &edited).await;
    for (answer, how, hours) in [
        (LookAnswer::There, "http-200", 1),
        (LookAnswer::Failed, "timeout", 2),
        (LookAnswer::Gone, "http-404", 3),
    ] {
        let at = world.now().plus(Duration::from_hours(hours));
        world.look(case, answer, how, at).await;
    }
    for (i, (account, text, marks, category, level, kind, foreign)) in POSTS.iter().enumerate() {
        world.pass(Duration::from_mins(17));
        let flagged = Flagged {
            text,
            marks,
            category: *category,
            level: *level,
            kind: *kind,
            foreign: *foreign,
        };
        world.flag_as(*account, &format!("lain-{i}"), &flagged).await;
    }
    let hostile = Flagged {
        text: "</div><script>alert('x')</script> \u{202e}balik\u{202c} co\u{200b}blos nomor 2\0 <img src=x onerror=alert(1)>\n\nمرحبا بالعالم nomor 2",
        marks: &["co\u{200b}blos nomor 2"],
        ..Flagged::default()
    };
    world.flag_as(2, "ganjil", &hostile).await;
}

type Sample = (
    i64,
    &'static str,
    &'static [&'static str],
    Category,
    Level,
    PostKind,
    Option<&'static str>,
);

const POSTS: &[Sample] = &[
    (
        2,
        "Setuju sekali dengan beliau, ini yang kita tunggu-tunggu.\n\nMari menangkan pasangan nomor 2 tanggal 27 November! Bersama kita bisa.",
        &["menangkan pasangan nomor 2"],
        Category::Ajakan,
        Level::Tinggi,
        PostKind::Quote,
        Some("Mari menangkan pasangan nomor 2 tanggal 27 November! Bersama kita bisa."),
    ),
    (
        1,
        "Kadrun dan cebong sama saja, calon nomor 1 itu boneka.",
        &["Kadrun", "cebong"],
        Category::Julukan,
        Level::Sedang,
        PostKind::Own,
        None,
    ),
    (
        1,
        "Sudah saatnya kota ini dipimpin Rahmat Hidayat. Visi misinya paling masuk akal, saya bangga mendukung.",
        &["bangga mendukung"],
        Category::Dukungan,
        Level::Sedang,
        PostKind::Own,
        None,
    ),
    (
        2,
        "Yang mau ambil sembako dari tim nomor 2 silakan merapat ke posko, jangan lupa bawa KTP.",
        &["sembako dari tim nomor 2"],
        Category::PolitikUang,
        Level::Sedang,
        PostKind::Reply,
        None,
    ),
];
