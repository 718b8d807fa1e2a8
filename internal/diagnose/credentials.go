package diagnose

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// signatureLifetime is the age beyond which the gateways reject a signature.
const signatureLifetime = 15 * time.Minute

// Texts with which gateways and IAM say why they reject credentials. The error code is the same for all of them.
var (
	unknownKey   = regexp.MustCompile(`(?i)\bak not exist`)
	lockedKey    = regexp.MustCompile(`(?i)access failed to reach the limit`)
	disabled     = regexp.MustCompile(`(?i)disabled|inactive|frozen|arrears|suspended`)
	wrongSecret  = regexp.MustCompile(`(?i)verify aksk signature fail`)
	oldSignature = regexp.MustCompile(`(?i)signature expired`)
	wrongToken   = regexp.MustCompile(`(?i)security token`)
	expired      = regexp.MustCompile(`(?i)expire`)
	lockedUser   = regexp.MustCompile(`(?i)\block`)
)

// adviseUnauthorized returns the next step after a 401.
func adviseUnauthorized(e *cloud.Error) string {
	refused := fmt.Sprintf("The credentials were refused: %s.", e.Origin)
	ahead, direction := e.ClockAhead, "ahead of"
	if ahead < 0 {
		ahead, direction = -ahead, "behind"
	}
	switch {
	case ahead > signatureLifetime-time.Minute:
		return fmt.Sprintf("The clock of this machine is %s %s that of the service, and signatures are refused beyond %s. "+
			"Set the clock, best by NTP.", ahead.Round(time.Second), direction, signatureLifetime)
	case disabled.MatchString(e.Message):
		return refused + " The access key, its user or the account is disabled. Enable it in IAM, or use another one."
	case lockedKey.MatchString(e.Message):
		return refused + " The access key is locked for five minutes after several wrong signatures. " +
			"Check that the secret key belongs to it, and run it again after five minutes."
	case unknownKey.MatchString(e.Message):
		return refused + " The access key does not exist here: it was deleted, or belongs to another cloud. Check it, and the region and cloud."
	case wrongSecret.MatchString(e.Message):
		return refused + " The signature is wrong: check that the secret key belongs to the access key, " +
			"and that there is a security token if the keys are temporary."
	case oldSignature.MatchString(e.Message):
		return fmt.Sprintf("The clock of this machine seems to be wrong: signatures are refused beyond %s. "+
			"Set the clock, best by NTP.", signatureLifetime)
	case e.Issued:
		return refused + " They are fresh, and were refused all the same: check that they may be used in this project, region and cloud."
	case expired.MatchString(e.Message) && e.Signed:
		return refused + " Temporary keys expire: get new ones, or use a way of authentication that renews them " +
			"(user and password, ecs_metadata, assume_role)."
	case wrongToken.MatchString(e.Message) && e.Signed:
		return refused + " The security token does not belong to these keys: get new temporary keys, or unset a security token that is " +
			"left over from others (security_token, HW_SECURITY_TOKEN, OS_SECURITY_TOKEN)."
	case !e.Signed:
		return refused + " A token lives for a day at most, and serves in its own cloud and project alone. " +
			"Get a new one for this project, or use user and password, with which tokens are renewed."
	}
	return refused + " Check that they are active and belong to this cloud, and that the clock of this machine is right."
}

// credentialKind names the credentials that a provider requests from the cloud.
func credentialKind(provider cloud.CredentialsProvider) string {
	switch provider := provider.(type) {
	case cloud.Metadata:
		return "temporary keys from the instance metadata"
	case cloud.AssumedRole:
		return fmt.Sprintf("temporary keys of agency %q", provider.Agency)
	}
	return "a token"
}

// adviseNoCredentials returns the next step after a failed request for credentials, or "" if it is the same as for any request.
func adviseNoCredentials(credentials *cloud.CredentialsError, endpoint string, e *cloud.Error) string {
	if e.Service == cloud.IAM && e.Err == nil && e.Status == http.StatusNotFound && (e.Code == "" || e.APINotPublished()) {
		return fmt.Sprintf("The endpoint is not that of IAM. "+
			"Check %s, the region and the cloud: together they must give the address of IAM.", endpoint)
	}
	switch provider := credentials.Provider.(type) {
	case cloud.Metadata:
		_, withoutToken := errors.AsType[*cloud.MetadataError](credentials)
		switch {
		case e.Err != nil && e.Status == 0:
			return "Only an ECS instance reaches its metadata. Use other credentials on this machine."
		case e.Err == nil && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden) && withoutToken:
			return "The instance issues keys only to requests with a token, and the request for a token failed. Run it again, " +
				"and check what is between this process and the metadata of the instance, such as the network of a container."
		case e.Err == nil && e.Status >= 400 && e.Status < 500:
			return "The instance has no agency that gives it keys, or what answers is not the metadata of an ECS instance. " +
				"Assign an agency to it in the ECS console, or use other credentials."
		}
	case cloud.AssumedRole:
		switch e.Status {
		case http.StatusBadRequest:
			return fmt.Sprintf("IAM does not accept the request. Check the duration of assume_role, "+
				"which may be longer than the agency allows, and %s if it is set: it must be the address of IAM.", endpoint)
		case http.StatusForbidden, http.StatusNotFound:
			return fmt.Sprintf("Check the agency's name and the domain (account) that created it, "+
				"that it was given to the account of the credentials (%s), and that their user may assume it (Agent Operator).", provider.Base)
		}
	case cloud.Password:
		if e.Err == nil {
			return adviseNoToken(provider, credentials.Target.ProjectID, endpoint, e)
		}
	}
	return ""
}

// adviseNoToken returns the next step after IAM refused a token for a password.
func adviseNoToken(user cloud.Password, project, endpoint string, e *cloud.Error) string {
	switch e.Status {
	case http.StatusUnauthorized:
		const sentOnce = "The password is not sent again: IAM locks a user after several wrong ones."
		switch {
		case lockedUser.MatchString(e.Message):
			return fmt.Sprintf("IAM has locked the user, as it does after several wrong passwords (%s). "+
				"Wait until it is unlocked, and check the password.", user)
		case expired.MatchString(e.Message):
			return fmt.Sprintf("The password has expired (%s). Change it in IAM.", user)
		case disabled.MatchString(e.Message):
			return fmt.Sprintf("The user or the account is disabled (%s). Enable it in IAM, or use another one.", user)
		case project != "":
			return fmt.Sprintf("User, password or domain are wrong (%s), or the user has no project %s. Check them. %s",
				user, project, sentOnce)
		}
		return fmt.Sprintf("User, password or domain are wrong (%s). Check them. %s", user, sentOnce)
	case http.StatusForbidden, http.StatusNotFound:
		switch {
		case project != "":
			return fmt.Sprintf("The user has no project %s. Check project_id, and that the project belongs to this region and account.", project)
		case e.Status == http.StatusForbidden:
			return fmt.Sprintf("The user may not get a token for this domain (%s). Check domain_name or domain_id. "+
				"Without an agency to assume, project_id makes this token unnecessary.", user)
		}
		fallthrough
	case http.StatusBadRequest:
		return fmt.Sprintf("Check the user and the domain (%s), and %s if it is set: it must be the address of IAM.", user, endpoint)
	}
	return ""
}
