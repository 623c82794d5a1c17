-- Say what keeps a job from running.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the job
-- ARGV[2]  how many of the jobs to name, at most, that hold a limit
-- Returns 1 if the queue is paused, 1 if somebody wants to cancel the job, how many jobs come first, the gate that it waits at
-- ('' for none), then jobs that have passed it and not ended.
-- Cost: O(log n).

local job = ARGV[1]
local value = call('HGET', JOBS, job)
local gate = value and call('ZSCORE', PARKED, job) and call('HGET', LIMITED, job) or ''
return {
	exists(Q .. ':paused') and 1 or 0, call('SISMEMBER', CANCEL, job),
	value and call('ZCOUNT', READY, '-inf', '(' .. score(job, value)) or 0, gate,
	unpack(gate ~= '' and call('SRANDMEMBER', HOLD .. gate, ARGV[2]) or {})
}
