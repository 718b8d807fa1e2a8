package vendorsdk

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	vendordcs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2"
	dcsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2/model"
	vendoriam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	iammodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	vendorkafka "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/kafka/v2"
	kafkamodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/kafka/v2/model"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

const instance = "instance-1"

// start starts a simulated cloud with work at hand. Keys are temporary ones where there is a security token.
func start(t *testing.T, securityToken string) (*simulator.Simulator, string) {
	t.Helper()
	s, address := simulatortest.Start(t, simulator.Options{SecurityToken: securityToken})
	running := simulator.Timeline{Begin: time.Now().Add(-time.Minute), Takes: time.Hour}
	s.Add(
		simulator.DCSJob{ID: "job-1", Type: "masterStandbySwapJob"},
		simulator.DCSTask{InstanceID: instance, ID: "task-1", Name: "EXTEND", Timeline: running, Steps: []simulator.Step{{Name: "resize", SubSteps: []string{"check", "copy"}}}},
		simulator.KafkaTask{InstanceID: instance, ID: "task-2", Name: "CREATE"}, // ended, so that it does not change between two reads
	)
	return s, address
}

func keys(t *testing.T, securityToken string) auth.ICredential {
	t.Helper()
	credentials, err := basic.NewCredentialsBuilder().WithAk(simulator.DefaultAccessKey).WithSk(simulator.DefaultSecretKey).
		WithSecurityToken(securityToken).WithProjectId(simulator.DefaultProjectID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return credentials
}

// TestReadLikeTheVendor reads the same objects with the vendor's clients and with ours. What the vendor's clients sign is
// accepted, and every value they read is the one that we read.
func TestReadLikeTheVendor(t *testing.T) {
	for name, securityToken := range map[string]string{"keys": "", "temporary keys": "security-token-of-no-real-account"} {
		t.Run(name, func(t *testing.T) {
			s, address := start(t, securityToken)
			dcsHTTP, err := vendordcs.DcsClientBuilder().WithEndpoints([]string{address}).WithCredential(keys(t, securityToken)).SafeBuild()
			if err != nil {
				t.Fatal(err)
			}
			kafkaHTTP, err := vendorkafka.KafkaClientBuilder().WithEndpoints([]string{address}).WithCredential(keys(t, securityToken)).SafeBuild()
			if err != nil {
				t.Fatal(err)
			}
			theirDCS, theirKafka := vendordcs.NewDcsClient(dcsHTTP), vendorkafka.NewKafkaClient(kafkaHTTP)
			ours := simulatortest.TokenClient(t, address)

			theirJob, err := theirDCS.ShowJobInfo(&dcsmodel.ShowJobInfoRequest{JobId: "job-1"})
			if err != nil {
				t.Fatal(err)
			}
			ourJob, err := dcs.GetJob(t.Context(), ours, simulatortest.Target, "job-1")
			same(t, "DCS job", theirJob, ourJob, err)

			theirProgress, err := theirDCS.ShowBackgroundTaskProgress(&dcsmodel.ShowBackgroundTaskProgressRequest{InstanceId: instance, TaskId: "task-1"})
			if err != nil {
				t.Fatal(err)
			}
			ourProgress, err := dcs.GetProgress(t.Context(), ours, simulatortest.Target, instance, "task-1")
			same(t, "DCS background task progress", theirProgress, ourProgress, err)

			theirTask, err := theirKafka.ShowBackgroundTask(&kafkamodel.ShowBackgroundTaskRequest{InstanceId: instance, TaskId: "task-2"})
			if err != nil {
				t.Fatal(err)
			}
			ourTask, err := kafka.GetBackgroundTask(t.Context(), ours, simulatortest.Target, instance, "task-2")
			same(t, "Kafka background task", theirTask, ourTask, err)

			// The vendor's client sends a query here, and then cannot decode the number that its own reference page
			// shows as task_count. Its signature is what is looked at.
			limit, offset := int32(5), int32(0)
			_, _ = theirDCS.ListBackgroundTask(&dcsmodel.ListBackgroundTaskRequest{InstanceId: instance, Limit: &limit, Offset: &offset})
			requests := s.Requests()
			if last := requests[len(requests)-1]; last.By != "keys" || last.Status != http.StatusOK || last.Query == "" {
				t.Errorf("DCS background tasks: %+v", last)
			}
		})
	}
}

// same compares what both have read, in JSON. We may know more than the vendor, but not less or otherwise.
func same(t *testing.T, object string, theirs, ours any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	values := func(v any) map[string]any {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var values map[string]any
		if err := json.Unmarshal(text, &values); err != nil {
			t.Fatal(err)
		}
		return values
	}
	their, our := values(theirs), values(ours)
	if len(their) == 0 {
		t.Errorf("%s: the vendor's client read nothing", object)
	}
	if diff := cmp.Diff(their, common(our, their)); diff != "" {
		t.Errorf("%s (-theirs, +ours): %s", object, diff)
	}
}

// common cuts from a what b does not have, at every depth.
func common(a, b any) any {
	switch b := b.(type) {
	case map[string]any:
		a, _ := a.(map[string]any)
		cut := make(map[string]any)
		for name, value := range b {
			cut[name] = common(a[name], value)
		}
		return cut
	case []any:
		a, _ := a.([]any)
		cut := make([]any, len(a))
		for i := range a {
			cut[i] = a[i]
			if i < len(b) {
				cut[i] = common(a[i], b[i])
			}
		}
		return cut
	}
	return a
}

// TestCredentialsLikeTheVendor asks for a token and for the keys of an agency with the vendor's client of IAM. The simulated
// IAM, which takes our requests, takes what the vendor's client sends, and gives what it understands.
func TestCredentialsLikeTheVendor(t *testing.T) {
	s, address := start(t, "")
	credentials, err := global.NewCredentialsBuilder().WithAk(simulator.DefaultAccessKey).WithSk(simulator.DefaultSecretKey).
		WithDomainId(simulator.DefaultDomainID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	build, err := vendoriam.IamClientBuilder().WithEndpoints([]string{address}).WithCredential(credentials).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	iam := vendoriam.NewIamClient(build)

	domain, seconds := simulator.DefaultAgencyDomainName, int32(3600)
	keys, err := iam.CreateTemporaryAccessKeyByAgency(&iammodel.CreateTemporaryAccessKeyByAgencyRequest{
		Body: &iammodel.CreateTemporaryAccessKeyByAgencyRequestBody{Auth: &iammodel.AgencyAuth{Identity: &iammodel.AgencyAuthIdentity{
			Methods:    []iammodel.AgencyAuthIdentityMethods{iammodel.GetAgencyAuthIdentityMethodsEnum().ASSUME_ROLE},
			AssumeRole: &iammodel.IdentityAssumerole{AgencyName: simulator.DefaultAgency, DomainName: &domain, DurationSeconds: &seconds},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := keys.Credential; c == nil || c.Access == "" || c.Secret == "" || c.Securitytoken == "" || c.ExpiresAt == "" {
		t.Errorf("keys: %+v", keys)
	}

	project := simulator.DefaultProjectID
	token, err := iam.KeystoneCreateUserTokenByPassword(&iammodel.KeystoneCreateUserTokenByPasswordRequest{
		Body: &iammodel.KeystoneCreateUserTokenByPasswordRequestBody{Auth: &iammodel.PwdAuth{
			Identity: &iammodel.PwdIdentity{
				Methods: []iammodel.PwdIdentityMethods{iammodel.GetPwdIdentityMethodsEnum().PASSWORD},
				Password: &iammodel.PwdPassword{User: &iammodel.PwdPasswordUser{
					Name: simulator.DefaultUserName, Password: simulator.DefaultPassword, Domain: &iammodel.PwdPasswordUserDomain{Name: simulator.DefaultDomainName},
				}},
			},
			Scope: &iammodel.AuthScope{Project: &iammodel.AuthScopeProject{Id: &project}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if token.XSubjectToken == nil || *token.XSubjectToken == "" || token.Token == nil || token.Token.ExpiresAt == "" {
		t.Errorf("token: %+v", token)
	}
	if tokens, keys := s.Issued(); tokens != 1 || keys != 1 {
		t.Errorf("%d tokens and %d keys were issued", tokens, keys)
	}
}
