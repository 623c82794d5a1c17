-- Accept jobs of which some are unique, all or none.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..4] as for those of which none is
-- ARGV[5..] for each job its due time as there and its body, then handler and key, or '' if it has none, and '' or W for as
--          long as it waits, U until it is finished, D and a duration in milliseconds; and what to do if another job holds
--          the key: S to skip it, R to replace the other, P to postpone the other, F to accept none
-- Returns the first number, then for each job what happened (E enqueued, or as above) and the job that holds the key; or -1,
-- the place of the job that is to fail, counted from 0, and the job that holds its key.
-- Cost: some commands for each job; one for each node if a job is to be unique while it waits.

local SIZE = 5
local base = tonumber(ARGV[2])
if ARGV[1] ~= 'X' then
	local last = tonumber(call('GET', Q .. ':number') or 0)
	base = (ARGV[1] == 'F' and base > last) and base or math.max(last + 1, now - EPOCH)
end
local places = ARGV[3] ~= '' and ARGV[3]

local function number(index)
	return text(base + (places and struct.unpack('>I4', places, index * 4 + 1) or index))
end

local function is_held(job)
	for _, set in ipairs({ NODES, LEAVING }) do
		for _, node in ipairs(call('SMEMBERS', set)) do
			if call('HEXISTS', HELD .. node, job) == 1 then
				return true
			end
		end
	end
	return false
end

-- The job that holds a key. Whether the last one that got it still does is seen from where it is.
local function holder(field)
	local entry = call('HGET', UNIQUE, field)
	if not entry then
		return nil
	end
	local job, scope, till = string.match(entry, '^(%d+):(%a)(%d+)$')
	local value = call('HEXISTS', JOBS, job) == 1
	local record = value and call('HGET', DONE, job)
	local holds
	if scope == 'D' then
		holds = tonumber(till) > now and (not record or how_ended(record) == 'S')
	elseif scope == 'U' then
		holds = value and not record
	else
		holds = value and not record and not is_held(job)
	end
	return holds and job or nil
end

local function take(field, job, scope)
	local before = call('HGET', UNIQUE, field)
	if before then
		forget_keys({ string.match(before, '^%d+') })
	end
	local letter = string.sub(scope, 1, 1)
	local till = letter == 'D' and text(now + string.sub(scope, 2)) or '0'
	call('HSET', UNIQUE, field, job .. ':' .. letter .. till)
	call('HSET', OWNERS, job, field)
	if letter == 'D' then
		call('ZADD', LAPSES, till, field)
	end
end

-- Do with the job that holds the key what is wanted then. Returns what was done.
local function meet(job, wanted, body, due, deadline)
	local value = wanted ~= 'S' and call('HGET', JOBS, job)
	if not value or call('HEXISTS', DONE, job) == 1 or not take_out(job, value) then
		return 'S'
	end
	local _, before, attempts, abandonments = head(value)
	if wanted == 'R' then
		-- It may get other limits.
		leave(job, value)
		value = string.sub(value, 1, HEAD_SIZE) .. body
		put_back(job, deadline and with_deadline(value, deadline) or value, due, 0, abandonments)
	else
		if deadline_place(value) then
			value = with_deadline(value, deadline or 0)
		end
		put_back(job, value, math.max(before, due), attempts, abandonments)
	end
	return wanted
end

local first = {}
for at = 5, #ARGV, SIZE do
	local field = ARGV[at + 2]
	if field ~= '' then
		local index = (at - 5) / SIZE
		local held = first[field] or holder(field)
		if held and ARGV[at + 4] == 'F' then
			return { -1, index, held }
		end
		first[field] = held or number(index)
	end
end
if ARGV[1] ~= 'X' then
	call('SET', Q .. ':number', text(base + ARGV[4] - 1))
end
forget_lapsed()
local reply = { base }
for at = 5, #ARGV, SIZE do
	local when, body, field = ARGV[at], ARGV[at + 1], ARGV[at + 2]
	local due = now
	local deadline
	when, deadline = split(when)
	if when ~= '' then
		due = math.max(now, tonumber(string.sub(when, 2)) + (string.byte(when) == 68 and now or 0))
	end
	deadline = deadline and deadline_from(deadline, due)
	local kind = 'E'
	local job = field ~= '' and holder(field)
	if job then
		kind = meet(job, ARGV[at + 4], body, due, deadline)
	else
		job = number((at - 5) / SIZE)
		local value = struct.pack(HEAD, now, due, 0, 0) .. body
		if deadline then
			value = with_deadline(value, deadline)
		end
		call('HSET', JOBS, job, value)
		put_in_line(job, value, due, 0)
		local task = task_of(value)
		if task then
			call('HSET', TASKS, job, task)
		end
		if field ~= '' then
			take(field, job, ARGV[at + 3])
		end
	end
	reply[#reply + 1] = kind
	reply[#reply + 1] = job
end
return reply
