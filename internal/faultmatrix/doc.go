// Package faultmatrix has tests of every data source against clouds and networks that misbehave: the provider behind the
// plugin protocol, on a network in memory and in fake time.
//
//   - matrix_test.go runs the matrix. Each row is a fault, each column a data source; a cell runs one against the other.
//   - columns_test.go has the columns.
//   - connection_test.go, http2_test.go, answer_test.go and timeline_test.go have the rows.
//   - env_test.go has the simulated cloud, and the network that leads to it.
//   - arguments_test.go, load_test.go and fuzz_test.go have tests beside the matrix.
package faultmatrix
