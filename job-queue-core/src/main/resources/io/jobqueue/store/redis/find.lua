-- Find jobs, newest first.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the id that those of all found ones are smaller than
-- ARGV[2]  how many jobs to look at, at most
-- ARGV[3]  how many to return, at most
-- ARGV[4]  the states, as letters: W waiting for its time, A available, R running, S, F, C
-- ARGV[5]  the handler, or '' for any
-- ARGV[6..11] from and before, in milliseconds or '', of the enqueue, of the due time, and of the end
-- ARGV[12] the number of the queue
-- Returns the id from which on all jobs were looked at (0 if there were none), how many were looked at, 1 if there may be
-- more, then for each job what look.lua returns.
-- Cost: O(log n) for each job looked at, for each state and priority; running jobs are looked at all together.

local before, limit, wanted, states, handler = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
-- Jobs may be large: do not read more of them than this, in bytes.
local MAX_READ = 4194304
-- An id is the number of a job times this, plus the number of its queue.
local QUEUES = 4096
local number_before, own = math.floor(before / QUEUES), tonumber(ARGV[12])
local jobs = {}
local name_of, state_of, node_of = {}, {}, {}

local function has(state)
	return string.find(states, state, 1, true)
end

local function collect(found, state, node)
	for i = 1, #found do
		local number, origin = parts_of(found[i])
		local id = number * QUEUES + (origin or own)
		if id < before and not name_of[id] then
			jobs[#jobs + 1] = id
			name_of[id], state_of[id], node_of[id] = found[i], state, node
		end
	end
end

-- The greatest numbers of a part of a set, in which scores are numbers after an offset. Jobs that were moved here may have the
-- numbers of others; none of these is left out.
local function collect_greatest(key, offset, state)
	local top = '(' .. text(offset + number_before + 1)
	local count = limit + call('ZCOUNT', key, text(offset + number_before), top)
	local found = call('ZREVRANGEBYSCORE', key, top, text(offset), 'LIMIT', 0, count)
	collect(found, state)
	if #found == count then
		local last = offset + parts_of(found[count])
		collect(call('ZRANGEBYSCORE', key, text(last), '(' .. text(last + 1)), state)
	end
end

-- The greatest numbers of a set that is ordered by priority first: some of each priority.
local function collect_by_priority(key)
	local top = '+inf'
	while true do
		local last = call('ZREVRANGEBYSCORE', key, top, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
		if #last == 0 then
			return
		end
		local offset = tonumber(last[2]) - parts_of(last[1])
		collect_greatest(key, offset, 'A')
		top = '(' .. text(offset)
	end
end

if has('A') then
	collect_by_priority(READY)
	collect_by_priority(SUSPECTS)
	collect_by_priority(PARKED)
	for _, name in ipairs(call('SMEMBERS', ASIDES)) do
		if handler == '' or handler == name then
			collect_by_priority(ASIDE .. name)
		end
	end
end
if has('A') or has('W') then
	collect_greatest(LATER, 0, 'W')
end
if has('R') then
	for _, key in ipairs({ NODES, LEAVING }) do
		for _, node in ipairs(call('SMEMBERS', key)) do
			collect(call('HKEYS', HELD .. node), 'R', node)
		end
	end
end
for letter, state in pairs(STATES) do
	if has(letter) then
		collect_greatest(Q .. ':' .. state, 0, letter)
	end
end
table.sort(jobs, function(a, b)
	return a > b
end)

local function is_between(time, at)
	return (ARGV[at] == '' or time >= tonumber(ARGV[at])) and (ARGV[at + 1] == '' or time < tonumber(ARGV[at + 1]))
end

local reply = { 0, 0, #jobs >= limit and 1 or 0 }

-- Return one job if it passes.
local function look(id)
	local job = name_of[id]
	local value = call('HGET', JOBS, job)
	if not value then
		return 0
	end
	local created, due = head(value)
	local state = state_of[id]
	if state == 'W' and due <= now then
		state = 'A'
	end
	if has(state) and (handler == '' or handler_of(value) == handler) and is_between(created, 6) and is_between(due, 8) then
		local record = STATES[state] and call('HGET', DONE, job)
		if not STATES[state] or (record and is_between(when_ended(record), 10)) then
			describe(reply, job, state, node_of[id] or '', value, record or '')
			wanted = wanted - 1
		end
	end
	return #value
end

local size, examined = 0, 0
while examined < math.min(limit, #jobs) and wanted > 0 and size < MAX_READ do
	examined = examined + 1
	size = size + look(jobs[examined])
end
if examined > 0 then
	reply[1] = text(jobs[examined])
end
reply[2] = examined
if examined < #jobs then
	reply[3] = 1
end
return reply
