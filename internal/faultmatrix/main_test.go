package faultmatrix

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"testing"
)

// A logReader reads what the provider logs at TRACE in all tests of this package.
type logReader struct {
	mu    sync.Mutex
	lines int
	leaks []string // lines with a secret
}

var logged logReader

// read reads the log to its end.
func (l *logReader) read(from *os.File) {
	lines := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		l.mu.Lock()
		l.lines++
		if secret := leaked(line); secret != "" && len(l.leaks) < 20 {
			l.leaks = append(l.leaks, fmt.Sprintf("%s in %s", secret, line))
		}
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// leaked returns a secret that a text holds.
func leaked(text []byte) string {
	for _, secret := range secrets {
		if bytes.Contains(text, []byte(secret)) {
			return secret
		}
	}
	return ""
}

// TestMain keeps the user's settings away from the tests, and searches everything that the provider logs for secrets.
func TestMain(m *testing.M) {
	flag.Parse()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"HW_", "OS_", "TF_LOG", "HTTP_PROXY", "HTTPS_PROXY"} {
			if strings.HasPrefix(strings.ToUpper(name), prefix) {
				must(os.Unsetenv(name))
			}
		}
	}
	if flag.Lookup("test.fuzz").Value.String() != "" { // millions of reads
		must(os.Setenv("TF_LOG_PROVIDER", "OFF"))
		must(os.Setenv("TF_LOG_SDK", "OFF"))
		os.Exit(m.Run())
	}
	must(os.Setenv("TF_LOG_PROVIDER", "TRACE"))
	must(os.Setenv("TF_LOG_SDK", "TRACE"))

	screen := os.Stderr
	from, to, err := os.Pipe()
	must(err)
	os.Stderr = to
	log.SetOutput(to)
	read := make(chan bool)
	go func() {
		logged.read(from)
		close(read)
	}()
	code := m.Run()
	os.Stderr = screen
	must(to.Close())
	<-read
	if logged.lines == 0 && flag.Lookup("test.run").Value.String() == "" {
		code = 1
		fmt.Println("The provider has logged nothing.")
	}
	for _, leak := range logged.leaks {
		code = 1
		fmt.Println("The log has the secret", leak)
	}
	os.Exit(code)
}
