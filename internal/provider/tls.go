package provider

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
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
	certificates, err := parseCertificates(content)
	if err != nil {
		s.wrong(v, "%s", err)
	}
	for _, c := range certificates {
		pool.AddCert(c)
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
	if err == nil {
		_, err = parseCertificates(certContent)
	}
	if err != nil {
		s.fail("cert", "Invalid cert or key", "The client certificate (from %s) and its private key (from %s) cannot be used: %s. "+
			"They must be in PEM, belong together, and the key must not be encrypted.", cert.origin, key.origin, err)
		return nil
	}
	return &pair
}

// parseCertificates returns the certificates in PEM text, of which each must be readable: a certificate that is left out is noticed
// only when a connection fails.
func parseCertificates(content []byte) ([]*x509.Certificate, error) {
	const begin = "-----BEGIN "
	var certificates []*x509.Certificate
	for n, rest := 1, content; ; n++ {
		start := bytes.Index(rest, []byte(begin))
		if start < 0 {
			break
		}
		rest = rest[start:]
		line := 1 + bytes.Count(content[:len(content)-len(rest)], []byte("\n"))
		next := len(rest)
		if i := bytes.Index(rest[len(begin):], []byte(begin)); i >= 0 {
			next = len(begin) + i
		}
		block, _ := pem.Decode(rest[:next])
		rest = rest[next:]
		switch {
		case block == nil:
			return nil, fmt.Errorf("its PEM block %d (line %d) cannot be read: it is incomplete or damaged", n, line)
		case !strings.HasSuffix(block.Type, "CERTIFICATE"):
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("its PEM block %d (line %d) is not a certificate that can be read: %w", n, line, err)
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return nil, errors.New("it holds no PEM certificate")
	}
	return certificates, nil
}

// pem returns the PEM text in a setting, or in the file that it names. It is nil if there is none or the file cannot be read.
// Byte order marks are left out, since PEM that follows one is not recognized. The value of key is not shown, not even as a path: it may
// be a private key in another format.
func (s *settings) pem(v setting) []byte {
	switch {
	case v.value == "":
		return nil
	case strings.Contains(v.value, "-----BEGIN "):
		return withoutMarks([]byte(v.value))
	}
	content, err := os.ReadFile(expandHome(v.value))
	if err == nil {
		return withoutMarks(content)
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

func withoutMarks(content []byte) []byte { return bytes.ReplaceAll(content, []byte("\uFEFF"), nil) }

// expandHome replaces a leading ~ by the home directory.
func expandHome(file string) string {
	rest, found := strings.CutPrefix(file, "~/")
	if home, err := os.UserHomeDir(); found && err == nil {
		return filepath.Join(home, rest)
	}
	return file
}
