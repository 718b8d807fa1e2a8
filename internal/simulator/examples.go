package simulator

import "time"

// IDs of the instances of AddExamples, as in examples/demo.
const (
	exampleDCSInstance   = "5560df16-cebf-4473-95c4-d1b573c16e79"
	exampleKafkaInstance = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
)

// AddExamples adds jobs and tasks that have succeeded and failed, and two that are running: a DCS task of 30 seconds,
// which began 12 seconds ago, and a DWS job of two minutes, which began 50 seconds ago.
func (s *Simulator) AddExamples() {
	now := s.options.Now()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	s.Add(
		DCSJob{
			ID: "ff8080818822bbf70188235afc24141a", Type: "masterStandbySwapJob",
			Timeline: Timeline{Begin: ago(time.Hour), Takes: 2869 * time.Millisecond},
		},
		DCSTask{
			InstanceID: exampleDCSInstance, ID: "8abf6e1e72c12e7c0172c15b508500aa", Name: "EXTEND",
			Timeline: Timeline{Begin: ago(12 * time.Second), Takes: 30 * time.Second},
			Steps: []Step{
				{Name: "Pre-check.", SubSteps: []string{"Resource check.", "Instance status check."}},
				{Name: "Data migration.", SubSteps: []string{"Resource request.", "Full migration."}},
				{Name: "Switchover."},
			},
			Details: map[string]any{
				"old_capacity": "0.125", "new_capacity": "0.25",
				"old_resource_spec_code": "redis.single.xu1.tiny.125", "new_resource_spec_code": "redis.single.xu1.tiny.256",
				"old_cache_mode": "single", "new_cache_mode": "single", "old_replica_num": 1, "new_replica_num": 1,
			},
		},
		DCSTask{
			InstanceID: exampleDCSInstance, ID: "8abf6e1e72c12e7c0172c15b508500ab", Name: "UpdatePort",
			Timeline:  Timeline{Begin: ago(20 * time.Hour), Takes: 4 * time.Second, End: "FAILED"},
			ErrorCode: "DCS.4064",
			Details:   map[string]any{"old_port": 6379, "new_port": 6380},
		},
		KafkaTask{
			InstanceID: exampleKafkaInstance, ID: "8abfa7b272adc5b40172b73130065ae7", Name: "bindInstancePublicIp",
			Timeline: Timeline{Begin: ago(10 * time.Minute), Takes: 3 * time.Second},
			Params:   `{"public_ip_id":"1aea7aed-e7d8-40ea-b3de-6f3ee9d5db9f","public_ip_address":"100.93.2.18","enable_public_ip":true}`,
		},
		DWSJob{
			ID: "2c9080e88459fa44018459fbeb600001", Name: "ecfClusterElbCreateJob",
			Timeline: Timeline{Begin: ago(50 * time.Second), Takes: 2 * time.Minute},
		},
	)
}
