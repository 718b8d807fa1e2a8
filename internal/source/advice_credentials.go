package source

import (
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const signatureLife = 15 * time.Minute // beyond which the gateways take a signature for an old one

// Texts with which gateways and IAM say why they refuse credentials, since the code is the same for all of them.
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

// adviseUnauthorized is what to do about credentials that were refused with a 401.
func adviseUnauthorized(e *cloud.Error) string {
	used := fmt.Sprintf("The credentials were refused: %s.", e.Origin)
	ahead, direction := e.ClockAhead, "ahead of"
	if ahead < 0 {
		ahead, direction = -ahead, "behind"
	}
	switch {
	case ahead > signatureLife-time.Minute:
		return fmt.Sprintf("The clock of this machine is %s %s that of the service, and signatures are refused beyond %s. Set the clock, best by NTP.",
			ahead.Round(time.Second), direction, signatureLife)
	case disabled.MatchString(e.Message):
		return used + " The access key, its user or the account is disabled. Enable it in IAM, or use another one."
	case lockedKey.MatchString(e.Message):
		return used + " The access key is locked for five minutes after several wrong signatures. Check that the secret key belongs to it, and run it again after that."
	case unknownKey.MatchString(e.Message):
		return used + " The access key does not exist here: it was deleted, or belongs to another cloud. Check it, and the region and cloud."
	case wrongSecret.MatchString(e.Message):
		return used + " The signature is wrong: check that the secret key belongs to the access key, and that there is a security token if the keys are temporary."
	case oldSignature.MatchString(e.Message):
		return fmt.Sprintf("The clock of this machine seems to be wrong: signatures are refused beyond %s. Set the clock, best by NTP.", signatureLife)
	case e.Issued:
		return used + " They are fresh, and were refused all the same: check that they may be used in this project, region and cloud."
	case expired.MatchString(e.Message) && e.Signed:
		return used + " Temporary keys expire: get new ones, or use a way of authentication that renews them (user and password, ecs_metadata, assume_role)."
	case wrongToken.MatchString(e.Message) && e.Signed:
		return used + " The security token does not belong to these keys: get new temporary keys, or unset a security token that is left over from others (security_token, HW_SECURITY_TOKEN, OS_SECURITY_TOKEN)."
	case !e.Signed:
		return used + " A token lives for a day at most, and serves in its own cloud and project alone. Get a new one for this project, or use user and password, with which tokens are renewed."
	}
	return used + " Check that they are active and belong to this cloud, and that the clock of this machine is right."
}

// credentialKind names what an identity asks the cloud for.
func credentialKind(identity cloud.CredentialsProvider) string {
	switch identity := identity.(type) {
	case cloud.Metadata:
		return "temporary keys from the instance metadata"
	case cloud.AssumedRole:
		return fmt.Sprintf("temporary keys of agency %q", identity.Agency)
	}
	return "a token"
}

// adviseNoCredentials is what to do when the cloud hands out no credentials.
func adviseNoCredentials(failure *cloud.CredentialsError, endpoint string, e *cloud.Error) string {
	project := failure.Target.ProjectID
	if e.Service == cloud.IAM && e.Err == nil && e.Status == http.StatusNotFound && (e.Code == "" || e.APINotPublished()) {
		return fmt.Sprintf("What answers there is not IAM. Check %s, the region and the cloud: together they must give the address of IAM.", endpoint)
	}
	switch identity := failure.Provider.(type) {
	case cloud.Metadata:
		switch {
		case e.Err != nil && e.Status == 0:
			return "Only an ECS instance reaches its metadata. Use other credentials on this machine."
		case e.Err == nil && e.Status >= 400 && e.Status < 500:
			return "The instance has no agency that gives it keys, or what answers is not the metadata of an ECS instance. Assign an agency to it in the ECS console, or use other credentials."
		}
	case cloud.AssumedRole:
		switch e.Status {
		case http.StatusBadRequest:
			return fmt.Sprintf("IAM does not accept the request. Check the duration of assume_role, which may be longer than the agency allows, and %s if it is set: it must be the address of IAM.", endpoint)
		case http.StatusForbidden, http.StatusNotFound:
			return fmt.Sprintf("Check the agency's name and the domain (account) that created it, that it was given to the account of the credentials (%s), and that their user may assume it (Agent Operator).", identity.Base)
		}
	case cloud.Password:
		if e.Err != nil {
			break
		}
		switch {
		case e.Status == http.StatusUnauthorized && lockedUser.MatchString(e.Message):
			return fmt.Sprintf("IAM has locked the user, as it does after several wrong passwords (%s). Wait until it is unlocked, and check the password.", identity)
		case e.Status == http.StatusUnauthorized && expired.MatchString(e.Message):
			return fmt.Sprintf("The password has expired (%s). Change it in IAM.", identity)
		case e.Status == http.StatusUnauthorized && disabled.MatchString(e.Message):
			return fmt.Sprintf("The user or the account is disabled (%s). Enable it in IAM, or use another one.", identity)
		case e.Status == http.StatusUnauthorized && project != "":
			return fmt.Sprintf("User, password or domain are wrong (%s), or the user has no project %s. Check them. The password is not sent again: IAM locks a user after several wrong ones.", identity, project)
		case e.Status == http.StatusUnauthorized:
			return fmt.Sprintf("User, password or domain are wrong (%s). Check them. The password is not sent again: IAM locks a user after several wrong ones.", identity)
		case (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound) && project != "":
			return fmt.Sprintf("The user has no project %s. Check project_id, and that the project belongs to this region and account.", project)
		case e.Status == http.StatusForbidden:
			return fmt.Sprintf("The user may not use this domain (%s). Check domain_name or domain_id.", identity)
		case e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound:
			return fmt.Sprintf("Check the user and the domain (%s), and %s if it is set: it must be the address of IAM.", identity, endpoint)
		}
	}
	return ""
}
