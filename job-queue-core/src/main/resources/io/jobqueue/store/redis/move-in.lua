-- Let jobs wait here that come from another queue, each move once.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  its number
-- ARGV[2]  the number of the queue that they come from
-- ARGV[3]  the number of the move there
-- ARGV[4..] job, with the number of the queue that its id is of, and what move-out has kept of it, in turn
-- Returns 1, or 0 if the move was here before.
-- Cost: some commands for each job.

local arrival = ARGV[2] .. ':' .. ARGV[3]
if call('ZSCORE', ARRIVED, arrival) then
	return 0
end
for i = 4, #ARGV, 2 do
	local job, content = ARGV[i], ARGV[i + 1]
	local number, origin = string.match(job, '^(%d+)%.(%d+)$')
	if tonumber(origin) == tonumber(ARGV[1]) then
		job = number
		call('HDEL', MOVED, job)
		call('ZREM', STRAYS, job)
	end
	local awaited, length = struct.unpack('>I6I4', content)
	local failures, value = string.sub(content, 11, 10 + length), string.sub(content, 11 + length)
	call('HSET', JOBS, job, value)
	if failures ~= '' then
		call('HSET', FAILURES, job, failures)
	end
	if awaited > 0 then
		call('ZADD', AWAITED, text(awaited), job)
	end
	local task = task_of(value)
	if task then
		call('HSET', TASKS, job, task)
	end
	local _, due, _, abandonments = head(value)
	put_in_line(job, value, due, abandonments)
end
call('ZADD', ARRIVED, text(now), arrival)
return 1
