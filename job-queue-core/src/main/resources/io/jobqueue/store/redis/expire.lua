-- End waiting jobs whose deadline is over.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many at most
-- ARGV[2]  what is recorded of their failure
-- Returns job and value of each.
-- Cost: O(1) if there is none; some commands for each job.

local reply = {}
for _, job in ipairs(call('ZRANGEBYSCORE', DEADLINES, '-inf', text(now), 'LIMIT', 0, ARGV[1])) do
	local value = call('HGET', JOBS, job)
	if value and take_out(job, value) then
		leave(job, value)
		local _, _, attempts, abandonments = head(value)
		end_if_task(job, value, 'F', ARGV[2])
		add_failure(job, attempts, ARGV[2])
		finish(job, ending('F', attempts, abandonments))
		reply[#reply + 1] = job
		reply[#reply + 1] = value
	else
		call('ZREM', DEADLINES, job)
	end
end
tell()
return reply
