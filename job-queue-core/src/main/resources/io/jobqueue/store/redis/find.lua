-- Find jobs, newest first, or look at some.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the number that all found ones are smaller than, or '' to look at the jobs ARGV[4..]
-- ARGV[2]  how many at most
-- ARGV[3]  the states, as letters: W waiting for its time, A available, R running, S, F, C
-- Returns for each job its number, state, node ('' if none holds it), value, end, progress and failures.
-- Cost: O(log n) for each job found, for each state and priority; running jobs are looked at all together.

local limit, states = tonumber(ARGV[2]), ARGV[3]
local jobs = {}

local function has(state)
	return string.find(states, state, 1, true)
end

local function collect(found)
	for i = 1, #found do
		jobs[#jobs + 1] = tonumber(found[i])
	end
end

-- The greatest numbers of a set that is ordered by priority first: some of each priority.
local function collect_by_priority(key, before)
	local top = '+inf'
	while true do
		local last = call('ZREVRANGEBYSCORE', key, top, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
		if #last == 0 then
			return
		end
		local offset = tonumber(last[2]) - tonumber(last[1])
		collect(call('ZREVRANGEBYSCORE', key, '(' .. text(offset + before), text(offset), 'LIMIT', 0, limit))
		top = '(' .. text(offset)
	end
end

local nodes = call('SMEMBERS', NODES)
for _, node in ipairs(call('SMEMBERS', LEAVING)) do
	nodes[#nodes + 1] = node
end

if ARGV[1] ~= '' then
	local before = tonumber(ARGV[1])
	local below = '(' .. ARGV[1]
	if has('A') then
		collect_by_priority(READY, before)
		collect_by_priority(SUSPECTS, before)
		collect_by_priority(PARKED, before)
		for _, handler in ipairs(call('SMEMBERS', ASIDES)) do
			collect_by_priority(ASIDE .. handler, before)
		end
	end
	if has('A') or has('W') then
		collect(call('ZREVRANGEBYSCORE', LATER, below, '-inf', 'LIMIT', 0, limit))
	end
	if has('R') then
		for _, node in ipairs(nodes) do
			for _, job in ipairs(call('HKEYS', HELD .. node)) do
				if tonumber(job) < before then
					jobs[#jobs + 1] = tonumber(job)
				end
			end
		end
	end
	for letter, state in pairs(STATES) do
		if has(letter) then
			collect(call('ZREVRANGEBYSCORE', Q .. ':' .. state, below, '-inf', 'LIMIT', 0, limit))
		end
	end
	table.sort(jobs, function(a, b)
		return a > b
	end)
else
	for i = 4, #ARGV do
		jobs[#jobs + 1] = tonumber(ARGV[i])
	end
end

local function holder(job)
	for _, node in ipairs(nodes) do
		if call('HEXISTS', HELD .. node, job) == 1 then
			return node
		end
	end
	return ''
end

local reply = {}
for i = 1, math.min(limit, #jobs) do
	local job = text(jobs[i])
	local value = call('HGET', JOBS, job)
	if value then
		local record = call('HGET', DONE, job)
		local node = record and '' or holder(job)
		local state
		if record then
			state = string.sub(record, 1, 1)
		elseif node ~= '' then
			state = 'R'
		else
			local due = call('ZSCORE', DUE, job)
			state = due and tonumber(due) > now and 'W' or 'A'
		end
		local n = #reply
		reply[n + 1] = job
		reply[n + 2] = state
		reply[n + 3] = node
		reply[n + 4] = value
		reply[n + 5] = record or ''
		reply[n + 6] = call('HGET', PROGRESS, job) or ''
		reply[n + 7] = call('HGET', FAILURES, job) or ''
	end
end
return reply
