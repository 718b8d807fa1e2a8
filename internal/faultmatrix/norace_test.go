//go:build !race

package faultmatrix

// every is which part of the rows and of the load is run: all of it.
const every = 1
