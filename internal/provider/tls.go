package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// rootCAs returns the certificate authorities of the system and those of cacert_file. It is nil if none are added.
func (s *settings) rootCAs() *x509.CertPool {
	v := s.get("cacert_file")
	content := s.pem(v)
	if content == nil {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(content) {
		s.wrong(v, "it holds no PEM certificate")
	}
	return pool
}

// certificate returns the client certificate with its private key. It is nil if there is none.
func (s *settings) certificate() *tls.Certificate {
	cert, key := s.get("cert"), s.get("key")
	if cert.value != "" || key.value != "" {
		s.require(cert, everywhere, key)
		s.require(key, everywhere, cert)
	}
	if cert.value == "" || key.value == "" {
		return nil
	}
	certContent, keyContent := s.pem(cert), s.pem(key)
	if certContent == nil || keyContent == nil {
		return nil
	}
	pair, err := tls.X509KeyPair(certContent, keyContent)
	if err != nil {
		s.fail("cert", "Invalid cert or key", "The client certificate (from %s) and its private key (from %s) cannot be used: %s. "+
			"They must be in PEM, belong together, and the key must not be encrypted.", cert.origin, key.origin, err)
		return nil
	}
	return &pair
}

// pem returns the PEM text in a setting, or in the file that it names. It is nil if there is none or the file cannot be read.
// The value of key is not shown, not even as a path: it may be a private key in another format.
func (s *settings) pem(v setting) []byte {
	switch {
	case v.value == "":
		return nil
	case strings.Contains(v.value, "-----BEGIN "):
		return []byte(v.value)
	}
	content, err := os.ReadFile(expandHome(v.value))
	if err == nil {
		return content
	}
	reason := err.Error()
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		reason = wrapped.Err.Error()
		if v.name != "key" {
			reason += " (" + wrapped.Path + ")"
		}
	}
	s.wrong(v, "it is neither PEM nor the path of a file that can be read: %s", reason)
	return nil
}

// expandHome replaces a leading ~ by the home directory.
func expandHome(file string) string {
	rest, found := strings.CutPrefix(file, "~/")
	if home, err := os.UserHomeDir(); found && err == nil {
		return filepath.Join(home, rest)
	}
	return file
}
