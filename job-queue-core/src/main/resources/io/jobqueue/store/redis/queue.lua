-- What the scripts of a queue share; it is put before each of them.
--
-- KEYS[1] is the prefix of all keys of the queue and holds its hash tag, so that a cluster finds the slot. A script touches
-- no key without that prefix. Jobs are known here by their number in the queue, the order of their arrival.
--
-- A value in `jobs` is a head of 15 bytes that scripts write, then the body as the client made it:
--   created I6, due I6 (milliseconds), attempts H, abandonments B | priority b, length of the handler B, handler, ...

local Q = KEYS[1]
local JOBS, DONE = Q .. ':jobs', Q .. ':done'
local READY, SUSPECTS, DUE, LATER = Q .. ':ready', Q .. ':suspects', Q .. ':due', Q .. ':later'
local ASIDES, ASIDE = Q .. ':asides', Q .. ':aside:'
local NODES, LEAVING, HELD = Q .. ':nodes', Q .. ':leaving', Q .. ':held:'
local CANCEL, PROGRESS, FAILURES = Q .. ':cancel', Q .. ':progress', Q .. ':failures'
local STATES = { S = 'succeeded', F = 'failed', C = 'cancelled' }

-- Numbers begin at this time, so that they grow with it.
local EPOCH = 1704067200000
-- One priority is this far from the next in a score: more than any number of a job.
local STEP = 2199023255552
-- Lua cannot pass more than some 8,000 values to a command.
local CHUNK = 2000
local HEAD = '>I6I6HB'
local HEAD_SIZE = 15
local MAX_FAILURES = 10

local call = redis.call
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function text(number)
	return string.format('%.0f', number)
end

-- Apply a command to a key and many values. Returns the sum of what it returned.
local function many(command, key, values)
	local sum = 0
	for i = 1, #values, CHUNK do
		sum = sum + call(command, key, unpack(values, i, math.min(i + CHUNK - 1, #values)))
	end
	return sum
end

-- Read many fields of a hash, or scores of a sorted set.
local function read(command, key, fields)
	if #fields <= CHUNK then
		return #fields == 0 and {} or call(command, key, unpack(fields))
	end
	local found = {}
	for i = 1, #fields, CHUNK do
		local part = call(command, key, unpack(fields, i, math.min(i + CHUNK - 1, #fields)))
		for j = 1, #part do
			found[#found + 1] = part[j]
		end
	end
	return found
end

local function exists(key)
	return call('EXISTS', key) == 1
end

local function score(job, value)
	return text(tonumber(job) - struct.unpack('b', value, HEAD_SIZE + 1) * STEP)
end

local function handler_of(value)
	return string.sub(value, HEAD_SIZE + 3, HEAD_SIZE + 2 + string.byte(value, HEAD_SIZE + 2))
end

-- Let a job wait that waits nowhere.
local function put_in_line(job, value, due, abandonments)
	if due > now then
		call('ZADD', DUE, text(due), job)
		call('ZADD', LATER, job, job)
	else
		call('ZADD', abandonments > 0 and SUSPECTS or READY, score(job, value), job)
	end
end

-- Give a job another head, and let it wait.
local function put_back(job, value, due, attempts, abandonments)
	local created = struct.unpack('>I6', value)
	local changed = struct.pack(HEAD, created, due, attempts, abandonments) .. string.sub(value, HEAD_SIZE + 1)
	call('HSET', JOBS, job, changed)
	put_in_line(job, changed, due, abandonments)
end

-- Take a waiting job out of where it waits. Returns whether it waited.
local function take_out(job, value)
	if call('ZREM', READY, job) == 1 or call('ZREM', SUSPECTS, job) == 1 then
		return true
	end
	if call('ZREM', DUE, job) == 1 then
		call('ZREM', LATER, job)
		return true
	end
	local handler = handler_of(value)
	if call('ZREM', ASIDE .. handler, job) == 1 then
		if not exists(ASIDE .. handler) then
			call('SREM', ASIDES, handler)
		end
		return true
	end
	return false
end

-- Forget all about jobs that are in no set any more.
local function forget(jobs)
	if #jobs > 0 then
		many('HDEL', JOBS, jobs)
		if exists(FAILURES) then
			many('HDEL', FAILURES, jobs)
		end
	end
end

-- Append a failure to those of a job. What the client made of it comes after attempt and time.
local function add_failure(job, attempt, failure)
	local record = struct.pack('>HI6', attempt, now) .. failure
	local kept = call('HGET', FAILURES, job) or '\0'
	local count = string.byte(kept)
	local from = 2
	if count == MAX_FAILURES then
		from = from + 4 + struct.unpack('>I4', kept, from)
		count = count - 1
	end
	call('HSET', FAILURES, job,
		string.char(count + 1) .. string.sub(kept, from) .. struct.pack('>I4', #record) .. record)
end

-- What is recorded of the end of a job: state, start (0 if it never ran), end, node (0 if none), attempts, abandonments,
-- and the result as the client made it.
local function ending(state, started, node, attempts, abandonments, result)
	return struct.pack('>c1I6I6I6HB', state, started, now, node, attempts, abandonments) .. result
end

-- Record the end of one job that is in no set any more.
local function finish(job, record)
	local state = string.sub(record, 1, 1)
	call('HSET', DONE, job, record)
	call('ZADD', Q .. ':' .. STATES[state], job, job)
	call('RPUSH', Q .. ':ended:' .. STATES[state], job .. ':' .. text(now))
end

local function head(value)
	local created, due, attempts, abandonments = struct.unpack(HEAD, value)
	return created, due, attempts, abandonments
end
