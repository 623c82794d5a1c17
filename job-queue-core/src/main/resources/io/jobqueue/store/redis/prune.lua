-- Remove finished jobs whose retention is over.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many at most
-- ARGV[2..] for each of S, F and C how long they are kept, in milliseconds
-- Returns 1 if there is more to do, and the number of jobs removed.
-- Cost: some commands for each 100 jobs.

local left = tonumber(ARGV[1])
local removed = 0

local function prune(state, age)
	local ended = Q .. ':ended:' .. STATES[state]
	while left > 0 do
		local entries = call('LRANGE', ended, 0, 99)
		local jobs, passed = {}, 0
		for i = 1, #entries do
			local job, at = string.match(entries[i], '(%d+):(%d+)')
			local record = call('HGET', DONE, job)
			local is_its = record and string.sub(record, 1, 1) == state
				and struct.unpack('>I6', record, 8) == tonumber(at)
			if is_its and tonumber(at) + age >= now then
				break
			end
			-- A job that was deleted, or retried by hand, is known by another end by now, or by none.
			passed = passed + 1
			if is_its then
				jobs[#jobs + 1] = job
			end
		end
		if passed > 0 then
			call('LTRIM', ended, passed, -1)
		end
		if #jobs > 0 then
			many('ZREM', Q .. ':' .. STATES[state], jobs)
			many('HDEL', DONE, jobs)
			forget(jobs)
		end
		removed = removed + #jobs
		left = left - passed
		if passed < 100 then
			return
		end
	end
end

prune('S', tonumber(ARGV[2]))
prune('F', tonumber(ARGV[3]))
prune('C', tonumber(ARGV[4]))
return { left <= 0 and 1 or 0, removed }
