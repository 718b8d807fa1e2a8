package cloud

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// CheckProxies returns an error if the proxy in a variable of the environment cannot be used. It names the variable and not its value,
// which may hold a password. httpproxy ignores some of these values, or takes a part of them for the host.
func CheckProxies() error {
	for _, variable := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		if os.Getenv(variable) == "" { // as httpproxy chooses
			variable = strings.ToLower(variable)
		}
		if value := os.Getenv(variable); value != "" && !usableProxy(value) {
			return fmt.Errorf("the value of %s is not the address of a proxy such as http://proxy.example.com:3128. "+
				"Its scheme must be http, https, socks5 or socks5h. Remove spaces, quotes and line breaks around it, "+
				"and percent-encode special characters in the user name and password: "+
				"@ is %%40, : is %%3A, / is %%2F, # is %%23, ? is %%3F and %% is %%25", variable)
		}
	}
	return nil
}

// usableProxy reports whether httpproxy finds a proxy in a value, and the one that is meant.
func usableProxy(value string) bool {
	proxy := httpproxy.Config{HTTPSProxy: value}
	u, _ := proxy.ProxyFunc()(&url.URL{Scheme: "https", Host: "example.com"}) // the error is about HTTP_PROXY alone
	if u == nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return false
	}
	// Before a value that it cannot parse, httpproxy puts http:// once more, and then the host is http. With a special character in
	// the password, the host is what stands before that.
	return !strings.HasSuffix(u.Host, ":") && !strings.Contains(u.Path+u.RawQuery+u.Fragment, "@")
}

// proxyFromEnvironment returns a function that returns the proxy of a request according to the environment. If a variable cannot be
// used, the function returns an error, so that no request bypasses the proxy.
func proxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	proxy, err := httpproxy.FromEnvironment().ProxyFunc(), CheckProxies()
	return func(r *http.Request) (*url.URL, error) {
		if err != nil {
			return nil, err
		}
		return proxy(r.URL)
	}
}
