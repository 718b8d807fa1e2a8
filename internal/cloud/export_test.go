package cloud

// NewClientOver makes a client whose requests go over a transport of the test.
var NewClientOver = newClient

// MetadataAddress is where the metadata of an ECS instance is asked for.
var MetadataAddress = metadataAddress
