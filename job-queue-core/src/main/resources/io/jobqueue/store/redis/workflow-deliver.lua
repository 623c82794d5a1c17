-- Do what changes of workflows in other slots want to be done in this one, each part of an intent once.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  '1' if cancelled jobs are kept
-- then     for each part: the id of the intent, its version, the number of the part, the effects
-- Returns how many running jobs are to be cancelled, how many that were moved to other queues, then for each part the number
-- of its first job, 0 without jobs; or -1 if the workflow has gone on since.
-- Cost: some commands for each part, and those of its jobs.

-- How long it is remembered what was delivered. A process that has slept for longer may deliver it again.
local REMEMBERED = 24 * 60 * 60 * 1000
at = 1
local parts, new, reply = {}, {}, {}

while at < #ARGV do
	local id = take()
	local part = { id = id, version = take_number(), number = take() }
	part.effects = take_effects(id)
	local entry = call('HGET', DELIVERED, id)
	local version = entry and tonumber(string.match(entry, '^%d+')) or 0
	if version > part.version then
		part.base = -1
	elseif version == part.version then
		part.base = tonumber(string.match(entry, '|' .. part.number .. ':(%d+)'))
	end
	if not part.base then
		new[#new + 1] = part.effects
	end
	parts[#parts + 1] = part
end
reply[1], reply[2] = perform(new, ARGV[1])
for i, part in ipairs(parts) do
	if not part.base then
		part.base = part.effects.base
		local entry = call('HGET', DELIVERED, part.id)
		if not entry or tonumber(string.match(entry, '^%d+')) < part.version then
			entry = text(part.version)
		end
		call('HSET', DELIVERED, part.id, entry .. '|' .. part.number .. ':' .. text(part.base))
		call('ZADD', DELIVERIES, text(now), part.id)
	end
	reply[i + 2] = part.base
end
local old = call('ZRANGEBYSCORE', DELIVERIES, '-inf', text(now - REMEMBERED), 'LIMIT', 0, 100)
many('HDEL', DELIVERED, old)
many('ZREM', DELIVERIES, old)
return reply
