package vendorsdk

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	vendordcs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2"
	dcsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2/model"
	vendordws "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dws/v2"
	dwsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dws/v2/model"
	vendorecs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ecs/v2"
	ecsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ecs/v2/model"
	vendoriam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	iammodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	vendorkafka "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/kafka/v2"
	kafkamodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/kafka/v2/model"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ecs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka/kafkatest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

const instance = "instance-1"

// start starts a simulated cloud with jobs and tasks. With a security token, its keys are temporary ones.
func start(t *testing.T, securityToken string) (*simulator.Simulator, string) {
	t.Helper()
	s, address := simulatortest.Start(t, simulator.Options{SecurityToken: securityToken})
	running := simulator.Timeline{Begin: time.Now().Add(-time.Minute), Takes: time.Hour}
	s.Add(
		dcstest.Job{ID: "job-1", Type: "masterStandbySwapJob"},
		dcstest.Task{
			InstanceID: instance, ID: "task-1", Name: "EXTEND", Timeline: running,
			Steps: []dcstest.Step{{Name: "resize", SubSteps: []string{"check", "copy"}}},
		},
		kafkatest.Task{InstanceID: instance, ID: "task-2", Name: "CREATE"}, // ended: updated_at of a running one changes
		dwstest.Job{ID: "job-2", Name: "GrowCluster", FailedCode: "DWS.0114", FailedDetail: "no capacity"},
		iaasjobtest.Job{
			Service: "ecs", ID: "job-3", Type: "createServer",
			SubJobs: []iaasjobtest.Job{{ID: "job-4", Entities: map[string]any{"server_id": "server-1"}}},
		},
	)
	return s, address
}

// endpoints serves one service of a simulated cloud, and returns its address. The vendor's clients drop the path of an endpoint.
func endpoints(t *testing.T, s *simulator.Simulator, service string) []string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = service + ".simulated" // which the vendor's clients do not sign
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return []string{server.URL}
}

// client returns the HTTP client of one of the vendor's clients, for one service of a simulated cloud.
func client(t *testing.T, b *core.HcHttpClientBuilder, s *simulator.Simulator, service string, c auth.ICredential) *core.HcHttpClient {
	t.Helper()
	return value(b.WithEndpoints(endpoints(t, s, service)).WithCredential(c).SafeBuild())
}

func keys(securityToken string) auth.ICredential {
	return value(basic.NewCredentialsBuilder().WithAk(simulator.DefaultAccessKey).WithSk(simulator.DefaultSecretKey).
		WithSecurityToken(securityToken).WithProjectId(simulator.DefaultProjectID).SafeBuild())
}

func value[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func answer[T any](v T, _ cloud.Response, err error) T { return value(v, err) }

// TestReadLikeTheVendor reads the same objects with the vendor's clients and with this provider's. The simulated cloud
// accepts the vendor's signatures, and both read the same values.
func TestReadLikeTheVendor(t *testing.T) {
	for name, securityToken := range map[string]string{"keys": "", "temporary keys": "security-token-of-no-real-account"} {
		t.Run(name, func(t *testing.T) {
			s, address := start(t, securityToken)
			credential := keys(securityToken)
			theirDCS := vendordcs.NewDcsClient(client(t, vendordcs.DcsClientBuilder(), s, "dcs", credential))
			theirKafka := vendorkafka.NewKafkaClient(client(t, vendorkafka.KafkaClientBuilder(), s, "dms", credential))
			theirDWS := vendordws.NewDwsClient(client(t, vendordws.DwsClientBuilder(), s, "dws", credential))
			theirECS := vendorecs.NewEcsClient(client(t, vendorecs.EcsClientBuilder(), s, "ecs", credential))
			ours, target := simulatortest.TokenClient(t, address), simulatortest.Target

			same(t, "DCS job",
				value(theirDCS.ShowJobInfo(&dcsmodel.ShowJobInfoRequest{JobId: "job-1"})),
				answer(service.Get(t.Context(), dcs.GetJob, ours, target, "job-1")))
			same(t, "DCS background task progress",
				value(theirDCS.ShowBackgroundTaskProgress(&dcsmodel.ShowBackgroundTaskProgressRequest{InstanceId: instance, TaskId: "task-1"})),
				answer(service.Get(t.Context(), dcs.GetProgress, ours, target, instance, "task-1")))
			same(t, "Kafka background task",
				value(theirKafka.ShowBackgroundTask(&kafkamodel.ShowBackgroundTaskRequest{InstanceId: instance, TaskId: "task-2"})),
				answer(service.Get(t.Context(), kafkaCall(0), ours, target, instance, "task-2")))
			same(t, "Kafka background tasks",
				value(theirKafka.ListBackgroundTasks(&kafkamodel.ListBackgroundTasksRequest{InstanceId: instance})),
				answer(service.Get(t.Context(), kafkaCall(1), ours, target, instance)))
			same(t, "DWS job",
				value(theirDWS.ListJobDetails(&dwsmodel.ListJobDetailsRequest{JobId: "job-2"})),
				answer(service.Get(t.Context(), dws.GetJob, ours, target, "job-2")))
			same(t, "ECS job",
				value(theirECS.ShowJob(&ecsmodel.ShowJobRequest{JobId: "job-3"})),
				answer(service.Get(t.Context(), ecs.GetJob, ours, target, "job-3")))

			// Only the signature of a request with a query is checked here: the vendor's client cannot decode
			// task_count, which is a number on the reference page.
			limit, offset := int32(5), int32(0)
			_, _ = theirDCS.ListBackgroundTask(&dcsmodel.ListBackgroundTaskRequest{InstanceId: instance, Limit: &limit, Offset: &offset})
			requests := s.Requests()
			if last := requests[len(requests)-1]; last.By != "keys" || last.Status != http.StatusOK || last.Query == "" {
				t.Errorf("DCS background tasks: got %+v, want status 200 for keys, with a query", last)
			}
		})
	}
}

// kafkaCall returns the call of a data source of Kafka.
func kafkaCall(i int) service.Call[dmstask.TaskList] {
	return service.NewCall[dmstask.TaskList](*kafka.Service.DataSources[i].Call)
}

// same compares two objects in JSON. Ours may have more members than the vendor's, but not fewer or different ones.
func same(t *testing.T, object string, theirs, ours any) {
	t.Helper()
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
	want, got := values(theirs), values(ours)
	if len(want) == 0 {
		t.Errorf("%s: the vendor's client read no values", object)
	}
	if diff := cmp.Diff(any(want), common(got, want)); diff != "" {
		t.Errorf("%s (-theirs +ours): %s", object, diff)
	}
}

// common returns a without the members that b does not have, at every depth.
func common(a, b any) any {
	switch b := b.(type) {
	case map[string]any:
		a, _ := a.(map[string]any)
		result := make(map[string]any)
		for name, value := range b {
			result[name] = common(a[name], value)
		}
		return result
	case []any:
		a, _ := a.([]any)
		result := make([]any, len(a))
		for i := range a {
			result[i] = a[i]
			if i < len(b) {
				result[i] = common(a[i], b[i])
			}
		}
		return result
	}
	return a
}

// TestCredentialsLikeTheVendor gets a token and the keys of an agency with the vendor's IAM client. It shows that the
// simulated IAM, which accepts this provider's requests, accepts the vendor's, and that the vendor's client can decode
// the responses.
func TestCredentialsLikeTheVendor(t *testing.T) {
	s, _ := start(t, "")
	credentials := value(global.NewCredentialsBuilder().WithAk(simulator.DefaultAccessKey).WithSk(simulator.DefaultSecretKey).
		WithDomainId(simulator.DefaultDomainID).SafeBuild())
	iam := vendoriam.NewIamClient(client(t, vendoriam.IamClientBuilder(), s, "iam", credentials))

	domain, seconds := simulator.DefaultAgencyDomainName, int32(3600)
	assumeRole := iammodel.IdentityAssumerole{AgencyName: simulator.DefaultAgency, DomainName: &domain, DurationSeconds: &seconds}
	identity := iammodel.AgencyAuthIdentity{
		Methods:    []iammodel.AgencyAuthIdentityMethods{iammodel.GetAgencyAuthIdentityMethodsEnum().ASSUME_ROLE},
		AssumeRole: &assumeRole,
	}
	keysBody := iammodel.CreateTemporaryAccessKeyByAgencyRequestBody{Auth: &iammodel.AgencyAuth{Identity: &identity}}
	keys := value(iam.CreateTemporaryAccessKeyByAgency(&iammodel.CreateTemporaryAccessKeyByAgencyRequest{Body: &keysBody}))
	if c := keys.Credential; c == nil || c.Access == "" || c.Secret == "" || c.Securitytoken == "" || c.ExpiresAt == "" {
		t.Errorf("keys of the agency: got %+v, want all fields", keys)
	}

	project := simulator.DefaultProjectID
	user := iammodel.PwdPasswordUser{
		Name:     simulator.DefaultUserName,
		Password: simulator.DefaultPassword,
		Domain:   &iammodel.PwdPasswordUserDomain{Name: simulator.DefaultDomainName},
	}
	tokenBody := iammodel.KeystoneCreateUserTokenByPasswordRequestBody{Auth: &iammodel.PwdAuth{
		Identity: &iammodel.PwdIdentity{
			Methods:  []iammodel.PwdIdentityMethods{iammodel.GetPwdIdentityMethodsEnum().PASSWORD},
			Password: &iammodel.PwdPassword{User: &user},
		},
		Scope: &iammodel.AuthScope{Project: &iammodel.AuthScopeProject{Id: &project}},
	}}
	token := value(iam.KeystoneCreateUserTokenByPassword(&iammodel.KeystoneCreateUserTokenByPasswordRequest{Body: &tokenBody}))
	if token.XSubjectToken == nil || *token.XSubjectToken == "" || token.Token == nil || token.Token.ExpiresAt == "" {
		t.Errorf("token: got %+v, want a token with its expiry", token)
	}
	if tokens, keys := s.Issued(); tokens != 1 || keys != 1 {
		t.Errorf("issued: got %d tokens and %d keys, want 1 and 1", tokens, keys)
	}
}
