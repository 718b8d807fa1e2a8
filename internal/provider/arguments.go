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
		description: "Region to read from, such as `eu-west-101`. Data sources and resources can set another one. " +
			"Defaults to the region in `project_name` or `auth_url`.",
	},
	{
		name: "token", set: tokenSet, secret: true, variables: []string{"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
		description: "Project-scoped token of IAM. Takes precedence over keys, unless only keys are in the provider block.",
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
		description: "Security token of a temporary access key. One in the environment is not used with keys in the provider block.",
	},
	{
		name: "user_name", set: userSet, variables: []string{"HW_USER_NAME", "OS_USERNAME"},
		description: "Name of an IAM user, used with `password` and `domain_name` or `domain_id` to obtain tokens, " +
			"which are renewed before they expire.",
	},
	{
		name: "user_id", set: userSet, variables: []string{"HW_USER_ID", "OS_USER_ID"},
		description: "ID of the IAM user, instead of `user_name`.",
	},
	{
		name: "password", set: userSet, secret: true, variables: []string{"HW_USER_PASSWORD", "OS_PASSWORD"},
		description: "Password of the IAM user.",
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
		description: "Path of a configuration file of KooCLI (hcloud). The keys in it must be stored in plain text " +
			"(`hcloud configure set --cli-auth-encrypt=false`), so protect the file. " +
			"Defaults to `~/.hcloud/config.json` if `profile` is set.",
	},
	{
		name: "profile", set: profileSet, variables: []string{"HW_PROFILE"},
		description: "Name of a profile of KooCLI (hcloud) whose keys, region, project and agency are used. " +
			"Defaults to the current profile of the file if `shared_config_file` is set.",
	},
	{
		name: "os_cloud", set: cloudSet, variables: []string{"OS_CLOUD"},
		description: "Name of a cloud in OpenStack's `clouds.yaml` whose credentials, IAM address, region, project and TLS settings are used. " +
			"The file is that of `OS_CLIENT_CONFIG_FILE`, or in the working directory, `~/.config/openstack` or `/etc/openstack`. " +
			"`secure.yaml` and `clouds-public.yaml` are read too.",
	},
	{
		name: "ecs_metadata", kind: boolean, set: metadataSet, variables: []string{"HW_ECS_METADATA"},
		description: "Whether to use the temporary keys of the agency of the ECS instance on which Terraform runs. " +
			"They are renewed before they expire. Defaults to `false`.",
	},
	{
		name: "project_id", variables: []string{"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
		description: "ID of the project in `region`. Defaults to the ID that IAM reports for `project_name`.",
	},
	{
		name: "project_name", variables: []string{"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
		description: "Name of the project in `region`, such as `eu-de_team`. It cannot begin with another region. " +
			"Defaults to the name of the region, which is that of its main project.",
	},
	{
		name: "auth_url", variables: []string{"HW_AUTH_URL", "OS_AUTH_URL"},
		description: "Endpoint of IAM, such as `https://iam.eu-west-101.myhuaweicloud.eu/v3`. " +
			"Defaults to that of `region` and `cloud`. If they are not set, they follow from it.",
	},
	{
		name: "cloud", variables: []string{"HW_CLOUD"},
		description: "Domain suffix of the cloud, such as `myhuaweicloud.eu`. Requests to other clouds are refused. " +
			"Defaults to that of `auth_url`, or of the region on Huawei Cloud, its European site, Open Telekom Cloud and Flexible Engine.",
	},
	{
		name: "endpoints", kind: addresses,
		description: "Custom endpoints by service, used in all regions. Default to `https://{service}.{region}.{cloud}`. Keys: " +
			describeKeys() + ". `iam` takes precedence over `auth_url`, `metadata` is that of the ECS instance. " +
			"Values: http or https URLs, with or without a path; a version at its end, such as `/v2`, is ignored.",
	},
	{
		name: "insecure", kind: boolean, variables: []string{"HW_INSECURE", "OS_INSECURE"},
		description: "Whether to skip the verification of TLS certificates. Causes a warning. Defaults to `false`.",
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
		description: fmt.Sprintf("Maximum number of requests per second to each service, of all data sources and waits together. "+
			"If a service throttles, all of them pause together. 1 to %d. Defaults to `%d`.", maxRequestsPerSecond, defaultRequestsPerSecond),
	},
	{
		name: "max_retries", kind: number, variables: []string{"HW_MAX_RETRIES"},
		description: fmt.Sprintf("Maximum number of retries of a request after a transient error "+
			"(no connection, throttled, 408, 429, 500, 502, 503, 504). Does not apply to `hwtasks_wait`, which continues to poll until its "+
			"timeout. 0 to %d. Defaults to `%d`.", maxMaxRetries, defaultMaxRetries),
	},
	{
		name: "assume_role.agency_name", variables: []string{"HW_ASSUME_ROLE_AGENCY_NAME"},
		description: "Name of the agency. Required in this block, unless its environment variable is set.",
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
		description: fmt.Sprintf("Lifetime of the temporary keys in seconds, %d to %d. Defaults to that of IAM.",
			int(minRoleDuration.Seconds()), int(maxRoleDuration.Seconds())),
	},
}

const (
	blockDescription = "The hwtasks provider waits for background tasks and jobs of services such as Redis (DCS), Kafka (DMS) and the " +
		"data warehouse (DWS), and reads them, on Huawei Cloud, its European site, Open Telekom Cloud and compatible clouds."
	assumeRoleDescription = "Agency to assume with the configured credentials. Requests use temporary keys of the agency, " +
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
