-- Settle outcomes of earlier leases and claim jobs: the heart of the protocol.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the node that claims
-- ARGV[2]  how many jobs at most, 0 for none
-- ARGV[3]  suspects: 'N' none; 'Y' one, if there is any, and nothing else; 'O' one, and nothing else in any case
-- ARGV[4]  '1' if succeeded jobs are kept
-- ARGV[5]  '1' if cancelled jobs are kept
-- ARGV[6]  the number of the last lease here that the node knows of, 0 for none, '' if it cannot tell. If the node was given
--          another one since, that answer was lost: it gets the same jobs again
-- ARGV[7]  the priority that jobs must be above, '' if any will do
-- ARGV[8]  how many handlers are excluded, then their names
-- then     for each lease: its node, its number, how many outcomes, and two values for each outcome: the job, and how it
--          ended (see Outcomes.java): kind c1, elapsed I6, attempts H, abandonments B, then for S the result; for all others
--          the attempts are those before, and what follows are delay I6 and the failure, which may be empty
-- Returns status (0; 1 if the node is not known here, so nothing was claimed; 2 if there is more to be looked at), number of
-- refused outcomes, their jobs, number of jobs that have ended and that somebody waits for, these jobs, number of suspects
-- that wait, whether others wait or may be due (1 or 0), after how many milliseconds a rate lets more start (-1 if none
-- keeps any back), whether the queue has a limit, number of the lease, then, if there are claimed jobs, the number of those
-- that are expired, these jobs, and job and value of each claimed one.
-- Cost: for each 2,000 outcomes an HMGET and an HDEL, and as many writes as history is kept; for a claim a ZRANGE, a
-- ZREMRANGEBYRANK, an HMGET and an HSET. Jobs that are not simply done cost some commands each.

-- Leases are numbered in 32 bits.
local LEASES = 4294967296
local node, limit = ARGV[1], tonumber(ARGV[2])
local keeps = { S = ARGV[4] == '1', F = true, C = ARGV[5] == '1' }
local excluded
local at = 9
for i = 1, tonumber(ARGV[8]) do
	excluded = excluded or {}
	excluded[ARGV[at]] = true
	at = at + 1
end

-- One question for all that most queues never have.
has_rare = exists_any(PROGRESS, CANCEL, LIMITED, AWAITED, LIMITS, RATED, DEADLINES, TASKS, Q .. ':paused')

local function exists_rarely(key)
	return has_rare and exists(key)
end

local refused = {}
local gone = {}
local done, lines, finished = {}, {}, 0
local awaited = {}
local ended_at = ':' .. text(now)

-- The end of many jobs is written at once.
local function finish_later(job, state, record, is_awaited)
	if is_awaited then
		awaited[#awaited + 1] = job
	elseif not keeps[state] then
		if state ~= 'S' and exists(OWNERS) then
			forget_keys({ job })
		end
		gone[#gone + 1] = job
		return
	end
	local line = lines[state] or { jobs = {}, ended = {}, count = 0 }
	lines[state] = line
	local n = line.count + 1
	line.count = n
	line.jobs[n * 2 - 1] = job
	line.jobs[n * 2] = job
	line.ended[n] = job .. ended_at
	finished = finished + 1
	done[finished * 2 - 1] = job
	done[finished * 2] = record
end

-- How a job ended that did not succeed.
local function settle_other(job, detail, ended, is_cancelled, is_limited, is_awaited, task)
	local kind, elapsed, attempts, abandonments, delay = struct.unpack('>c1I6HBI6', detail)
	local failure = string.sub(detail, 17)
	local counts = kind ~= 'Z' and kind ~= 'L' and kind ~= 'X'
	if counts then
		attempts = attempts + 1
	end
	if failure ~= '' then
		add_failure(job, attempts, failure)
	end
	if kind == 'F' or kind == 'X' or kind == 'C' or is_cancelled then
		if is_limited then
			leave(job, call('HGET', JOBS, job))
		end
		local state = (kind == 'F' or kind == 'X') and 'F' or 'C'
		if task then
			end_task(job, task, state, '', state == 'F' and failure)
		end
		finish_later(job, state, ended .. struct.pack('>c1I6HB', state, elapsed, attempts, abandonments), is_awaited)
		return
	end
	local value = call('HGET', JOBS, job)
	if kind == 'L' then
		local _, due = head(value)
		put_back(job, value, due, attempts, abandonments)
	else
		put_back(job, value, now + delay, attempts, 0, kind == 'R')
	end
end

local function settle_lease(lease_node, lease, first, count)
	local held = HELD .. lease_node
	local jobs = {}
	for i = 1, count do
		jobs[i] = ARGV[first + i * 2 - 2]
	end
	local found = read('HMGET', held, jobs)
	local mine, details, n = {}, {}, 0
	for i = 1, count do
		if found[i] == lease or (found[i] and tonumber(found[i]) == tonumber(lease)) then
			n = n + 1
			mine[n] = jobs[i]
			details[n] = ARGV[first + i * 2 - 1]
			-- Whoever reports a job twice is heard once.
			found[i] = false
		else
			refused[#refused + 1] = jobs[i]
		end
	end
	if n == 0 then
		return
	end
	many('HDEL', held, mine)
	if exists_rarely(PROGRESS) then
		many('HDEL', PROGRESS, mine)
	end
	local cancelled = exists_rarely(CANCEL) and read('SMISMEMBER', CANCEL, mine)
	if cancelled then
		many('SREM', CANCEL, mine)
	end
	local limited = exists_rarely(LIMITED) and read('HMGET', LIMITED, mine)
	local waits = exists_rarely(AWAITED) and read('ZMSCORE', AWAITED, mine)
	local ended = ending_of_node(lease_node)
	local tasks = exists_rarely(TASKS) and read('HMGET', TASKS, mine)
	for i = 1, n do
		local detail = details[i]
		local is_awaited = waits and waits[i]
		if string.byte(detail) == 83 then
			if limited and limited[i] then
				leave(mine[i], call('HGET', JOBS, mine[i]))
			end
			if tasks and tasks[i] then
				end_task(mine[i], tasks[i], 'S', string.sub(detail, 11))
			end
			if keeps.S or is_awaited then
				finish_later(mine[i], 'S', ended .. detail, is_awaited)
			else
				gone[#gone + 1] = mine[i]
			end
		else
			settle_other(mine[i], detail, ended, cancelled and cancelled[i] == 1, limited and limited[i], is_awaited,
				tasks and tasks[i])
		end
	end
end

while at < #ARGV do
	local count = tonumber(ARGV[at + 2])
	settle_lease(ARGV[at], ARGV[at + 1], at + 3, count)
	at = at + 3 + count * 2
end
if finished > 0 then
	many('HSET', DONE, done)
	for state, line in pairs(lines) do
		many('ZADD', Q .. ':' .. STATES[state], line.jobs)
		many('RPUSH', Q .. ':ended:' .. STATES[state], line.ended)
	end
end
forget(gone, true)
many('ZREM', AWAITED, awaited)
tell()

-- Which jobs the node was given without hearing of it. They are only looked for if its last lease is a newer one: a server
-- that has lost its last moments may know an older one.
local function find_lost()
	local last = ARGV[6] ~= '' and limit > 0 and call('HGET', Q .. ':claims', node)
	if not last or (last - ARGV[6]) % LEASES == 0 or (last - ARGV[6]) % LEASES > LEASES / 2 then
		return {}
	end
	local found = {}
	local held = call('HGETALL', HELD .. node)
	for i = 1, #held, 2 do
		if tonumber(held[i + 1]) == tonumber(last) then
			found[#found + 1] = held[i]
		end
	end
	return found
end

local lost = find_lost()
if #lost > 0 then
	-- What is refused now was most likely recorded by the exchange whose answer was lost.
	refused = {}
end
local reply = { call('SISMEMBER', NODES, node) == 1 and 0 or 1, #refused }
for i = 1, #refused do
	reply[#reply + 1] = refused[i]
end
reply[#reply + 1] = #awaited
for i = 1, #awaited do
	reply[#reply + 1] = awaited[i]
end

-- The limit of the queue, and what is left of its rate.
local queue_limit = exists_rarely(LIMITS) and call('HGET', LIMITS, 'queue')
queue_limit = queue_limit and cjson.decode(queue_limit)
local tokens

-- After how many milliseconds a rate lets more start.
local function wait()
	local first = exists_rarely(RATED) and call('ZRANGE', RATED, 0, 0, 'WITHSCORES')
	local millis = first and math.max(first[2] - now, 0) or math.huge
	if tokens and tokens < 1 then
		millis = math.min(millis, token_wait(tokens, queue_limit.rate))
	end
	return millis < math.huge and millis or -1
end

-- Which of the claimed jobs come too late. None of them waits any more.
local function find_expired(jobs, values)
	local dated, expired = {}, {}
	if #lost > 0 or exists_rarely(DEADLINES) then
		for i = 1, #jobs do
			local deadline = deadline_of(values[i])
			if deadline > 0 then
				dated[#dated + 1] = jobs[i]
				if deadline <= now then
					expired[#expired + 1] = jobs[i]
				end
			end
		end
		many('ZREM', DEADLINES, dated)
	end
	return expired
end

local function answer(jobs, values)
	if tokens and #jobs > 0 then
		tokens = tokens - #jobs
		keep_tokens('queue', queue_limit.rate, queue_limit.burst, tokens)
	end
	reply[#reply + 1] = call('ZCARD', SUSPECTS)
	reply[#reply + 1] = (exists(READY) or exists(DUE) or exists(ASIDES) or exists_rarely(RATED)) and 1 or 0
	reply[#reply + 1] = wait()
	reply[#reply + 1] = queue_limit and 1 or 0
	if #jobs == 0 then
		reply[#reply + 1] = 0
		return reply
	end
	local lease = call('INCR', Q .. ':lease')
	-- The node needs only that it differs from those that the job had before.
	lease = text(lease % LEASES)
	local held = {}
	for i = 1, #jobs do
		held[i * 2 - 1] = jobs[i]
		held[i * 2] = lease
	end
	if not exists(HELD .. node) then
		-- One long value makes the server use a hash table at once, instead of a list that it searches from its beginning.
		held[2] = string.format('%065s', lease)
	end
	many('HSET', HELD .. node, held)
	call('HSET', Q .. ':claims', node, lease)
	reply[#reply + 1] = lease
	local expired = find_expired(jobs, values)
	reply[#reply + 1] = #expired
	for i = 1, #expired do
		reply[#reply + 1] = expired[i]
	end
	local n = #reply
	for i = 1, #jobs do
		reply[n + i * 2 - 1] = jobs[i]
		reply[n + i * 2] = values[i]
	end
	return reply
end

if limit <= 0 or reply[1] == 1 then
	return answer({})
end
if #lost > 0 then
	return answer(lost, read('HMGET', JOBS, lost))
end
if exists_rarely(Q .. ':paused') then
	return answer({})
end

-- How many the queue allows.
if queue_limit and queue_limit.max then
	local running = 0
	for _, key in ipairs({ NODES, LEAVING }) do
		for _, other in ipairs(call('SMEMBERS', key)) do
			running = running + call('HLEN', HELD .. other)
		end
	end
	limit = math.min(limit, queue_limit.max - running)
end
if queue_limit and queue_limit.rate then
	tokens = tokens_of('queue', queue_limit.rate, queue_limit.burst, 0)
	limit = math.min(limit, math.floor(tokens))
end
if limit <= 0 then
	return answer({})
end

-- Those that a rate lets through by now.
if exists_rarely(RATED) then
	local gates = call('ZRANGEBYSCORE', RATED, '-inf', text(now), 'LIMIT', 0, 100)
	for _, gate in ipairs(gates) do
		call('ZREM', RATED, gate)
		admit(gate)
	end
end

-- What has become due.
local due = call('ZRANGEBYSCORE', DUE, '-inf', text(now), 'LIMIT', 0, math.max(limit, 100))
if #due > 0 then
	many('ZREM', DUE, due)
	many('ZREM', LATER, due)
	local values = read('HMGET', JOBS, due)
	for i = 1, #due do
		local _, _, _, abandonments = head(values[i])
		put_in_line(due[i], values[i], now, abandonments)
	end
end

-- A job that may kill its process comes first, and alone.
if ARGV[3] ~= 'N' and exists(SUSPECTS) then
	local suspects = call('ZRANGE', SUSPECTS, 0, excluded and 999 or 0)
	local values = read('HMGET', JOBS, suspects)
	for i = 1, #suspects do
		if not excluded or not excluded[handler_of(values[i])] then
			call('ZREM', SUSPECTS, suspects[i])
			return answer({ suspects[i] }, { values[i] })
		end
	end
end
if ARGV[3] == 'O' then
	return answer({})
end

-- Jobs that were set aside because others excluded their handlers come back as far as they may be taken.
if exists(ASIDES) then
	for _, handler in ipairs(call('SMEMBERS', ASIDES)) do
		if not excluded or not excluded[handler] then
			local back = call('ZRANGE', ASIDE .. handler, 0, limit - 1, 'WITHSCORES')
			local values = {}
			for i = 1, #back, 2 do
				values[i] = back[i + 1]
				values[i + 1] = back[i]
			end
			many('ZADD', READY, values)
			call('ZREMRANGEBYRANK', ASIDE .. handler, 0, limit - 1)
			if not exists(ASIDE .. handler) then
				call('SREM', ASIDES, handler)
			end
		end
	end
end

-- The first jobs in line, as far as they may be taken.
local function first(count, ...)
	if ARGV[7] == '' then
		return call('ZRANGE', READY, 0, count - 1, ...)
	end
	-- Numbers of jobs begin at 1, so those of this priority are behind its step.
	return call('ZRANGEBYSCORE', READY, '-inf', '(' .. text(-ARGV[7] * STEP), 'LIMIT', 0, count, ...)
end

if not excluded then
	local jobs = first(limit)
	if #jobs > 0 then
		call('ZREMRANGEBYRANK', READY, 0, #jobs - 1)
	end
	return answer(jobs, read('HMGET', JOBS, jobs))
end

-- Whatever is excluded is set aside, so that no claim walks over it again.
local jobs, taken = {}, {}
local walked = 0
repeat
	local room = limit - #jobs
	local next = first(room, 'WITHSCORES')
	local names = {}
	for i = 1, #next, 2 do
		names[#names + 1] = next[i]
	end
	if #names > 0 then
		call('ZREMRANGEBYRANK', READY, 0, #names - 1)
	end
	local values = read('HMGET', JOBS, names)
	for i = 1, #names do
		local handler = handler_of(values[i])
		if excluded[handler] then
			call('SADD', ASIDES, handler)
			call('ZADD', ASIDE .. handler, next[i * 2], names[i])
		else
			jobs[#jobs + 1] = names[i]
			taken[#taken + 1] = values[i]
		end
	end
	walked = walked + #names
until #names < room or #jobs >= limit or walked > 10000
if walked > 10000 and #jobs < limit then
	reply[1] = 2
end
return answer(jobs, taken)
