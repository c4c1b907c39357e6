//! Whom those trust who speak TLS.

use std::fs::File;
use std::io::{self, Read};

use csprun_dsl::signature::{ParamSpec, ParamType};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{CertificateError, RootCertStore};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::process::{Ended, Params, Ports};

/// The parameter that says whom.
pub(super) const AUTHORITIES: ParamSpec = ParamSpec::optional(
    "authorities",
    ParamType::Path,
    "a PEM file with the certificates of those who vouch for servers of `https:`, a company's for example; instead \
     of those whom the web trusts",
);

/// Largest file of certificates. All of the web take a quarter of one MiB.
const N_LARGEST: u64 = 1 << 24;

/// What the parameters say about TLS.
pub(super) fn trust(params: &Params, ports: &Ports) -> Result<TlsConfig, Ended> {
    let roots = match params.maybe_text("authorities") {
        Some(path) => {
            let _blocking = ports.blocking()?;
            read(path).map_err(Ended::fail)?
        }
        // They are part of the program: nothing is read.
        None => RootCerts::WebPki,
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}

/// The certificates of a file, each of which can vouch for others.
fn read(path: &str) -> Result<RootCerts, String> {
    let cannot = |error: io::Error| format!("cannot read `{path}`, which `authorities` names: {error}");
    let mut pem = Vec::new();
    File::open(path).map_err(cannot)?.take(N_LARGEST + 1).read_to_end(&mut pem).map_err(cannot)?;
    if pem.len() as u64 > N_LARGEST {
        return Err(format!(
            "`{path}` is larger than {} MiB: that is no file of authorities",
            N_LARGEST >> 20
        ));
    }
    let mut authorities: Vec<Certificate<'static>> = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let broken = |why: String| {
            let n = authorities.len() + 1;
            format!("certificate {n} of `{path}` is broken: {why}; take it out, or export it again as PEM")
        };
        let certificate = certificate.map_err(|error| broken(is_no_pem(&error)))?;
        // What cannot be used is left out later without a word: it is told here.
        RootCertStore::empty().add(certificate.clone()).map_err(|_| broken("it is no X.509".to_owned()))?;
        authorities.push(Certificate::from_der(&certificate).to_owned());
    }
    if authorities.is_empty() {
        return Err(format!(
            "`{path}` holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`): \
             `openssl x509 -inform der -in {path}` makes PEM of what is binary"
        ));
    }
    Ok(authorities.into())
}

/// What is wrong with a part of the file.
fn is_no_pem(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "nothing marks its end".to_owned(),
        pem::Error::IllegalSectionStart { line } => {
            format!("`{}` does not begin it", String::from_utf8_lossy(line).trim_end())
        }
        pem::Error::Base64Decode(_) => "it is not Base64".to_owned(),
        other => other.to_string(),
    }
}

/// Why there is no response, with what helps where it is known.
pub(super) fn explain(error: &ureq::Error) -> String {
    let ureq::Error::Io(outer) = error else { return error.to_string() };
    match outer.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "nobody who is trusted vouches for the server: name a PEM file of who does in `authorities`"
                .to_owned()
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            "what the server says is no TLS: ask with `http:`, or where it waits for `https:`".to_owned()
        }
        Some(other) => other.to_string(),
        None => error.to_string(),
    }
}
