package provider

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/koocli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/openstack"
)

// provider returns the credentials provider that is configured, with the agency to assume if there is one. If a set of credentials is
// incomplete, that is an error, and no other set is tried.
func (s *settings) provider() cloud.CredentialsProvider {
	metadata, metadataSetting := s.flag("ecs_metadata")
	if s.diags.HasError() {
		return nil
	}
	var provider cloud.CredentialsProvider
	switch s.chosenSet(metadata) {
	case noSet:
		s.fail("access_key", "No credentials", "%s%s", noCredentials, s.noRegionEither())
	case tokenSet:
		token := s.get("token")
		s.credentials = []setting{token}
		s.checkVisible(token)
		provider = cloud.Static{Credentials: cloud.Credentials{Token: token.value}, Origin: "the token from " + token.origin}
	case keySet:
		provider = s.keys()
	case userSet:
		provider = s.user()
	case profileSet:
		provider = s.profile()
	case cloudSet:
		provider = s.osCloud()
	case metadataSet:
		s.credentials = []setting{metadataSetting}
		provider = cloud.Metadata{Origin: fmt.Sprintf("the metadata of this ECS instance (enabled by %s)", metadataSetting.origin)}
	}
	if s.refuseUnsupported(openstack.Cloud{}); s.diags.HasError() {
		return nil
	}
	s.unused = append(s.unused, s.unusedCredentials()...)
	return s.assumeRole(provider)
}

const noCredentials = `Set one of these in the provider block or in the environment:

  - access_key, secret_key: HW_ACCESS_KEY, HW_SECRET_KEY or OS_ACCESS_KEY, OS_SECRET_KEY
  - token: HW_AUTH_TOKEN or OS_AUTH_TOKEN
  - user_name, password, domain_name: HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME or OS_USERNAME, OS_PASSWORD, OS_USER_DOMAIN_NAME
  - profile of KooCLI: HW_PROFILE
  - os_cloud, a cloud in clouds.yaml: OS_CLOUD
  - ecs_metadata, on an ECS instance with an agency: HW_ECS_METADATA

See https://registry.terraform.io/providers/hwtasks/hwtasks/latest/docs/guides/authentication`

// noRegionEither returns a further paragraph if no region is set, which would be the next error.
func (s *settings) noRegionEither() string {
	if s.get("region").value != "" || s.get("auth_url").value != "" || s.block["endpoints.iam"] != "" {
		return ""
	}
	return "\n\nThe region is not set either. Set region here or in each data source, or HW_REGION_NAME or OS_REGION_NAME."
}

// chosenSet returns the first set of credentials that the provider block names, or else the first that is in the environment.
func (s *settings) chosenSet(metadata bool) set {
	for _, sources := range [][]source{{inBlock}, {inHW, inOS}} {
		for set := tokenSet; set <= metadataSet; set++ {
			for _, a := range blockArguments {
				if a.set == set && !a.detail && s.find(sources, a.name).value != "" && (set != metadataSet || metadata) {
					return set
				}
			}
		}
	}
	return noSet
}

// sourcesOf returns the sources of a set of credentials: the provider block and the variables of one vendor. That is the vendor of the
// first argument that the set needs and the block lacks. Of the arguments in a group the set needs one.
func (s *settings) sourcesOf(groups ...[]string) []source {
	for _, group := range groups {
		if v := s.get(group...); v.value != "" && v.source != inBlock {
			return []source{inBlock, v.source}
		}
	}
	return []source{inBlock}
}

// unusedCredentials returns where credentials are set that are not used.
func (s *settings) unusedCredentials() []string {
	var origins []string
	for _, a := range blockArguments {
		for _, source := range everywhere {
			v := s.from(source, a.name)
			if v.value != "" && a.set != noSet && a.set != metadataSet && !a.detail && !slices.Contains(s.credentials, v) {
				origins = append(origins, v.origin)
			}
		}
	}
	return origins
}

// checkVisible refuses secrets that cannot be part of a header.
func (s *settings) checkVisible(secrets ...setting) {
	for _, v := range secrets {
		if i := strings.IndexFunc(v.value, isInvisible); i >= 0 {
			s.wrong(v, "it contains %s, which no %s has. Copy it again from where it was issued", describeBlank(v.value[i:]), v.name)
		}
	}
}

func isVisible(text string) bool { return !strings.ContainsFunc(text, isInvisible) }

func isInvisible(r rune) bool { return r <= ' ' || r > '~' }

func (s *settings) keys() cloud.CredentialsProvider {
	sources := s.sourcesOf([]string{"access_key"}, []string{"secret_key"})
	access, secret, token := s.find(sources, "access_key"), s.find(sources, "secret_key"), s.find(sources, "security_token")
	if access.value == "" && secret.value == "" { // a security token alone
		token = s.get("security_token")
	}
	s.credentials = []setting{access, secret, token}
	s.checkVisible(s.credentials...)
	s.require(access, sources, secret, token)
	s.require(secret, sources, access)
	origin := fmt.Sprintf("the access key %s from %s and the secret key from %s",
		cloud.AbbreviateAccessKey(access.value), access.origin, secret.origin)
	if token.value != "" {
		origin += ", with the security token from " + token.origin
	}
	return cloud.Static{
		Credentials: cloud.Credentials{AccessKey: access.value, SecretKey: secret.value, SecurityToken: token.value},
		Origin:      origin,
	}
}

func (s *settings) user() cloud.CredentialsProvider {
	users, domains := []string{"user_id", "user_name"}, []string{"domain_id", "domain_name"}
	sources := s.sourcesOf([]string{"password"}, users, domains)
	user, password, domain := s.find(sources, users...), s.find(sources, "password"), s.find(sources, domains...)
	s.credentials = []setting{user, password}
	s.require(user, sources, password)
	s.require(password, sources, user)
	p := cloud.Password{
		Password: password.value,
		Domain:   domainOf(domain),
		Origin:   fmt.Sprintf("the user from %s and the password from %s", user.origin, password.origin),
	}
	if domain.value != "" {
		p.Origin = fmt.Sprintf("the user from %s, the password from %s and the domain from %s", user.origin, password.origin, domain.origin)
	}
	if user.name == "user_id" {
		p.UserID = user.value
	} else {
		p.UserName = user.value
		s.require(domain, sources, user, password)
	}
	return p
}

// domainOf returns the domain in a setting of its ID or name.
func domainOf(v setting) cloud.Domain {
	if strings.HasSuffix(v.name, "domain_id") {
		return cloud.Domain{ID: v.value}
	}
	return cloud.Domain{Name: v.value}
}

// domain returns a domain by its ID, or else by its name.
func domain(id, name string) cloud.Domain {
	if id != "" {
		return cloud.Domain{ID: id}
	}
	return cloud.Domain{Name: name}
}

// profile returns the keys of a profile of KooCLI. Its region, project and agency become settings.
func (s *settings) profile() cloud.CredentialsProvider {
	file, name := s.get("shared_config_file"), s.get("profile")
	s.credentials = []setting{file, name}
	argument := file
	if name.value != "" {
		argument = name
	}
	path := expandHome(cmp.Or(file.value, "~/.hcloud/config.json"))
	p, err := koocli.Load(path, name.value)
	if err != nil {
		s.fail(argument.name, "Cannot use the KooCLI profile", "The profile of KooCLI (from %s) cannot be used: %s. "+
			"Check the name and the file; `hcloud configure list` shows the profiles.", argument.origin, err)
		return nil
	}
	s.fileOrigin = fmt.Sprintf("profile %q in %s", p.Name, path)
	problem := ""
	switch {
	case p.Mode != "" && !strings.EqualFold(p.Mode, "AKSK"):
		problem = fmt.Sprintf("has the mode %q, which this provider does not support. Use a profile of the mode AKSK", p.Mode)
	case p.SourceProfile != "":
		problem = fmt.Sprintf("uses the keys of the profile %q, which this provider does not support. "+
			"Use that profile, and set assume_role in the provider block", p.SourceProfile)
	case p.AccessKeyID == "" || p.SecretAccessKey == "":
		problem = fmt.Sprintf("(mode %q) has no accessKeyId or no secretAccessKey. Use a profile of the mode AKSK, "+
			"or add them with `hcloud configure set`", p.Mode)
	case !isVisible(p.SecretAccessKey + p.SecurityToken):
		problem = "has a secret key or a security token that holds a space or another character that it cannot have"
	case p.AgencyName != "" && p.AgencyDomainName == "" && p.AgencyDomainID == "":
		problem = fmt.Sprintf("names the agency %q, but not the domain that created it. "+
			"Add agencyDomainName with `hcloud configure set`", p.AgencyName)
	}
	if problem != "" {
		s.fail(argument.name, "Incomplete KooCLI profile", "The %s %s.", s.fileOrigin, problem)
		return nil
	}
	s.file = map[string]string{"region": p.Region, "project_id": p.ProjectID}
	if p.AgencyName != "" && s.block["assume_role"] == "" { // agencies are not mixed
		s.file["assume_role.agency_name"] = p.AgencyName
		s.file["assume_role.domain_id"], s.file["assume_role.domain_name"] = p.AgencyDomainID, p.AgencyDomainName
	}
	return cloud.Static{
		Credentials: cloud.Credentials{AccessKey: p.AccessKeyID, SecretKey: p.SecretAccessKey, SecurityToken: p.SecurityToken},
		Origin:      fmt.Sprintf("the keys of %s (access key %s)", s.fileOrigin, cloud.AbbreviateAccessKey(p.AccessKeyID)),
	}
}

// osCloud returns the credentials of a cloud of clouds.yaml. Its region, project, IAM address and TLS settings become settings.
func (s *settings) osCloud() cloud.CredentialsProvider {
	name := s.get("os_cloud")
	s.credentials = []setting{name}
	c, err := openstack.Load(name.value)
	if err != nil {
		s.fail(name.name, "Cannot use the cloud of clouds.yaml", "The cloud of clouds.yaml (from %s) cannot be used: %s.", name.origin, err)
		return nil
	}
	s.fileOrigin = fmt.Sprint(c)
	s.file = map[string]string{"region": c.Get("region_name")}
	region := s.get("region")
	if c, err = c.In(region.value); err != nil {
		s.wrong(region, "%s", err)
		return nil
	}
	s.file = map[string]string{
		"region": c.Get("region_name"), "auth_url": c.Get("auth_url"),
		"project_id": c.Get("project_id"), "project_name": c.Get("project_name"),
		"cacert_file": c.Get("cacert"), "cert": c.Get("cert"), "key": c.Get("key"),
	}
	if verify := c.Get("verify"); verify != "" {
		s.file["insecure"] = strconv.FormatBool(verify == "false")
	}
	if s.refuseUnsupported(c); s.diags.HasError() {
		return nil
	}
	domains := cmp.Or(domain(c.Get("domain_id"), c.Get("domain_name")), domain(c.Get("default_domain_id"), c.Get("default_domain_name")))
	p := cloud.Password{
		UserID:        c.Get("user_id"),
		Password:      c.Get("password"),
		Domain:        cmp.Or(domain(c.Get("user_domain_id"), c.Get("user_domain_name")), domains),
		ProjectDomain: cmp.Or(domain(c.Get("project_domain_id"), c.Get("project_domain_name")), domains),
		Origin:        "the user of " + s.fileOrigin,
	}
	if p.UserID == "" {
		p.UserName = c.Get("username")
	}
	token, access, secret, securityToken := c.Get("token"), c.Get("ak"), c.Get("sk"), c.Get("security_token")
	authType := strings.TrimPrefix(c.Get("auth_type"), "v3")
	byPassword := authType == "password" && p.Password != ""
	var problem string
	switch {
	case !slices.Contains([]string{"", "password", "token"}, authType):
		problem = fmt.Sprintf("has the auth_type %s, which this provider does not support. "+
			"Use password or token, or ak and sk", c.Get("auth_type"))
	case !isVisible(token+access+secret+securityToken) || strings.ContainsAny(p.UserName+p.Password, "\r\n"):
		problem = "has a token, a key, a user or a password that holds a line break, a space or another character that it cannot have"
	case authType == "token" && token == "":
		problem = "has the auth_type token, but no token. Add it, or remove auth_type"
	case token != "" && !byPassword:
		return cloud.Static{Credentials: cloud.Credentials{Token: token}, Origin: "the token of " + s.fileOrigin}
	case access != "" && secret != "" && !byPassword:
		return cloud.Static{
			Credentials: cloud.Credentials{AccessKey: access, SecretKey: secret, SecurityToken: securityToken},
			Origin:      fmt.Sprintf("the keys of %s (access key %s)", s.fileOrigin, cloud.AbbreviateAccessKey(access)),
		}
	case !byPassword && (access != "" || secret != "") || p.UserName == "" && p.UserID == "" || p.Password == "":
		problem = "has incomplete credentials. Set username and password, or ak and sk, below auth, there or in secure.yaml"
	case p.UserID == "" && p.Domain == (cloud.Domain{}):
		problem = "has a username, but not the domain of the user. Add user_domain_name"
	default:
		return p
	}
	s.fail(name.name, "Incomplete cloud", "The %s %s.", s.fileOrigin, problem)
	return nil
}

// unsupported lists the variables and the keys of clouds.yaml with which other tools act as another identity or in another project. They
// are refused: without them the provider would act as somebody else. All others pass, since they change nothing when jobs are read.
var unsupported = []struct {
	variables, keys []string
	harmless        []string // values
	meaning         string
	instead         string
	arguments       []string // that replace them; the error is at the last one
	sources         []source // in which they do
}{
	{
		variables: []string{"OS_AGENCY_NAME", "OS_AGENCY_DOMAIN_NAME", "OS_TARGET_AGENCY_NAME", "OS_TARGET_DOMAIN_NAME"},
		keys:      []string{"agency_name", "agency_domain_name", "target_agency_name", "target_domain_name", "target_domain_id"},
		meaning:   "names an agency to assume", instead: "Set assume_role",
		arguments: []string{"assume_role.agency_name"}, sources: everywhere,
	},
	{
		variables: []string{"OS_DELEGATED_PROJECT"}, keys: []string{"delegated_project", "target_project_name", "target_project_id"},
		meaning: "names the project of an agency", instead: "Set project_name",
		arguments: []string{"project_id", "project_name"}, sources: []source{inBlock},
	},
	{
		variables: []string{"HW_ASSUME_ROLE_IDP_ID", "HW_ASSUME_ROLE_ID_TOKEN", "HW_ASSUME_ROLE_ID_TOKEN_FILE"},
		meaning:   "belongs to a login with OpenID Connect", arguments: []string{"access_key"}, instead: "Set other credentials",
	},
	{
		variables: []string{"OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_NAME", "OS_APPLICATION_CREDENTIAL_SECRET"},
		keys:      []string{"application_credential_id", "application_credential_name", "application_credential_secret"},
		meaning:   "belongs to an application credential", arguments: []string{"access_key"}, instead: "Set other credentials",
	},
	{
		variables: []string{"OS_TRUST_ID", "OS_SYSTEM_SCOPE"}, keys: []string{"trust_id", "system_scope"},
		meaning: "names a scope other than a project", arguments: []string{"access_key"}, instead: "Set other credentials",
	},
	{
		variables: []string{"OS_AUTH_TYPE"}, harmless: []string{"password", "v2password", "v3password", "token", "v2token", "v3token"},
		meaning: "selects another login than by password or token", arguments: []string{"access_key"}, instead: "Set other credentials",
	},
	{
		variables: []string{"HW_SIGNING_ALGORITHM"}, harmless: []string{"HmacSHA256"},
		meaning: "selects another signature than HmacSHA256", arguments: []string{"access_key"}, instead: "Set access_key and secret_key",
	},
}

// refuseUnsupported adds an error if the cloud of clouds.yaml in use has an unsupported key, or if the environment has an unsupported
// variable and the credentials in use come from there. A variable that is meant for another provider matters neither to credentials nor
// to an agency in the provider block.
func (s *settings) refuseUnsupported(c openstack.Cloud) {
	if s.diags.HasError() {
		return
	}
	environment := s.block["assume_role.agency_name"] == "" && slices.ContainsFunc(s.credentials, func(v setting) bool {
		return v.value != "" && (v.source == inHW || v.source == inOS)
	})
	for _, u := range unsupported {
		replacement := s.find(u.sources, u.arguments...)
		if replacement.value != "" {
			continue
		}
		for _, variable := range u.variables {
			if value := strings.TrimSpace(os.Getenv(variable)); value != "" && environment && !slices.Contains(u.harmless, value) {
				s.fail(replacement.name, "Unsupported "+variable, "%s %s, but this provider does not read it. %s in the provider block instead. "+
					"If %s is left over or meant for another provider, unset it, or set the credentials in the provider block.",
					variable, u.meaning, u.instead, variable)
				return
			}
		}
		for _, key := range u.keys {
			if c.Get(key) != "" {
				s.fail("os_cloud", "Unsupported "+key, "%s of %s %s, but this provider does not read it. %s in the provider block instead.",
					key, s.fileOrigin, u.meaning, u.instead)
				return
			}
		}
	}
	for _, service := range endpointKeys() {
		names := []string{string(service)}
		if service == cloud.IAM {
			names = append(names, "identity")
		}
		for _, name := range names {
			if key := c.Endpoint(name); key != "" && s.block["endpoints."+string(service)] == "" {
				s.fail("os_cloud", "Unsupported "+key, "%s of %s is an endpoint, but this provider does not read it. "+
					"Set endpoints = { %s = \"…\" } in the provider block instead.", key, s.fileOrigin, service)
				return
			}
		}
	}
}

// assumeRole returns a provider of the temporary keys of an agency if one is to be assumed: that of the provider block, or that of the
// profile in use, or that of the environment. A block without an agency is an error.
func (s *settings) assumeRole(base cloud.CredentialsProvider) cloud.CredentialsProvider {
	block, agency := s.from(inBlock, "assume_role"), s.get("assume_role.agency_name")
	domain := s.get("assume_role.domain_id", "assume_role.domain_name")
	if block.value == "" && agency.value == "" && domain.value == "" {
		return base
	}
	s.require(agency, everywhere, block, domain)
	s.require(domain, everywhere, agency)
	seconds := s.number("assume_role.duration", 0, int(minRoleDuration.Seconds()), int(maxRoleDuration.Seconds()))
	return cloud.AssumedRole{
		Base: base, Agency: agency.value, Domain: domainOf(domain), Duration: time.Duration(seconds) * time.Second, Origin: agency.origin,
	}
}
