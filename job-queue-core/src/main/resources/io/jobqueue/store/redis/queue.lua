-- What the scripts of a queue share; it is put before each of them.
--
-- KEYS[1] is the prefix of all keys of the queue and holds its hash tag, so that a cluster finds the slot. A script touches
-- no key without that prefix. Jobs are known here by their number in the queue, the order of their arrival. A job that was
-- moved here from another queue is known by its number there, a point, and the four digits of the number of that queue.
--
-- A value in `jobs` is a head of 15 bytes that scripts write, then the body as the client made it:
--   created I6, due I6 (milliseconds), attempts H, abandonments B | priority b, length of the handler B, handler,
--   greatest number of attempts H, flags B, ...
-- What the flags say that there is comes next: limits, after their length H; a deadline, which scripts write: I6, milliseconds,
-- or 0 for none; the task of a workflow that it is, after its length B.

local Q = KEYS[1]
local JOBS, DONE = Q .. ':jobs', Q .. ':done'
local READY, SUSPECTS, DUE, LATER = Q .. ':ready', Q .. ':suspects', Q .. ':due', Q .. ':later'
local ASIDES, ASIDE = Q .. ':asides', Q .. ':aside:'
local NODES, LEAVING, HELD = Q .. ':nodes', Q .. ':leaving', Q .. ':held:'
local CANCEL, PROGRESS, FAILURES = Q .. ':cancel', Q .. ':progress', Q .. ':failures'
local LIMITED, PARKED, RATED, LIMITS = Q .. ':limited', Q .. ':parked', Q .. ':rated', Q .. ':limits'
local WAIT, HOLD, BUCKET = Q .. ':wait:', Q .. ':hold:', Q .. ':bucket:'
-- Unique keys: handler and key -> the job that got it last, its scope, and the end of a duration; the way back; those for a
-- duration by its end.
local UNIQUE, OWNERS, LAPSES = Q .. ':unique', Q .. ':owners', Q .. ':lapses'
local DEADLINES = Q .. ':deadlines'
local AWAITED = Q .. ':awaited'
-- Of workflows: which unfinished jobs are which tasks; what has happened to workflows, by its number: the ends of jobs of this
-- queue, and the texts for workflows that live here; and what there is to say of it.
local TASKS = Q .. ':tasks'
local ENDS, POSTS, NEWS = Q .. ':ends', Q .. ':posts', Q .. ':news'
-- Jobs of this queue that were moved away -> the queue where they are now or soon, the one that they come from, and the
-- number of the move there, with colons between; the same by when somebody last looked whether they are still there.
local MOVED, STRAYS = Q .. ':moved', Q .. ':strays'
-- Jobs that have left this queue and are on their way -> their move; such moves by when somebody last took care of them; what
-- moves have delivered here, and when; jobs that were moved away and are to be cancelled.
local MOVING, MOVES, MOVE = Q .. ':moving', Q .. ':moves', Q .. ':move:'
local ARRIVED, ERRANDS = Q .. ':arrived', Q .. ':errands'
local STATES = { S = 'succeeded', F = 'failed', C = 'cancelled' }

-- Numbers begin at this time, so that they grow with it.
local EPOCH = 1704067200000
-- One priority is this far from the next in a score: more than any number of a job.
local STEP = 2199023255552
-- Instead of the number of another queue.
local NO_QUEUE = 65535
-- Lua cannot pass more than some 8,000 values to a command.
local CHUNK = 2000
local HEAD = '>I6I6HB'
local HEAD_SIZE = 15
local MAX_FAILURES = 10
-- An elapsed time.
local NEVER_RAN = 281474976710655
-- Where the flags of a body are behind its handler, and which of them tell of limits, of a deadline, and of a task.
local FLAGS, HAS_LIMITS, HAS_DEADLINE, HAS_TASK = 5, 8, 16, 32
local DEADLINE_SIZE = 6
-- How many jobs go through a gate at once.
local ADMITTED_AT_ONCE = 1000

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

-- Whether a script has found that there are none of these keys, which most queues never have.
local has_rare = true

local function exists_any(...)
	return call('EXISTS', ...) > 0
end

-- The number of a job, and that of the queue that it was moved here from, if it was.
local function parts_of(job)
	local point = string.find(job, '.', 1, true)
	if not point then
		return tonumber(job)
	end
	return tonumber(string.sub(job, 1, point - 1)), tonumber(string.sub(job, point + 1))
end

-- Whether a job that is not here may be in another queue.
local function may_be_elsewhere(job)
	return string.find(job, '.', 1, true) or call('HEXISTS', MOVED, job) == 1
end

local function score(job, value)
	return text(tonumber(job) - struct.unpack('b', value, HEAD_SIZE + 1) * STEP)
end

local function handler_of(value)
	return string.sub(value, HEAD_SIZE + 3, HEAD_SIZE + 2 + string.byte(value, HEAD_SIZE + 2))
end

local function head(value)
	local created, due, attempts, abandonments = struct.unpack(HEAD, value)
	return created, due, attempts, abandonments
end

local function is_set(flag, flags)
	return math.floor(flags / flag) % 2 == 1
end

-- Which parts a job has, and where in its value that is said.
local function flags_of(value)
	local place = HEAD_SIZE + FLAGS + string.byte(value, HEAD_SIZE + 2)
	return string.byte(value, place), place
end

-- The limits of a job besides those of its queue, or nil. See LimitJson.java.
local function limits_of(value)
	local flags, place = flags_of(value)
	if not is_set(HAS_LIMITS, flags) then
		return nil
	end
	return cjson.decode(string.sub(value, place + 3, place + 2 + struct.unpack('>H', value, place + 1)))
end

-- A job with limits passes the gate of its key, then that of its handler. Those that have passed one and have not ended hold
-- it.
local function gates_of(value, limits)
	local gates = {}
	if limits.key then
		gates[1] = 'key:' .. limits.key
	end
	if limits.hmax or limits.hrate then
		gates[#gates + 1] = 'handler:' .. handler_of(value)
	end
	return gates
end

local function limit_at(gate, value, limits)
	local is_key = string.sub(gate, 1, 4) == 'key:'
	local set = exists(LIMITS) and call('HGET', LIMITS, (is_key and 'key:' or 'handler:') .. handler_of(value))
	if set then
		return cjson.decode(set)
	elseif is_key then
		return limits
	end
	return { max = limits.hmax, rate = limits.hrate, burst = limits.hburst }
end

-- How many tokens of a rate (per second) there are. Some have been taken by jobs that have not started yet; so many fewer are
-- kept, or these could start together with a whole burst.
local function tokens_of(gate, rate, burst, reserved)
	local bucket = call('GET', BUCKET .. gate)
	local tokens = burst
	if bucket then
		local left, filled = string.match(bucket, '(.+) (.+)')
		tokens = left + rate * math.max(now - filled, 0) / 1000
	end
	return math.max(math.min(tokens, burst - reserved), 0)
end

-- Record how many tokens are left. A full bucket is none.
local function keep_tokens(gate, rate, burst, tokens)
	call('SET', BUCKET .. gate, string.format('%.6f ', tokens) .. text(now), 'PX',
		text(math.max(math.ceil((burst - tokens) * 1000 / rate), 1)))
end

local function token_wait(tokens, rate)
	return math.ceil(math.max(1 - tokens, 0) * 1000 / rate) + 1
end

-- How many of those that have passed a gate have not been claimed.
local function not_started(gate)
	local jobs = call('SMEMBERS', HOLD .. gate)
	local count = 0
	for _, line in ipairs({ READY, SUSPECTS, PARKED }) do
		for _, found in ipairs(exists(line) and read('ZMSCORE', line, jobs) or {}) do
			count = count + (found and 1 or 0)
		end
	end
	return count
end

local admit

-- Let a job that is due go to the first gate that it does not hold, or else be claimed.
local function enter(job, value, limits)
	has_rare = true
	for _, gate in ipairs(gates_of(value, limits)) do
		if call('SISMEMBER', HOLD .. gate, job) == 0 then
			call('ZADD', WAIT .. gate, score(job, value), job)
			call('ZADD', PARKED, score(job, value), job)
			call('HSET', LIMITED, job, gate)
			admit(gate)
			return
		end
	end
	local _, _, _, abandonments = head(value)
	call('ZREM', PARKED, job)
	call('HSET', LIMITED, job, '')
	call('ZADD', abandonments > 0 and SUSPECTS or READY, score(job, value), job)
end

-- Let through a gate whoever there is room for.
admit = function(gate)
	local tokens, rate, burst
	for i = 1, ADMITTED_AT_ONCE + 1 do
		local first = call('ZRANGE', WAIT .. gate, 0, 0)[1]
		if not first then
			break
		end
		local value = call('HGET', JOBS, first)
		local limits = limits_of(value)
		local limit = limit_at(gate, value, limits)
		if limit.max and call('SCARD', HOLD .. gate) >= limit.max then
			break
		end
		if limit.rate then
			rate, burst = limit.rate, limit.burst
			tokens = tokens or tokens_of(gate, rate, burst, not_started(gate))
		end
		if limit.rate and tokens < 1 then
			call('ZADD', RATED, text(now + token_wait(tokens, rate)), gate)
			break
		elseif i > ADMITTED_AT_ONCE then
			call('ZADD', RATED, text(now), gate)
			break
		end
		if limit.rate then
			tokens = tokens - 1
		end
		call('ZREM', WAIT .. gate, first)
		call('SADD', HOLD .. gate, first)
		enter(first, value, limits)
	end
	if rate then
		keep_tokens(gate, rate, burst, tokens)
	end
end

-- Let a job count no more, or only under its key, and others take its place.
local function leave(job, value, keeps_key)
	local limits = limits_of(value)
	if not limits then
		return
	end
	for _, gate in ipairs(gates_of(value, limits)) do
		if not (keeps_key and limits.hold and string.sub(gate, 1, 4) == 'key:')
			and call('SREM', HOLD .. gate, job) == 1 then
			admit(gate)
		end
	end
	call('HDEL', LIMITED, job)
end

-- Where what comes behind the limits is in the value of a job, and the flags.
local function behind_limits(value)
	local flags, place = flags_of(value)
	return place + 1 + (is_set(HAS_LIMITS, flags) and 2 + struct.unpack('>H', value, place + 1) or 0), flags
end

-- Where what comes behind the deadline is in the value of a job, and the flags.
local function behind_deadline(value)
	local place, flags = behind_limits(value)
	return place + (is_set(HAS_DEADLINE, flags) and DEADLINE_SIZE or 0), flags
end

-- Where the deadline of a job is in its value, or nil if it cannot have one.
local function deadline_place(value)
	local place, flags = behind_limits(value)
	return is_set(HAS_DEADLINE, flags) and place or nil
end

-- The deadline of a job, 0 for none.
local function deadline_of(value)
	local place = deadline_place(value)
	return place and (struct.unpack('>I6', value, place)) or 0
end

-- A value that has room for a deadline, with another one.
local function with_deadline(value, deadline)
	local place = deadline_place(value)
	return string.sub(value, 1, place - 1) .. struct.pack('>I6', deadline) .. string.sub(value, place + 6)
end

-- What the client says of a deadline: when, without it, and the deadline of a job that is due then.
local function split(when)
	local slash = string.find(when, '/', 1, true)
	if not slash then
		return when
	end
	return string.sub(when, 1, slash - 1), string.sub(when, slash + 1)
end

local function deadline_from(said, due)
	return tonumber(string.sub(said, 2)) + (string.byte(said) == 68 and due or 0)
end

-- What people want to be run has no deadline any more.
local function without_deadline(value)
	return deadline_of(value) > 0 and with_deadline(value, 0) or value
end

-- Let a job wait that waits nowhere.
local function put_in_line(job, value, due, abandonments)
	local limits = due <= now and limits_of(value)
	local deadline = deadline_of(value)
	if deadline > 0 then
		call('ZADD', DEADLINES, text(deadline), job)
	end
	if due > now then
		call('ZADD', DUE, text(due), job)
		call('ZADD', LATER, job, job)
	elseif limits then
		enter(job, value, limits)
	else
		call('ZADD', abandonments > 0 and SUSPECTS or READY, score(job, value), job)
	end
end

-- Give a job another head, and let it wait.
local function put_back(job, value, due, attempts, abandonments, keeps_key)
	local created = struct.unpack('>I6', value)
	local changed = struct.pack(HEAD, created, due, attempts, abandonments) .. string.sub(value, HEAD_SIZE + 1)
	call('HSET', JOBS, job, changed)
	if due > now then
		leave(job, value, keeps_key)
	end
	put_in_line(job, changed, due, abandonments)
end

-- Take a waiting job out of where it waits. Returns whether it waited.
local function take_out(job, value)
	if deadline_of(value) > 0 then
		call('ZREM', DEADLINES, job)
	end
	if call('ZREM', READY, job) == 1 or call('ZREM', SUSPECTS, job) == 1 then
		return true
	end
	if call('ZREM', DUE, job) == 1 then
		call('ZREM', LATER, job)
		return true
	end
	if exists(PARKED) and call('ZREM', PARKED, job) == 1 then
		call('ZREM', WAIT .. call('HGET', LIMITED, job), job)
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

-- The task that a job is, or nil.
local function task_of(value)
	local place, flags = behind_deadline(value)
	return is_set(HAS_TASK, flags) and string.sub(value, place + 1, place + string.byte(value, place)) or nil
end

-- The next of the numbers of this queue, of which so many are taken. Jobs, workflows and what happens to them have the same.
local function take_numbers(count)
	local base = math.max((call('GET', Q .. ':number') or 0) + 1, now - EPOCH)
	call('SET', Q .. ':number', text(base + count - 1))
	return base
end

local news, over = {}, {}

-- The job of a task has ended: failed if a failure is given, with a result, or neither.
local function end_task(job, task, state, result, failure)
	if failure and failure ~= '' then
		-- Without its stack trace.
		local place = 5 + struct.unpack('>I4', failure)
		if string.byte(failure, place) == 1 then
			place = place + 4 + struct.unpack('>I4', failure, place + 1)
		end
		result = string.sub(failure, 1, place)
	end
	over[#over + 1] = job
	local number, origin = parts_of(job)
	news[#news + 1] = struct.pack('>c1I6I6Hc1B', 'E', now, number, origin or NO_QUEUE, state, #task) .. task .. result
end

-- Like that, if the job is a task.
local function end_if_task(job, value, state, failure)
	local task = task_of(value)
	if task then
		end_task(job, task, state, '', failure)
	end
end

local function post(workflow, said)
	news[#news + 1] = struct.pack('>c1I7', 'P', workflow) .. said
end

-- Record what has happened to workflows. Returns how many jobs of tasks have ended.
local function tell()
	if #news == 0 then
		return 0
	end
	local base = take_numbers(#news)
	local values, ends, posts = {}, {}, {}
	for i = 1, #news do
		local number = text(base + i - 1)
		values[i * 2 - 1] = number
		values[i * 2] = news[i]
		local line = string.byte(news[i]) == 69 and ends or posts
		line[#line + 1] = number
		line[#line + 1] = number
	end
	many('HSET', NEWS, values)
	many('ZADD', ENDS, ends)
	many('ZADD', POSTS, posts)
	many('HDEL', TASKS, over)
	local count = #over
	news, over = {}, {}
	return count
end

-- Forget the unique keys of jobs that are there no more. A job that succeeded holds its key for its duration all the same.
local function forget_keys(jobs, have_succeeded)
	local fields = read('HMGET', OWNERS, jobs)
	for i = 1, #jobs do
		if fields[i] and not (have_succeeded and call('ZSCORE', LAPSES, fields[i])) then
			call('HDEL', UNIQUE, fields[i])
			call('HDEL', OWNERS, jobs[i])
			call('ZREM', LAPSES, fields[i])
		end
	end
end

-- Forget some keys whose durations are over.
local function forget_lapsed()
	for _, field in ipairs(call('ZRANGEBYSCORE', LAPSES, '-inf', text(now), 'LIMIT', 0, 1000)) do
		forget_keys({ string.match(call('HGET', UNIQUE, field), '^%d+') })
	end
end

-- Forget all about jobs that are in no set any more.
local function forget(jobs, have_succeeded)
	if #jobs > 0 then
		many('HDEL', JOBS, jobs)
		if exists(OWNERS) then
			forget_keys(jobs, have_succeeded)
		end
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

-- What is recorded of the end of a job: end, node (0 if none), state, elapsed time, attempts, abandonments, and the result
-- as the client made it. All from the state on is what the client says of a success.
local function ending_of_node(node)
	return struct.pack('>I6I6', now, node)
end

-- The record of a job that did not run to its end.
local function ending(state, attempts, abandonments)
	return ending_of_node(0) .. struct.pack('>c1I6HB', state, NEVER_RAN, attempts, abandonments)
end

local function how_ended(record)
	return string.sub(record, 13, 13)
end

local function when_ended(record)
	return (struct.unpack('>I6', record))
end

-- Record the end of one job that is in no set any more.
local function finish(job, record)
	local state = how_ended(record)
	call('HSET', DONE, job, record)
	call('ZADD', Q .. ':' .. STATES[state], job, job)
	call('RPUSH', Q .. ':ended:' .. STATES[state], job .. ':' .. text(now))
end

-- Append to a reply what people see of a job.
local function describe(reply, job, state, node, value, record)
	local n = #reply
	reply[n + 1] = job
	reply[n + 2] = state
	reply[n + 3] = node
	reply[n + 4] = value
	reply[n + 5] = record
	reply[n + 6] = call('HGET', PROGRESS, job) or ''
	reply[n + 7] = call('HGET', FAILURES, job) or ''
end
