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
-- ARGV[13] the concurrency key, or '' for any
-- ARGV[14] 1 to count jobs only, which costs a fraction of what it costs to return them
-- ARGV[15..] headers: a name, a value, and so on
-- Returns the id from which on all jobs were looked at (0 if there were none), how many were looked at, 1 if there may be
-- more, then how many were counted, or for each job what look.lua returns.
-- Cost: O(log n) for each job looked at, and some for each state and priority; running jobs are looked at all together.

local before, limit, wanted, states, handler = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
-- Jobs may be large: do not read more of them than this, in bytes.
local MAX_READ = 4194304
-- An id is the number of a job times this, plus the number of its queue.
local QUEUES = 4096
local number_before, own = math.floor(before / QUEUES), tonumber(ARGV[12])
local key, is_counting = ARGV[13], ARGV[14] == '1'
-- Headers by name, and as they are in a value.
local headers, written_headers = {}, {}
for i = 15, #ARGV, 2 do
	headers[ARGV[i]] = ARGV[i + 1]
	written_headers[#written_headers + 1] = struct.pack('>I4c0I4c0', #ARGV[i], ARGV[i], #ARGV[i + 1], ARGV[i + 1])
end
-- Which flags tell of other parts of a body.
local HAS_TIMEOUT, HAS_BACKOFF, HAS_HEADERS = 1, 2, 4
local TIMEOUT_SIZE = 8
-- How many jobs are read at once: twice as many each time, as most of the sets have few of those that are looked at.
local FIRST_PIECE, MAX_PIECE = 8, 256
-- Where jobs come from, each newest first: the ids that were read, where in them to go on, and how to read more.
local sources = {}
-- The next id of each, 0 if there is none.
local nexts = {}
local name_of, node_of = {}, {}

local function has(state)
	return string.find(states, state, 1, true)
end

-- Add those of the names to ids that are wanted and new.
local function collect(names, ids, node)
	for i = 1, #names do
		local number, origin = parts_of(names[i])
		local id = number * QUEUES + (origin or own)
		if id < before and not name_of[id] then
			ids[#ids + 1] = id
			name_of[id] = names[i]
			if node then
				node_of[id] = node
			end
		end
	end
end

-- Most are in that order: only those with the numbers of others may not be, and those of several sets.
local function newest_first(ids)
	for i = 2, #ids do
		if ids[i] > ids[i - 1] then
			table.sort(ids, function(a, b)
				return a > b
			end)
			break
		end
	end
	return ids
end

-- Read some more of a set. Jobs that were moved here may have the numbers of others: those of one number are read together.
local function read_piece(source)
	local ids = {}
	local names = call('ZREVRANGEBYSCORE', source.key, source.top, text(source.offset), 'LIMIT', 0, source.piece)
	collect(names, ids)
	if #names < source.piece then
		source.key = nil
	else
		local last = text(source.offset + parts_of(names[#names]))
		collect(call('ZRANGEBYSCORE', source.key, last, last), ids)
		source.top = '(' .. last
		source.piece = math.min(source.piece * 2, MAX_PIECE)
	end
	return newest_first(ids)
end

local function advance(i)
	local source = sources[i]
	source.at = source.at + 1
	while source.at > #source.ids and source.key do
		source.ids = read_piece(source)
		source.at = 1
	end
	nexts[i] = source.ids[source.at] or 0
end

-- Add a set whose scores are numbers with an offset.
local function add(key, offset, state)
	sources[#sources + 1] = {
		key = key, offset = offset, top = text(offset + number_before), state = state, ids = {}, at = 0, piece = FIRST_PIECE
	}
	advance(#sources)
end

-- Add a set that is ordered by priority first: each priority.
local function add_by_priority(key)
	local top = '+inf'
	while true do
		local last = call('ZREVRANGEBYSCORE', key, top, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
		if #last == 0 then
			return
		end
		local offset = tonumber(last[2]) - parts_of(last[1])
		add(key, offset, 'A')
		top = '(' .. text(offset)
	end
end

local function add_running()
	local ids = {}
	for _, key in ipairs({ NODES, LEAVING }) do
		for _, node in ipairs(call('SMEMBERS', key)) do
			collect(call('HKEYS', HELD .. node), ids, node)
		end
	end
	sources[#sources + 1] = { state = 'R', ids = newest_first(ids), at = 0 }
	advance(#sources)
end

if has('A') then
	add_by_priority(READY)
	add_by_priority(SUSPECTS)
	add_by_priority(PARKED)
	for _, name in ipairs(call('SMEMBERS', ASIDES)) do
		if handler == '' or handler == name then
			add_by_priority(ASIDE .. name)
		end
	end
end
if has('A') or has('W') then
	add(LATER, 0, 'W')
end
if has('R') then
	add_running()
end
for letter, state in pairs(STATES) do
	if has(letter) then
		add(Q .. ':' .. state, 0, letter)
	end
end

-- Return the source of the newest job, or nil, and the newest id of the other sources.
local function newest()
	local found, id, others = nil, 0, 0
	for i = 1, #nexts do
		if nexts[i] > id then
			found, id, others = i, nexts[i], id
		elseif nexts[i] > others then
			others = nexts[i]
		end
	end
	return found, others
end

local times = {}
for at = 6, 10, 2 do
	times[at] = { tonumber(ARGV[at]) or 0, tonumber(ARGV[at + 1]) or math.huge }
end

local function is_between(time, at)
	return time >= times[at][1] and time < times[at][2]
end

local function has_key(value)
	local limits = key ~= '' and limits_of(value)
	return key == '' or (limits and limits.key == key)
end

-- Whether a value has all headers, somewhere.
local function may_have_headers(value)
	for i = 1, #written_headers do
		if not string.find(value, written_headers[i], 1, true) then
			return false
		end
	end
	return true
end

local function has_headers(value)
	if #written_headers == 0 then
		return true
	elseif not may_have_headers(value) then
		return false
	end
	local place, flags = behind_deadline(value)
	if not is_set(HAS_HEADERS, flags) then
		return false
	end
	place = place + (is_set(HAS_TASK, flags) and 1 + string.byte(value, place) or 0)
	place = place + (is_set(HAS_TIMEOUT, flags) and TIMEOUT_SIZE or 0)
	place = place + (is_set(HAS_BACKOFF, flags) and 2 + struct.unpack('>H', value, place) or 0)
	local count, missing = struct.unpack('>I4', value, place), #written_headers
	place = place + 4
	for _ = 1, count do
		local name, content
		name, content, place = struct.unpack('>I4c0I4c0', value, place)
		missing = missing - (headers[name] == content and 1 or 0)
	end
	return missing == 0
end

local reply = { 0, 0, 0 }
local counted = 0

-- Return or count one job if it passes.
local function look(id, state)
	local job = name_of[id]
	local value = call('HGET', JOBS, job)
	if not value then
		return 0
	end
	local created, due = head(value)
	if state == 'W' and due <= now then
		state = 'A'
	end
	if has(state) and (handler == '' or handler_of(value) == handler) and is_between(created, 6) and is_between(due, 8)
			and has_key(value) and has_headers(value) then
		local record = STATES[state] and call('HGET', DONE, job)
		if not STATES[state] or (record and is_between(when_ended(record), 10)) then
			wanted = wanted - 1
			if is_counting then
				counted = counted + 1
			else
				describe(reply, job, state, node_of[id] or '', value, record or '')
			end
		end
	end
	return #value
end

local size, examined = 0, 0
local last = 0
local first, others = newest()
while first and examined < limit and wanted > 0 and size < MAX_READ do
	last = nexts[first]
	examined = examined + 1
	size = size + look(last, sources[first].state)
	advance(first)
	if nexts[first] <= others then
		first, others = newest()
	end
end
reply[1] = text(last)
reply[2] = examined
reply[3] = first and 1 or 0
if is_counting then
	reply[4] = counted
end
return reply
