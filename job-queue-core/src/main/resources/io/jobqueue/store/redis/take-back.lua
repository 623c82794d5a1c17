-- Make jobs available again that nodes hold which have left or died. The nodes can claim nothing here from now on.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  'L' if the node ARGV[6] has left; 'D' if all nodes up to the id ARGV[6] are dead except those that follow
-- ARGV[2]  '1' if cancelled jobs are kept
-- ARGV[3]  how many jobs at most
-- ARGV[4]  after how many abandonments a job fails
-- ARGV[5]  what is recorded of such a failure
-- ARGV[6]  a node
-- ARGV[7..] nodes that are alive
-- Returns 1 if there is more to do, the number of jobs that are available again, of tasks of workflows that have ended, the
-- number of jobs that were moved away and are to be cancelled, if nodes died the moves that somebody should have completed by
-- now, after their number, then the jobs that failed for good.
-- Cost: some commands for each job.

-- How long a move may take before others complete it, too, in milliseconds.
local PATIENCE = 1000
local is_dead = ARGV[1] == 'D'
local left = tonumber(ARGV[3])
local alive = {}
for i = 7, #ARGV do
	alive[ARGV[i]] = true
end
-- Whoever dies while it is leaving is dead.
if is_dead then
	for _, node in ipairs(call('SMEMBERS', NODES)) do
		if not alive[node] and tonumber(node) <= tonumber(ARGV[6]) then
			call('SMOVE', NODES, LEAVING, node)
		end
	end
else
	call('SREM', NODES, ARGV[6])
	call('SADD', LEAVING, ARGV[6])
end
local leaving = is_dead and call('SMEMBERS', LEAVING) or { ARGV[6] }

local available = 0
local failed = {}

local function take_back(job, value, is_cancelled)
	local _, due, attempts, abandonments = head(value)
	if is_dead then
		abandonments = abandonments + 1
	end
	if is_cancelled or (is_dead and abandonments >= tonumber(ARGV[4])) then
		leave(job, value)
	end
	if is_cancelled then
		end_if_task(job, value, 'C')
		if ARGV[2] == '1' or call('ZSCORE', AWAITED, job) then
			finish(job, ending('C', attempts, abandonments))
		else
			forget({ job })
		end
	elseif is_dead and abandonments >= tonumber(ARGV[4]) then
		end_if_task(job, value, 'F', ARGV[5])
		add_failure(job, attempts, ARGV[5])
		finish(job, ending('F', attempts, abandonments))
		failed[#failed + 1] = job
	else
		put_back(job, value, due, attempts, abandonments)
		available = available + 1
	end
end

for _, node in ipairs(leaving) do
	local held = HELD .. node
	while left > 0 and exists(held) do
		local size = math.min(left, CHUNK)
		local jobs = call('HLEN', held) <= size and call('HKEYS', held) or call('HRANDFIELD', held, size)
		left = left - #jobs
		many('HDEL', held, jobs)
		if exists(PROGRESS) then
			many('HDEL', PROGRESS, jobs)
		end
		local values = read('HMGET', JOBS, jobs)
		local cancelled = exists(CANCEL) and read('SMISMEMBER', CANCEL, jobs)
		if cancelled then
			many('SREM', CANCEL, jobs)
		end
		for i = 1, #jobs do
			take_back(jobs[i], values[i], cancelled and cancelled[i] == 1)
		end
	end
	if not exists(held) then
		call('SREM', LEAVING, node)
		call('HDEL', Q .. ':claims', node)
	end
end
local more = 0
for _, node in ipairs(leaving) do
	if exists(HELD .. node) then
		more = 1
	end
end
local reply = { more, available, tell(), call('SCARD', ERRANDS), 0 }
for _, move in ipairs(is_dead and call('ZRANGEBYSCORE', MOVES, '-inf', text(now - PATIENCE), 'LIMIT', 0, 100) or {}) do
	call('ZADD', MOVES, text(now), move)
	reply[5] = reply[5] + 1
	reply[#reply + 1] = move
end
for i = 1, #failed do
	reply[#reply + 1] = failed[i]
end
return reply
