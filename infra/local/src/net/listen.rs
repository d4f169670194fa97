//! Accepts connections, tells TLS from plain by the first byte, and ends them politely.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// The first byte of every TLS connection: a record of type handshake. No HTTP method begins with it.
const HANDSHAKE: u8 = 0x16;

/// How long open requests may take to end at shutdown.
const GRACE: Duration = Duration::from_secs(2);

/// A port of this machine, not served yet.
pub(crate) struct Listener {
    listener: TcpListener,
    port: u16,
}

/// A port being served, until it is shut down or dropped.
pub(crate) struct Serving {
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Takes a port on `127.0.0.1`; 0 takes any free one.
    pub(crate) async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let port = listener.local_addr()?.port();
        Ok(Listener { listener, port })
    }

    /// The port taken.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves HTTP/1.1 with upgrades, plain and encrypted.
    pub(crate) fn serve(self, router: Router, tls: Arc<ServerConfig>) -> Serving {
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(self.listener, router, TlsAcceptor::from(tls), stopped));
        Serving { stop, accepting }
    }
}

impl Serving {
    /// Takes no more connections and waits up to two seconds for requests under way.
    pub(crate) async fn shut_down(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.accepting).await {
            tracing::warn!(%error, "the listener ended badly");
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(listener: TcpListener, router: Router, tls: TlsAcceptor, stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told_to_stop(stopped.clone()) => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connection(stream, peer, router.clone(), tls.clone(), stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::debug!("connections were cut at shutdown");
    }
}

/// An error means that nobody is left who could tell: the cloud was dropped.
async fn told_to_stop(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: TlsAcceptor,
    stopped: watch::Receiver<bool>,
) {
    // Small frames must not wait for each other.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let mut first = [0];
    match stream.peek(&mut first).await {
        Ok(1) if first == [HANDSHAKE] => match tls.accept(stream).await {
            Ok(stream) => talk(stream, peer, router, stopped).await,
            // Browsers do this until they trust the certificate.
            Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
        },
        Ok(1) => talk(stream, peer, router, stopped).await,
        Ok(_) => {}
        Err(error) => tracing::debug!(%error, "a connection broke before it said anything"),
    }
}

async fn talk<S>(stream: S, peer: SocketAddr, router: Router, stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told_to_stop(stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}
