//go:build race

package faultmatrix

// every is which part of the rows and of the load is run: the race detector makes them ten times as slow, and finds in one row what it
// finds in the next. make fault-matrix, which goes without it, runs all of them.
const every = 20
