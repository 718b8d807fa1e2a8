package cloud

// NewClientOver returns a client that uses a transport of the test.
var NewClientOver = newClient

// MetadataAddress is the address of the metadata of an ECS instance.
var MetadataAddress = metadataAddress

// Services for the tests.
const (
	DCS Service = "dcs"
	DMS Service = "dms"
	DWS Service = "dws"
)
