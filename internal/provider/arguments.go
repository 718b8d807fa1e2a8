package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

// An argument is an argument of the provider block. Its schema, its documentation and its sources follow from it.
type argument struct {
	name        string // in a nested block with its name, such as assume_role.duration
	kind        kind
	description string
	variables   []string // of the environment; the first one that is set takes precedence
	set         set      // of credentials that the argument belongs to
	detail      bool     // of the set: does not select it
	secret      bool
}

type kind int

const (
	text kind = iota
	boolean
	number
	addresses // by service
)

// A set is a set of credentials. The sets stand in the order in which they are used.
type set int

const (
	noSet set = iota
	tokenSet
	keySet
	userSet
	profileSet
	cloudSet // of clouds.yaml
	metadataSet
)

// The variables are those of the vendors' own providers: HW_ of huaweicloud, OS_ of opentelekomcloud and OpenStack.
var blockArguments = []argument{
	{
		name: "region", variables: []string{"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"},
		description: "Region to read from, such as `eu-west-101`. Data sources can set another one. " +
			"Default: the one in `project_name` or `auth_url`.",
	},
	{
		name: "token", set: tokenSet, secret: true, variables: []string{"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
		description: "Project-scoped token of IAM, used instead of keys. " +
			"Takes precedence over keys, unless only those are in the provider block.",
	},
	{
		name: "access_key", set: keySet, secret: true, variables: []string{"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
		description: "Access key ID (AK).",
	},
	{
		name: "secret_key", set: keySet, secret: true, variables: []string{"HW_SECRET_KEY", "OS_SECRET_KEY"},
		description: "Secret access key (SK) of the access key.",
	},
	{
		name: "security_token", set: keySet, secret: true, variables: []string{"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
		description: "Security token of a temporary access key. In the environment it belongs to the keys there: keys in the provider block " +
			"are used without it.",
	},
	{
		name: "user_name", set: userSet, variables: []string{"HW_USER_NAME", "OS_USERNAME"},
		description: "Name of an IAM user, who gets tokens with `password` and `domain_name` or `domain_id`. " +
			"Tokens are renewed before they expire.",
	},
	{
		name: "user_id", set: userSet, variables: []string{"HW_USER_ID", "OS_USER_ID"},
		description: "ID of an IAM user, instead of `user_name`.",
	},
	{
		name: "password", set: userSet, secret: true, variables: []string{"HW_USER_PASSWORD", "OS_PASSWORD"},
		description: "Password of the user.",
	},
	{
		name: "domain_name", set: userSet, detail: true, variables: []string{"HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"},
		description: "Name of the user's domain (account).",
	},
	{
		name: "domain_id", set: userSet, detail: true, variables: []string{"HW_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"},
		description: "ID of the user's domain (account). Takes precedence over `domain_name`.",
	},
	{
		name: "shared_config_file", set: profileSet, variables: []string{"HW_SHARED_CONFIG_FILE"},
		description: "Path of a configuration file of KooCLI (hcloud) with the profile to use. " +
			"The keys in it must not be encrypted (`hcloud configure set --cli-auth-encrypt=false`). " +
			"Default, if `profile` is set: `~/.hcloud/config.json`.",
	},
	{
		name: "profile", set: profileSet, variables: []string{"HW_PROFILE"},
		description: "Name of a profile of KooCLI (hcloud) whose keys, region, project and agency are used. " +
			"Default, if `shared_config_file` is set: the current profile of the file.",
	},
	{
		name: "os_cloud", set: cloudSet, variables: []string{"OS_CLOUD"},
		description: "Name of a cloud in OpenStack's `clouds.yaml` whose credentials, IAM address, region, project and TLS settings are used. " +
			"The file is the one in `OS_CLIENT_CONFIG_FILE`, or it is in the working directory, `~/.config/openstack` or `/etc/openstack`; " +
			"`secure.yaml` and `clouds-public.yaml` are read too.",
	},
	{
		name: "ecs_metadata", kind: boolean, set: metadataSet, variables: []string{"HW_ECS_METADATA"},
		description: "Use the temporary keys of the agency of the ECS instance on which Terraform runs. " +
			"They are renewed before they expire. Default: `false`.",
	},
	{
		name: "project_id", variables: []string{"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
		description: "ID of the project in `region`. Default: looked up in IAM by `project_name`.",
	},
	{
		name: "project_name", variables: []string{"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
		description: "Name of the project in `region`, such as `eu-de_team`. It cannot begin with another region. " +
			"Default: the name of the region, which is that of its main project.",
	},
	{
		name: "auth_url", variables: []string{"HW_AUTH_URL", "OS_AUTH_URL"},
		description: "Address of IAM, such as `https://iam.eu-west-101.myhuaweicloud.eu/v3`. " +
			"The region and the cloud in it are used, unless they are set. Default: follows from region and cloud.",
	},
	{
		name: "cloud", variables: []string{"HW_CLOUD"},
		description: "DNS suffix of the cloud. Requests are sent to no other cloud. Default: that of `auth_url`, " +
			"or of the region on Huawei Cloud, its European site, Open Telekom Cloud and Flexible Engine.",
	},
	{
		name: "endpoints", kind: addresses,
		description: "Addresses of services that are not at `https://{service}.{region}.{cloud}`. Keys: " +
			describeKeys() + ". The address of `iam` takes precedence over `auth_url`, `metadata` is that of the ECS instance. " +
			"Values: http or https URLs, with or without a path; a version at its end, such as `/v2`, is ignored. " +
			"An address is used in every region.",
	},
	{
		name: "insecure", kind: boolean, variables: []string{"HW_INSECURE", "OS_INSECURE"},
		description: "Do not verify TLS certificates. Causes a warning. Default: `false`.",
	},
	{
		name: "cacert_file", variables: []string{"OS_CACERT"},
		description: "Certificate authorities to trust in addition to those of the system: the path of a PEM file, or its contents.",
	},
	{
		name: "cert", variables: []string{"OS_CERT"},
		description: "Client certificate for servers that request one: the path of a PEM file, or its contents.",
	},
	{
		name: "key", secret: true, variables: []string{"OS_KEY"},
		description: "Private key of `cert`: the path of a PEM file, or its contents.",
	},
	{
		name: "requests_per_second", kind: number,
		description: fmt.Sprintf("Maximum number of requests that are sent to each service in a second, by all data sources together. "+
			"If a service throttles nevertheless, all of them slow down. 1 to %d. Default: %d.", maxRequestsPerSecond, defaultRequestsPerSecond),
	},
	{
		name: "max_retries", kind: number, variables: []string{"HW_MAX_RETRIES"},
		description: fmt.Sprintf("How often a request is repeated after a transient error "+
			"(no connection, throttled, 408, 429, 500, 502, 503, 504). Does not apply to `hwtasks_wait`, which continues to poll until its "+
			"timeout. 0 to %d. Default: %d.", maxMaxRetries, defaultMaxRetries),
	},
	{
		name: "assume_role.agency_name", variables: []string{"HW_ASSUME_ROLE_AGENCY_NAME"},
		description: "Name of the agency.",
	},
	{
		name: "assume_role.domain_name", variables: []string{"HW_ASSUME_ROLE_DOMAIN_NAME"},
		description: "Name of the domain (account) that created the agency.",
	},
	{
		name: "assume_role.domain_id", variables: []string{"HW_ASSUME_ROLE_DOMAIN_ID"},
		description: "ID of the domain (account) that created the agency. Takes precedence over `domain_name`.",
	},
	{
		name: "assume_role.duration", kind: number, variables: []string{"HW_ASSUME_ROLE_DURATION"},
		description: fmt.Sprintf("Lifetime of temporary keys in seconds. %d to %d. Default: set by IAM.",
			int(minRoleDuration.Seconds()), int(maxRoleDuration.Seconds())),
	},
}

const (
	blockDescription = "Reads the background tasks and jobs of services such as Redis (DCS), Kafka (DMS) and the data warehouse (DWS) " +
		"on Huawei Cloud, its European site, Open Telekom Cloud and other clouds of this family."
	assumeRoleDescription = "Agency to assume with the credentials above. Requests are then sent with temporary keys of the agency, " +
		"which are renewed before they expire."
)

// blockSchema returns the schema of the provider block.
func blockSchema() schema.Schema {
	attributes, assumeRole := make(map[string]schema.Attribute), make(map[string]schema.Attribute)
	for _, a := range blockArguments {
		if name, nested := strings.CutPrefix(a.name, "assume_role."); nested {
			assumeRole[name] = a.attribute()
		} else {
			attributes[a.name] = a.attribute()
		}
	}
	return schema.Schema{
		MarkdownDescription: blockDescription,
		Attributes:          attributes,
		Blocks: map[string]schema.Block{
			"assume_role": schema.SingleNestedBlock{MarkdownDescription: assumeRoleDescription, Attributes: assumeRole},
		},
	}
}

func (a argument) attribute() schema.Attribute {
	description := a.description
	if len(a.variables) > 0 {
		description += " Environment: `" + strings.Join(a.variables, "`, `") + "`."
	}
	switch a.kind {
	case boolean:
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
	case number:
		return schema.Int64Attribute{Optional: true, MarkdownDescription: description}
	case addresses:
		return schema.MapAttribute{Optional: true, MarkdownDescription: description, ElementType: types.StringType}
	case text:
	}
	return schema.StringAttribute{Optional: true, Sensitive: a.secret, MarkdownDescription: description}
}

// argumentOf returns the argument of a name. It has only the name if there is none.
func argumentOf(name string) argument {
	if i := slices.IndexFunc(blockArguments, func(a argument) bool { return a.name == name }); i >= 0 {
		return blockArguments[i]
	}
	return argument{name: name}
}

// endpointKeys returns the keys of endpoints.
func endpointKeys() []cloud.Service {
	keys := append(services.Endpoints(), cloud.IAM, cloud.IMDS)
	slices.Sort(keys)
	return keys
}

func joinKeys() string {
	var keys []string
	for _, key := range endpointKeys() {
		keys = append(keys, string(key))
	}
	return strings.Join(keys, ", ")
}

// describeKeys lists the keys with the services that have another name, such as "`dcs`, `dms` (kafka)".
func describeKeys() string {
	var keys []string
	for _, key := range endpointKeys() {
		var others []string
		for _, s := range services.All {
			if s.API.Endpoint == key && s.Name != string(key) {
				others = append(others, s.Name)
			}
		}
		text := "`" + string(key) + "`"
		if len(others) > 0 {
			text += " (" + strings.Join(others, ", ") + ")"
		}
		keys = append(keys, text)
	}
	return strings.Join(keys, ", ")
}

// endpointHint says which key has the endpoint of a service that shares one, such as kafka.
func endpointHint(name string) string {
	for _, s := range services.All {
		if s.Name == name {
			return fmt.Sprintf(" (the endpoint of %s is %s%s)", name, s.API.Endpoint, s.API.Hint)
		}
	}
	return ""
}

// at returns the path of an argument, or of an element of endpoints such as endpoints.dcs.
func at(name string) path.Path {
	outer, inner, nested := strings.Cut(name, ".")
	switch {
	case !nested:
		return path.Root(name)
	case outer == "endpoints":
		return path.Root(outer).AtMapKey(inner)
	}
	return path.Root(outer).AtName(inner)
}
