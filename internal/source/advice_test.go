package source

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// What is advised when no answer came. The advice that follows from answers is tested through Terraform.
func TestAdviceWithoutAnAnswer(t *testing.T) {
	unknownHost := &net.DNSError{Err: "no such host", Name: "dcs.nowhere.example.com", IsNotFound: true}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"unknown host":      {&net.OpError{Op: "dial", Err: unknownHost}, "Check the region, the cloud's DNS suffix (cloud), and endpoints.dcs"},
		"unknown proxy":     {&net.OpError{Op: "proxyconnect", Err: unknownHost}, "Check the proxy variables"},
		"unknown authority": {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "Set cacert_file"},
		"wrong host name":   {&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}}, "the certificate is not one of this address, or not valid now"},
		"no TLS":            {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake", Conn: new(net.TCPConn)}, "does not speak HTTPS"},
		"TLS, and then not": {tls.RecordHeaderError{Msg: "received record with version ffff when expecting version 303"}, "Check that this machine reaches the endpoint"},
		"too large":         {cloud.ErrTooLarge, "report it with the request ID"},
		"reset":             {errors.New("connection reset by peer"), "Check that this machine reaches the endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			diags := Diagnose("Cannot read DCS job", Object{Kind: "DCS job", ID: "j"},
				&cloud.Error{Service: cloud.DCS, Endpoint: "https://dcs.example.com", Region: "eu-de", ProjectID: "p", Attempts: 1, RequestID: "r", Err: test.err})
			if len(diags) != 1 {
				t.Fatal(diags)
			}
			detail := diags[0].Detail()
			for _, want := range []string{"DCS job j in region eu-de, project p: ", "Endpoint: https://dcs.example.com", "Request ID: r", test.want} {
				if !strings.Contains(detail, want) {
					t.Errorf("%s\nwant …%s…", detail, want)
				}
			}
		})
	}
}
