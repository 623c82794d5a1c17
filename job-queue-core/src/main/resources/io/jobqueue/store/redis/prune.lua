-- Remove finished jobs that are kept no longer, in the order in which they ended.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many entries to look at, at most
-- ARGV[2]  'A' for those that ended long ago, otherwise S, F or C for the first of that state
-- Cost: some commands for each 100 jobs.
--
-- By age:
-- ARGV[3..5] for each of S, F and C how long they are kept, in milliseconds
-- Returns 1 if there is more to do, the number of jobs removed, and how many are left of each of S, F and C; then some of the
-- jobs that were moved away, if nobody has looked for a while whether they are still there: each with where it is.
--
-- The first of a state:
-- ARGV[3]  how many jobs at most
-- ARGV[4]  the time, in milliseconds, up to which they ended
-- ARGV[5]  how far to look ahead
-- Returns the number of jobs removed, and when those ended, or -1, that are then the first and the ARGV[5]th of the list.

-- How long it is remembered which moves have been here, in milliseconds. A process that has slept for longer may deliver its
-- jobs again.
local REMEMBERED = 24 * 60 * 60 * 1000
-- How often it is looked whether jobs are still there that were moved away, in milliseconds, and at how many.
local LOOKED_AFTER, LOOKED_AFTER_AT_ONCE = 10 * 60 * 1000, 500
local left = tonumber(ARGV[1])
local removed = 0

local function remove(state, before, limit)
	local ended = Q .. ':ended:' .. STATES[state]
	while left > 0 do
		local entries = call('LRANGE', ended, 0, 99)
		local jobs, passed = {}, 0
		for i = 1, #entries do
			local job, at = string.match(entries[i], '([%d.]+):(%d+)')
			local record = call('HGET', DONE, job)
			local is_its = record and how_ended(record) == state and when_ended(record) == tonumber(at)
			if is_its and (tonumber(at) >= before or removed + #jobs >= limit) then
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
			forget(jobs, state == 'S')
		end
		removed = removed + #jobs
		left = left - passed
		if passed < 100 then
			return
		end
	end
end

local function end_at(state, index)
	local entry = call('LINDEX', Q .. ':ended:' .. STATES[state], index)
	return entry and tonumber(string.match(entry, ':(%d+)')) or -1
end

if ARGV[2] ~= 'A' then
	remove(ARGV[2], tonumber(ARGV[4]) + 1, tonumber(ARGV[3]))
	return { removed, end_at(ARGV[2], 0), end_at(ARGV[2], ARGV[5] - 1) }
end
forget_lapsed()
call('ZREMRANGEBYSCORE', AWAITED, '-inf', text(now))
call('ZREMRANGEBYSCORE', ARRIVED, '-inf', text(now - REMEMBERED))
remove('S', now - tonumber(ARGV[3]), math.huge)
remove('F', now - tonumber(ARGV[4]), math.huge)
remove('C', now - tonumber(ARGV[5]), math.huge)
local reply = {
	left <= 0 and 1 or 0, removed,
	call('ZCARD', Q .. ':succeeded'), call('ZCARD', Q .. ':failed'), call('ZCARD', Q .. ':cancelled')
}
for _, job in ipairs(call('ZRANGEBYSCORE', STRAYS, '-inf', text(now - LOOKED_AFTER), 'LIMIT', 0, LOOKED_AFTER_AT_ONCE)) do
	call('ZADD', STRAYS, text(now), job)
	reply[#reply + 1] = job
	reply[#reply + 1] = call('HGET', MOVED, job) or ''
end
return reply
