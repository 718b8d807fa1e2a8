package diagnose

import (
	"errors"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// The next step after a 401, by the texts with which gateways refuse credentials.
func TestAdviceForRefusedCredentials(t *testing.T) {
	const refused = "The credentials were refused: the keys from HW_ACCESS_KEY."
	const (
		disabledKey = refused + " The access key, its user or the account is disabled. Enable it in IAM, or use another one."
		wrongClock  = "The clock of this machine seems to be wrong: signatures are refused beyond 15m0s. Set the clock, best by NTP."
		token       = refused + " A token lives for a day at most, and serves in its own cloud and project alone. " +
			"Get a new one for this project, or use user and password, with which tokens are renewed."
		unspecific = refused + " Check that they are active and belong to this cloud, and that the clock of this machine is right."
		fresh      = refused + " They are fresh, and were refused all the same: " +
			"check that they may be used in this project, region and cloud."
	)
	for _, test := range []struct {
		name string
		err  cloud.Error
		want string
	}{
		{
			name: "clock ahead", err: cloud.Error{Signed: true, ClockAhead: 14*time.Minute + 1400*time.Millisecond},
			want: "The clock of this machine is 14m1s ahead of that of the service, and signatures are refused beyond 15m0s. " +
				"Set the clock, best by NTP.",
		},
		{
			name: "clock behind", err: cloud.Error{Signed: true, ClockAhead: -2 * time.Hour},
			want: "The clock of this machine is 2h0m0s behind that of the service, and signatures are refused beyond 15m0s. " +
				"Set the clock, best by NTP.",
		},
		{name: "clock nearly right", err: cloud.Error{Signed: true, ClockAhead: 14 * time.Minute}, want: unspecific},
		{name: "key disabled", err: cloud.Error{Signed: true, Message: "AK is disabled"}, want: disabledKey},
		{
			name: "key locked", err: cloud.Error{Signed: true, Message: "AK access failed to reach the limit, forbidden"},
			want: refused + " The access key is locked for five minutes after several wrong signatures. " +
				"Check that the secret key belongs to it, and run it again after five minutes.",
		},
		{
			name: "key unknown", err: cloud.Error{Signed: true, Message: "verify ak sk signature fail, AK not exist"},
			want: refused + " The access key does not exist here: it was deleted, or belongs to another cloud. Check it, and the region and cloud.",
		},
		{
			name: "secret key wrong", err: cloud.Error{Signed: true, Message: "Verify AKSK signature fail"},
			want: refused + " The signature is wrong: check that the secret key belongs to the access key, " +
				"and that there is a security token if the keys are temporary.",
		},
		{name: "signature too old", err: cloud.Error{Signed: true, Message: "signature expired"}, want: wrongClock},
		{name: "issued token", err: cloud.Error{Issued: true, Message: "token expired"}, want: fresh},
		{
			name: "temporary keys expired", err: cloud.Error{Signed: true, Message: "the security token has expired"},
			want: refused + " Temporary keys expire: get new ones, or use a way of authentication that renews them " +
				"(user and password, ecs_metadata, assume_role).",
		},
		{
			name: "security token of other keys", err: cloud.Error{Signed: true, Message: "invalid security token"},
			want: refused + " The security token does not belong to these keys: get new temporary keys, " +
				"or unset a security token that is left over from others (security_token, HW_SECURITY_TOKEN, OS_SECURITY_TOKEN).",
		},
		{name: "token expired", err: cloud.Error{Message: "token expired"}, want: token},
		{name: "keys", err: cloud.Error{Signed: true}, want: unspecific},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.err.Status, test.err.Origin = 401, "the keys from HW_ACCESS_KEY"
			if got := Advice(&test.err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The next step if the cloud hands out no credentials, for each way to get them.
func TestAdviceWithoutCredentials(t *testing.T) {
	user := cloud.Password{Origin: "user u from OS_USERNAME"}
	role := cloud.AssumedRole{Agency: "a", Base: cloud.Static{Origin: "keys from HW_ACCESS_KEY"}}
	instance := cloud.Metadata{Origin: "the instance metadata"}
	const (
		notIAM = "The endpoint is not that of IAM. " +
			"Check auth_url or endpoints.iam, the region and the cloud: together they must give the address of IAM."
		sentOnce  = " The password is not sent again: IAM locks a user after several wrong ones."
		noProject = "The user has no project p. Check project_id, and that the project belongs to this region and account."
		noUser    = "Check the user and the domain (user u from OS_USERNAME), and auth_url or endpoints.iam if it is set: " +
			"it must be the address of IAM."
		noAgency = "Check the agency's name and the domain (account) that created it, that it was given to the account of the credentials " +
			"(keys from HW_ACCESS_KEY), and that their user may assume it (Agent Operator)."
		noKeys = "The instance has no agency that gives it keys, or what answers is not the metadata of an ECS instance. " +
			"Assign an agency to it in the ECS console, or use other credentials."
	)
	for _, test := range []struct {
		name     string
		provider cloud.CredentialsProvider
		project  string      // for which the token would be
		noToken  bool        // of the metadata
		err      cloud.Error // of IAM unless it says otherwise
		want     string
	}{
		{name: "IAM not found", provider: user, err: cloud.Error{Status: 404}, want: notIAM},
		{name: "API of IAM not published", provider: role, err: cloud.Error{Status: 404, Code: "APIGW.0101"}, want: notIAM},

		{
			name: "user locked", provider: user, err: cloud.Error{Status: 401, Message: "The user has been locked"},
			want: "IAM has locked the user, as it does after several wrong passwords (user u from OS_USERNAME). " +
				"Wait until it is unlocked, and check the password.",
		},
		{
			name: "password expired", provider: user, err: cloud.Error{Status: 401, Message: "The password has expired"},
			want: "The password has expired (user u from OS_USERNAME). Change it in IAM.",
		},
		{
			name: "user disabled", provider: user, err: cloud.Error{Status: 401, Message: "The user is disabled"},
			want: "The user or the account is disabled (user u from OS_USERNAME). Enable it in IAM, or use another one.",
		},
		{
			name: "wrong password", provider: user, err: cloud.Error{Status: 401},
			want: "User, password or domain are wrong (user u from OS_USERNAME). Check them." + sentOnce,
		},
		{
			name: "wrong password or project", provider: user, project: "p", err: cloud.Error{Status: 401},
			want: "User, password or domain are wrong (user u from OS_USERNAME), or the user has no project p. Check them." + sentOnce,
		},
		{name: "project not found", provider: user, project: "p", err: cloud.Error{Status: 404, Code: "IAM.0004"}, want: noProject},
		{
			name: "domain forbidden", provider: user, err: cloud.Error{Status: 403},
			want: "The user may not get a token for this domain (user u from OS_USERNAME). Check domain_name or domain_id. " +
				"Without an agency to assume, project_id makes this token unnecessary.",
		},
		{name: "domain not found", provider: user, err: cloud.Error{Status: 404, Code: "IAM.0004"}, want: noUser},
		{name: "bad request", provider: user, project: "p", err: cloud.Error{Status: 400}, want: noUser},
		{name: "IAM fails", provider: user, err: cloud.Error{Status: 500}, want: later},
		{
			name: "IAM not reached", provider: user, err: cloud.Error{Err: errors.New("refused")},
			want: "Check that this machine reaches the endpoint, directly or through the proxy variables, " +
				"and auth_url or endpoints.iam if it is set.",
		},

		{
			name: "duration of an agency", provider: role, err: cloud.Error{Status: 400},
			want: "IAM does not accept the request. Check the duration of assume_role, which may be longer than the agency allows, " +
				"and auth_url or endpoints.iam if it is set: it must be the address of IAM.",
		},
		{name: "agency not found", provider: role, err: cloud.Error{Status: 404, Code: "IAM.0004"}, want: noAgency},

		{
			name: "no instance", provider: instance, err: cloud.Error{Service: cloud.IMDS, Err: errors.New("no route to host")},
			want: "Only an ECS instance reaches its metadata. Use other credentials on this machine.",
		},
		{
			name: "instance needs a token", provider: instance, noToken: true, err: cloud.Error{Service: cloud.IMDS, Status: 401},
			want: "The instance issues keys only to requests with a token, and the request for a token failed. Run it again, " +
				"and check what is between this process and the metadata of the instance, such as the network of a container.",
		},
		{
			name: "instance without agency and tokens", provider: instance, noToken: true,
			err: cloud.Error{Service: cloud.IMDS, Status: 404}, want: noKeys,
		},
		{name: "page of the metadata", provider: instance, err: cloud.Error{Service: cloud.IMDS, Status: 404, HTML: true}, want: noKeys},
		{name: "instance without agency", provider: instance, err: cloud.Error{Service: cloud.IMDS, Status: 404}, want: noKeys},
		{name: "metadata fails", provider: instance, err: cloud.Error{Service: cloud.IMDS, Status: 500}, want: later},
		{
			name: "metadata of another form", provider: instance, err: cloud.Error{Service: cloud.IMDS, Status: 200, Err: errors.New("not JSON")},
			want: "If this stays, check endpoints.metadata and any proxy in between, and give the request ID to the cloud's support.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.err.Service == "" {
				test.err.Service = cloud.IAM
			}
			err := &cloud.CredentialsError{Provider: test.provider, Target: cloud.Target{ProjectID: test.project}, Err: &test.err}
			if test.noToken {
				err.Err = &cloud.MetadataError{Token: &cloud.Error{Status: 503}, Keys: &test.err}
			}
			if got := Advice(err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
