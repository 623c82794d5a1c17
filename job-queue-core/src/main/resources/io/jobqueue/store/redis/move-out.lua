-- Take jobs that wait out of a queue, to let them wait in another: note where they go, and keep them until they are there.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  its number
-- ARGV[2]  the number of the other queue
-- ARGV[3]  '1' if jobs that are tasks of workflows may go there
-- ARGV[4..] the jobs
-- Returns the number of the move (0 if no job goes), how many jobs go, after their number the jobs that are tasks and may not
-- go, after their number those for which there was no room, then those that are not here, but may be in another queue.
-- Cost: some commands for each job.

-- How many bytes of jobs go together.
local MAX_SIZE = 4194304
local own, target = ARGV[1], ARGV[2]
local moved, contents, tasks, rest, elsewhere = {}, {}, {}, {}, {}
local size = 0

-- Ids say which queue they are of, so this queue is named where the job is known by its number only.
local function full_name(job)
	return string.find(job, '.', 1, true) and job or job .. '.' .. string.format('%04d', own)
end

local function keep(job, value)
	local failures = call('HGET', FAILURES, job) or ''
	local awaited = call('ZSCORE', AWAITED, job) or 0
	call('HDEL', JOBS, job)
	call('HDEL', FAILURES, job)
	call('HDEL', TASKS, job)
	call('ZREM', AWAITED, job)
	size = size + #value + #failures
	moved[#moved + 1] = job
	contents[#contents + 1] = full_name(job)
	contents[#contents + 1] = struct.pack('>I6I4', awaited, #failures) .. failures .. value
end

for i = 4, #ARGV do
	local job = ARGV[i]
	local value = call('HGET', JOBS, job)
	if not value then
		if may_be_elsewhere(job) then
			elsewhere[#elsewhere + 1] = job
		end
	elseif size > MAX_SIZE then
		rest[#rest + 1] = job
	elseif call('HEXISTS', DONE, job) == 0 and call('HEXISTS', OWNERS, job) == 0 then
		if ARGV[3] ~= '1' and task_of(value) then
			tasks[#tasks + 1] = job
		elseif take_out(job, value) then
			leave(job, value)
			keep(job, value)
		end
	end
end

local reply = { 0, #moved }
if #moved > 0 then
	local move = text(take_numbers(1))
	reply[1] = move
	call('HSET', MOVE .. move, 'to', target)
	many('HSET', MOVE .. move, contents)
	call('ZADD', MOVES, text(now), move)
	for _, job in ipairs(moved) do
		call('HSET', MOVING, job, move)
		if not string.find(job, '.', 1, true) then
			call('HSET', MOVED, job, target .. ':' .. own .. ':' .. move)
			call('ZADD', STRAYS, text(now), job)
		end
	end
end
for _, list in ipairs({ tasks, rest }) do
	reply[#reply + 1] = #list
	for i = 1, #list do
		reply[#reply + 1] = list[i]
	end
end
for i = 1, #elsewhere do
	reply[#reply + 1] = elsewhere[i]
end
return reply
