-- Accept jobs, all or none.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how to number: 'N' with the next numbers; 'F' the same, but from ARGV[2] on, if they are still free; 'X' with
--          the numbers from ARGV[2] on, which are reserved
-- ARGV[2]  the number to begin with
-- ARGV[3]  which of the numbers each job gets, counted from 0, as one I4 each; '' for one after the other
-- ARGV[4]  how many numbers are used in all
-- ARGV[5..] runs of jobs with the same priority and due time: the number of jobs, '' for now or 'D' and a delay or 'T' and
--          an instant in milliseconds, before that an 'L' if they have limits, and a 'W' if they are tasks, after that, if they have a deadline, a '/' and
--          'D' and how long after they are due or 'T' and an instant; then their bodies
-- Returns the first number.
-- Cost: one HSET and one ZADD for each 2,000 values; O(log n) for each job.

local base = tonumber(ARGV[2])
if ARGV[1] ~= 'X' then
	local last = tonumber(call('GET', Q .. ':number') or 0)
	base = (ARGV[1] == 'F' and base > last) and base or math.max(last + 1, now - EPOCH)
	call('SET', Q .. ':number', text(base + ARGV[4] - 1))
end
local places = ARGV[3] ~= '' and ARGV[3]

local function add(key, values)
	if #values > 0 then
		many(key == JOBS and 'HSET' or 'ZADD', key, values)
	end
end

-- Those with limits come to their gates when all have been added.
local function add_line(is_later, limited, line)
	if is_later or not limited then
		add(is_later and DUE or READY, line)
	end
end

local index = 0
local at = 5
while at < #ARGV do
	local count = tonumber(ARGV[at])
	local when = ARGV[at + 1]
	local tasks = string.byte(when) == 87 and {}
	if tasks then
		when = string.sub(when, 2)
	end
	local limited = string.byte(when) == 76 and {}
	if limited then
		when = string.sub(when, 2)
	end
	local deadline
	when, deadline = split(when)
	local due = now
	if when ~= '' then
		due = tonumber(string.sub(when, 2)) + (string.byte(when) == 68 and now or 0)
		due = math.max(due, now)
	end
	local is_later = due > now
	if deadline then
		deadline = deadline_from(deadline, due)
	end
	local prefix = struct.pack(HEAD, now, due, 0, 0)
	local offset = struct.unpack('b', ARGV[at + 2]) * STEP
	local due_text = is_later and text(due)
	local hash, line, later, deadlines = {}, {}, {}, {}
	local n = 0
	for i = at + 2, at + 1 + count do
		local place = places and struct.unpack('>I4', places, index * 4 + 1) or index
		local number = base + place
		local job = text(number)
		index = index + 1
		hash[n + 1] = job
		hash[n + 2] = prefix .. ARGV[i]
		line[n + 2] = job
		if tasks then
			tasks[#tasks + 1] = job
			tasks[#tasks + 1] = task_of(hash[n + 2])
		end
		if limited then
			limited[#limited + 1] = job
		end
		if deadline then
			hash[n + 2] = with_deadline(hash[n + 2], deadline)
			deadlines[n + 1] = text(deadline)
			deadlines[n + 2] = job
		end
		if is_later then
			line[n + 1] = due_text
			later[n + 1] = job
			later[n + 2] = job
		else
			line[n + 1] = offset == 0 and job or text(number - offset)
		end
		n = n + 2
		if n >= CHUNK then
			add(JOBS, hash)
			add_line(is_later, limited, line)
			add(LATER, later)
			add(DEADLINES, deadlines)
			hash, line, later, deadlines = {}, {}, {}, {}
			n = 0
		end
	end
	add(JOBS, hash)
	add_line(is_later, limited, line)
	add(LATER, later)
	add(DEADLINES, deadlines)
	if tasks then
		many('HSET', TASKS, tasks)
	end
	for i = 1, limited and not is_later and #limited or 0 do
		local value = call('HGET', JOBS, limited[i])
		enter(limited[i], value, limits_of(value))
	end
	at = at + 2 + count
end
return base
