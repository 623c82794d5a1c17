-- Change definitions of recurring jobs that are still as they were read, and accept the jobs that come with them.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the number of the queue
-- then     for each definition: its name, the version that was read (0 if there must be none), its value as it is to be
--          ('' to remove it), how many jobs, how many arguments, and that many arguments: the jobs as enqueue takes them
-- A value is a head of 31 bytes, then what only the client knows:
--   version I6, due I6, next I6, last I6 (milliseconds, 0 for none), the id of the last job I7 (which is kept)
-- Returns for each definition -1 if it was changed by somebody else, the number of its first job, or 0 without jobs.
-- Cost: some commands for each definition, and those of enqueue.

local RECURRING, RECURRING_DUE = Q .. ':recurring', Q .. ':recurring-due'
local VALUE = '>I6I6I6I6I7'
local QUEUES = 4096

local reply, changes = {}, {}
local jobs = { 'N', '0', '', '0' }
local total = 0
local at = 2
while at < #ARGV do
	local name, value = ARGV[at], ARGV[at + 2]
	local count, size = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
	local current = call('HGET', RECURRING, name)
	local version, _, _, _, last = 0, 0, 0, 0, nil
	if current then
		version, _, _, _, last = struct.unpack(VALUE, current)
	end
	reply[#reply + 1] = -1
	if version == tonumber(ARGV[at + 1]) then
		reply[#reply] = 0
		changes[#changes + 1] = { index = #reply, name = name, value = value, last = last, count = count, first = total }
		for i = at + 5, at + 4 + size do
			jobs[#jobs + 1] = ARGV[i]
		end
		total = total + count
	elseif value ~= '' and version == struct.unpack('>I6', value) then
		-- Versions are random, so this is what was asked for already: the driver has sent it again.
		reply[#reply] = count > 0 and math.floor(last / QUEUES) - count + 1 or 0
	end
	at = at + 5 + size
end

local base = 0
if total > 0 then
	jobs[4] = text(total)
	base = enqueue(jobs)
end
for _, change in ipairs(changes) do
	if change.value == '' then
		call('HDEL', RECURRING, change.name)
		call('ZREM', RECURRING_DUE, change.name)
	else
		local version, due, next, before, last = struct.unpack(VALUE, change.value)
		last = change.last or last
		if change.count > 0 then
			reply[change.index] = base + change.first
			last = (base + change.first + change.count - 1) * QUEUES + ARGV[1]
		end
		call('HSET', RECURRING, change.name,
			struct.pack(VALUE, version, due, next, before, last) .. string.sub(change.value, 32))
		if due > 0 then
			call('ZADD', RECURRING_DUE, text(due), change.name)
		else
			call('ZREM', RECURRING_DUE, change.name)
		end
	end
end
return reply
