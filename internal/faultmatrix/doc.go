// Package faultmatrix holds the tests that set every data source against every fault: the provider in a process and in
// time of its own, behind the real plugin protocol, before a cloud that misbehaves.
//
// network_test.go is the network, cloud_test.go the simulated cloud on it, provider_test.go the provider, columns_test.go the data
// sources and the other files what they meet. matrix_test.go puts them together: make fault-matrix.
package faultmatrix
