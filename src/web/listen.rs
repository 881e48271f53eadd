//! A listener that cannot be filled up: a bounded number of connections, each dropped when it is silent for too long.
//!
//! Does: hold a seat per connection, watch for silence. Does not: count bytes or requests (the router's layers do).
//! Invariant: whoever opens connections and says nothing, or stops half-way through a header, gives the seat back in time.

use std::future::Future as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Connections at once: an office and its monitoring, far below the open files a service may have.
const SEATS: usize = 512;
/// Longer than the slowest answer and than a proxy keeps idle connections for reuse.
const SILENCE: Duration = Duration::from_secs(75);

/// The listener.
pub struct Bounded {
    inner: TcpListener,
    seats: Arc<Semaphore>,
    silence: Duration,
}

impl Bounded {
    /// Round a bound socket.
    pub fn new(inner: TcpListener) -> Self {
        Self::with(inner, SEATS, SILENCE)
    }

    fn with(inner: TcpListener, seats: usize, silence: Duration) -> Self {
        Self {
            inner,
            seats: Arc::new(Semaphore::new(seats)),
            silence,
        }
    }
}

impl Listener for Bounded {
    type Io = Seated;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Seated, SocketAddr) {
        let seat = Arc::clone(&self.seats)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let (stream, from) = Listener::accept(&mut self.inner).await; // retries what accept(2) refuses
        let seated = Seated {
            stream,
            _seat: seat,
            silence: self.silence,
            patience: Box::pin(sleep(self.silence)),
        };
        (seated, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A connection with its seat.
pub struct Seated {
    stream: TcpStream,
    _seat: OwnedSemaphorePermit,
    silence: Duration,
    patience: Pin<Box<Sleep>>,
}

impl Seated {
    fn heard(&mut self) {
        let until = Instant::now() + self.silence;
        self.patience.as_mut().reset(until);
    }

    /// `answer`, unless nothing has moved for too long.
    fn in_time<T>(&mut self, cx: &mut Context<'_>, answer: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if answer.is_ready() {
            self.heard();
            return answer;
        }
        ready!(self.patience.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Seated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let answer = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.in_time(cx, answer)
    }
}

impl AsyncWrite for Seated {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.in_time(cx, answer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.in_time(cx, answer)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_silent_connection_gives_its_seat_back() {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut listener = Bounded::with(socket, 1, Duration::from_millis(20));
        let _silent = TcpStream::connect(address).await.unwrap();
        let (mut first, _) = listener.accept().await;
        let silence = first.read_u8().await.unwrap_err();
        assert_eq!(silence.kind(), io::ErrorKind::TimedOut);
        drop(first);
        let mut talking = TcpStream::connect(address).await.unwrap();
        talking.write_u8(7).await.unwrap();
        let (mut second, _) = listener.accept().await;
        assert_eq!(second.read_u8().await.unwrap(), 7);
    }
}
