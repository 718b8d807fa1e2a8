package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/koocli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/openstack"
)

// A method is one way to authenticate. An argument and its environment variable belong to the same one.
type method struct {
	parts    []setting                        // the method is set if one of them is
	identity func() cloud.CredentialsProvider // adds an error where a part is missing or wrong
}

func (m method) set() bool { return len(m.origins()) > 0 }

func (m method) explicit() bool {
	for _, part := range m.parts {
		if part.explicit() {
			return true
		}
	}
	return false
}

// origins says where the parts come from that are set.
func (m method) origins() []string {
	var origins []string
	for _, part := range m.parts {
		if part.value != "" {
			origins = append(origins, part.origin)
		}
	}
	return origins
}

// identity picks the one method to use: the first that the provider block names, or else the first that is set. It
// is all or nothing: where a part is missing that is an error, and never another identity.
func (s *settings) identity(m *model) cloud.CredentialsProvider {
	methods := s.methods(m)
	role := s.role(m)
	if s.diags.HasError() {
		return nil // unknown or wrong
	}
	used := -1
	for i, method := range methods {
		if method.set() && (used < 0 || method.explicit() && !methods[used].explicit()) {
			used = i
		}
	}
	if used < 0 {
		s.fail(path.Root("access_key"), "No credentials",
			"Set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY), "+
				"or token (HW_AUTH_TOKEN, OS_AUTH_TOKEN or OS_TOKEN), or user_name, password and domain_name, or profile, os_cloud or ecs_metadata. "+
				"The guide Authentication explains them.")
		return nil
	}
	for i, other := range methods {
		if i != used {
			s.unused = append(s.unused, other.origins()...)
		}
	}
	identity := methods[used].identity()
	s.unused = nil
	if s.diags.HasError() {
		return nil
	}
	return s.assume(m, role, identity)
}

// missing adds an error about an argument that is not set beside others that need it, and says what to set. What other
// methods of authentication have is not taken for it.
func (s *settings) missing(name, set, format string, args ...any) {
	detail := fmt.Sprintf(format, args...) + fmt.Sprintf(" Set %s, or %s.", set, strings.Join(environment[name], " or "))
	if len(s.unused) > 0 {
		detail += fmt.Sprintf("\n\nOther credentials are set too (%s), but those of different sources are never mixed into one identity. To use those, unset the others.", strings.Join(s.unused, ", "))
	}
	s.fail(at(name), "Missing "+name[strings.Index(name, ".")+1:], "%s", detail)
}

// methods lists the ways to authenticate, in the order in which they count.
func (s *settings) methods(m *model) []method {
	token := s.secret("token", m.Token)
	accessKey := s.secret("access_key", m.AccessKey)
	secretKey := s.visible(s.of(accessKey, "secret_key", m.SecretKey, false))
	securityToken := s.visible(s.of(accessKey, "security_token", m.SecurityToken, true))
	password := s.get("password", m.Password)
	userName, userID := s.of(password, "user_name", m.UserName, false), s.of(password, "user_id", m.UserID, false)
	domainName, domainID := s.of(password, "domain_name", m.DomainName, false), s.of(password, "domain_id", m.DomainID, false)
	file, profile := s.get("shared_config_file", m.SharedConfigFile), s.get("profile", m.Profile)
	osCloud := s.get("os_cloud", m.OSCloud)
	metadata := s.get("ecs_metadata", m.ECSMetadata)
	if !s.flag(metadata) {
		metadata.value = ""
	}
	return []method{
		{[]setting{token}, func() cloud.CredentialsProvider {
			return cloud.Static{Credentials: cloud.Credentials{Token: token.value}, Origin: "the token from " + token.origin}
		}},
		{[]setting{accessKey, secretKey, securityToken}, func() cloud.CredentialsProvider { return s.keys(accessKey, secretKey, securityToken) }},
		{[]setting{userName, userID, password}, func() cloud.CredentialsProvider { return s.password(userName, userID, password, domainName, domainID) }},
		{[]setting{file, profile}, func() cloud.CredentialsProvider { return s.profile(file, profile) }},
		{[]setting{osCloud}, func() cloud.CredentialsProvider { return s.osCloud(osCloud) }},
		{[]setting{metadata}, func() cloud.CredentialsProvider {
			return cloud.Metadata{Origin: fmt.Sprintf("the metadata of this ECS instance (asked for by %s)", metadata.origin)}
		}},
	}
}

// secret returns a setting whose value is never shown. It becomes part of a header, where nothing but
// visible characters can be.
func (s *settings) secret(name string, argument attr.Value) setting {
	return s.visible(s.get(name, argument))
}

func (s *settings) visible(v setting) setting {
	if !isVisible(v.value) {
		s.wrong(v, "it holds a space, a line break or another character that it cannot have; trimspace() removes those around it")
	}
	return v
}

func isVisible(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (s *settings) keys(access, secret, temporary setting) cloud.CredentialsProvider {
	switch {
	case access.value == "" && secret.value == "":
		s.missing("access_key", "access_key and secret_key", "There is a security token (from %s), but no access key and secret key that it belongs to.", temporary.origin)
	case secret.value == "":
		s.missing("secret_key", "secret_key", "There is an access key (from %s), but no secret key.", access.origin)
	case access.value == "":
		s.missing("access_key", "access_key", "There is a secret key (from %s), but no access key.", secret.origin)
	}
	origin := fmt.Sprintf("the access key from %s and the secret key from %s", access.origin, secret.origin)
	if temporary.value != "" {
		origin += ", with the security token from " + temporary.origin
	}
	return cloud.Static{
		Credentials: cloud.Credentials{AccessKey: access.value, SecretKey: secret.value, SecurityToken: temporary.value},
		Origin:      origin,
	}
}

func (s *settings) password(name, id, password, domainName, domainID setting) cloud.CredentialsProvider {
	user, domain := pick(name, id, password), pick(domainName, domainID, password)
	switch {
	case user.value == "":
		s.missing("user_name", "user_name or user_id", "There is a password (from %s), but no user.", password.origin)
	case password.value == "":
		s.missing("password", "password", "There is a user (from %s), but no password.", user.origin)
	case user.name == "user_name" && domain.value == "":
		s.missing("domain_name", "domain_name or domain_id", "There are a user name (from %s) and a password (from %s), but not the domain (account) of the user.", user.origin, password.origin)
	}
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
	}
	return p
}

// pick returns a name or an ID, whichever counts more beside what it belongs to.
func pick(name, id, beside setting) setting {
	if id.over(name, beside) {
		return id
	}
	return name
}

// domainOf returns the domain that a setting names or identifies.
func domainOf(v setting) cloud.Domain {
	if strings.HasSuffix(v.name, "domain_id") {
		return cloud.Domain{ID: v.value}
	}
	return cloud.Domain{Name: v.value}
}

// domainFor makes sure that the domain of a user is known where it takes one.
func (s *settings) domainFor(config *cloud.Config) {
	identity, reason := config.Credentials, "the project ID must be looked up in IAM"
	if role, assumed := identity.(cloud.AssumedRole); assumed {
		identity, reason = role.Base, "an agency is to be assumed"
	} else if config.ProjectID != "" {
		return
	}
	if p, ok := identity.(cloud.Password); ok && p.Domain == (cloud.Domain{}) && p.ProjectDomain == (cloud.Domain{}) {
		s.missing("domain_name", "domain_name or domain_id", "There are a user ID and a password (%s), but not the domain (account) of the user, which is needed since %s.", p, reason)
	}
}

// profile reads a profile of KooCLI.
func (s *settings) profile(file, name setting) cloud.CredentialsProvider {
	named := file
	if name.value != "" {
		named = name
	}
	path, err := expand(file.value)
	if file.value == "" && err == nil {
		path, err = koocli.DefaultFile()
	}
	var p koocli.Profile
	if err == nil {
		p, err = koocli.Load(path, name.value)
	}
	if err != nil {
		s.fail(at(named.name), "Cannot use the KooCLI profile", "The profile of KooCLI (from %s) cannot be used: %s. "+
			"Check the name and the file; `hcloud configure list` shows the profiles.", named.origin, err)
		return nil
	}
	origin := fmt.Sprintf("profile %q in %s", p.Name, path)
	for _, missing := range []struct{ value, key string }{{p.AccessKeyID, "accessKeyId"}, {p.SecretAccessKey, "secretAccessKey"}, {p.SecurityToken, "securityToken"}} {
		switch {
		case missing.value == "" && missing.key == "securityToken": // only temporary keys have one
		case missing.value == "" && p.Mode != "" && p.Mode != "AKSK":
			s.fail(at(named.name), "Incomplete KooCLI profile", "The %s has no %s, and %s is not a mode that this provider can use. "+
				"Use a profile of the mode AKSK.", origin, missing.key, p.Mode)
			return nil
		case missing.value == "":
			s.fail(at(named.name), "Incomplete KooCLI profile", "The %s has no %s. Add it with `hcloud configure set`.", origin, missing.key)
			return nil
		case !isVisible(missing.value):
			s.fail(at(named.name), "Invalid KooCLI profile", "In the %s the %s holds a space or another character that it cannot have.", origin, missing.key)
			return nil
		}
	}
	s.fileOrigin = origin
	s.file = map[string]string{"region": p.Region, "project_id": p.ProjectID}
	if p.AgencyName != "" {
		if p.AgencyDomainName == "" && p.AgencyDomainID == "" {
			s.fail(at(named.name), "Incomplete KooCLI profile", "The %s names the agency %q, but not the domain that created it. Add agencyDomainName with `hcloud configure set`.", origin, p.AgencyName)
			return nil
		}
		s.fileRole = &cloud.AssumedRole{Agency: p.AgencyName, Domain: firstDomain(p.AgencyDomainID, p.AgencyDomainName, "", ""), Origin: "agencyName of " + origin}
	}
	return cloud.Static{
		Credentials: cloud.Credentials{AccessKey: p.AccessKeyID, SecretKey: p.SecretAccessKey, SecurityToken: p.SecurityToken},
		Origin:      "the keys of " + origin,
	}
}

// osCloud reads a cloud of clouds.yaml.
func (s *settings) osCloud(name setting) cloud.CredentialsProvider {
	c, err := openstack.Load(name.value)
	if err != nil {
		s.fail(at(name.name), "Cannot use the cloud of clouds.yaml", "The cloud of clouds.yaml (from %s) cannot be used: %s. Check the name and the file.", name.origin, err)
		return nil
	}
	origin := fmt.Sprintf("cloud %q in %s", name.value, c.File)
	s.fileOrigin = origin
	s.file = map[string]string{
		"region": c.RegionName, "auth_url": c.Auth.AuthURL, "project_id": cmp.Or(c.Auth.ProjectID, c.Auth.TenantID), "project_name": cmp.Or(c.Auth.ProjectName, c.Auth.TenantName),
		"cacert_file": c.CACert, "cert": c.Cert, "key": c.Key,
	}
	if c.Verify != nil {
		s.file["insecure"] = strconv.FormatBool(!*c.Verify)
	}
	incomplete := func(what string) cloud.CredentialsProvider {
		s.fail(at(name.name), "Incomplete cloud", "The %s %s.", origin, what)
		return nil
	}
	a := c.Auth
	switch {
	case !slices.Contains([]string{"", "password", "v3password", "token", "v3token"}, c.AuthType):
		return incomplete(fmt.Sprintf("has the auth_type %s, which this provider does not know. Use password or token, or ak and sk", c.AuthType))
	case a.AgencyName != "":
		return incomplete("names an agency, which is not read from clouds.yaml. Use the assume_role block instead")
	case !isVisible(a.Token + a.AccessKey + a.SecretKey + a.SecurityToken):
		return incomplete("has a token or a key that holds a space or another character that it cannot have")
	case a.Token != "":
		return cloud.Static{Credentials: cloud.Credentials{Token: a.Token}, Origin: "the token of " + origin}
	case a.AccessKey != "" || a.SecretKey != "":
		if a.AccessKey == "" || a.SecretKey == "" {
			return incomplete("has only one of ak and sk. Add the other one")
		}
		return cloud.Static{Credentials: cloud.Credentials{AccessKey: a.AccessKey, SecretKey: a.SecretKey, SecurityToken: a.SecurityToken}, Origin: "the keys of " + origin}
	case a.ApplicationCredentialID != "" || a.ApplicationCredentialName != "":
		return incomplete("has an application credential, which these clouds do not take. Use username and password, or ak and sk")
	case a.Username == "" && a.UserID == "" && a.Password == "":
		return incomplete("has no credentials below auth. Add username and password, or ak and sk, there or in secure.yaml")
	case a.Username == "" && a.UserID == "":
		return incomplete("has a password, but no username or user_id")
	case a.Password == "":
		return incomplete("has a user, but no password. Add it there or in secure.yaml")
	}
	p := cloud.Password{
		UserID:        a.UserID,
		Password:      a.Password,
		Domain:        firstDomain(a.UserDomainID, a.UserDomainName, a.DomainID, a.DomainName),
		ProjectDomain: firstDomain(a.ProjectDomainID, a.ProjectDomainName, a.DomainID, a.DomainName),
		Origin:        "the user of " + origin,
	}
	if a.UserID == "" {
		p.UserName = a.Username
		if p.Domain == (cloud.Domain{}) {
			return incomplete("has a username, but not the domain of the user. Add user_domain_name")
		}
	}
	return p
}

// firstDomain returns the domain by the first of some IDs and names that is set.
func firstDomain(id, name, otherID, otherName string) cloud.Domain {
	switch {
	case id != "":
		return cloud.Domain{ID: id}
	case name != "":
		return cloud.Domain{Name: name}
	case otherID != "":
		return cloud.Domain{ID: otherID}
	}
	return cloud.Domain{Name: otherName}
}

// A role is what is set about an agency to assume. It is one source: what a profile has about another agency is not
// mixed with it.
type role struct{ agency, domainName, domainID, duration setting }

func (s *settings) role(m *model) role {
	block := cmp.Or(m.AssumeRole, &assumeRole{})
	return role{
		s.get("assume_role.agency_name", block.AgencyName),
		s.get("assume_role.domain_name", block.DomainName), s.get("assume_role.domain_id", block.DomainID),
		s.get("assume_role.duration", block.Duration),
	}
}

const (
	shortestRole = 15 * time.Minute
	longestRole  = 24 * time.Hour
)

// assume puts an agency on top of an identity, if one is configured: that of the provider block, or that of the profile
// in use, or that of the environment. A block without an agency is an error, and not a reason to act as the base identity.
func (s *settings) assume(m *model, r role, base cloud.CredentialsProvider) cloud.CredentialsProvider {
	duration := time.Duration(s.number(r.duration, 0, int(shortestRole.Seconds()), int(longestRole.Seconds()))) * time.Second
	if s.fileRole != nil && m.AssumeRole == nil {
		s.fileRole.Base = base
		s.fileRole.Duration = duration
		return *s.fileRole
	}
	domain := pick(r.domainName, r.domainID, r.agency)
	asked := "the assume_role block"
	for _, part := range []setting{domain, r.duration} {
		if part.value != "" {
			asked = part.origin
		}
	}
	switch {
	case m.AssumeRole == nil && r.agency.value == "" && domain.value == "":
		return base // how long nothing is assumed does not matter
	case r.agency.value == "":
		s.missing(r.agency.name, "agency_name", "A role is to be assumed (%s), but not which agency.", asked)
	case domain.value == "":
		s.missing(r.domainName.name, "domain_name or domain_id", "The agency %q is to be assumed (%s), but the domain (account) that created it is not given.", r.agency.value, r.agency.origin)
	}
	return cloud.AssumedRole{Base: base, Agency: r.agency.value, Domain: domainOf(domain), Duration: duration, Origin: r.agency.origin}
}
