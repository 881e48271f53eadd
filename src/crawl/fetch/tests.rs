//! Hostile peers: raw sockets that do what no server should.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::header::HeaderMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// A name server that answers what it is told, and counts.
#[derive(Clone, Default)]
struct Names {
    answers: Vec<IpAddr>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Names {
    fn lookup(&self, _host: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answers = self.answers.clone();
        Box::pin(async move { Ok(answers) })
    }
}

fn limits() -> Limits {
    Limits {
        max_body: 1024 * 1024,
        connect: Duration::from_millis(500),
        read: Duration::from_millis(500),
        total: Duration::from_secs(5),
    }
}

fn fetcher(limits: Limits, allowed: Vec<SocketAddr>, names: Names) -> Fetcher {
    Fetcher::new(
        "admin@example.go.id",
        limits,
        Guard::new(allowed),
        &(Arc::new(names) as Arc<dyn Lookup>),
    )
    .unwrap()
}

/// A peer that reads one request and then does as `behave` says.
async fn peer<F, R>(behave: F) -> SocketAddr
where
    F: Fn(TcpStream, String) -> R + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let listener = listener.into_std().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 8192];
                let read = stream.read(&mut request).await.unwrap_or(0);
                behave(stream, String::from_utf8_lossy(&request[..read]).into_owned()).await;
            }
        });
    });
    address
}

async fn get(address: SocketAddr, limits: Limits, want: Body) -> Result<Response, Error> {
    let fetcher = fetcher(limits, vec![address], Names::default());
    let url = Url::parse(&format!("http://{address}/")).unwrap();
    fetcher.get(&url, HeaderMap::new(), want).await
}

#[tokio::test]
async fn a_body_of_a_gigabyte_is_refused_by_its_length_and_by_its_bytes() {
    let announced = peer(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n")
            .await;
        let _ = stream.write_all(&[b'x'; 8192]).await;
    })
    .await;
    assert_eq!(
        get(announced, limits(), Body::Whole).await.unwrap_err(),
        Error::TooLarge
    );
    let endless = peer(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        for _ in 0..131_072 {
            if stream.write_all(&[b'x'; 8192]).await.is_err() {
                break;
            }
        }
    })
    .await;
    assert_eq!(get(endless, limits(), Body::Whole).await.unwrap_err(), Error::TooLarge);
    let head = get(endless, limits(), Body::Head(1000)).await.unwrap();
    assert_eq!(head.body.len(), 1000);
    assert_eq!(get(announced, limits(), Body::Skip).await.unwrap().status, 200);
}

/// 64 MiB of zeros as gzip, some 65 kB.
fn bomb() -> Vec<u8> {
    let raw = vec![0_u8; 64 * 1024];
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..1024 {
        std::io::Write::write_all(&mut encoder, &raw).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_gzip_bomb_is_counted_unpacked() {
    let bomb = bomb();
    assert!(bomb.len() < 70_000);
    let address = peer(move |mut stream, request| {
        let bomb = bomb.clone();
        async move {
            assert!(request.to_ascii_lowercase().contains("gzip"));
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                bomb.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&bomb).await;
        }
    })
    .await;
    assert_eq!(get(address, limits(), Body::Whole).await.unwrap_err(), Error::TooLarge);
}

#[tokio::test]
async fn a_header_that_never_ends_is_cut() {
    let one_line = peer(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx-long: ").await;
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    assert_eq!(get(one_line, limits(), Body::Whole).await.unwrap_err(), Error::Broken);
    let many = peer(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-more: 1\r\n").await.is_ok() {}
    })
    .await;
    assert_eq!(get(many, limits(), Body::Whole).await.unwrap_err(), Error::Broken);
}

async fn drip(mut stream: TcpStream, start: &'static [u8]) {
    let _ = stream.write_all(start).await;
    while stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn one_byte_at_a_time_ends_with_the_total_time() {
    let short = || Limits {
        total: Duration::from_millis(400),
        ..limits()
    };
    let body = peer(|stream, _| drip(stream, b"HTTP/1.1 200 OK\r\n\r\n")).await;
    assert_eq!(get(body, short(), Body::Whole).await.unwrap_err(), Error::Timeout);
    let header = peer(|stream, _| drip(stream, b"HTTP/1.1 200 OK\r\nx-slow: ")).await;
    assert_eq!(get(header, short(), Body::Whole).await.unwrap_err(), Error::Timeout);
}

#[tokio::test]
async fn silence_ends_with_the_read_time() {
    let address = peer(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab")
            .await;
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(get(address, limits(), Body::Whole).await.unwrap_err(), Error::Timeout);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let address = peer(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nab")
            .await;
    })
    .await;
    assert_eq!(get(address, limits(), Body::Whole).await.unwrap_err(), Error::Broken);
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_dialled() {
    let address = peer(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
            .await;
    })
    .await;
    let names = Names {
        answers: vec![Ipv4Addr::LOCALHOST.into(), Ipv4Addr::new(169, 254, 169, 254).into()],
        ..Names::default()
    };
    let get = |allowed: Vec<SocketAddr>, url: String| {
        let fetcher = fetcher(limits(), allowed, names.clone());
        async move {
            fetcher
                .get(&Url::parse(&url).unwrap(), HeaderMap::new(), Body::Whole)
                .await
        }
    };
    let private = Error::Blocked(Refusal::Private);
    assert_eq!(
        get(vec![], "http://jahat.example/".to_owned()).await.unwrap_err(),
        private
    );
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    // Listed on one port: the name leads there, and nowhere else on that machine.
    let listed = get(vec![address], format!("http://jahat.example:{}/", address.port())).await;
    assert_eq!(listed.unwrap().body, b"hi");
    assert_eq!(
        get(vec![address], "http://jahat.example/".to_owned())
            .await
            .unwrap_err(),
        private
    );
    let other: SocketAddr = ([127, 0, 0, 2], address.port()).into();
    assert_eq!(
        get(vec![other], format!("http://jahat.example:{}/", address.port()))
            .await
            .unwrap_err(),
        private
    );
}

#[tokio::test]
async fn a_literal_is_refused_before_anything_is_sent() {
    let names = Names::default();
    let fetcher = fetcher(limits(), vec![], names.clone());
    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:7f00:1]/",
        "http://169.254.169.254/",
    ] {
        let error = fetcher
            .get(&Url::parse(url).unwrap(), HeaderMap::new(), Body::Whole)
            .await
            .unwrap_err();
        assert_eq!(error, Error::Blocked(Refusal::Private), "{url}");
    }
    assert_eq!(names.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn only_a_name_and_a_contact_are_said_of_us_and_cookies_are_not_kept() {
    let address = peer(|mut stream, request| async move {
        let body = request.to_ascii_lowercase();
        let head = format!(
            "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nx-one: 1\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(body.as_bytes()).await;
    })
    .await;
    let fetcher = fetcher(limits(), vec![address], Names::default());
    let url = Url::parse(&format!("http://{address}/a")).unwrap();
    for _ in 0..2 {
        let answer = fetcher.get(&url, HeaderMap::new(), Body::Whole).await.unwrap();
        let request = String::from_utf8(answer.body.clone()).unwrap();
        let agent = format!("user-agent: {} (+admin@example.go.id)\r\n", crate::PROGRAM);
        assert!(request.contains(&agent), "{request}");
        for secret in ["cookie", "referer", "authorization"] {
            assert!(!request.contains(secret), "{request}");
        }
        assert_eq!(answer.header("x-one"), Some("1"));
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn nobody_listening_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(get(address, limits(), Body::Whole).await.unwrap_err(), Error::Connect);
}

#[test]
fn statuses_say_what_the_schedule_needs() {
    let usable = |status, headers: &[(&str, &str)]| {
        let headers = headers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let response = Response {
            status,
            headers,
            body: Vec::new(),
        };
        response.usable(Millis(0))
    };
    assert_eq!(usable(200, &[]), Ok(()));
    assert_eq!(usable(304, &[]), Ok(()));
    assert_eq!(usable(401, &[]), Err(Error::Closed(401)));
    assert_eq!(usable(404, &[]), Err(Error::NotFound));
    assert_eq!(usable(410, &[]), Err(Error::Gone));
    let until = Some(Millis(30_000));
    assert_eq!(usable(429, &[("retry-after", "30")]), Err(Error::RateLimited { until }));
    assert_eq!(usable(429, &[]), Err(Error::RateLimited { until: None }));
    assert_eq!(usable(503, &[("retry-after", "30")]), Err(Error::RateLimited { until }));
    assert_eq!(usable(503, &[]), Err(Error::Server(503)));
    assert_eq!(usable(418, &[]), Err(Error::Status(418)));
}
